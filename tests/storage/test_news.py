"""News: what is told of what happened to a mention, written in the same unit of work, and lost by nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from linkback.core.errors import LinkbackError
from linkback.core.model import (
    AlertKind,
    Author,
    Citation,
    News,
    NewsKind,
    Pace,
    Ping,
    Role,
    Seat,
    Site,
    Status,
    User,
)
from linkback.moderate import Moderator
from linkback.storage import alerts, mentions, news, notices, seats, sites, users
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PING = Ping("https://a.example/", "https://me.example/", "webmention")
SAID = Citation("Bread", Author("Ana"), excerpt="I bake.")
ALL = 1000


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, PING.target, NOW)


def seen(
    site: Site,
    status: Status,
    citation: Citation = SAID,
    *,
    source: str = PING.source,
    first: bool = True,
    to: str = "",
) -> Settlement:
    """Return what a look found; not the first one is forced, since a page that changed ends a decision."""
    ping = replace(PING, source=source) if first else None
    now = NOW if first else LATER
    return Settlement(site.id, source, PING.target, status, now, citation, ping=ping, force=not first, source_page=to)


async def told(database: Database) -> list[NewsKind]:
    """Return the kinds of all news so far, and forget them."""

    def read(connection: Connection) -> list[News]:
        found = news.due(connection, LATER + timedelta(days=9), ALL)
        news.drop(connection, found)
        return found

    return [one.kind for one in await database.write(read)]


WAITING, PUBLISHED, CHANGED, GONE, WITHDRAWN, WARNING = NewsKind


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.HELD, [WAITING]),
        (Status.APPROVED, [PUBLISHED]),
        (Status.SPAM, []),
        (Status.REMOVED, []),
        (Status.INVALID, []),
    ],
)
async def test_what_arrives_is_news_unless_it_is_junk(
    database: Database, site: Site, status: Status, expected: list[NewsKind]
) -> None:
    await database.write(mentions.settle, seen(site, status))
    assert await told(database) == expected


@pytest.mark.parametrize(
    ("before", "after", "citation", "expected"),
    [
        (Status.APPROVED, Status.APPROVED, SAID, []),
        (Status.APPROVED, Status.APPROVED, replace(SAID, title="Cake"), [CHANGED]),
        (Status.APPROVED, Status.APPROVED, replace(SAID, excerpt="I buy."), [CHANGED]),
        (Status.APPROVED, Status.APPROVED, replace(SAID, author=Author("Ben")), [CHANGED]),
        (Status.APPROVED, Status.APPROVED, replace(SAID, content="More."), [CHANGED]),
        (Status.APPROVED, Status.APPROVED, replace(SAID, rel=("ugc",)), []),
        (Status.APPROVED, Status.GONE, SAID, [GONE]),
        (Status.APPROVED, Status.SPAM, SAID, [WITHDRAWN]),
        (Status.APPROVED, Status.HELD, replace(SAID, title="Casino"), [WITHDRAWN, WAITING]),
        (Status.HELD, Status.HELD, replace(SAID, title="Cake"), []),
        (Status.HELD, Status.GONE, SAID, []),
        (Status.HELD, Status.SPAM, SAID, []),
        (Status.GONE, Status.HELD, SAID, [WAITING]),
        (Status.SPAM, Status.SPAM, replace(SAID, title="Cake"), []),
    ],
)
async def test_what_becomes_of_a_mention_is_news_where_the_world_saw_it_or_a_person_must(
    database: Database, site: Site, before: Status, after: Status, citation: Citation, expected: list[NewsKind]
) -> None:
    await database.write(mentions.settle, seen(site, before))
    await told(database)
    await database.write(mentions.settle, seen(site, after, citation, first=False))
    assert await told(database) == expected


async def test_what_people_decide_and_take_back_is_news(database: Database, site: Site) -> None:
    mention = await database.write(mentions.settle, seen(site, Status.HELD))
    moderator = Moderator(database, lambda: LATER)
    assert await told(database) == [WAITING]
    await moderator.approve(mention.id, by="ana")
    assert await told(database) == [PUBLISHED]
    await moderator.spam(mention.id, by="ana")
    assert await told(database) == [WITHDRAWN]
    await moderator.undo(by="ana")
    assert await told(database) == [PUBLISHED]
    await moderator.hold(mention.id, by="ana")
    assert await told(database) == [WITHDRAWN, WAITING]


async def test_an_alert_is_news_once(database: Database, site: Site) -> None:
    for _ in range(2):
        await database.write(alerts.raise_alert, site.id, AlertKind.BURST, "", "Many.", NOW)
    assert await told(database) == [WARNING]


async def test_news_are_kept_with_what_happened_or_not_at_all(database: Database, site: Site) -> None:
    def fail(connection: Connection) -> None:
        mentions.settle(connection, seen(site, Status.HELD))
        raise LinkbackError("a crash in between")

    with pytest.raises(LinkbackError):
        await database.write(fail)
    assert await told(database) == []


async def test_news_of_a_mention_that_becomes_part_of_another_are_news_of_that_one(
    database: Database, site: Site
) -> None:
    old, new = "https://old.example/", "https://new.example/"
    first = await database.write(mentions.settle, seen(site, Status.HELD, source=new))
    gone = await database.write(mentions.settle, seen(site, Status.HELD, source=old))
    user = await database.write(users.add, User(0, "ana"), "", NOW)
    await database.write(notices.add, [(user.id, News(0, site.id, WAITING, NOW, gone.id))])
    whole = await database.write(mentions.settle, seen(site, Status.HELD, source=old, to=new))
    assert whole.id == first.id != gone.id
    assert {one.mention_id for one in await database.write(news.due, LATER, ALL)} == {whole.id}
    assert [one.news.mention_id for one in await database.read(notices.of, user.id, ALL)] == [whole.id]


async def test_news_that_cannot_be_told_hold_up_no_others(database: Database, site: Site) -> None:
    await database.write(mentions.settle, seen(site, Status.HELD))
    assert await database.write(news.put_off, NOW, LATER, ALL) == 1
    assert await database.read(news.next_due) == LATER
    assert await database.write(news.due, NOW, ALL) == []


@pytest.mark.parametrize(
    ("user", "role", "hears"),
    [
        (User(0, "ana", "a@me.example"), Role.MODERATOR, True),
        (User(0, "ana", "a@me.example"), None, False),
        (User(0, "ana", "a@me.example", admin=True), None, True),
        (User(0, "ana", ""), Role.OWNER, False),
        (User(0, "ana", "a@me.example", pace=Pace.NEVER), Role.OWNER, False),
    ],
)
async def test_who_looks_after_a_site_and_wants_mail_hears_of_it(
    database: Database, site: Site, user: User, role: Role | None, hears: bool
) -> None:
    kept = await database.write(users.add, user, "", NOW)
    if role:
        await database.write(seats.put, Seat(kept.id, site.id, role))
    found = await database.read(notices.listeners, [site.id])
    assert [one.id for one in found[site.id]] == [kept.id] * hears


async def test_an_admin_who_sits_at_one_site_hears_of_that_one_only(database: Database, site: Site) -> None:
    other = await database.write(sites.add, "https://other.example/", NOW)
    ana = await database.write(users.add, User(0, "ana", "a@me.example", admin=True), "", NOW)
    await database.write(seats.put, Seat(ana.id, other.id, Role.OWNER))
    found = await database.read(notices.listeners, [site.id, other.id])
    assert (list(found[site.id]), [one.id for one in found[other.id]]) == ([], [ana.id])
    assert await database.read(notices.sites_of, ana) == (other.id,)


async def test_the_sooner_of_two_times_for_a_letter_counts(database: Database) -> None:
    ana = await database.write(users.add, User(0, "ana", "a@me.example"), "", NOW)
    for at in (LATER, NOW, LATER):
        await database.write(notices.ring, ana.id, at)
    assert await database.read(notices.next_due) == NOW
    [claimed] = await database.write(notices.claim, NOW, LATER, ALL)
    assert (claimed.id, await database.write(notices.claim, NOW, LATER, ALL)) == (ana.id, [])
    await database.write(notices.rest, ana.id)
    assert await database.read(notices.next_due) is None
