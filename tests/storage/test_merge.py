"""One mention for one link: what redirects and rel=canonical lead together, and what they must not."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, delete, func, select

from linkback.core.model import Author, Change, Citation, Mention, Ping, Receipt, Site, Status, Verdict
from linkback.storage import events, hosts, mentions, sites
from linkback.storage.database import Database
from linkback.storage.mention_rows import page_of
from linkback.storage.settlement import Settlement
from linkback.storage.tables import claims as claims_table
from linkback.storage.tables import mentions as table
from linkback.storage.tables import pair_key, url_key
from linkback.storage.tables import receipts as receipts_table
from linkback.storage.tables import sites as sites_table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "https://me.example/"
TARGET = f"{SITE}post"
OTHER = f"{SITE}post?lang=de"
OLD, NEW, THIRD = "https://old.example/1", "https://new.example/1", "https://third.example/1"


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, SITE, NOW)


class Desk:
    """A receiver of pings over a database, without a network: it is told what a look found."""

    def __init__(self, database: Database, site: Site) -> None:
        self.database, self.site = database, site
        self.now = NOW

    async def keep(self, source: str, target: str = TARGET, *, called: str = "", by: str = "webmention") -> Mention:
        self.now += HOUR
        ping = Ping(source, target, by)
        keep = mentions.keep
        return await self.database.write(
            keep, ping, site_id=self.site.id, now=self.now, look_at=self.now, target_page=called
        )

    async def settle(
        self,
        source: str,
        target: str = TARGET,
        *,
        to: str = "",
        called: str = "",
        status: Status = Status.HELD,
        by: str | None = "pingback",
        **more: Any,
    ) -> Mention:
        self.now += HOUR
        ping = Ping(source, target, by) if by else None
        known = Settlement(self.site.id, source, target, status, self.now, ping=ping, **more)
        settlement = replace(known, source_page=to, target_page=called)
        return await self.database.write(mentions.settle, settlement)

    async def decide(self, mention: Mention, status: Status, by: str = "ana") -> Mention:
        self.now += HOUR
        decide = mentions.decide
        return await self.database.write(decide, mention.id, status, by=by, now=self.now, next_look_at=None)

    async def find(self, source: str, target: str = TARGET) -> Mention | None:
        return await self.database.read(mentions.find, source, target)

    async def changes(self, mention: Mention) -> list[Change]:
        return [event.change for event in await self.database.read(events.of, mention.id)]

    async def count(self, host: str, status: Status) -> int:
        return (await self.database.read(hosts.history, self.site.id, host)).count(status)

    async def all(self) -> list[Mention]:
        return await self.database.read(mentions.listing)


@pytest.fixture
def desk(database: Database, site: Site) -> Desk:
    return Desk(database, site)


async def test_a_mention_stands_at_the_page_that_its_source_led_to(desk: Desk) -> None:
    mention = await desk.settle(OLD, to=NEW)
    assert (mention.source, mention.source_page) == (OLD, NEW)
    assert await desk.find(OLD) == await desk.find(NEW) == mention
    assert await desk.count("old.example", Status.HELD) == 0
    assert await desk.count("new.example", Status.HELD) == 1


async def test_a_mention_stands_at_what_the_own_site_calls_its_target(desk: Desk) -> None:
    mention = await desk.settle(OLD, OTHER, called=TARGET)
    assert (mention.target, mention.target_page) == (OTHER, TARGET)
    assert await desk.find(OLD, OTHER) == await desk.find(OLD, TARGET) == mention
    for target in (TARGET, OTHER):
        assert await desk.database.read(mentions.listing, target=target) == [mention]


@pytest.mark.parametrize("second", ["http://old.example/1", "https://old.example/1/", "http://OLD.example:80/1/#x"])
async def test_scheme_and_slash_make_no_second_mention(desk: Desk, second: str) -> None:
    first = await desk.settle(OLD)
    again = await desk.settle(second, "http://me.example/post/", by="webmention")
    assert again.id == first.id
    assert len(again.receipts) == 2
    assert len(await desk.all()) == 1


async def test_the_pair_that_was_seen_to_be_good_last_is_the_one_to_look_at(desk: Desk) -> None:
    await desk.settle("http://old.example/1", "http://me.example/post/")
    again = await desk.settle(OLD)
    assert (again.source, again.target) == (OLD, TARGET)
    targets = await desk.database.read(mentions.targets_of, again)
    assert targets == (TARGET, "http://me.example/post/")


async def test_every_spelling_of_a_target_is_looked_for(desk: Desk) -> None:
    mention = await desk.settle(OLD)
    slash, other = "http://me.example/post/", "http://me.example/post?lang=de"
    for target in (slash, slash, TARGET):
        repeated = await desk.database.write(mentions.repeat, Ping(OLD, target, "pingback"), NOW)
        assert repeated is not None
        assert repeated.id == mention.id
    await desk.settle(OLD, other, called=TARGET)
    known = await desk.find(OLD)
    assert known is not None
    assert set(await desk.database.read(mentions.targets_of, known)) == {TARGET, slash, other}


async def test_a_source_that_moved_takes_its_mention_along(desk: Desk) -> None:
    first = await desk.settle(OLD)
    await desk.decide(first, Status.APPROVED)
    moved = await desk.settle(OLD, to=NEW, by=None)
    assert (moved.id, moved.status, moved.decided_by) == (first.id, Status.APPROVED, "ana")
    assert await desk.find(OLD) == await desk.find(NEW) == moved
    assert (await desk.changes(moved))[-1] is Change.SOURCE
    assert await desk.count("old.example", Status.APPROVED) == 0
    assert await desk.count("new.example", Status.APPROVED) == 1


async def test_a_mention_moves_as_often_as_its_source_does(desk: Desk) -> None:
    first = await desk.settle(OLD)
    await desk.settle(OLD, to=NEW, by=None)
    there = await desk.settle(OLD, to=THIRD, by=None)
    assert (there.id, await desk.find(NEW), await desk.find(THIRD)) == (first.id, None, there)
    back = await desk.settle(OLD, by=None)
    assert (back.id, back.source_page, await desk.find(THIRD)) == (first.id, "", None)
    assert await desk.find(OLD) == back


async def test_a_pair_that_was_claimed_is_found_wherever_its_mention_went(desk: Desk) -> None:
    first = await desk.settle(OLD)
    await desk.settle(NEW, to=OLD)
    await desk.settle(OLD, to=NEW, by=None)
    there = await desk.settle(OLD, to=THIRD, by=None)
    assert there.id == first.id
    assert await desk.find(OLD) == await desk.find(NEW) == await desk.find(THIRD) == there


async def test_two_mentions_of_one_page_become_one(desk: Desk) -> None:
    first = await desk.settle(OLD, by="pingback")
    second = await desk.settle(NEW, by="webmention")
    one = await desk.settle(OLD, to=NEW, by="pingback")
    assert one.id == first.id
    assert one.received_at == first.received_at
    assert {(receipt.protocol, receipt.times) for receipt in one.receipts} == {("pingback", 2), ("webmention", 1)}
    assert await desk.all() == [one]
    assert await desk.find(OLD) == await desk.find(NEW) == one
    assert Change.MERGED in await desk.changes(one)
    assert await desk.count("old.example", Status.HELD) == 0
    assert await desk.count("new.example", Status.HELD) == 1
    assert second.id != one.id


async def test_receipts_of_one_protocol_are_added_up(desk: Desk) -> None:
    first = await desk.settle(OLD)
    second = await desk.settle(NEW)
    one = await desk.settle(OLD, to=NEW, by=None)
    expected = Receipt("pingback", first.receipts[0].first_at, second.receipts[0].last_at, 2)
    assert one.receipts == (expected,)
    assert await desk.database.read(mentions.get, one.id) == one


async def test_the_mention_that_a_person_decided_on_is_the_one_that_stays(desk: Desk) -> None:
    await desk.settle(OLD)
    second = await desk.settle(NEW)
    await desk.decide(second, Status.REMOVED)
    one = await desk.settle(OLD, to=NEW, status=Status.APPROVED)
    assert (one.id, one.status, one.decided_by) == (second.id, Status.REMOVED, "ana")


@pytest.mark.parametrize("later", [0, 1])
async def test_of_two_decisions_the_later_one_counts(desk: Desk, later: int) -> None:
    two = [await desk.settle(OLD), await desk.settle(NEW)]
    await desk.decide(two[1 - later], Status.APPROVED, by="ana")
    await desk.decide(two[later], Status.SPAM, by="ben")
    one = await desk.settle(OLD, to=NEW)
    assert (one.id, one.status, one.decided_by) == (two[later].id, Status.SPAM, "ben")


async def test_who_changes_a_page_of_their_own_ends_no_decision_on_the_page_it_now_leads_to(desk: Desk) -> None:
    mine = await desk.settle(OLD)
    honest = await desk.settle(NEW)
    await desk.decide(mine, Status.APPROVED)
    await desk.decide(honest, Status.APPROVED)
    one = await desk.settle(OLD, to=NEW, status=Status.HELD, by=None, force=True)
    assert (one.id, one.status, one.decided_by) == (honest.id, Status.APPROVED, "ana")


@pytest.mark.parametrize("there", [Status.APPROVED, Status.HELD, Status.SPAM])
@pytest.mark.parametrize("found", [Status.APPROVED, Status.HELD, Status.SPAM])
async def test_a_detour_to_a_page_changes_nothing_where_that_stands(desk: Desk, there: Status, found: Status) -> None:
    await desk.settle(NEW, status=there, verdict=Verdict(there))
    one = await desk.settle(OLD, to=NEW, status=found, verdict=Verdict(found))
    assert (one.status, one.verdict) == (there, Verdict(there))


async def test_what_was_gone_comes_back_held_by_whatever_way(desk: Desk) -> None:
    gone = await desk.settle(NEW, status=Status.GONE)
    one = await desk.settle(OLD, to=NEW, status=Status.APPROVED, verdict=Verdict(Status.APPROVED))
    assert (one.id, one.status) == (gone.id, Status.HELD)
    assert one.verdict is not None
    assert one.verdict.reasons[0].rule == "came_back"


async def test_who_stops_redirecting_to_a_page_speaks_for_it_no_longer(desk: Desk) -> None:
    honest = await desk.settle(NEW)
    await desk.settle(OLD, to=NEW)
    await desk.decide(honest, Status.APPROVED)
    spam = await desk.settle(OLD, status=Status.SPAM, citation=Citation(title="Pills"))
    assert spam.id != honest.id
    assert await desk.find(OLD) == spam
    known = await desk.find(NEW)
    assert known is not None
    assert (known.id, known.status, known.citation) == (honest.id, Status.APPROVED, Citation())


async def test_a_look_in_vain_at_a_page_that_once_led_to_another_says_nothing_of_that(desk: Desk) -> None:
    honest = await desk.settle(NEW)
    await desk.settle(OLD, to=NEW)
    told = await desk.settle(OLD, status=Status.GONE, by=None, verified=False, trouble="no_link", force=True)
    assert (told.id, told.status) == (honest.id, Status.HELD)


async def test_the_page_itself_is_looked_at_once_it_is_known(desk: Desk) -> None:
    first = await desk.settle(OLD, to=NEW)
    one = await desk.settle(NEW)
    assert (one.id, one.source, one.source_page) == (first.id, NEW, "")
    assert await desk.find(OLD) == one


async def test_a_ping_that_led_to_a_page_that_is_gone_is_a_new_beginning(desk: Desk) -> None:
    await desk.settle(NEW)
    await desk.settle(OLD, to=NEW)
    gone = await desk.settle(NEW, status=Status.GONE, by=None, verified=False, trouble="no_link")
    new = await desk.keep(OLD)
    assert (new.status, new.source) == (Status.RECEIVED, OLD)
    assert new.id != gone.id
    assert await desk.find(OLD) == new


async def test_a_ping_for_another_address_of_a_target_is_kept_with_the_first(desk: Desk) -> None:
    first = await desk.keep(OLD, TARGET)
    again = await desk.keep(OLD, OTHER, called=TARGET)
    assert again.id == first.id
    assert again.receipts[0].times == 2
    assert await desk.find(OLD, OTHER) == again


async def test_what_was_kept_before_the_own_page_answered_is_united_with_what_is_there(desk: Desk) -> None:
    waiting = await desk.keep(OLD, OTHER)
    there = await desk.settle(OLD, TARGET, status=Status.APPROVED, citation=Citation(title="Bread"))
    one = await desk.keep(OLD, OTHER, called=TARGET)
    assert (one.id, one.status, one.citation.title) == (waiting.id, Status.APPROVED, "Bread")
    assert (one.target, one.verified_at) == (TARGET, there.verified_at)
    assert one.next_look_at == waiting.next_look_at
    assert await desk.all() == [one]
    assert await desk.find(OLD, OTHER) == await desk.find(OLD, TARGET) == one


async def test_a_kept_ping_moves_to_what_the_own_site_calls_its_target(desk: Desk) -> None:
    first = await desk.keep(OLD, OTHER)
    again = await desk.keep(OLD, OTHER, called=TARGET)
    assert (again.id, again.target, again.target_page) == (first.id, OTHER, TARGET)
    assert await desk.find(OLD, TARGET) == again


async def test_histories_are_joined(desk: Desk) -> None:
    first = await desk.settle(OLD)
    second = await desk.settle(NEW)
    await desk.decide(second, Status.SPAM)
    await desk.decide(first, Status.APPROVED)
    one = await desk.settle(OLD, to=NEW, by=None)
    told = await desk.database.read(events.of, one.id)
    assert [event.change for event in told] == [Change.STATUS, Change.STATUS, Change.SOURCE, Change.MERGED]
    assert told[-1].before == f"{second.id}: {NEW} → {TARGET} (spam)"
    assert told[-1].after == f"{NEW} → {TARGET}"


async def test_what_a_page_no_longer_says_stays_as_it_said_it(desk: Desk) -> None:
    whole = Citation("Bread", Author("Ana", f"{OLD}/ana", f"{OLD}/ana.png"), published=NOW, photo=f"{OLD}/b.png")
    await desk.settle(OLD, citation=whole)
    again = await desk.settle(OLD, citation=Citation("Bread!", Author("Ana")))
    assert again.citation == replace(whole, title="Bread!")
    other = await desk.settle(OLD, citation=Citation("Bread!", Author("Ben")))
    assert other.citation.author == Author("Ben")


async def test_a_pair_is_found_by_its_token(desk: Desk) -> None:
    one = await desk.settle(OLD, OTHER, to=NEW, called=TARGET)
    for source, target in ((OLD, OTHER), (NEW, TARGET)):
        token = pair_key(source, target).hex()
        assert await desk.database.read(mentions.find_token, token) == one
        assert await desk.database.read(mentions.claimed, token) == (source, target, one)


@pytest.mark.parametrize("token", ["", "x", "00", "0" * 40, "é" * 40, "0" * 4000, "  " * 20], ids=range(7))
async def test_a_token_that_was_never_given_leads_to_nothing(desk: Desk, token: str) -> None:
    await desk.settle(OLD)
    assert await desk.database.read(mentions.find_token, token) is None
    assert await desk.database.read(mentions.claimed, token) is None


async def test_a_ping_that_comes_again_for_nothing_that_is_kept_is_not_noted(desk: Desk) -> None:
    assert await desk.database.write(mentions.repeat, Ping(OLD, TARGET, "pingback"), NOW) is None


async def test_a_pair_that_slipped_in_twice_is_united_by_whoever_writes_it_next(desk: Desk) -> None:
    first = await desk.settle(OLD, to=NEW)
    row = await desk.database.read(lambda connection: connection.execute(select(claims_table)).one())
    await desk.database.write(lambda connection: connection.execute(delete(claims_table)))
    await desk.keep(OLD)
    values = row._asdict()
    await desk.database.write(lambda connection: connection.execute(claims_table.insert(), values))
    assert len(await desk.all()) == 2
    one = await desk.settle(OLD, to=NEW)
    assert one.id == first.id
    assert await desk.all() == [one]
    assert one.receipts[-1].times + one.receipts[0].times == 3


@pytest.mark.parametrize("tries", range(5))
async def test_two_that_lead_to_each_other_at_the_same_time_become_one(desk: Desk, tries: int) -> None:
    pages = [OLD, NEW, THIRD]
    for page in pages:
        await desk.keep(page)
    after = pages[1:] + pages[:1]
    looks = [desk.settle(one, to=two) for one, two in zip(pages, after, strict=True)]
    looks += [desk.settle(page) for page in pages] + [desk.keep(page) for page in pages]
    await asyncio.gather(*looks)
    found = {mention.id for page in pages if (mention := await desk.find(page)) is not None}
    standing = {mention.id for mention in await desk.all()}
    assert found <= standing
    assert sum(receipt.times for mention in await desk.all() for receipt in mention.receipts) == 12
    assert all([await desk.find(page) for page in pages])


@pytest.mark.parametrize("tries", range(3))
async def test_a_look_that_ends_as_its_mention_is_united_with_another_finds_that_one(desk: Desk, tries: int) -> None:
    await desk.keep(NEW)
    await desk.keep(OLD)
    looks = [desk.settle(OLD, by=None) for _ in range(6)]
    looks.insert(tries, desk.settle(OLD, to=NEW))
    await asyncio.gather(*looks)
    (one,) = {mention.id for page in (OLD, NEW) if (mention := await desk.find(page)) is not None}
    assert [mention.id for mention in await desk.all()] == [one]


@pytest.mark.parametrize("tries", range(5))
async def test_a_report_that_comes_as_its_mention_is_united_with_another_is_noted_there(desk: Desk, tries: int) -> None:
    await desk.keep(NEW)
    await desk.keep(OLD)
    ping = Ping(OLD, TARGET, "trackback")
    writes: list[Awaitable[Mention | None]] = [desk.database.write(mentions.repeat, ping, NOW + HOUR) for _ in range(6)]
    writes.insert(tries, desk.settle(OLD, to=NEW))
    assert all(await asyncio.gather(*writes))
    [mention] = await desk.all()
    assert [receipt.times for receipt in mention.receipts if receipt.protocol == "trackback"] == [6]


@pytest.mark.parametrize("tries", range(3))
async def test_many_first_pings_of_one_page_by_many_ways_make_one_mention(desk: Desk, tries: int) -> None:
    ways = [f"https://way{at}.example/" for at in range(6)]
    await asyncio.gather(*(desk.settle(way, to=NEW) for way in ways), desk.settle(NEW), desk.keep(NEW))
    (one,) = await desk.all()
    assert sum(receipt.times for receipt in one.receipts) == 8
    assert [await desk.find(way) for way in ways] == [one] * 6
    assert await desk.count("new.example", one.status) == 1


PAGES = [f"https://{host}.example/{page}" for host in "ab" for page in range(2)]
SPELLINGS = [PAGES[0].replace("https:", "http:"), f"{PAGES[2]}/"]
TARGETS = [f"{SITE}x", f"{SITE}y", f"{SITE}x/"]
SOURCE, GOAL = st.sampled_from([*PAGES, *SPELLINGS]), st.sampled_from(TARGETS)
STATUS = st.sampled_from(list(Status))
LOOKED = st.sampled_from([Status.HELD, Status.APPROVED, Status.SPAM])
VAIN = st.sampled_from([Status.GONE, Status.INVALID, Status.RECEIVED])


def clear(connection: Connection) -> None:
    connection.execute(delete(sites_table))


def counted(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        select(table.c.source_host, table.c.status, func.count()).group_by(*table.c[("source_host", "status")])
    )
    return {(host, status): many for host, status, many in rows}


def keys(connection: Connection) -> list[tuple[int, bytes, bytes]]:
    rows = connection.execute(select(table.c.id, table.c.key, table.c.target_key))
    return [(mention_id, key, target_key) for mention_id, key, target_key in rows]


def claimed_keys(connection: Connection) -> set[bytes]:
    return set(connection.execute(select(claims_table.c.key)).scalars())


def reports(connection: Connection) -> int:
    return connection.execute(select(func.coalesce(func.sum(receipts_table.c.times), 0))).scalar_one()


class World(RuleBasedStateMachine):
    """Pages that redirect and change their minds, peers that tell of them, a person, and a worker that looks."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.leads: dict[str, str] = {}
        self.called: dict[str, str] = {}
        self.claimed: set[tuple[str, str]] = set()
        self.pings = 0

    def do(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(self.connection, *args, **kwargs)

    @initialize()
    def begin(self) -> None:
        self.do(clear)
        self.site = self.do(sites.add, SITE, NOW)
        self.now = NOW

    def pinged(self, source: str, goal: str) -> Ping:
        self.pings += 1
        self.now += HOUR
        self.claimed.add((source, goal))
        return Ping(source, goal, "pingback")

    def settlement(self, source: str, goal: str, status: Status, **more: Any) -> Settlement:
        settlement = Settlement(self.site.id, source, goal, status, self.now, **more)
        return replace(settlement, source_page=self.leads.get(source, ""), target_page=self.called.get(goal, ""))

    @rule(source=SOURCE, page=st.sampled_from(PAGES))
    def source_redirects(self, source: str, page: str) -> None:
        self.leads[source] = "" if source == page else page

    @rule(goal=GOAL, page=GOAL)
    def own_site_names(self, goal: str, page: str) -> None:
        self.called[goal] = "" if goal == page else page

    @rule(source=SOURCE, goal=GOAL, known=st.booleans())
    def ping_is_kept(self, source: str, goal: str, known: bool) -> None:
        called = self.called.get(goal, "") if known else ""
        ping = self.pinged(source, goal)
        self.do(mentions.keep, ping, site_id=self.site.id, now=self.now, look_at=self.now, target_page=called)

    @rule(source=SOURCE, goal=GOAL, status=LOOKED)
    def ping_is_verified(self, source: str, goal: str, status: Status) -> None:
        self.do(mentions.settle, self.settlement(source, goal, status, ping=self.pinged(source, goal)))

    @rule(source=SOURCE, goal=GOAL)
    def ping_comes_again(self, source: str, goal: str) -> None:
        if (source, goal) in self.claimed:
            assert self.do(mentions.repeat, self.pinged(source, goal), self.now) is not None

    @rule(source=SOURCE, goal=GOAL, status=LOOKED, force=st.booleans())
    def worker_looks(self, source: str, goal: str, status: Status, force: bool) -> None:
        mention = self.do(mentions.find, source, goal)
        if mention is not None:
            settled = self.do(mentions.settle, self.settlement(mention.source, mention.target, status, force=force))
            if mention.decided_by and not force:
                assert settled.decided_by

    @rule(source=SOURCE, goal=GOAL, status=VAIN, force=st.booleans())
    def worker_looks_in_vain(self, source: str, goal: str, status: Status, force: bool) -> None:
        mention = self.do(mentions.find, source, goal)
        if mention is not None:
            vain = self.settlement(mention.source, mention.target, status, force=force, trouble="no_link")
            settled = self.do(mentions.settle, vain)
            assert page_of(settled) == page_of(mention)

    @rule(source=SOURCE, goal=GOAL, status=STATUS)
    def person_decides(self, source: str, goal: str, status: Status) -> None:
        mention = self.do(mentions.find, source, goal)
        if mention is not None:
            self.do(mentions.decide, mention.id, status, by="ana", now=self.now, next_look_at=None)

    @invariant()
    def every_claimed_pair_finds_its_mention(self) -> None:
        for source, goal in self.claimed:
            assert self.do(mentions.find, source, goal) is not None, (source, goal)

    @invariant()
    def no_pair_leads_to_two_mentions(self) -> None:
        rows = self.do(keys)
        assert not {key for _, key, _ in rows} & self.do(claimed_keys)
        for mention_id, key, target_key in rows:
            source, target = page_of(self.do(mentions.get, mention_id))
            assert (key, target_key) == (pair_key(source, target), url_key(target))

    @invariant()
    def the_own_pair_of_a_mention_leads_to_it(self) -> None:
        for mention in self.do(mentions.listing):
            found = self.do(mentions.find, mention.source, mention.target)
            assert found == mention

    @invariant()
    def counters_say_what_stands(self) -> None:
        standing = self.do(counted)
        for host in "ab":
            history = self.do(hosts.history, self.site.id, f"{host}.example")
            here = {status: many for (name, status), many in standing.items() if name == history.host}
            assert +Counter(history.counts) == Counter(here)

    @invariant()
    def every_report_is_in_a_receipt(self) -> None:
        assert self.do(reports) == self.pings


def test_nothing_that_was_acknowledged_is_lost_whatever_pages_do(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    calm = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")

        class Here(World):
            def __init__(self) -> None:
                super().__init__(connection)

        run_state_machine_as_test(Here, settings=calm)
    database.close()
