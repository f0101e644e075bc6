"""People hear by mail of what happened to their mentions: once, as it stands, at their pace, and of nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from linkback.app import build
from linkback.core.model import (
    AlertKind,
    Author,
    Citation,
    Mention,
    Pace,
    Ping,
    Reason,
    Role,
    Seat,
    Status,
    User,
    Verdict,
)
from linkback.settings import Settings
from linkback.storage import alerts, letters, mentions, news, notices, seats, users
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from tests.mail.servers import MailServer, html_of, mail_server, text_of
from tests.verbs.fakes import OURS, SITE, Clock, Linkback, Web

VERDICT = Verdict(Status.HELD, 0.4, (Reason("first_time", "blog.example has never linked here before.", 0.5),))
SAID = Citation(
    "Why bread needs time", Author("Ben"), excerpt="I keep to Ana's notes on sourdough.", anchor="Ana's notes"
)
SCANNED = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
async def linkback(tmp_path: Path, post: MailServer, web: Web, clock: Clock) -> AsyncIterator[Linkback]:
    settings = Settings(
        database=f"sqlite:///{tmp_path}/test.db",
        public_url=OURS,
        mail_server=post.address,
        mail_security="none",
        mail_sender="links@links.example",
    )
    database = Database.open(settings.database)
    database.upgrade()
    try:
        parts = build(settings, database, web, clock)
        await parts.registrar.add(SITE)
        yield Linkback(parts, clock)
    finally:
        await asyncio.to_thread(database.close)


async def person(linkback: Linkback, pace: Pace = Pace.EACH, name: str = "ana", **more: object) -> User:
    user = replace(User(0, name, f"{name}@me.example", admin=True, pace=pace), **more)  # type: ignore[arg-type]  # fields of User, by name
    return await linkback.parts.database.write(users.add, user, "", linkback.clock())


async def came(
    linkback: Linkback, path: str = "a", *, status: Status = Status.HELD, to: str = "post", said: Citation = SAID
) -> Mention:
    """Let a mention come, as a look found it."""
    ping = Ping(f"https://blog.example/{path}", SITE + to, "webmention")
    seen = Settlement(1, ping.source, ping.target, status, linkback.clock(), said, VERDICT, ping=ping)
    return await linkback.parts.database.write(mentions.settle, seen)


async def seen_again(linkback: Linkback, mention: Mention, status: Status, said: Citation = SAID) -> None:
    again = Settlement(1, mention.source, mention.target, status, linkback.clock(), said, force=True)
    await linkback.parts.database.write(mentions.settle, again)


async def delivered(linkback: Linkback, post: MailServer, **later: float) -> list[EmailMessage]:
    """Do what is due now, and later, and return the letters that came of it."""
    before = len(post.letters)
    await linkback.work()
    linkback.clock.move(**(later or {"minutes": 1}))
    await linkback.work()
    return post.messages()[before:]


async def test_who_wants_to_hear_of_each_is_told_within_a_minute(linkback: Linkback, post: MailServer) -> None:
    await person(linkback)
    mention = await came(linkback)
    [letter] = await delivered(linkback, post)
    text, html = text_of(letter), html_of(letter)
    assert letter["Subject"] == "Mentions of me.example/post"
    for words in ("Why bread needs time", "Ben", "blog.example", mention.source, "never linked here before", "Approve"):
        assert words in text
        assert words in html
    assert "I keep to Ana's notes on sourdough." in text
    assert "<b>Ana&#39;s notes</b>" in html
    assert text.count(f"{OURS}mail/") == html.count(f"{OURS}mail/") == 5  # four deeds, and no more mail
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].strip("<>") in text


async def test_a_burst_is_one_letter(linkback: Linkback, post: MailServer) -> None:
    await person(linkback)
    for number in range(300):
        await came(linkback, f"{number}", to=f"page-{number}")
        if number % 100 == 0:
            await linkback.work()
    [letter] = await delivered(linkback, post)
    assert text_of(letter).count("Why bread needs time") == 20
    assert "280 more mentions wait" in text_of(letter)
    assert letter["Subject"] == "Mentions: 300 new ones wait"
    await came(linkback, "one-more")
    assert await delivered(linkback, post) == []
    assert len(await delivered(linkback, post, minutes=5)) == 1


@pytest.mark.parametrize(
    ("pace", "before", "then"),
    [
        (Pace.HOURLY, {"minutes": 59}, {"minutes": 1}),
        (Pace.DAILY, {"hours": 18}, {"hours": 1}),  # from noon till seven
        (Pace.WEEKLY, {"days": 5, "hours": 18}, {"hours": 1}),  # from Tuesday till Monday
    ],
)
async def test_a_digest_comes_when_its_time_has_come_and_once(
    linkback: Linkback, post: MailServer, pace: Pace, before: dict[str, float], then: dict[str, float]
) -> None:
    await person(linkback, pace)
    await came(linkback)
    assert await delivered(linkback, post, **before) == []
    [letter] = await delivered(linkback, post, **then)
    assert letter["Subject"] == "Mentions: 1 new one waits"
    assert letter["References"] is None
    assert await delivered(linkback, post, days=8) == []


async def test_a_digest_shows_what_waited_before_and_is_not_sent_for_that_alone(
    linkback: Linkback, post: MailServer
) -> None:
    await came(linkback, "old", said=replace(SAID, title="Old but open"))
    await linkback.work()
    await person(linkback, Pace.DAILY)
    assert await delivered(linkback, post, days=2) == []
    await came(linkback, "new")
    [letter] = await delivered(linkback, post, days=1)
    text = text_of(letter)
    assert text.index("Why bread needs time") < text.index("Old but open")
    assert letter["Subject"] == "Mentions: 1 new one waits"


async def test_what_was_decided_before_the_letter_is_not_told_as_waiting(linkback: Linkback, post: MailServer) -> None:
    await person(linkback, Pace.DAILY)
    mine, theirs, back = [await came(linkback, name) for name in ("mine", "theirs", "back")]
    await linkback.work()
    await linkback.parts.moderator.remove(mine.id, by="ana")
    await linkback.parts.moderator.approve(theirs.id, by="ben")
    await linkback.parts.moderator.approve(back.id, by="ben")
    await linkback.parts.moderator.undo(by="ben")
    [letter] = await delivered(linkback, post, days=1)
    assert letter["Subject"] == "Mentions: 1 new one waits, 1 published"
    waiting, published = text_of(letter).split("== Published ==")
    assert (back.source in waiting, theirs.source in published) == (True, True)
    assert mine.source not in text_of(letter)


async def test_nobody_is_told_of_what_they_decided_themselves(linkback: Linkback, post: MailServer) -> None:
    mention = await came(linkback)
    await linkback.work()
    await person(linkback)
    await person(linkback, name="ben")
    await linkback.parts.moderator.approve(mention.id, by="ana")
    [letter] = await delivered(linkback, post)
    assert letter["To"] == "ben@me.example"
    assert "== Published ==" in text_of(letter)


async def test_changed_gone_and_withdrawn_are_told_of_what_was_public(linkback: Linkback, post: MailServer) -> None:
    names = ("changes", "goes", "leaves")
    changes, goes, leaves = [await came(linkback, name, status=Status.APPROVED) for name in names]
    waits = await came(linkback, "waits")
    await linkback.work()
    await person(linkback, Pace.DAILY)
    linkback.clock.move(hours=1)
    await seen_again(linkback, changes, Status.APPROVED, replace(SAID, title="Why cake needs time"))
    await seen_again(linkback, goes, Status.GONE)
    await linkback.parts.moderator.spam(leaves.id, by="ben")
    await linkback.parts.moderator.spam(waits.id, by="ben")
    [letter] = await delivered(linkback, post, days=1)
    assert letter["Subject"] == "Mentions: 1 changed, 2 gone"
    text = text_of(letter)
    assert "Title: Why bread needs time → Why cake needs time" in text
    assert (goes.source in text, leaves.source in text, waits.source in text) == (True, True, False)


async def test_junk_is_one_line_and_never_a_letter(linkback: Linkback, post: MailServer) -> None:
    await person(linkback, Pace.DAILY)
    for number in range(7):
        await came(linkback, f"junk-{number}", status=Status.SPAM)
    assert await delivered(linkback, post, days=1) == []
    await came(linkback)
    [letter] = await delivered(linkback, post, days=1)
    assert text_of(letter).count("7 junk mentions were kept away") == 1
    assert "junk-" not in text_of(letter)


async def test_a_warning_is_told(linkback: Linkback, post: MailServer) -> None:
    await person(linkback)
    words = "Many more mentions than usual <b>\r\nBcc: x@y.example"
    await linkback.parts.database.write(alerts.raise_alert, 1, AlertKind.BURST, "", words, linkback.clock())
    [letter] = await delivered(linkback, post)
    assert letter["Subject"] == "Mentions: 1 warning"
    assert "! me.example: Many more mentions than usual <b> Bcc: x@y.example" in text_of(letter)
    assert "&lt;b&gt;" in html_of(letter)
    [alert] = await linkback.parts.database.read(alerts.every)
    assert alert.told_at is not None


async def test_news_of_one_page_are_one_thread(linkback: Linkback, post: MailServer) -> None:
    await person(linkback)
    threads = []
    for path, to in (("a", "post"), ("b", "post"), ("c", "other")):
        await came(linkback, path, to=to)
        [letter] = await delivered(linkback, post, minutes=6)
        assert letter["In-Reply-To"] == letter["References"]
        threads.append((letter["References"], letter["Subject"]))
    assert threads[0] == threads[1] != threads[2]
    assert len({letter["Message-ID"] for letter in post.messages()}) == 3


async def test_who_left_a_site_hears_no_more_of_it(linkback: Linkback, post: MailServer) -> None:
    ana = await person(linkback, admin=False)
    await linkback.parts.database.write(seats.put, Seat(ana.id, 1, Role.MODERATOR))
    await came(linkback)
    await linkback.work()
    await linkback.parts.database.write(seats.remove, ana.id, 1)
    assert await delivered(linkback, post) == []


async def test_who_stopped_mail_gets_what_was_due_no_more(linkback: Linkback, post: MailServer) -> None:
    ana = await person(linkback)
    await came(linkback)
    await linkback.work()
    await linkback.parts.notifier.set_pace(ana, Pace.NEVER)
    assert await delivered(linkback, post) == []
    await linkback.parts.notifier.set_pace(ana, Pace.EACH)
    assert await delivered(linkback, post, days=1) == []


async def test_an_address_that_refuses_all_mail_is_left_alone(linkback: Linkback, post: MailServer) -> None:
    ana = await person(linkback)
    post.refusals = {ana.email: "550 5.1.1 nobody"}
    for number in range(5):
        await came(linkback, f"{number}")
        await delivered(linkback, post, minutes=6)
    assert len(await linkback.parts.postman.latest(9)) == letters.TOO_OFTEN
    assert "550 5.1.1 nobody" in await linkback.parts.postman.trouble_with(ana)


async def test_nothing_is_lost_when_the_mail_server_is_away(linkback: Linkback, post: MailServer) -> None:
    await person(linkback)
    post.at_end = "451 4.3.0 Later, please"
    await came(linkback)
    [refused] = await delivered(linkback, post)
    post.at_end = "250 OK"
    [taken] = await delivered(linkback, post, minutes=2)
    assert refused["Message-ID"] == taken["Message-ID"]
    assert await delivered(linkback, post, days=9) == []


async def test_without_people_or_a_mail_server_news_leave_nothing_behind(linkback: Linkback, post: MailServer) -> None:
    await came(linkback)
    await linkback.work()
    deaf = replace(linkback.parts.notifier, by_mail=False)
    await person(linkback)
    await came(linkback, "b")
    assert (await deaf.hand_out()).count == 1
    database = linkback.parts.database
    assert (await database.read(news.next_due), await database.read(notices.next_due)) == (None, None)
    assert await delivered(linkback, post, days=1) == []


@pytest.mark.parametrize(
    "evil",
    [
        "</blockquote><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "A\r\nBcc: all@victim.example\r\n\r\nBuy",
        "=?utf-8?q?A=0ABcc:_x?=",
        "\u202egnp.exe\u2066\u200b\x1b[31m",
        "{{ 7 * 7 }} {% raw %} %(number)s",
        "a" * 9000,
    ],
    ids=["markup", "attribute", "lines", "encoded word", "unseen", "templates", "long"],
)
async def test_what_strangers_write_is_inert_in_a_letter(linkback: Linkback, post: MailServer, evil: str) -> None:
    await person(linkback)
    said = Citation(evil, Author(evil, f"javascript:{evil}"), excerpt=f"before {evil} after", anchor=evil)
    await came(linkback, "?q=" + "x" * 1500 + '"><script>', said=said, to='post?"><script>')
    await person(linkback, name="dan", pace=Pace.NEVER)
    [letter] = await delivered(linkback, post)
    raw, text, html = post.letters[-1], text_of(letter), html_of(letter)
    assert [name for name in letter if name.lower() in ("bcc", "x-evil")] == []
    assert raw.partition(b"\r\n\r\n")[0].count(b"\r\nTo:") == 1
    for forbidden in ("<script", "<img", "javascript:", "\u202e", "\u2066", "\u200b", "\x1b", "\x00"):
        assert forbidden not in html
    assert not {"\u202e", "\u2066", "\u200b", "\x1b", "\r"} & set(text)
    assert "\nBcc:" not in text
    assert len(raw) < 60_000
    assert {url.split("?")[0].rpartition("/")[0] for url in SCANNED.findall(text)} <= {
        *(f"{OURS}mail", f"{OURS}mail/stop", f"{OURS}dashboard", f"{OURS}dashboard/mentions"),
        "https://blog.example",
    }


async def test_an_address_that_is_saved_again_is_tried_again(linkback: Linkback, post: MailServer) -> None:
    ana = await person(linkback)
    post.refusals = {ana.email: "550 5.1.1 nobody"}
    for number in range(letters.TOO_OFTEN):
        await came(linkback, f"{number}")
        await delivered(linkback, post, minutes=6)
    post.refusals = {}
    assert await linkback.parts.postman.trouble_with(ana)
    await linkback.parts.accounts.set_mail(ana, Pace.EACH, 7)
    await came(linkback, "again")
    assert len(await delivered(linkback, post, minutes=6)) == 1
