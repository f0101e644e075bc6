"""The verb that looks through the inbox: what of which sites is shown, and what changed since the approval."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from linkback.core.errors import NotFound
from linkback.core.model import Change, Citation, Event, Mention, Ping, Reason, Site, Status
from linkback.inbox import Grouping, Inbox, Loudness, changed_since, first_told, loudness
from linkback.moderate import Moderator, Selection, What
from linkback.storage import events, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE, OTHER = "https://me.example/", "https://you.example/"


def kept(connection: Connection, site: Site, source: str, status: Status = Status.HELD, page: str = "post") -> Mention:
    """Keep a mention of a page of a site."""
    target = f"{site.url}{page}"
    settled = Settlement(
        site.id, source, target, status, NOW, Citation("A title"), ping=Ping(source, target, "pingback")
    )
    return mentions.settle(connection, settled)


@pytest.fixture
async def pair(database: Database) -> tuple[Site, Site]:
    """Two sites."""
    return await database.write(sites.add, SITE, NOW), await database.write(sites.add, OTHER, NOW)


def inbox_of(database: Database) -> Inbox:
    """Return the verb."""
    return Inbox(database, lambda: NOW)


def event(change: Change, after: str, minutes: int = 0) -> Event:
    """Return an event some minutes after noon."""
    return Event(NOW + timedelta(minutes=minutes), change, "before", after)


TEXT, TITLE = event(Change.TEXT, "new words"), event(Change.TITLE, "new title", 2)
APPROVED, HELD = event(Change.STATUS, "approved", 1), event(Change.STATUS, "held: The page changed.", 3)
BY_JUDGE = event(Change.STATUS, "approved: The judge finds it good.", 1)


@pytest.mark.parametrize(
    ("history", "decided", "since"),
    [
        ((), None, ()),
        ((TEXT, TITLE), None, (TEXT, TITLE)),
        ((TEXT, TITLE), 1, (TITLE,)),
        ((TEXT, TITLE), 2, ()),
        ((TEXT, APPROVED), None, ()),
        ((TEXT, APPROVED, TITLE, HELD), None, (TITLE,)),
        ((TEXT, APPROVED, TITLE, HELD), 3, ()),
        ((TEXT, BY_JUDGE, TITLE), 0, (TITLE,)),
        ((event(Change.MERGED, "x"), event(Change.SPONSORED, "yes"), event(Change.TARGET, "x")), None, ()),
    ],
)
def test_what_changed_is_told_since_the_last_approval_or_decision(
    history: tuple[Event, ...], decided: int | None, since: tuple[Event, ...]
) -> None:
    assert changed_since(history, None if decided is None else NOW + timedelta(minutes=decided)) == since


@pytest.mark.parametrize(
    ("weight", "loud"),
    [(3.0, Loudness.STRONG), (-1.5, Loudness.STRONG), (0.7, Loudness.PLAIN), (-0.1, Loudness.FAINT)],
)
def test_a_reason_speaks_as_loudly_as_it_weighs(weight: float, loud: Loudness) -> None:
    assert loudness(Reason("rule", "It is so.", weight)) is loud


def test_what_decided_alone_is_told_first() -> None:
    alone, weighed = Reason("moderation", "You hold all."), Reason("relevance", "About the same.", -1.0)
    assert first_told([weighed, alone]) == [alone, weighed]


async def test_a_shelf_tells_what_changed_of_each_mention(database: Database, pair: tuple[Site, Site]) -> None:
    changed, same = [await database.write(kept, pair[0], f"https://{name}.example/") for name in "ab"]
    await database.write(events.note, changed.id, [(Change.TEXT, "was", "is")], at=NOW)
    for by in (None, *Grouping):
        shelf = await inbox_of(database).listing(Selection(sites=frozenset({pair[0].id})), by)
        shown = shelf.mentions or tuple(one for group, _count in shelf.groups for one in group)
        assert {one.mention.id: [event.after for event in one.changes] for one in shown} == {
            changed.id: ["is"],
            same.id: [],
        }
        assert (shelf.counts, shelf.newest) == ({Status.HELD: 2}, same.id)


async def test_a_mention_is_shown_with_others_of_its_host_and_page(database: Database, pair: tuple[Site, Site]) -> None:
    site, other = pair
    one = await database.write(kept, site, "https://a.example/1")
    of_host = await database.write(kept, site, "https://a.example/2", Status.SPAM, "else")
    of_page = await database.write(kept, site, "https://b.example/")
    await database.write(kept, other, "https://a.example/3")
    shown = await inbox_of(database).mention(one.id, [site.id])
    assert (shown.mention.id, shown.site, shown.host) == (one.id, site, "a.example")
    assert [mention.id for mention in shown.of_host.mentions] == [of_host.id]
    assert [mention.id for mention in shown.of_page.mentions] == [of_page.id]
    assert shown.of_host.counts == {Status.HELD: 1, Status.SPAM: 1}
    assert shown.of_page.counts == {Status.HELD: 2}


async def test_nothing_of_other_sites_is_shown(database: Database, pair: tuple[Site, Site]) -> None:
    site, other = pair
    one = await database.write(kept, site, "https://a.example/")
    inbox = inbox_of(database)
    with pytest.raises(NotFound):
        await inbox.mention(one.id, [other.id])
    with pytest.raises(NotFound):
        await inbox.host("a.example", [other.id])
    assert (await inbox.page(f"{SITE}post", [other.id])).shelf.mentions == ()


async def test_a_host_is_shown_with_what_is_known_of_it_at_each_site(
    database: Database, pair: tuple[Site, Site]
) -> None:
    for site, status in zip(pair, (Status.HELD, Status.SPAM), strict=True):
        await database.write(kept, site, "https://a.example/", status)
    inbox = inbox_of(database)
    shown = await inbox.host("a.example")
    assert {site_id: known.counts["spam"] for site_id, known in shown.histories.items()} == {
        pair[0].id: 0,
        pair[1].id: 1,
    }
    assert len(shown.shelf.mentions) == 2
    with pytest.raises(NotFound):
        await inbox.host("nowhere.example")


async def test_an_action_is_shown_to_who_may_see_all_of_it_with_what_it_listed(
    database: Database, pair: tuple[Site, Site]
) -> None:
    site, other = pair
    one = await database.write(kept, site, "https://a.example/")
    done = await Moderator(database, lambda: NOW).list_hosts(What.BLOCK, [one.id], by="ana")
    assert done.done.action_id is not None
    acted = await inbox_of(database).acted(done.done.action_id, [site.id])
    assert [entry.listed.pattern for entry in acted.listed] == ["a.example"]
    assert [one.action.id for one in await inbox_of(database).actions([site.id])] == [acted.action.id]
    with pytest.raises(NotFound):
        await inbox_of(database).acted(done.done.action_id, [other.id])
    assert await inbox_of(database).actions([other.id]) == []
