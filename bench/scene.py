"""Who stands where in a measurement, and what the child processes are told of it.

Loopback has millions of addresses, so every blog gets one of its own: an IP address is its own registrable domain,
and the two connections that Linkback allows to each are as many as its callers use.
"""

import secrets
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

import msgspec

SERVER = "127.0.1.1"
TARGET = "127.0.2.1"
BLOGS = "127.0.3."
MOST_BLOGS = 254  # addresses in one network of this size
CALLERS_PER_BLOG = 2  # Linkback's default of limits.host_connections
MOST_CONNECTIONS = MOST_BLOGS * CALLERS_PER_BLOG
PUBLIC_URL = "http://links.bench.example/"  # only compared with what the target's page says, never looked up
ENDPOINT = PUBLIC_URL + "pingback"
TRIES = 20  # for a port that is free on every address

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Scene:
    """The addresses of one round. `series` stands in every source URL, so none is ever used twice."""

    server_port: int
    source_port: int
    blogs: tuple[str, ...]
    series: str

    @property
    def site(self) -> str:
        """Return the base URL of the registered site."""
        return f"http://{TARGET}:{self.source_port}/"

    @property
    def target(self) -> str:
        """Return the page that every post links to."""
        return f"{self.site}essay"

    def source(self, blog: str, serial: str) -> str:
        """Return the address of one post."""
        return f"http://{blog}:{self.source_port}/2026/11/{self.series}/on-bread-rain-and-letters-{serial}.html"


def new_scene(connections: int) -> Scene:
    """Return a scene on free ports, with blogs enough for this many callers."""
    blogs = tuple(f"{BLOGS}{n}" for n in range(1, blogs_for(connections) + 1))
    return Scene(free_port((SERVER,)), free_port((TARGET, *blogs)), blogs, secrets.token_hex(6))


def blogs_for(connections: int) -> int:
    """Return how many blogs there must be so that no caller has to wait for another one's fetch."""
    return min(MOST_BLOGS, -(-connections // CALLERS_PER_BLOG))


def told(kind: type[Value]) -> Value:
    """Return what the parent process put on the command line."""
    return msgspec.json.decode(sys.argv[1], type=kind)


def free_port(hosts: tuple[str, ...]) -> int:
    """Return a port that is free on all of these addresses."""
    for _ in range(TRIES):
        with ExitStack() as held:
            try:
                return _bound_everywhere(hosts, held)
            except OSError:
                continue
    raise OSError(f"no port is free on {hosts[0]} and the {len(hosts) - 1} addresses beside it")


def _bound_everywhere(hosts: tuple[str, ...], held: ExitStack) -> int:
    port = 0
    for host in hosts:
        holder = held.enter_context(socket.socket())
        holder.bind((host, port))
        port = holder.getsockname()[1]
    return port
