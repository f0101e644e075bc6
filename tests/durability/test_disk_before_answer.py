"""No success leaves before its commit is on the disk: traced, system call by system call."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.durability.pinging import PROTOCOLS, Outcome, Protocol, each, ping
from tests.durability.programs import PROGRAM, Desk
from tests.durability.tracing import answered_too_early, read_calls, traced
from tests.durability.web import Web

pytestmark = pytest.mark.strace

# The same program, but for one word: it does not wait for the disk.
CARELESS = "from linkback.storage import sqlite; sqlite.PRAGMAS = ('PRAGMA synchronous=OFF',); "
CARELESS += "from linkback.cli import main; main()"


async def pinged(office: Desk, web: Web, trace: Path, within: Sequence[str]) -> list[Outcome]:
    """Send pings one by one, then many at once, then of silent sources; all of them are promised something.

    By every protocol in turn, each source by one.
    """
    office.wait = 3.0
    server = await office.serve(within=[*traced(trace), *within])

    async def call(source: str) -> Outcome:
        return await ping(server.url, source, web.target, spoken_of(source))

    outcomes = await each(call, [web.spread("page", number) for number in range(9)], 1)
    outcomes += await each(call, [web.spread("page", number) for number in range(100, 130)], 20)
    outcomes += await each(call, [web.spread("hang", number) for number in range(200, 206)], 3)
    server.kill()
    assert [outcome for outcome in outcomes if not outcome.acknowledged] == []
    return outcomes


def spoken_of(source: str) -> Protocol:
    """Return the protocol by which a source is told, by its number."""
    return PROTOCOLS[int(source.rstrip("/").rpartition("/")[2]) % len(PROTOCOLS)]


def too_early(trace: Path, outcomes: list[Outcome]) -> list[str]:
    with trace.open(encoding="ascii") as lines:
        calls = list(read_calls(lines))
    return answered_too_early(calls, {outcome.port: outcome.source for outcome in outcomes})


async def test_each_success_leaves_after_its_row_is_on_the_disk(office: Desk, web: Web, tmp_path: Path) -> None:
    outcomes = await pinged(office, web, tmp_path / "trace", [PROGRAM])
    assert too_early(tmp_path / "trace", outcomes) == []


async def test_a_server_that_does_not_wait_for_the_disk_is_found_out(office: Desk, web: Web, tmp_path: Path) -> None:
    outcomes = await pinged(office, web, tmp_path / "trace", [sys.executable, "-c", CARELESS])
    assert len(too_early(tmp_path / "trace", outcomes)) == len(outcomes)
