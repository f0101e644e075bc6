"""Sites: what owners registered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.errors import NotFound
from linkback.core.model import Moderation, Ping, Site
from linkback.storage import hosts, mentions, receipts, sites
from linkback.storage.database import Database
from linkback.storage.sitebook import SiteBook

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(microseconds=1)
URL = "https://me.example/"


async def test_a_registered_site_takes_every_protocol_and_holds_first_comers(database: Database) -> None:
    site = await database.write(sites.add, URL, NOW)
    assert site == Site(site.id, URL)
    assert await database.read(sites.get, URL) == site


async def test_registering_again_changes_nothing(database: Database) -> None:
    site = await database.write(sites.add, URL, NOW)
    changed = replace(site, self_pings=True)
    await database.write(sites.save, changed, NOW)
    assert await database.write(sites.add, URL, LATER) == changed
    assert await database.read(sites.every) == [changed]


async def test_what_was_set_is_read_back(database: Database) -> None:
    site = await database.write(sites.add, URL, NOW)
    closed = ("/private/*", "/ö?x=*")
    changed = Site(site.id, URL, frozenset({"pingback"}), True, Moderation.JUDGE, closed, True, "ben")
    await database.write(sites.save, changed, LATER)
    assert await database.read(sites.get, URL) == changed


async def test_sites_are_listed_by_address(database: Database) -> None:
    for url in ("https://z.example/", "https://a.example/", "https://m.example/"):
        await database.write(sites.add, url, NOW)
    found = await database.read(sites.every)
    assert [site.url for site in found] == ["https://a.example/", "https://m.example/", "https://z.example/"]


async def test_a_site_that_is_not_registered_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        await database.read(sites.get, URL)
    with pytest.raises(NotFound):
        await database.write(sites.remove, URL)
    with pytest.raises(NotFound):
        await database.write(sites.save, Site(7, URL), NOW)


async def test_the_revision_tells_every_change(database: Database) -> None:
    seen = [await database.read(sites.revision)]
    site = await database.write(sites.add, URL, NOW)
    seen.append(await database.read(sites.revision))
    await database.write(sites.save, replace(site, self_pings=True), LATER)
    seen.append(await database.read(sites.revision))
    await database.write(sites.remove, URL)
    seen.append(await database.read(sites.revision))
    assert seen[0] == seen[3]
    assert len(set(seen)) == 3


async def test_all_that_is_known_of_a_site_goes_with_it(database: Database) -> None:
    site = await database.write(sites.add, URL, NOW)
    ping = Ping("https://a.example/", f"{URL}post", "pingback")
    kept = await database.write(mentions.keep, ping, site_id=site.id, now=NOW, look_at=NOW)
    await database.write(sites.remove, URL)
    assert await database.read(mentions.find, ping.source, ping.target) is None
    assert await database.read(receipts.of, kept.id) == ()
    assert not (await database.read(hosts.history, site.id, "a.example")).counts


async def test_an_id_is_never_given_twice(database: Database) -> None:
    first = await database.write(sites.add, URL, NOW)
    await database.write(sites.remove, URL)
    assert (await database.write(sites.add, URL, NOW)).id > first.id


async def test_a_site_is_found_by_its_name_and_by_its_host(database: Database) -> None:
    for url, name in ((f"{URL}blog/", "Ben"), (URL, ""), ("https://ben/", ""), ("https://other.example/", "")):
        site = await database.write(sites.add, url, NOW)
        await database.write(sites.save, replace(site, name=name), LATER)
    book = SiteBook(database)
    assert [site.url for site in await book.named("BEN")] == ["https://ben/", f"{URL}blog/"]
    assert [site.url for site in await book.named("Me.example")] == [URL, f"{URL}blog/"]
    assert await book.named("") == []
    assert await book.named("nobody") == []
