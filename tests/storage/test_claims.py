"""Claims: which targets are looked for, and which pairs lead where."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select

from linkback.core.model import Mention, Ping, Site, Status
from linkback.storage import claims, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import claims as table
from linkback.storage.tables import pair_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://me.example/"
SOURCE, TARGET = "https://a.example/1", f"{SITE}post"


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, SITE, NOW)


@pytest.fixture
async def mention(database: Database, site: Site) -> Mention:
    ping = Ping(SOURCE, TARGET, "pingback")
    return await database.write(
        mentions.settle, Settlement(site.id, SOURCE, TARGET, Status.HELD, NOW, ping=ping, looks=0)
    )


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


async def repeat(database: Database, source: str, target: str) -> None:
    assert await database.write(mentions.repeat, Ping(source, target, "pingback"), NOW) is not None


async def test_a_pair_that_stands_by_itself_is_no_claim(database: Database, mention: Mention) -> None:
    await repeat(database, SOURCE, f"{TARGET}#top")
    await repeat(database, "HTTPS://A.example/1", TARGET)
    assert await database.read(count) == 0
    assert await database.read(mentions.targets_of, mention) == (TARGET,)


async def test_another_spelling_of_the_source_alone_is_no_claim(database: Database, mention: Mention) -> None:
    await repeat(database, "http://a.example/1/", TARGET)
    assert await database.read(count) == 0


async def test_another_spelling_of_the_target_is_remembered_once(database: Database, mention: Mention) -> None:
    for _ in range(3):
        await repeat(database, SOURCE, "http://me.example/post/")
    assert await database.read(count) == 1
    assert await database.read(mentions.targets_of, mention) == (TARGET, "http://me.example/post/")


async def test_the_targets_to_look_for_are_bounded(database: Database, mention: Mention) -> None:
    pairs = [(SOURCE, f"{TARGET}{'/' * at}") for at in range(1, claims.MOST_TARGETS + 20)]
    await database.write(claims.remember, mention, pair_key(SOURCE, TARGET), pairs)
    found = await database.read(mentions.targets_of, mention)
    assert (found[0], len(found)) == (TARGET, claims.MOST_TARGETS + 1)


async def test_what_the_own_site_calls_a_target_is_looked_for_too(database: Database, site: Site) -> None:
    ping = Ping(SOURCE, f"{TARGET}?x", "pingback")
    known = Settlement(site.id, SOURCE, ping.target, Status.HELD, NOW, ping=ping, target_page=TARGET)
    mention = await database.write(mentions.settle, known)
    assert await database.read(mentions.targets_of, mention) == (f"{TARGET}?x", TARGET)


async def test_a_pair_that_is_freed_leads_nowhere(database: Database, mention: Mention) -> None:
    other = ("https://b.example/", f"{TARGET}?x")
    await database.write(claims.remember, mention, pair_key(SOURCE, TARGET), [other])
    assert await database.read(mentions.find, *other) == mention
    await database.write(claims.free, pair_key(*other))
    assert await database.read(mentions.find, *other) is None
    assert await database.read(count) == 0


async def test_claims_go_with_their_mention(database: Database, site: Site, mention: Mention) -> None:
    await repeat(database, SOURCE, f"{TARGET}/")
    await database.write(sites.remove, site.url)
    assert await database.read(count) == 0
