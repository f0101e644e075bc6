"""The pages of webhooks and feeds, over HTTP, with a program that takes calls."""

import asyncio
import hmac
import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import func, select

from linkback.core.model import Citation, Role
from linkback.desk import open_database
from linkback.settings import Settings
from linkback.storage.tables import news
from tests.channels.receiver import Receiver, receiving
from tests.web.desk import Browser, Shown, signed_in
from tests.web.running import Running, Site, ask, running, until

HOOK = {"form": "linkback", "kind": ["published", "withdrawn"]}


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    with running(settings) as started:
        started.add_site(own.url)
        yield started


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving("127.0.5.2") as started:
        yield started


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.taken.clear()
    server.answers.clear()
    return server


@pytest.fixture
def ana(linkback: Running, own: Site) -> Browser:
    """The browser of the owner of the site."""
    return signed_in(linkback, "ana", admin=False, roles={own.url: Role.OWNER})


@pytest.fixture
def bob(linkback: Running, own: Site) -> Browser:
    """The browser of a moderator of the site."""
    return signed_in(linkback, "bob", admin=False, roles={own.url: Role.MODERATOR})


LIST = "/dashboard/sites/1/webhooks"
FEEDS = "/dashboard/sites/1/feeds"
HOW_MANY = select(func.count()).select_from(news)


def added(browser: Browser, url: str, **more: object) -> str:
    """Add a webhook and return the address of its page."""
    browser.get(LIST)
    shown = browser.post(LIST, {"url": url, **HOOK, **more})  # type: ignore[dict-item]  # fields of a form
    assert shown.status == 303, shown.text
    return shown.location.partition("?")[0]


def news_of(linkback: Running) -> int:
    """Return how much news is not handed out yet."""

    async def count() -> int:
        async with open_database(linkback.settings) as database:
            return await database.read(lambda connection: connection.execute(HOW_MANY).scalar_one())

    return asyncio.run(count())


def text_of(shown: Shown) -> str:
    """Return what a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", shown.text)).split())


def test_a_webhook_is_added_and_its_secret_shown_to_its_owner(ana: Browser, receiver: Receiver) -> None:
    page = added(ana, receiver.url + "added")
    shown = ana.get(page)
    assert receiver.url + "added" in shown.text
    assert re.search(r"<code>[\w-]{43}</code>", shown.text)
    assert "A mention is published" in text_of(shown)
    assert receiver.url + "added" in ana.get(LIST).text


@pytest.mark.parametrize(
    ("url", "kinds", "sentence"),
    [
        ("http://10.0.0.1/in", ["gone"], "This is not a public address."),
        ("http://[::1]/in", ["gone"], "This is not a public address."),
        ("http://169.254.169.254/latest", ["gone"], "This is not a public address."),
        ("http://localhost/in", ["gone"], "This is not a public address."),
        ("http://0x0a000001/in", ["gone"], "This is not a public address."),
        ("ftp://hooks.example/in", ["gone"], "The address is not of the web"),
        ("https://user:word@hooks.example/in", ["gone"], "user name or password"),
        ("", ["gone"], "."),
        ("https://hooks.example/in", [], "at least one thing"),
    ],
)
def test_what_will_not_do_is_shown_again_with_a_sentence(
    ana: Browser, url: str, kinds: list[str], sentence: str
) -> None:
    ana.get(LIST)
    shown = ana.post(LIST, {"url": url, "form": "linkback", "kind": kinds})
    assert shown.status == 422
    assert sentence in text_of(shown)
    assert f'value="{url}"' in shown.text
    assert 'class="error"' in shown.text


def test_a_test_is_sent_and_its_outcome_is_in_the_log(ana: Browser, receiver: Receiver) -> None:
    page = added(ana, receiver.url + "test")
    secret = re.findall(r"<code>([\w-]{43})</code>", ana.get(page).text)[0]
    assert ana.post(f"{page}/test", follow=True).status == 200
    until(lambda: bool(receiver.at("test")))
    (taken,) = receiver.at("test")
    moment, digest = (part.partition("=")[2] for part in taken.headers["x-linkback-signature"].split(","))
    assert hmac.digest(secret.encode(), f"{moment}.".encode() + taken.body, "sha256").hex() == digest
    until(lambda: "Taken" in text_of(ana.get(page)))
    assert f"{receiver.url}test Works" in text_of(ana.get(page.rpartition("/")[0]))


def test_what_happens_is_told_and_sent_again_when_asked(
    ana: Browser, linkback: Running, own: Site, receiver: Receiver
) -> None:
    until(lambda: not news_of(linkback))  # what other tests did is not told to this webhook
    page = added(ana, receiver.url + "told")
    receiver.answers["/told"] = 400
    hostile = "</pre><script>alert(1)</script>"
    linkback.mention("https://ana.example/told", f"{own.url}told", Citation(hostile))
    until(lambda: "Not taken" in text_of(ana.get(page)))
    assert f"{receiver.url}told Failing" in text_of(ana.get(page.rpartition("/")[0]))
    (taken,) = receiver.at("told")
    assert json.loads(taken.body)["mention"]["source"] == "https://ana.example/told"
    found = re.search(rf'href="({page}/calls/\d+)"', ana.get(page).text)
    assert found
    call = ana.get(found[1])
    assert "https://ana.example/told" in call.text
    assert "<script>alert" not in call.text
    receiver.answers.clear()
    assert ana.post(f"{found[1]}/again", follow=True).status == 200
    until(lambda: len(receiver.at("told")) == 2)
    assert receiver.at("told")[1].body == taken.body


def test_a_webhook_is_paused_and_goes_on(ana: Browser, receiver: Receiver) -> None:
    page = added(ana, receiver.url + "pause")
    ana.get(page)
    assert "is paused" in text_of(ana.post(f"{page}/pause", follow=True))
    assert f"{receiver.url}pause Paused" in text_of(ana.get(page.rpartition("/")[0]))
    ana.get(page)
    assert ana.post(f"{page}/test").status == 422
    assert "hears again" in text_of(ana.post(f"{page}/resume", follow=True))
    assert receiver.at("pause") == []


def test_a_webhook_is_deleted(ana: Browser, receiver: Receiver) -> None:
    page = added(ana, receiver.url + "deleted")
    ana.get(page)
    assert receiver.url + "deleted" not in ana.post(f"{page}/delete", follow=True).text
    assert ana.get(page).status == 404


def test_a_site_has_so_many_webhooks_and_no_more(linkback: Running, own: Site, ana: Browser) -> None:
    own.page("second/")
    linkback.add_site(own.url + "second/")
    eve = signed_in(linkback, "eve")
    site = re.findall(r"sites/(\d+)/webhooks", eve.get("/dashboard/sites/2/webhooks").text)[0]
    there = f"/dashboard/sites/{site}/webhooks"
    for number in range(20):
        assert eve.post(there, {"url": f"https://hooks.example/{number}", **HOOK}).status == 303
        eve.get(there)
    shown = eve.post(there, {"url": "https://hooks.example/21", **HOOK})
    assert shown.status == 422
    assert "at most 20" in text_of(shown)


@pytest.mark.parametrize("path", ["", "/1", "/1/calls/1"])
def test_a_moderator_sees_no_webhook(bob: Browser, path: str) -> None:
    assert bob.get(LIST + path).status == 404


@pytest.mark.parametrize("path", ["", "/1/test", "/1/pause", "/1/resume", "/1/delete", "/1/calls/1/again"])
def test_a_moderator_changes_no_webhook(bob: Browser, path: str) -> None:
    assert bob.post(LIST + path, {"url": "https://hooks.example/", **HOOK}).status == 404


@pytest.mark.parametrize("path", ["/99", "/99/calls/1", "/999999999999999999999999"])
def test_what_is_not_there_is_not_found(ana: Browser, path: str) -> None:
    assert ana.get(LIST + path).status == 404


@pytest.mark.parametrize(
    "path", [LIST, f"{LIST}/1/test", f"{LIST}/1/delete", f"{LIST}/1/calls/1/again", FEEDS, f"{FEEDS}/1/delete"]
)
def test_nothing_is_done_for_a_form_from_elsewhere(ana: Browser, path: str, receiver: Receiver) -> None:
    added(ana, receiver.url + "guarded")
    assert ana.post(path, {"url": "https://hooks.example/", **HOOK}, form_key="").status in (403, 404)


def test_an_address_of_the_feeds_is_shown_once_and_works(bob: Browser, linkback: Running, own: Site) -> None:
    linkback.mention("https://ana.example/fed", f"{own.url}fed", Citation("A post"))
    bob.get(FEEDS)
    shown = bob.post(FEEDS, {"name": "My <reader>"})
    (atom,) = re.findall(r"/feeds/lb_[\w-]+\.atom", shown.text)
    assert "https://ana.example/fed" in ask(linkback, atom).body.decode()
    again = bob.get(FEEDS)
    assert "lb_" not in again.text
    assert "My &lt;reader&gt;" in again.text
    drop = re.findall(rf'action="({FEEDS}/\d+/delete)"', again.text)[-1]
    assert "good for nothing" in text_of(bob.post(drop, follow=True))
    assert ask(linkback, atom).status == 404


def test_a_name_that_will_not_do_is_shown_again(bob: Browser) -> None:
    bob.get(FEEDS)
    shown = bob.post(FEEDS, {"name": "x" * 500})
    assert shown.status == 422
    assert 'class="error"' in shown.text


def test_nobody_takes_back_what_is_not_theirs(ana: Browser, bob: Browser) -> None:
    bob.get(FEEDS)
    page = bob.post(FEEDS, {"name": "bob's"})
    drop = re.findall(rf'action="({FEEDS}/\d+/delete)"', page.text)[-1]
    ana.get(FEEDS)
    assert ana.post(drop).status == 404
