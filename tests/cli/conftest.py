"""The command line in this process: what it printed, and how it ended."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from linkback.cli import run
from linkback.core.model import Author, Citation, Ping, Reason, Status, Verdict
from linkback.desk import open_database
from linkback.settings import Settings
from linkback.storage import mentions, sites
from linkback.storage.settlement import Settlement

SITE = "https://me.example/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CITATION = Citation(
    title="Why bread needs time",
    author=Author("Ana", "https://ana.example/", "https://ana.example/ana.png"),
    excerpt="I keep to Ben's notes on sourdough.",
    anchor="Ben's notes",
    rel=("nofollow", "ugc"),
)
# What a settlement says beside the citation.
LED = ("source_page", "target_page", "trouble", "verified", "evidence")
VERDICT = Verdict(Status.HELD, 0.5, (Reason("first_time", "ana.example has never linked here before."),))


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the one JSON document on standard output."""
        return json.loads(self.out)


@dataclass
class Desk:
    """A folder with a database, and commands that are run in it."""

    folder: Path
    url: str
    capture: pytest.CaptureFixture[str]
    numbers: Any = field(default_factory=count)

    def __call__(self, *arguments: str) -> Done:
        """Run a command."""
        self.capture.readouterr()
        status = run(list(arguments))
        said = self.capture.readouterr()
        return Done(status, said.out, said.err)

    def mention(self, *, status: Status = Status.HELD, **what: Any) -> int:
        """Keep a mention as if its source had been read, and return its id."""
        source = what.pop("source", f"https://ana.example/{next(self.numbers)}")
        target = what.pop("target", SITE + "sourdough")
        ping = Ping(source, target, "pingback")
        led = {name: what.pop(name) for name in LED if name in what}
        verdict = what.pop("verdict", VERDICT)
        settled = Settlement(1, source, target, status, NOW, replace(CITATION, **what), verdict, ping, **led)
        return asyncio.run(_settle(self.url, [settled]))[0]

    def many(self, number: int) -> None:
        """Keep many mentions."""
        sources = [f"https://ana.example/many/{n}" for n in range(number)]
        pings = [Ping(source, SITE, "pingback") for source in sources]
        asyncio.run(
            _settle(self.url, [Settlement(1, p.source, SITE, Status.HELD, NOW, CITATION, ping=p) for p in pings])
        )


async def _settle(url: str, settlements: list[Settlement]) -> list[int]:
    def settle(connection: Any) -> list[int]:
        sites.add(connection, SITE, NOW)
        return [mentions.settle(connection, settlement).id for settlement in settlements]

    async with open_database(Settings(database=url)) as database:
        return await database.write(settle)


@pytest.fixture
def linkback(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """The command line over a database of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINKBACK_DATABASE", sqlite_url)
    monkeypatch.setenv("TZ", "UTC")
    return Desk(tmp_path, sqlite_url, capsys)
