"""Decisions: one action for one or for thousands, what it teaches, and that all of it can be taken back."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from linkback.core.errors import AlreadyUndone, LinkbackError, NotFound
from linkback.core.learner import Lore
from linkback.core.model import Author, Change, Citation, Evidence, Makeup, Mention, Ping, Site, Status
from linkback.moderate import Moderator, Selection, What
from linkback.moderate.moderator import BATCH
from linkback.storage import events, hosts, lessons, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import decisions as decisions_table
from linkback.storage.tables import mentions as table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "https://me.example/"
TARGET = f"{SITE}post"
CITATION = Citation("Bread", Author("Ana"), excerpt="I read about sourdough and rye bread today.")
EVIDENCE = Evidence(Makeup(words=300, links=3, hosts=2))
DECISIONS = [What.APPROVE, What.SPAM, What.REMOVE, What.HOLD]
STATUS = {
    What.APPROVE: Status.APPROVED,
    What.SPAM: Status.SPAM,
    What.REMOVE: Status.REMOVED,
    What.HOLD: Status.HELD,
}


@dataclass
class Owner:
    """A moderator over a database, whose clock moves by an hour with each thing it does."""

    database: Database
    site: Site
    time: datetime = NOW

    def now(self) -> datetime:
        self.time += HOUR
        return self.time

    @property
    def desk(self) -> Moderator:
        return Moderator(self.database, self.now)

    async def mention(self, source: str, status: Status = Status.HELD, **more: Any) -> Mention:
        return (await self.mentions([source], status, **more))[0]

    async def mentions(self, sources: Iterable[str], status: Status = Status.HELD, **more: Any) -> list[Mention]:
        told = {"citation": CITATION, "evidence": EVIDENCE, "next_look_at": NOW + 9 * HOUR, **more}
        settled = [
            Settlement(self.site.id, source, TARGET, status, NOW, ping=Ping(source, TARGET, "pingback"), **told)
            for source in sources
        ]
        return await self.database.write(settle_all, settled)

    async def at(self, mention: Mention) -> Mention:
        return await self.database.read(mentions.get, mention.id)

    async def row(self, mention: Mention) -> tuple[object, ...]:
        return await self.database.read(row_of, mention.id)

    async def lore(self) -> Lore:
        return await self.database.read(lessons.of_site, self.site.id)

    async def count(self, host: str) -> dict[Status, int]:
        history = await self.database.read(hosts.history, self.site.id, host)
        return {status: history.count(status) for status in Status if history.count(status)}

    async def story(self, mention: Mention) -> list[tuple[str, str, str | None]]:
        told = await self.database.read(events.of, mention.id)
        return [(event.before, event.after, event.by) for event in told]


def settle_all(connection: Connection, settled: Iterable[Settlement]) -> list[Mention]:
    return [mentions.settle(connection, one) for one in settled]


def row_of(connection: Connection, mention_id: int) -> tuple[object, ...]:
    columns = (table.c.status, table.c.decided_by, table.c.decided_at, table.c.next_look_at, table.c.sponsored)
    return tuple(connection.execute(select(*columns).where(table.c.id == mention_id)).one())


def decided_rows(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(decisions_table)).scalar_one()


@pytest.fixture
async def owner(database: Database) -> Owner:
    return Owner(database, await database.write(sites.add, SITE, NOW))


@pytest.mark.parametrize("what", DECISIONS)
async def test_a_decision_is_an_action_with_what_stood_before(owner: Owner, what: What) -> None:
    mention = await owner.mention("https://a.example/", Status.GONE)
    done = await owner.desk.decide(what, [mention.id], by="ana")
    assert (done.count, done.already) == (1, 0)
    (action,) = await owner.desk.actions()
    assert (action.id, action.what, action.by, action.count) == (done.action_id, what, "ana", 1)
    now = await owner.at(mention)
    assert (now.status, now.decided_by) == (STATUS[what], "ana")


@pytest.mark.parametrize("what", DECISIONS)
async def test_undo_puts_everything_back(owner: Owner, what: What) -> None:
    kept = [await owner.mention(f"https://a.example/{status}", status) for status in Status]
    before, counted = [await owner.row(mention) for mention in kept], await owner.count("a.example")
    done = await owner.desk.decide(what, [mention.id for mention in kept], by="ana")
    undone = await owner.desk.undo(done.action_id, by="ben")
    assert (undone.count, undone.left) == (len(kept), ())
    assert [await owner.row(mention) for mention in kept] == before
    assert await owner.lore() == Lore()
    assert await owner.count("a.example") == counted
    for mention in kept:
        was, there = mention.status.value, STATUS[what].value
        expected = [] if was == there else [(was, there, "ana"), (there, was, "ben")]
        assert await owner.story(mention) == expected


async def test_undo_of_a_decision_over_a_decision_puts_the_first_one_back(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    await owner.desk.approve(mention.id, by="ana")
    before, taught = await owner.row(mention), await owner.lore()
    assert (taught.junk, taught.honest) == (0, 1)
    await owner.desk.spam(mention.id, by="ben")
    assert ((await owner.lore()).junk, (await owner.lore()).honest) == (1, 0)
    await owner.desk.undo(by="ben")
    assert (await owner.row(mention), await owner.lore()) == (before, taught)


async def test_undo_again_goes_one_step_further_back(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    await owner.desk.approve(mention.id, by="ana")
    await owner.desk.spam(mention.id, by="ana")
    for status in (Status.APPROVED, Status.HELD):
        await owner.desk.undo(by="ana")
        assert (await owner.at(mention)).status is status
    assert await owner.lore() == Lore()
    with pytest.raises(LinkbackError, match="nothing to undo"):
        await owner.desk.undo(by="ana")


async def test_an_undo_can_be_undone_and_that_too(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    action_id = (await owner.desk.decide(What.SPAM, [mention.id], by="ana")).action_id
    rows, lores = [await owner.row(mention)], [await owner.lore()]
    for _ in range(4):
        action_id = (await owner.desk.undo(action_id, by="ben")).action_id
        rows.append(await owner.row(mention))
        lores.append(await owner.lore())
    assert rows[0] == rows[2] == rows[4] != rows[1] == rows[3]
    assert lores[0] == lores[2] == lores[4] != lores[1] == lores[3] == Lore()


async def test_what_was_done_again_can_be_undone_by_its_first_number(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    first = (await owner.desk.decide(What.SPAM, [mention.id], by="ana")).action_id
    await owner.desk.undo((await owner.desk.undo(first, by="ana")).action_id, by="ana")
    assert (await owner.at(mention)).status is Status.SPAM
    assert (await owner.desk.undo(first, by="ana")).count == 1
    assert (await owner.at(mention)).status is Status.HELD


async def test_to_undo_twice_is_an_error_that_says_how_to_do_it_again(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    first = (await owner.desk.decide(What.SPAM, [mention.id], by="ana")).action_id
    undone = await owner.desk.undo(first, by="ana")
    before = await owner.row(mention)
    message = f"Action {first} has been undone already. Undo {undone.action_id} to do it again."
    with pytest.raises(AlreadyUndone, match=message):
        await owner.desk.undo(first, by="ana")
    assert await owner.row(mention) == before


@pytest.mark.parametrize("action_id", [0, 99, 10**30])
async def test_an_action_that_never_was_cannot_be_undone(owner: Owner, action_id: int) -> None:
    with pytest.raises(NotFound, match=f"no action {action_id}"):
        await owner.desk.undo(action_id, by="ana")


async def test_only_one_of_two_who_undo_at_once_does_so(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    action_id = (await owner.desk.decide(What.SPAM, [mention.id], by="ana")).action_id
    both = (owner.desk.undo(action_id, by=name) for name in ("ana", "ben"))
    told = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["AlreadyUndone", "Undone"]
    assert (await owner.at(mention)).status is Status.HELD


async def test_what_somebody_else_decided_since_is_left_and_named(owner: Owner) -> None:
    first, second = await owner.mentions(["https://a.example/", "https://b.example/"])
    done = await owner.desk.decide(What.SPAM, [first.id, second.id], by="ana")
    await owner.desk.approve(second.id, by="ben")
    undone = await owner.desk.undo(done.action_id, by="ana")
    assert (undone.count, undone.left) == (1, (second.id,))
    assert ((await owner.at(first)).status, (await owner.at(second)).status) == (Status.HELD, Status.APPROVED)
    assert ((await owner.lore()).junk, (await owner.lore()).honest) == (0, 1)


async def test_what_the_same_person_confirmed_later_is_left(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    done = await owner.desk.decide(What.SPAM, [mention.id], by="ana")
    await owner.desk.hold(mention.id, by="ana")
    await owner.desk.spam(mention.id, by="ana")
    assert (await owner.desk.undo(done.action_id, by="ana")).left == (mention.id,)
    assert (await owner.at(mention)).status is Status.SPAM


async def test_what_a_look_changed_since_is_left(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    done = await owner.desk.decide(What.APPROVE, [mention.id], by="ana")
    gone = Settlement(owner.site.id, mention.source, TARGET, Status.GONE, owner.now(), force=True, trouble="no_link")
    await owner.database.write(mentions.settle, gone)
    assert (await owner.desk.undo(done.action_id, by="ana")).left == (mention.id,)
    assert (await owner.at(mention)).status is Status.GONE


async def test_who_decides_the_same_again_changes_nothing(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    await owner.desk.decide(What.SPAM, [mention.id], by="ana")
    before = await owner.row(mention)
    again = await owner.desk.decide(What.SPAM, [mention.id, mention.id], by="ana")
    assert (again.action_id, again.count, again.already) == (None, 0, 1)
    assert await owner.row(mention) == before
    assert len(await owner.desk.actions()) == 1


async def test_of_several_all_must_exist(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/")
    for unknown in (99, 0, 10**30):
        with pytest.raises(NotFound, match=f"no mention {unknown}"):
            await owner.desk.decide(What.SPAM, [mention.id, unknown], by="ana")
    assert (await owner.at(mention)).status is Status.HELD
    assert await owner.desk.actions() == []


TEACHES = [
    (What.APPROVE, Status.HELD, None, (0, 1)),
    (What.APPROVE, Status.SPAM, None, (0, 1)),
    (What.SPAM, Status.HELD, None, (1, 0)),
    (What.SPAM, Status.APPROVED, "ana", (1, 0)),
    (What.REMOVE, Status.HELD, None, (1, 0)),
    (What.REMOVE, Status.APPROVED, None, (1, 0)),
    (What.REMOVE, Status.APPROVED, "ana", (0, 1)),
    (What.REMOVE, Status.GONE, None, (0, 0)),
    (What.HOLD, Status.HELD, None, (0, 0)),
    (What.HOLD, Status.APPROVED, "ana", (0, 0)),
]


@pytest.mark.parametrize(("what", "status", "approved_by", "taught"), TEACHES)
async def test_what_each_decision_teaches(
    owner: Owner, what: What, status: Status, approved_by: str | None, taught: tuple[int, int]
) -> None:
    mention = await owner.mention("https://a.example/", status)
    if approved_by:
        await owner.desk.approve(mention.id, by=approved_by)
    await owner.desk.decide(what, [mention.id], by="ben")
    lore = await owner.lore()
    assert (lore.junk, lore.honest) == taught


async def test_a_page_that_nobody_read_teaches_nothing(owner: Owner) -> None:
    ping = Ping("https://a.example/", TARGET, "pingback")
    keep = mentions.keep
    kept = await owner.database.write(keep, ping, site_id=owner.site.id, now=NOW, look_at=NOW)
    await owner.desk.spam(kept.id, by="ana")
    assert await owner.lore() == Lore()
    assert (await owner.desk.undo(by="ana")).count == 1
    assert (await owner.at(kept)).status is Status.RECEIVED


async def test_whether_a_link_was_paid_for_is_a_decision_of_its_own(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/", Status.APPROVED)
    before = await owner.row(mention)
    done = await owner.desk.decide(What.SPONSORED, [mention.id], by="ana")
    now = await owner.at(mention)
    assert (now.sponsored, now.status, now.decided_by) == (True, Status.APPROVED, None)
    told = (await owner.database.read(events.of, mention.id))[0]
    assert (told.change, told.before, told.after, told.by) == (Change.SPONSORED, "no", "yes", "ana")
    await owner.desk.spam(mention.id, by="ben")
    assert (await owner.desk.undo(done.action_id, by="ana")).count == 1
    now = await owner.at(mention)
    assert (now.sponsored, now.status) == (False, Status.SPAM)
    await owner.desk.undo(by="ben")
    assert await owner.row(mention) == before


@pytest.mark.parametrize("what", [What.SPONSORED, What.UNSPONSORED])
async def test_whether_a_link_was_paid_for_is_done_again_too(owner: Owner, what: What) -> None:
    mention = await owner.mention("https://a.example/", Status.APPROVED)
    if what is What.UNSPONSORED:
        await owner.desk.decide(What.SPONSORED, [mention.id], by="ana")
    action_id = (await owner.desk.decide(what, [mention.id], by="ana")).action_id
    for _ in range(3):
        sponsored = (await owner.at(mention)).sponsored
        action_id = (await owner.desk.undo(action_id, by="ana")).action_id
        assert (await owner.at(mention)).sponsored is not sponsored


async def test_thousands_are_one_action_in_many_units(owner: Owner) -> None:
    kept = await owner.mentions(f"https://h{n % 50}.example/{n}" for n in range(2 * BATCH + 1))
    taught, told = await owner.lore(), list[int]()
    meant = await owner.desk.meant(Selection(statuses=frozenset({Status.HELD})))
    done = await owner.desk.decide(What.SPAM, meant.ids, by="ana", only=Selection(), told=told.append)
    assert (done.count, told) == (len(kept), [BATCH, BATCH, 1])
    (action,) = await owner.desk.actions()
    assert action.count == len(kept) == await owner.database.read(decided_rows)
    assert (await owner.lore()).junk == len(kept)
    assert await owner.count("h0.example") == {Status.SPAM: 2 * BATCH // 50 + 1}
    told.clear()
    undone = await owner.desk.undo(by="ana", told=told.append)
    assert (undone.count, undone.left, told) == (len(kept), (), [BATCH, BATCH, 1])
    assert await owner.desk.count(Selection()) == {Status.HELD: len(kept)}
    assert await owner.lore() == taught


async def test_others_write_while_thousands_are_decided(owner: Owner) -> None:
    kept = await owner.mentions(f"https://a.example/{n}" for n in range(3 * BATCH))
    between = list[Status]()

    async def ping() -> None:
        await owner.mention("https://b.example/")
        between.append((await owner.at(kept[-1])).status)

    def told(_: int) -> None:
        if not pinging:
            pinging.append(asyncio.get_running_loop().create_task(ping()))

    pinging: list[asyncio.Task[None]] = []
    await owner.desk.decide(What.SPAM, [mention.id for mention in kept], by="ana", told=told)
    await pinging[0]
    assert between == [Status.HELD] or between == [Status.SPAM]
    assert (await owner.desk.count(Selection(host="b.example"))) == {Status.HELD: 1}


async def test_what_is_no_longer_meant_is_left_alone(owner: Owner) -> None:
    first, second = await owner.mentions(["https://a.example/", "https://b.example/"])
    wanted = Selection(statuses=frozenset({Status.HELD}))
    meant = await owner.desk.meant(wanted)
    await owner.desk.approve(second.id, by="ben")
    done = await owner.desk.decide(What.SPAM, meant.ids, by="ana", only=wanted)
    assert done.count == 1
    assert ((await owner.at(first)).status, (await owner.at(second)).status) == (Status.SPAM, Status.APPROVED)


@pytest.mark.parametrize("first", ["https://a.example/a", "https://a.example/b"])
async def test_mentions_that_become_one_keep_what_was_decided_of_them(owner: Owner, first: str) -> None:
    a, b = await owner.mentions(["https://a.example/a", "https://a.example/b"])
    done = await owner.desk.decide(What.SPAM, [a.id, b.id], by="ana")
    later = next(mention for mention in (a, b) if mention.source == first)
    await owner.desk.approve(later.id, by="ana")
    led = Settlement(owner.site.id, b.source, TARGET, Status.HELD, owner.now(), CITATION, source_page=a.source)
    one = await owner.database.write(mentions.settle, led)
    assert (one.id, one.status) == (later.id, Status.APPROVED)
    lore = await owner.lore()
    assert (lore.junk, lore.honest) == (0, 1)
    assert (await owner.desk.undo(done.action_id, by="ana")).left == (later.id,)
    await owner.desk.undo(by="ana")
    assert (await owner.at(one)).status is Status.SPAM
    assert ((await owner.lore()).junk, (await owner.lore()).honest) == (1, 0)


async def test_the_lesson_of_a_mention_goes_with_it_into_another(owner: Owner) -> None:
    a, b = await owner.mentions(["https://a.example/a", "https://a.example/b"])
    await owner.desk.spam(b.id, by="ana")
    taught = await owner.lore()
    led = Settlement(owner.site.id, b.source, TARGET, Status.HELD, owner.now(), CITATION, source_page=a.source)
    one = await owner.database.write(mentions.settle, led)
    assert (one.id, one.status, await owner.lore()) == (b.id, Status.SPAM, taught)
    await owner.desk.undo(by="ana")
    assert await owner.lore() == Lore()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Selection(), "abcd"),
        (Selection(statuses=frozenset({Status.SPAM, Status.GONE})), "bd"),
        (Selection(host="b.example"), "b"),
        (Selection(host="example"), "abcd"),
        (Selection(host="x.c.example"), "c"),
        (Selection(host="c.example"), "c"),
        (Selection(host="_.example"), ""),
        (Selection(host="%"), ""),
        (Selection(target="http://me.example/post/"), "abcd"),
        (Selection(target="https://me.example/other"), ""),
        (Selection(author="BEN"), "d"),
        (Selection(author="ben.example"), "d"),
        (Selection(author="100%"), ""),
        (Selection(before=NOW), ""),
        (Selection(before=NOW + HOUR), "abcd"),
        (Selection(score_above=0.5), ""),
    ],
)
async def test_mentions_are_meant_by_what_is_known_of_them(owner: Owner, wanted: Selection, found: str) -> None:
    await owner.mention("https://a.example/")
    await owner.mention("https://b.example/", Status.SPAM)
    await owner.mention("https://x.c.example/")
    ben = replace(CITATION, author=Author("Ben", "https://ben.example/"))
    await owner.mention("https://d.example/", Status.GONE, citation=ben)
    meant = await owner.desk.page(wanted)
    assert "".join(sorted(mention.source.removesuffix(".example/")[-1] for mention in meant)) == found
    counted = await owner.desk.meant(wanted)
    assert (sum(counted.by_status.values()), counted.ids) == (len(found), tuple(mention.id for mention in meant))


async def test_pages_of_what_is_meant_follow_one_another(owner: Owner) -> None:
    kept = await owner.mentions(f"https://a.example/{n}" for n in range(5))
    first = await owner.desk.page(Selection(), limit=3)
    rest = await owner.desk.page(Selection(), before_id=first[-1].id, limit=3)
    assert [mention.id for mention in first + rest] == [mention.id for mention in reversed(kept)]
