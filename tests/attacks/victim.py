"""A server of its own process, as an owner runs it, to be attacked; what it says is read at the end."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from linkback.core.model import Citation, Ping, Status
from linkback.desk import open_database, open_desk, utc_now
from linkback.settings import Settings
from linkback.storage import mentions, sites
from linkback.storage.settlement import Settlement
from tests.web.running import PATIENCE, exchange, until

HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
# The promise is a second; machines that run tests do other things besides.
HEALTH_WITHIN = 5.0
SITE = "http://127.0.4.9/"  # nobody serves it, so nothing is refused for what its pages say
NAME = "ben"  # under which the site is known besides
BAD_WORDS = ("Traceback", '"level":"error"', '"level":"critical"', '"level":"warning"')


@dataclass(frozen=True)
class Victim:
    """A server under attack."""

    port: int
    pid: int
    database: str

    def is_well(self) -> bool:
        """Tell whether it answers others."""
        (answer,) = exchange(self.port, HEALTH, timeout=HEALTH_WITHIN)
        return (answer.status, answer.body) == (200, b"ok\n")

    def mention(self, source: str, target: str, citation: Citation) -> None:
        """Put an approved mention there, as if it had come and been seen by its owner."""
        asyncio.run(_approve(self.database, Ping(source, target, "webmention"), citation))

    def sources(self) -> set[str]:
        """Return the sources of all mentions."""
        return asyncio.run(_sources(self.database))


@contextmanager
def open_victim(folder: Path) -> Iterator[Victim]:
    """Run a server that must end without having said anything of an error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    database = f"sqlite:///{folder}/v.db"
    asyncio.run(_furnish(database))
    command = [sys.executable, "-m", "linkback", "serve", "--port", str(port), "--database", database]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
    try:
        until(lambda: _listens(port) or process.poll() is not None)
        yield Victim(port, process.pid, database)
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE)
    words = (folder / "said").read_text()
    assert status == 0
    assert not [word for word in BAD_WORDS if word in words], words


async def _furnish(database: str) -> None:
    async with open_desk(Settings(database=database)) as desk:
        await desk.registrar.add(SITE)
        await desk.registrar.change(SITE, lambda site: replace(site, name=NAME))


async def _approve(database: str, ping: Ping, citation: Citation) -> None:
    async with open_database(Settings(database=database)) as opened:
        (site,) = await opened.read(sites.every)
        kept = Settlement(site.id, ping.source, ping.target, Status.APPROVED, utc_now(), citation, ping=ping)
        await opened.write(mentions.settle, kept)


async def _sources(database: str) -> set[str]:
    async with open_desk(Settings(database=database)) as desk:
        return {mention.source for mention in await desk.moderator.listing()}


def _listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def request(line: bytes, *headers: bytes) -> bytes:
    """Return a request without a body."""
    return b"\r\n".join([line, b"Host: evil.example", *headers, b"Connection: close", b"", b""])
