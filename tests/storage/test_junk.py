"""Junk goes when its time is over or there is too much of it: counted, never lost, and nobody's decision with it."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from linkback.core.model import Citation, Evidence, Makeup, Ping, Reason, Status, Verdict
from linkback.storage import figures, hosts, junk, mentions, sites
from linkback.storage.database import Database
from linkback.storage.junk import KEPT_FOR, MOST_OF_HOST, MOST_OF_SITE, MOST_OF_TARGET
from linkback.storage.settlement import Settlement
from linkback.storage.tables import mentions as table
from linkback.storage.tables import metadata, tallies, url_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = NOW - KEPT_FOR - DAY
SITE = "https://me.example/"
SPAM = Verdict(Status.SPAM, 0.99, (Reason("outbound", "x", -3.0), Reason("copied", "y", 2.5), Reason("rel", "z", 1.0)))
NUMBERS = count()


def keep(
    connection: Connection,
    /,
    status: Status = Status.SPAM,
    *,
    at: datetime = OLD,
    host: str = "junk.example",
    target: str = SITE + "post",
    by: str | None = None,
    **what: Any,
) -> int:
    """Keep a mention as if it had been judged at a time, decided by a person where one is named."""
    site = sites.add(connection, SITE, NOW)
    source = f"https://{host}/{next(NUMBERS)}"
    read = Citation(title="Cheap", excerpt="Cheap pills here.", anchor="pills")
    judged: dict[str, Any] = {"citation": read, "verdict": SPAM, "evidence": Evidence(Makeup(words=9))} | what
    settled = Settlement(site.id, source, target, status, at, ping=Ping(source, target, "pingback"), **judged)
    mention = mentions.settle(connection, settled)
    if by:
        mentions.decide(connection, mention.id, status, by=by, now=at, next_look_at=None)
    return mention.id


def tidy(connection: Connection, now: datetime = NOW) -> junk.Surplus:
    """Do once what a worker does each hour."""
    found = junk.surplus(connection, now)
    junk.count_away(connection, found.junk)
    junk.forget_claims(connection, found.claims)
    junk.strip(connection, found.decisions)
    junk.forget_strangers(connection, found.strangers, now)
    return found


def kept(connection: Connection) -> set[int]:
    return set(connection.execute(select(table.c.id)).scalars())


def counted(connection: Connection) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(select(tallies.c.rule, tallies.c.count))}


@pytest.mark.parametrize(
    ("status", "by", "at", "stays"),
    [
        (Status.SPAM, None, OLD, False),
        (Status.SPAM, None, NOW - KEPT_FOR, True),
        (Status.SPAM, None, NOW, True),
        (Status.SPAM, "ana", OLD, True),
        (Status.HELD, None, OLD, True),
        (Status.APPROVED, None, OLD, True),
        (Status.REMOVED, None, OLD, True),
        (Status.REMOVED, "ana", OLD, True),
        (Status.GONE, None, OLD, True),
    ],
)
async def test_only_old_junk_of_machines_goes(
    database: Database, status: Status, by: str | None, at: datetime, stays: bool
) -> None:
    key = await database.write(lambda c: keep(c, status, at=at, by=by))
    await database.write(tidy)
    assert (key in await database.read(kept)) is stays
    assert await database.read(counted) == ({} if stays else {"copied": 1})


@pytest.mark.parametrize("status", [Status.SPAM, Status.INVALID])
@pytest.mark.parametrize(("last", "stays"), [(NOW, True), (NOW - KEPT_FOR, True), (NOW - KEPT_FOR - DAY, False)])
async def test_what_is_reported_again_is_kept_as_long_once_more(
    database: Database, status: Status, last: datetime, stays: bool
) -> None:
    def come(connection: Connection) -> int:
        key = keep(connection, status, at=OLD - 9 * DAY, verified=status is Status.SPAM)
        for protocol, at in (("pingback", last), ("webmention", OLD - 8 * DAY)):
            known = mentions.get(connection, key)
            mentions.repeat(connection, Ping(known.source, known.target, protocol), at)
        return key

    key = await database.write(come)
    await database.write(tidy)
    assert (key in await database.read(kept)) is stays


async def test_junk_is_counted_by_the_day_it_came_and_the_rule_that_spoke_the_loudest(database: Database) -> None:
    def come(connection: Connection) -> None:
        keep(connection)
        keep(connection, at=OLD - DAY)
        keep(connection, at=OLD - DAY, verdict=Verdict(Status.SPAM, 1.0, (Reason("owner_lists", "blocked"),)))
        keep(connection, at=OLD - DAY, verdict=None)

    await database.write(come)
    before = await database.read(figures.junk, 1, OLD - 9 * DAY)
    await database.write(tidy)
    after = await database.read(figures.junk, 1, OLD - 9 * DAY)
    assert after.by_rule == before.by_rule == {"copied": 2, "owner_lists": 1, "unknown": 1}
    assert after.by_day == before.by_day == {OLD.date(): 1, (OLD - DAY).date(): 3}
    assert (before.by_domain, after.by_domain) == ({"junk.example": 4}, {})


async def test_a_second_worker_and_a_second_time_count_nothing_twice(database: Database) -> None:
    await database.write(lambda c: [keep(c) for _ in range(3)])
    found = await database.read(junk.surplus, NOW)
    assert [await database.write(junk.count_away, found.junk) for _ in range(2)] == [3, 0]
    assert not any(astuple(await database.write(tidy)))
    assert await database.read(counted) == {"copied": 3}


async def test_what_a_person_decides_meanwhile_is_left_alone(database: Database) -> None:
    key = await database.write(lambda c: keep(c))
    found = await database.read(junk.surplus, NOW)
    await database.write(lambda c: mentions.decide(c, key, Status.APPROVED, by="ana", now=NOW, next_look_at=None))
    assert await database.write(junk.count_away, found.junk) == 0
    assert (await database.read(mentions.get, key)).citation.title == "Cheap"


async def test_a_host_stays_known_for_its_junk(database: Database) -> None:
    await database.write(lambda c: keep(c))
    await database.write(tidy)
    assert (await database.read(hosts.history, 1, "junk.example")).count(Status.SPAM) == 1
    await database.write(tidy, NOW + timedelta(days=400))
    assert not (await database.read(hosts.history, 1, "junk.example")).seen


async def test_a_host_with_anything_but_junk_is_never_forgotten(database: Database) -> None:
    await database.write(lambda c: [keep(c), keep(c, Status.APPROVED)])
    await database.write(tidy, NOW + timedelta(days=400))
    assert (await database.read(hosts.history, 1, "junk.example")).count(Status.APPROVED) == 1


async def test_what_a_person_called_junk_loses_its_texts_and_keeps_its_decision(database: Database) -> None:
    key = await database.write(lambda c: keep(c, by="ana"))
    await database.write(tidy)
    mention = await database.read(mentions.get, key)
    assert (mention.status, mention.decided_by) == (Status.SPAM, "ana")
    assert (mention.citation.title, mention.citation.excerpt, mention.citation.anchor) == ("", "", "")
    assert mention.evidence is None
    assert mention.verdict is not None
    assert mention.verdict.reasons == ()
    ping = Ping(mention.source, mention.target, "webmention")
    again = await database.write(lambda c: mentions.keep(c, ping, site_id=1, now=NOW, look_at=NOW))
    assert (again.id, again.status) == (key, Status.SPAM)
    assert not any(astuple(await database.write(tidy)))


async def test_what_never_had_its_link_is_forgotten_and_not_counted(database: Database) -> None:
    nothing: dict[str, Any] = {"citation": None, "verdict": None, "evidence": None, "verified": False}
    key = await database.write(lambda c: keep(c, Status.INVALID, **nothing))
    lost = await database.write(lambda c: keep(c, Status.INVALID))
    assert {key, lost} <= await database.read(kept)
    await database.write(tidy)
    assert await database.read(kept) == {lost}
    assert await database.read(counted) == {}
    assert (await database.read(hosts.history, 1, "junk.example")).count(Status.INVALID) == 1


BULK = {
    "host": (MOST_OF_HOST, lambda number: {"host": "junk.example", "target": f"{SITE}{number}"}),
    "target": (MOST_OF_TARGET, lambda number: {"host": f"h{number}.example"}),
    "site": (MOST_OF_SITE, lambda number: {"host": f"h{number}.example", "target": f"{SITE}{number}"}),
}


def fill(connection: Connection, many: int, place: Callable[[int], dict[str, str]]) -> int:
    """Copy a kept mention so often, each a second newer than the one before, and return the id of the first."""
    key = keep(connection, at=NOW)
    row = dict(connection.execute(select(table).where(table.c.id == key)).mappings().one())
    del row["id"]
    copies = []
    for number in range(1, many):
        where = {"host": "junk.example", "target": SITE + "post"} | place(number)
        named = {"key": number.to_bytes(20), "source_host": where["host"], "target": where["target"]}
        copies.append(
            {**row, **named, "target_key": url_key(where["target"]), "received_at": row["received_at"] + number}
        )
    connection.execute(table.insert(), copies)
    return key


@pytest.mark.parametrize("what", BULK)
async def test_beyond_its_bounds_the_oldest_junk_is_counted(sqlite_url: str, what: str) -> None:
    most, place = BULK[what]
    database = Database.open(sqlite_url)
    first = await database.write(fill, most + 1, place)
    found = await database.write(tidy)
    database.close()
    assert found.junk == (first,)


async def test_the_bounds_are_those_of_each_host_alone(database: Database) -> None:
    await database.write(fill, MOST_OF_HOST, lambda number: {"target": f"{SITE}{number}"})
    await database.write(lambda c: keep(c, at=NOW, host="other.example"))
    assert (await database.read(junk.surplus, NOW)).junk == ()


async def test_all_that_belongs_to_junk_goes_with_it(database: Database) -> None:
    await database.write(lambda c: keep(c))
    await database.write(tidy)

    def left(connection: Connection) -> list[int]:
        tables = (metadata.tables[name] for name in ("mentions", "receipts", "claims", "events"))
        return [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables]

    assert await database.read(left) == [0, 0, 0, 0]
