"""Linkback's programs as processes of their own, which can be killed."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.durability.pinging import healthy
from tests.durability.web import PUBLIC_URL, Web

PROGRAM = str(Path(sys.executable).with_name("linkback"))
LISTENS = re.compile(r"listens on (http://[\d.:]+/)")
COMES_WITHIN = 45.0  # seconds, on a machine that is busy with other tests
SETTINGS = f"""
database = "{{database}}"
public_url = "{PUBLIC_URL}"
pingback_wait = {{wait}}
[network]
allow = {{allow}}
[limits]
sender_per_minute = 0
host_per_minute = 0
host_burst = 0
host_connections = 0
inline = {{inline}}
held_per_host = 0
held_per_page = 0
held_per_site = 0
"""

Found = TypeVar("Found")


async def wait_for(what: Callable[[], Found], within: float = COMES_WITHIN) -> Found:
    """Return what() as soon as it is something; fails when that takes too long."""
    until = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < until, f"nothing came within {within:g} s"
        await asyncio.sleep(0.02)
    return found


@dataclass(frozen=True)
class Program:
    """A program that runs, the leader of a group of its own, and what it says."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self.log.read_text()

    def kill(self) -> None:
        """End it as a loss of power would: no last words."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    async def ended(self) -> int:
        """Wait for its end and return its status."""
        await wait_for(lambda: self.process.poll() is not None)
        return self.process.returncode


@dataclass(frozen=True)
class Server(Program):
    """A program that serves, and where."""

    url: str = ""

    def memory(self, kind: str) -> int:
        """Return its resident memory in bytes: VmRSS now, VmHWM at its highest."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{kind}:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def forget_peak(self) -> None:
        """Let the highest be what it is now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")


@dataclass
class Desk:
    """A folder with settings, and the programs started there."""

    folder: Path
    database: str
    web: Web
    wait: float = 1.0
    inline: int = 0
    allow: Sequence[str] = ("127.0.0.0/8",)
    _started: list[Program] = field(default_factory=list)

    def start(self, *words: str, within: Sequence[str] = (PROGRAM,)) -> Program:
        """Start a command; `within` is the program to run, with what stands before the command."""
        settings = SETTINGS.format(
            database=self.database, wait=self.wait, inline=self.inline, allow=str(list(self.allow)).replace("'", '"')
        )
        (self.folder / "linkback.toml").write_text(settings)
        log = self.folder / f"log-{len(self._started)}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*within, *words],
                cwd=self.folder,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._started.append(Program(process, log))
        return self._started[-1]

    async def serve(self, *, within: Sequence[str] = (PROGRAM,)) -> Server:
        """Serve the owner's site; returns when it listens."""
        program = self.start("serve", "--port", "0", "--site", self.web.site, within=within)

        def listens() -> str:
            assert program.process.poll() is None, program.said
            found = LISTENS.search(program.said)
            return found[1] if found else ""

        url = await wait_for(listens)
        async with asyncio.timeout(COMES_WITHIN):
            while not await healthy(url):
                assert program.process.poll() is None, program.said
                await asyncio.sleep(0.02)
        return Server(program.process, program.log, url)

    async def run(self, *words: str) -> str:
        """Run a command to its end, which must be a good one, and return what it said."""
        program = self.start(*words)
        assert await program.ended() == 0, program.said
        return program.said

    def close(self) -> None:
        """Kill what still runs."""
        for program in self._started:
            program.kill()


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing but its settings say what Linkback does, and where it starts fast."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINKBACK_", "PYTHON"))}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder.parent / "pycache"), "NO_COLOR": "1"}


@contextmanager
def desk(folder: Path, database: str, web: Web, wait: float = 1.0, inline: int = 0) -> Iterator[Desk]:
    """Set up a desk whose programs are gone at the end, whatever happens."""
    opened = Desk(folder, database, web, wait, inline)
    try:
        yield opened
    finally:
        opened.close()
