"""On what terms the door goes out: what an operator may set, and the numbers nobody may.

Values only; nothing here opens, waits or counts.
"""

from dataclasses import dataclass

from linkback import __version__
from linkback.core.addresses import Network

WEB_PORTS = (80, 443, 8080, 8443)  # what browsers and hosting panels use; others are mail, databases, consoles
DEADLINE = 10.0  # seconds; slow shared hosts answer within 5, and a pinger does not wait longer
MAX_BYTES = 1 << 20  # a long post is ~200 KB; link farms are bigger
CONNECTIONS = 256  # at once, in all: memory for 256 pages of 1 MiB is what a small server has

MAX_REDIRECTS = 5  # http -> https -> www -> slash -> moved page, and one to spare
MAX_WAITING = 256  # fetches that wait for one domain; past that, later is the better answer
MAX_WAITING_IN_ALL = 1024  # a waiting fetch is about 5 KB
QUEUE_WAIT = 5.0  # seconds; half the deadline, so that whoever gets its turn has time left
MAX_IDLE = 128  # open connections kept for the next fetch, in all

# Strangers' pages; looks at the owner's own site; calls to webhooks. None of these may starve another.
BUDGETS = ("world", "own", "hooks")


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What an operator may say about fetching; a rate of 0 is no limit.

    `allow` are private networks that may be reached all the same, on any port; `ports` are for
    public addresses. `contact` goes into the User-Agent. `host_per_minute` and `host_burst`
    (within 10 s) count requests to one registrable domain, `host_connections` its connections
    at once. `name_servers` ("127.0.0.1:53") replace the system's. `authorities` is a file of
    certificates (PEM) to trust besides the system's.
    """

    allow: tuple[Network, ...] = ()
    ports: tuple[int, ...] = WEB_PORTS
    contact: str = ""
    host_per_minute: int = 60
    host_burst: int = 30
    host_connections: int = 2
    connections: int = CONNECTIONS
    deadline: float = DEADLINE
    max_bytes: int = MAX_BYTES
    name_servers: tuple[str, ...] = ()
    authorities: str = ""
    version: str = __version__
