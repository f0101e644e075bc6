"""Feeds over HTTP: who has the address reads them, asked again they cost nothing, and nobody else finds them."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from linkback.app import Accounts
from linkback.core.formats.atom import NAMESPACE
from linkback.core.model import Citation, Role, Scope
from linkback.desk import open_database, open_desk, utc_now
from linkback.settings import Settings
from linkback.web.dashboard import feeds
from tests.web.desk import signed_in, token_of
from tests.web.running import Answer, Running, Site, ask, running, web_server

NUMBERS = count()
FORMS = ["atom", "json"]
A = f"{{{NAMESPACE}}}"


@dataclass(frozen=True)
class Reader:
    """A feed reader with an address."""

    linkback: Running
    token: str

    def ask(self, form: str, query: str = "", headers: str = "") -> Answer:
        """Ask for the feed in a form."""
        return ask(self.linkback, f"/feeds/{self.token}.{form}{query}", headers=headers)

    def titles(self, query: str = "") -> list[str]:
        """Return the titles of the feed, which both forms agree on."""
        atom, feed = self.ask("atom", query), self.ask("json", query)
        assert (atom.status, feed.status) == (200, 200)
        titles = [str(one.findtext(f"{A}title")) for one in fromstring(atom.body).iter(f"{A}entry")]
        assert titles == [one["title"] for one in json.loads(feed.body)["items"]]
        return titles


@pytest.fixture(scope="module")
def other() -> Iterator[Site]:
    """The web server of another owner."""
    with web_server("127.0.6.2") as site:
        yield site


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site, other: Site) -> Iterator[Running]:
    with running(settings) as started:
        started.add_site(own.url)
        started.add_site(other.url)
        signed_in(started, "ana", admin=False, roles={own.url: Role.MODERATOR})
        signed_in(started, "root")
        yield started


def token(linkback: Running, scope: Scope = Scope.FEED, name: str = "ana") -> str:
    return token_of(linkback, name, {scope})


@pytest.fixture
def reader(linkback: Running) -> Reader:
    return Reader(linkback, token(linkback))


def says(name: str) -> Citation:
    return Citation(name, excerpt=f"{name} said it.")


def hold(linkback: Running, mention_id: int) -> None:
    asyncio.run(_hold(linkback.settings, mention_id))


async def _hold(settings: Settings, mention_id: int) -> None:
    async with open_desk(settings) as desk:
        await desk.moderator.hold(mention_id, by="ana")


def test_the_newest_published_mentions_are_in_a_feed(linkback: Running, own: Site, other: Site, reader: Reader) -> None:
    for name in ("first", "second"):
        linkback.mention(f"https://{name}.example/{next(NUMBERS)}", f"{own.url}post", says(name))
    linkback.mention(f"https://theirs.example/{next(NUMBERS)}", f"{other.url}post", says("theirs"))
    waits = linkback.mention(f"https://waits.example/{next(NUMBERS)}", f"{own.url}post", says("waits"))
    hold(linkback, waits)
    titles = reader.titles()
    assert titles[:2] == ["second.example mentioned /post", "first.example mentioned /post"]
    assert not [title for title in titles if title.startswith(("theirs", "waits"))]
    assert reader.titles("?status=held")[0] == "waits.example mentioned /post"


def test_who_sees_all_sites_reads_of_all(linkback: Running, own: Site, other: Site) -> None:
    for site in (own, other):
        linkback.mention(f"https://all.example/{next(NUMBERS)}", f"{site.url}all", says("all"))
    assert Reader(linkback, token(linkback, name="root")).titles()[:2] == ["all.example mentioned /all"] * 2


def test_a_feed_is_as_long_as_fifty_mentions(linkback: Running, own: Site, reader: Reader) -> None:
    for number in range(feeds.NEWEST + 1):
        linkback.mention(f"https://many.example/{number}", f"{own.url}many", says("many"))
    assert len(reader.titles()) == feeds.NEWEST


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["lb_nonsense", "", "x", "%00", "lb_%F0%9F%98%80"])
def test_an_address_that_is_no_key_leads_nowhere(linkback: Running, form: str, path: str) -> None:
    assert ask(linkback, f"/feeds/{path}.{form}").status == 404


@pytest.mark.parametrize("scope", [Scope.READ, Scope.DECIDE])
def test_a_token_for_something_else_opens_no_feed(linkback: Running, scope: Scope) -> None:
    assert Reader(linkback, token(linkback, scope)).ask("atom").status == 404


def test_there_is_no_third_form(reader: Reader) -> None:
    assert reader.ask("rss").status == 404


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_asked_for_again_is_not_sent_again(linkback: Running, own: Site, reader: Reader, form: str) -> None:
    linkback.mention(f"https://again.example/{next(NUMBERS)}", f"{own.url}again", says("again"))
    first = reader.ask(form)
    tag = first.header("etag")
    assert tag
    assert first.header("last-modified") is None
    for header in (f"If-None-Match: {tag}", f'If-None-Match: "other", W/{tag}'):
        again = reader.ask(form, headers=f"{header}\r\n")
        assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
    for header in (
        'If-None-Match: "other"',
        "If-Modified-Since: Fri, 01 Jan 2038 00:00:00 GMT",
    ):
        assert reader.ask(form, headers=f"{header}\r\n").status == 200
    mention = linkback.mention(f"https://decided.example/{next(NUMBERS)}", f"{own.url}again", says("decided"))
    tag = reader.ask(form).header("etag")
    hold(linkback, mention)
    assert reader.ask(form, headers=f"If-None-Match: {tag}\r\n").status == 200
    linkback.mention(f"https://newer.example/{next(NUMBERS)}", f"{own.url}again", says("newer"))
    assert reader.ask(form, headers=f"If-None-Match: {tag}\r\n").status == 200


@pytest.mark.parametrize(("form", "media"), [("atom", "application/atom+xml"), ("json", "application/feed+json")])
def test_a_feed_sets_no_cookie_and_is_kept_by_nobody_else(reader: Reader, form: str, media: str) -> None:
    answer = reader.ask(form)
    assert (answer.header("content-type") or "").startswith(media)
    assert (answer.header("set-cookie"), answer.header("cache-control")) == (None, "private, no-cache")
    assert answer.header("x-robots-tag") == "noindex"


def test_a_token_that_was_taken_back_opens_nothing(linkback: Running, reader: Reader) -> None:
    assert reader.ask("json").status == 200
    asyncio.run(_take_back(linkback.settings))
    assert reader.ask("json").status == 404


async def _take_back(settings: Settings) -> None:
    async with open_database(settings) as database:
        accounts = Accounts(database, utc_now)
        ana = await accounts.get("ana")
        for kept in await accounts.tokens(ana):
            await accounts.drop_token(ana, kept.id)


def test_hostile_texts_are_texts_in_both_forms(linkback: Running, own: Site, reader: Reader) -> None:
    words = "</title><script>\u202ealert(1)\u0007]]>"
    linkback.mention(f"https://hostile.example/{next(NUMBERS)}", f"{own.url}hostile", says(words))
    entry = next(fromstring(reader.ask("atom").body).iter(f"{A}entry"))
    assert entry.findtext(f"{A}content") == "</title><script>alert(1)]]> said it."
    body: Any = reader.ask("json").body
    assert b"<" not in body
    assert json.loads(body)["items"][0]["content_text"] == "</title><script>alert(1)]]> said it."
