"""What names say: where an address stands, on the public network or only in an operator's exceptions; and TXT records.

Asks name servers and nobody else. Never opens a connection to the host.
"""

import time
from dataclasses import replace

from linkback.core.errors import BadURL
from linkback.core.urls import parse
from linkback.fetch.guard import Guard, NotPublicError
from linkback.fetch.resolver import NoSuchNameError, Resolver
from linkback.fetch.terms import WEB_PORTS, DoorSettings


async def is_public(url: str, settings: DoorSettings) -> bool | None:
    """Tell whether all addresses of a URL's host are public, exceptions and ports not counted.

    None where there is no such name, or no such address. Takes at most the resolver's deadline.
    """
    strict = replace(settings, allow=(), ports=WEB_PORTS)
    resolver = Resolver(Guard(strict), time.monotonic)
    try:
        await resolver.resolve(parse(url).host, WEB_PORTS[0])
    except NotPublicError:
        return False
    except (NoSuchNameError, BadURL):
        return None
    finally:
        await resolver.close()
    return True


async def texts_of(name: str, settings: DoorSettings) -> list[str] | None:
    """Return what the TXT records of a name say; None where nobody answers within the resolver's deadline."""
    resolver = Resolver(Guard(settings), time.monotonic)
    try:
        return await resolver.texts(name)
    except NoSuchNameError:
        return None
    finally:
        await resolver.close()
