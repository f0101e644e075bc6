"""Hosts that are trusted, blocked or muted with their mentions: one action, on lists and off them again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from linkback.core.errors import NotFound
from linkback.core.model import MOST_LISTED, Listed, ListedAction, ListedKind, Mention, Ping, Site, Status
from linkback.moderate import Moderator, Selection, TooMuchListed, What
from linkback.moderate.listing import MOST_HOSTS
from linkback.storage import actions, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE, OTHER = "https://me.example/", "https://you.example/"
TRUST_A = Listed(ListedAction.TRUST, ListedKind.HOST, "a.example")
BLOCK_A = Listed(ListedAction.BLOCK, ListedKind.HOST, "a.example")
OUTCOMES = {
    What.TRUST: (ListedAction.TRUST, Status.APPROVED),
    What.BLOCK: (ListedAction.BLOCK, Status.SPAM),
    What.MUTE: (ListedAction.MUTE, Status.REMOVED),
}


@dataclass
class Owner:
    """A moderator over two sites, whose clock moves by an hour with each thing it does."""

    database: Database
    site: Site
    other: Site
    time: datetime = NOW

    def now(self) -> datetime:
        self.time += HOUR
        return self.time

    @property
    def desk(self) -> Moderator:
        return Moderator(self.database, self.now)

    async def mention(self, source: str, status: Status = Status.HELD, *, other: bool = False) -> Mention:
        site = self.other if other else self.site
        return (await self.database.write(settle, site, [source], status))[0]

    async def status(self, mention: Mention) -> Status:
        return (await self.database.read(mentions.get, mention.id)).status

    async def lists(self, *, other: bool = False) -> tuple[Listed, ...]:
        return (await self.database.read(sites.get, OTHER if other else SITE)).lists

    async def put(self, *lists: Listed) -> None:
        await self.database.write(sites.save, replace(self.site, lists=lists), NOW)


def settle(connection: Connection, site: Site, sources: Iterable[str], status: Status) -> list[Mention]:
    target = f"{site.url}post"
    return [
        mentions.settle(connection, Settlement(site.id, one, target, status, NOW, ping=Ping(one, target, "pingback")))
        for one in sources
    ]


@pytest.fixture
async def owner(database: Database) -> Owner:
    site, other = [await database.write(sites.add, url, NOW) for url in (SITE, OTHER)]
    return Owner(database, site, other)


@pytest.mark.parametrize("what", OUTCOMES)
async def test_a_host_is_listed_and_all_that_waits_of_it_decided_in_one_action(owner: Owner, what: What) -> None:
    named = await owner.mention("https://a.example/1", Status.GONE)
    waits = await owner.mention("https://blog.a.example/2")
    stays = [await owner.mention("https://a.example/3", Status.APPROVED), await owner.mention("https://b.example/1")]
    action, status = OUTCOMES[what]
    done = await owner.desk.list_hosts(what, [named.id], by="ana")
    assert done.hosts == ((owner.site.id, "a.example"),)
    assert done.done.count == 2
    assert await owner.lists() == (Listed(action, ListedKind.HOST, "a.example"),)
    assert [await owner.status(one) for one in (named, waits)] == [status, status]
    assert [await owner.status(one) for one in stays] == [Status.APPROVED, Status.HELD]
    (told,) = await owner.desk.actions()
    assert (told.id, told.what, told.count) == (done.done.action_id, what, 2)


@pytest.mark.parametrize("what", OUTCOMES)
async def test_undo_takes_the_entry_and_the_decisions_back_and_undoing_that_brings_them_again(
    owner: Owner, what: What
) -> None:
    mention = await owner.mention("https://a.example/1")
    done = await owner.desk.list_hosts(what, [mention.id], by="ana")
    undone = await owner.desk.undo(done.done.action_id, by="ana")
    assert (await owner.status(mention), await owner.lists()) == (Status.HELD, ())
    await owner.desk.undo(undone.action_id, by="ana")
    action, status = OUTCOMES[what]
    assert await owner.status(mention) is status
    assert await owner.lists() == (Listed(action, ListedKind.HOST, "a.example"),)


async def test_a_host_that_is_trusted_is_blocked_no_longer_until_that_is_undone(owner: Owner) -> None:
    word = Listed(ListedAction.BLOCK, ListedKind.WORD, "a.example")
    await owner.put(BLOCK_A, word)
    mention = await owner.mention("https://a.example/1")
    done = await owner.desk.list_hosts(What.TRUST, [mention.id], by="ana")
    assert await owner.lists() == (word, TRUST_A)
    await owner.desk.undo(done.done.action_id, by="ana")
    assert set(await owner.lists()) == {word, BLOCK_A}


async def test_undo_leaves_an_entry_that_was_there_before(owner: Owner) -> None:
    await owner.put(TRUST_A)
    mention = await owner.mention("https://a.example/1")
    done = await owner.desk.list_hosts(What.TRUST, [mention.id], by="ana")
    await owner.desk.undo(done.done.action_id, by="ana")
    assert await owner.lists() == (TRUST_A,)


@pytest.mark.parametrize("what", [What.BLOCK, What.MUTE])
async def test_undo_brings_back_nothing_that_contradicts_what_was_listed_since(owner: Owner, what: What) -> None:
    await owner.put(BLOCK_A if what is What.MUTE else Listed(ListedAction.MUTE, ListedKind.HOST, "a.example"))
    mention = await owner.mention("https://a.example/1")
    done = await owner.desk.list_hosts(What.TRUST, [mention.id], by="ana")
    since = await owner.desk.list_hosts(what, [mention.id], by="ana")
    listed = await owner.lists()
    undone = await owner.desk.undo(done.done.action_id, by="ana")
    assert await owner.lists() == listed == (Listed(OUTCOMES[what][0], ListedKind.HOST, "a.example"),)
    await owner.desk.undo(undone.action_id, by="ana")
    assert await owner.lists() == listed
    await owner.desk.undo(since.done.action_id, by="ana")
    assert await owner.lists() == (TRUST_A,)


async def test_undo_brings_back_nothing_where_its_entry_was_taken_off_since(owner: Owner) -> None:
    await owner.put(BLOCK_A)
    mention = await owner.mention("https://a.example/1")
    done = await owner.desk.list_hosts(What.TRUST, [mention.id], by="ana")
    await owner.put()
    await owner.desk.undo(done.done.action_id, by="ana")
    assert await owner.lists() == ()


async def test_undo_keeps_to_what_a_site_may_list(owner: Owner) -> None:
    await owner.put(BLOCK_A)
    mention = await owner.mention("https://a.example/1")
    done = await owner.desk.list_hosts(What.TRUST, [mention.id], by="ana")
    undone = await owner.desk.undo(done.done.action_id, by="ana")
    await owner.desk.undo(undone.action_id, by="ana")
    full = [Listed(ListedAction.BLOCK, ListedKind.HOST, f"h{number}.example") for number in range(MOST_LISTED)]
    await owner.put(*full[:-1], TRUST_A)
    await owner.desk.undo(done.done.action_id, by="ana")
    assert set(await owner.lists()) == {*full[:-1], BLOCK_A}


async def test_more_mentions_than_one_statement_takes_are_listed_by_their_hosts(owner: Owner) -> None:
    mention = await owner.mention("https://a.example/1")
    unknown = range(mention.id + 1, mention.id + 70_000)
    done = await owner.desk.list_hosts(What.BLOCK, [*unknown, mention.id], by="ana", only=Selection())
    assert (done.hosts, done.done.count) == (((owner.site.id, "a.example"),), 1)


async def test_each_site_gets_the_hosts_of_its_own_mentions(owner: Owner) -> None:
    here = await owner.mention("https://a.example/1")
    there = await owner.mention("https://b.example/1", other=True)
    untouched = await owner.mention("https://a.example/2", other=True)
    done = await owner.desk.list_hosts(What.BLOCK, [here.id, there.id], by="ana")
    assert done.hosts == ((owner.site.id, "a.example"), (owner.other.id, "b.example"))
    assert await owner.lists() == (BLOCK_A,)
    assert [entry.pattern for entry in await owner.lists(other=True)] == ["b.example"]
    assert await owner.status(untouched) is Status.HELD


async def test_what_only_says_stays_out_is_neither_listed_nor_decided(owner: Owner) -> None:
    there = await owner.mention("https://b.example/1", other=True)
    only = Selection(sites=frozenset({owner.site.id}))
    done = await owner.desk.list_hosts(What.BLOCK, [there.id], by="ben", only=only)
    assert (done.hosts, done.done.action_id) == ((), None)
    assert await owner.lists(other=True) == ()
    assert await owner.status(there) is Status.HELD


async def test_no_more_hosts_are_listed_than_anybody_looks_through(owner: Owner) -> None:
    sources = [f"https://h{number}.example/" for number in range(MOST_HOSTS + 1)]
    found = await owner.database.write(settle, owner.site, sources, Status.HELD)
    with pytest.raises(TooMuchListed, match=str(MOST_HOSTS)):
        await owner.desk.list_hosts(What.BLOCK, [mention.id for mention in found], by="ana")
    assert (await owner.lists(), await owner.desk.actions()) == ((), [])


async def test_a_list_that_is_full_takes_no_more_and_nothing_is_decided(owner: Owner) -> None:
    full = [Listed(ListedAction.BLOCK, ListedKind.HOST, f"h{number}.example") for number in range(MOST_LISTED)]
    await owner.put(*full)
    mention = await owner.mention("https://a.example/1")
    with pytest.raises(TooMuchListed, match=str(MOST_LISTED)):
        await owner.desk.list_hosts(What.TRUST, [mention.id], by="ana")
    assert await owner.status(mention) is Status.HELD
    assert len(await owner.lists()) == MOST_LISTED


async def test_an_action_at_another_site_is_none_to_who_may_not_see_that(owner: Owner) -> None:
    here = await owner.mention("https://a.example/1")
    there = await owner.mention("https://b.example/1", other=True)
    both = await owner.desk.decide(What.APPROVE, [here.id, there.id], by="ana")
    for within in ([owner.site.id], [owner.other.id], []):
        with pytest.raises(NotFound):
            await owner.desk.undo(both.action_id, by="ben", within=within)
    assert await owner.status(here) is Status.APPROVED
    await owner.desk.undo(both.action_id, by="ben", within=[owner.site.id, owner.other.id])
    assert await owner.status(there) is Status.HELD


async def test_an_entry_on_the_list_of_another_site_makes_an_action_one_of_that_site(owner: Owner) -> None:
    there = await owner.mention("https://b.example/1", Status.SPAM, other=True)
    await owner.desk.spam(there.id, by="ana")
    done = await owner.desk.list_hosts(What.BLOCK, [there.id], by="ana")
    assert done.done.count == 0
    with pytest.raises(NotFound):
        await owner.desk.undo(done.done.action_id, by="ben", within=[owner.site.id])


async def test_an_action_of_which_nothing_is_left_is_undone_by_who_did_it_alone(owner: Owner) -> None:
    there = await owner.mention("https://a.example/1", other=True)
    done = await owner.desk.decide(What.SPAM, [there.id], by="ana")
    await owner.database.write(sites.remove, OTHER)
    with pytest.raises(NotFound):
        await owner.desk.undo(done.action_id, by="ben", within=[owner.site.id])
    undone = await owner.desk.undo(done.action_id, by="ana", within=[owner.site.id])
    assert undone.count == 0
    await owner.desk.undo(undone.action_id, by="ana", within=[owner.site.id])


async def test_the_actions_of_some_sites_are_listed_newest_first_a_page_at_a_time(owner: Owner) -> None:
    here = [await owner.mention(f"https://a.example/{number}") for number in range(3)]
    there = await owner.mention("https://b.example/1", other=True)
    done = [await owner.desk.decide(What.APPROVE, [mention.id], by="ana") for mention in (here[0], there, *here[1:])]
    ours = [one.action_id for number, one in enumerate(done) if number != 1]
    found = await owner.database.read(actions.of_sites, [owner.site.id], limit=2)
    assert [action.id for action in found] == ours[:0:-1]
    older = await owner.database.read(actions.of_sites, [owner.site.id], before=found[-1].id)
    assert [action.id for action in older] == ours[:1]
    assert await owner.database.read(actions.of_sites, []) == []
