"""Links in letters: GET shows, POST acts, once, for who still looks after the site; scanners change nothing."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from linkback.core.model import (
    MOST_LISTED,
    Author,
    Citation,
    Listed,
    ListedAction,
    ListedKind,
    Mention,
    News,
    NewsKind,
    Pace,
    Ping,
    Role,
    Seat,
    Status,
    User,
)
from linkback.desk import open_database, utc_now
from linkback.mail import Stationery
from linkback.notify import Deed, Link, Office, links
from linkback.notify.writing import write_to
from linkback.storage import keys, mentions, notices, seats, sites, users
from linkback.storage.settlement import Settlement
from tests.mail.servers import html_of, read, text_of
from tests.web.desk import Browser, Shown
from tests.web.running import Running, Site, ask, exchange, post, send_form

NUMBERS = count()
T = TypeVar("T")


def write(linkback: Running, unit: Callable[[Connection], T]) -> T:
    """Run a unit of work beside the server, as another process does."""

    async def run() -> T:
        async with open_database(linkback.settings) as database:
            return await database.write(unit)

    return asyncio.run(run())


@pytest.fixture
def ana(linkback: Running, own: Site) -> User:
    """A moderator of the site, another one for each test."""
    name = f"ana-{next(NUMBERS)}"

    def add(connection: Connection) -> User:
        user = users.add(connection, User(0, name, f"{name}@me.example", pace=Pace.EACH), "", utc_now())
        seats.put(connection, Seat(user.id, sites.get(connection, own.url).id, Role.MODERATOR))
        return user

    return write(linkback, add)


@pytest.fixture
def held(linkback: Running, own: Site) -> Mention:
    """A mention that waits, from a host of its own; another one for each test."""
    number = next(NUMBERS)

    def settle(connection: Connection) -> Mention:
        site = sites.get(connection, own.url)
        ping = Ping(f"https://blog-{number}.example/post", f"{own.url}page-{number}", "webmention")
        said = Citation("Bread <b>&", Author("Ben"), excerpt="I keep to \u2018Ana\u2019s <i>notes</i>\u2019.")
        seen = Settlement(site.id, ping.source, ping.target, Status.HELD, utc_now(), said, ping=ping)
        return mentions.settle(connection, seen)

    return write(linkback, settle)


def address(linkback: Running, link: Link, at: datetime | None = None) -> str:
    """Return the address of a link that was written at a time, now unless said."""
    key = write(linkback, partial(keys.key_for, purpose=links.PURPOSE))
    return f"/mail/{links.signed(key, link, at or utc_now())}"


def stop_address(linkback: Running, user: User, at: datetime | None = None) -> str:
    """Return the address that stops mail to a person."""
    key = write(linkback, partial(keys.key_for, purpose=links.PURPOSE))
    return f"/mail/stop/{links.signed_stop(key, user.id, at or utc_now())}"


def now_of(linkback: Running, mention: Mention) -> Mention:
    return write(linkback, partial(mentions.get, mention_id=mention.id))


def person_of(linkback: Running, user: User) -> User:
    return write(linkback, partial(users.by_id, user_id=user.id))


def lists_of(linkback: Running, own: Site) -> list[str]:
    return [one.pattern for one in write(linkback, partial(sites.get, url=own.url)).lists]


def press(linkback: Running, path: str) -> Shown:
    """Press the button of a page."""
    return Browser(linkback).post(path)


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        (Deed.APPROVE, Status.APPROVED),
        (Deed.REMOVE, Status.REMOVED),
        (Deed.SPAM, Status.SPAM),
        (Deed.TRUST, Status.APPROVED),
    ],
)
def test_a_link_shows_what_it_would_do_and_does_it_once(
    linkback: Running, own: Site, ana: User, held: Mention, deed: Deed, status: Status
) -> None:
    path, host = address(linkback, Link(ana.id, deed, held.id)), held.source.split("/")[2]
    shown = Browser(linkback).get(path)
    assert shown.status == 200
    for words in ("Bread &lt;b&gt;&amp;", "&lt;i&gt;notes", host, "Nothing was done yet", "<form"):
        assert words in shown.text
    assert now_of(linkback, held).status is Status.HELD
    done = press(linkback, path)
    assert (done.status, now_of(linkback, held).status) == (200, status)
    assert now_of(linkback, held).decided_by == ana.name
    assert (host in lists_of(linkback, own)) is (deed is Deed.TRUST)
    write(linkback, partial(_hold, mention=held))
    again = press(linkback, path)
    assert (again.status, now_of(linkback, held).status) == (410, Status.HELD)
    assert "used already" in again.text
    assert Browser(linkback).get(path).status == 410


def _hold(connection: Connection, mention: Mention) -> None:
    mentions.decide(connection, mention.id, Status.HELD, by="ben", now=utc_now(), next_look_at=None)


@pytest.mark.parametrize("deed", [Deed.SPAM, Deed.TRUST])
def test_what_a_link_did_is_taken_back_by_one_button(
    linkback: Running, own: Site, ana: User, held: Mention, deed: Deed
) -> None:
    before = lists_of(linkback, own)
    done = press(linkback, address(linkback, Link(ana.id, deed, held.id)))
    [undo] = re.findall(r'action="(/mail/[\w-]+)"', done.text)
    assert press(linkback, undo).status == 200
    now = now_of(linkback, held)
    assert (now.status, now.decided_by, lists_of(linkback, own)) == (Status.HELD, None, before)
    assert press(linkback, undo).status == 410


def test_what_somebody_decided_since_is_not_taken_back(linkback: Running, ana: User, held: Mention) -> None:
    done = press(linkback, address(linkback, Link(ana.id, Deed.SPAM, held.id)))
    [undo] = re.findall(r'action="(/mail/[\w-]+)"', done.text)
    write(linkback, partial(_hold, mention=held))
    again = press(linkback, undo)
    assert (again.status, now_of(linkback, held).decided_by) == (409, "ben")
    assert "decided otherwise since" in again.text


def test_a_link_that_could_not_act_is_not_used_up(linkback: Running, own: Site, ana: User, held: Mention) -> None:
    path = address(linkback, Link(ana.id, Deed.TRUST, held.id))
    many = tuple(Listed(ListedAction.HOLD, ListedKind.HOST, f"h{number}.example") for number in range(MOST_LISTED))
    before = write(linkback, partial(sites.get, url=own.url)).lists
    write(linkback, partial(_list, url=own.url, listed=many))
    full = press(linkback, path)
    write(linkback, partial(_list, url=own.url, listed=before))
    assert (full.status, now_of(linkback, held).status) == (409, Status.HELD)
    assert "lists of this site are full" in full.text
    assert (press(linkback, path).status, now_of(linkback, held).status) == (200, Status.APPROVED)
    assert press(linkback, path).status == 410


def _list(connection: Connection, url: str, listed: tuple[Listed, ...]) -> None:
    sites.save(connection, replace(sites.get(connection, url), lists=listed), utc_now())


def test_pages_of_links_are_kept_by_nobody(linkback: Running, ana: User, held: Mention) -> None:
    link, stop = address(linkback, Link(ana.id, Deed.SPAM, held.id)), stop_address(linkback, ana)
    for answer in (ask(linkback, link), ask(linkback, stop), ask(linkback, "/mail/forged")):
        assert answer.header("cache-control") == "no-store"
        assert answer.header("referrer-policy") == "no-referrer"
        assert answer.header("x-robots-tag") == "noindex"
        assert "form-action 'self'" in (answer.header("content-security-policy") or "")


@pytest.mark.parametrize(
    ("case", "status", "words"),
    [
        ("expired", 410, "older than two weeks"),
        ("forged", 404, "no link of ours"),
        ("cut short", 404, "no link of ours"),
        ("of another purpose", 404, "no link of ours"),
        ("mention gone", 410, "not kept any more"),
        ("person gone", 403, "do not look after"),
        ("seat gone", 403, "do not look after"),
    ],
)
def test_a_link_that_does_nothing_says_why(
    linkback: Running, ana: User, held: Mention, case: str, status: int, words: str
) -> None:
    link = Link(ana.id, Deed.APPROVE, held.id)
    paths: dict[str, Callable[[], str]] = {
        "expired": lambda: address(linkback, link, utc_now() - timedelta(days=14)),
        "forged": lambda: f"/mail/{links.signed(b'x' * 32, link, utc_now())}",
        "cut short": lambda: address(linkback, link)[:-3],
        "of another purpose": lambda: stop_address(linkback, ana).replace("/stop", ""),
        "mention gone": lambda: address(linkback, Link(ana.id, Deed.APPROVE, 987654)),
        "person gone": lambda: address(linkback, Link(987654, Deed.APPROVE, held.id)),
    }
    if case == "seat gone":
        write(linkback, partial(seats.remove, user_id=ana.id, site_id=held.site_id))
    path = paths.get(case, lambda: address(linkback, link))()
    for shown in (Browser(linkback).get(path), press(linkback, path)):
        assert shown.status == status
        assert words in shown.text
    assert now_of(linkback, held).status is Status.HELD


def test_a_scanner_that_follows_every_link_of_a_letter_changes_nothing(
    linkback: Running, ana: User, held: Mention
) -> None:
    raw = write(linkback, partial(_letter_to, user=ana, mention=held, base=linkback.settings.public_url))
    text, html = text_of(read(raw)), html_of(read(raw))
    found = {url for url in re.findall(r"https?://[^\s\"<>]+", text + html) if url.startswith(linkback.url)}
    links_found = [url for url in found if "/mail/" in url]
    assert len(links_found) == 5
    for url in found:
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
            ask(linkback, "/" + url.removeprefix(linkback.url), method=method)
    assert (now_of(linkback, held).status, person_of(linkback, ana).pace) == (Status.HELD, Pace.EACH)
    for url in links_found:
        assert Browser(linkback).get("/" + url.removeprefix(linkback.url)).status == 200


def _letter_to(connection: Connection, user: User, mention: Mention, base: str) -> bytes:
    # Not by news: the running server, which has no mail server, hands those out to nobody.
    notices.add(connection, [(user.id, News(0, mention.site_id, NewsKind.WAITING, utc_now(), mention.id))])
    office = Office(base, Stationery("links@links.example", "links.example"))
    letter = write_to(connection, user.id, office, utc_now())
    assert letter is not None
    return letter.message


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
        ),
        ("text/plain", b""),
    ],
)
def test_one_click_of_a_mail_program_stops_all_mail(
    linkback: Running, ana: User, content_type: str, body: bytes
) -> None:
    request = post(stop_address(linkback, ana), body, f"Content-Type: {content_type}")
    [answer] = exchange(linkback.port, request)
    assert answer.status == 200
    assert person_of(linkback, ana).pace is Pace.NEVER


def test_who_stopped_mail_may_have_it_come_again_as_before(linkback: Running, ana: User) -> None:
    path = stop_address(linkback, ana)
    assert "Stop all mail?" in Browser(linkback).get(path).text
    stopped = press(linkback, path)
    assert "No more mail comes" in stopped.text
    assert 'name="pace" value="each"' in stopped.text
    again = send_form(linkback, path, {"pace": "each"})
    assert (again.status, person_of(linkback, ana).pace) == (200, Pace.EACH)
    assert send_form(linkback, path, {"pace": "nonsense"}).status == 200
    assert person_of(linkback, ana).pace is Pace.NEVER


@pytest.mark.parametrize("case", ["expired", "forged", "person gone"])
def test_a_link_that_stops_nothing_says_so(linkback: Running, ana: User, case: str) -> None:
    if case == "person gone":
        path = stop_address(linkback, User(987654, "nobody"))
    else:
        old = utc_now() - timedelta(days=500) if case == "expired" else None
        path = stop_address(linkback, ana, old) + ("x" if case == "forged" else "")
    expected = 410 if case == "expired" else 404
    assert [Browser(linkback).get(path).status, press(linkback, path).status] == [expected] * 2
    assert person_of(linkback, ana).pace is Pace.EACH
