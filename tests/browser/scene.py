"""What a desk shows in tests and pictures: two sites, mentions of every status, and some that want to do harm."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.core.model import (
    AlertKind,
    Author,
    Call,
    Citation,
    Company,
    Delivery,
    DeliveryStatus,
    Evidence,
    Feed,
    Likeness,
    Listed,
    ListedAction,
    ListedKind,
    Makeup,
    NewsKind,
    Ping,
    Reason,
    Role,
    Seat,
    Status,
    User,
    Verdict,
    Webhook,
)
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from linkback.storage import alerts, calls, deliveries, feeds, mentions, seats, sites, users, webhooks
from linkback.storage.settlement import Settlement

GARDEN, NOTES = "https://garden.example/", "https://notes.example/"
SITES = (GARDEN, NOTES)

KNOWN = Reason("known", "You approved mentions of this host before.", -2.5)
RELEVANT = Reason("relevance", "The page is about the same as yours.", -1.5)
FIRST = Reason("first", "This host never linked to you before.", 0.4)
CROWDED = Reason("crowded", "The page links to 214 other sites.", 2.8)
SELLING = Reason("selling", "Its links advertise what junk sells.", 3.1)

ESSAY = Evidence(
    Makeup(1240, 9, 7, 0.06, "Latin", "t1", "w1"), Likeness(0.62, 0.71, 0.0, language="en", script="Latin")
)
LETTER = Evidence(Makeup(310, 4, 3, 0.11, "Latin", "t2", "w2"), Likeness(0.35, 0.48, language="en", script="Latin"))
JUNK = Evidence(
    Makeup(420, 231, 214, 0.83, "Latin", "t3", "w3", selling=8),
    Likeness(0.02, 0.01, 0.4, language="en", script="Latin"),
    Company(12, 31, 9, 4, 17, 11),
    ("short.example", "track.example"),
)


@dataclass(frozen=True)
class Told:
    """One mention of the scene; `hours` ago it came, and half as long ago it became what it is from what it `was`.

    `stood` is where it stood before, `by` who decided where it stands.
    """

    source: str
    target: str
    status: Status
    citation: Citation
    hours: float = 1.0
    protocol: str = "webmention"
    score: float = 0.2
    reasons: tuple[Reason, ...] = (RELEVANT,)
    trouble: str = ""
    evidence: Evidence = LETTER
    was: Citation | None = None
    stood: Status | None = None
    by: str = ""


def says(title: str, author: str, excerpt: str, anchor: str, kind: str = "mention", **more: object) -> Citation:
    """Return what a page says."""
    return Citation(title, Author(author), kind=kind, anchor=anchor, excerpt=excerpt, **more)  # type: ignore[arg-type]  # fields of a citation


# Title, author, sentence, words of the link: as people write.
HONEST = (
    Told(
        "https://ana.example/2026/compost", f"{GARDEN}compost", Status.HELD,
        says("What a winter of compost taught me", "Ana Lindqvist",
             "I followed the advice on turning the heap every ten days, and it worked even in the frost.",
             "turning the heap every ten days"),
        0.4, reasons=(FIRST, RELEVANT), evidence=ESSAY,
    ),
    Told(
        "https://weblog.example/permalink/8812", f"{GARDEN}compost", Status.HELD,
        says("Re: Compost in the cold", "Ibrahim Diallo", "You are right about the leaves, but shred them first.",
             "right about the leaves", "reply"),
        2, protocol="pingback", score=0.35, reasons=(FIRST,),
        was=says("Re: Compost", "Ibrahim Diallo", "You are wrong about the leaves.", "wrong about the leaves", "reply"),
    ),
    Told(
        "https://xn--grtnerei-0za.example/beitrag/42", f"{GARDEN}tomatoes", Status.HELD,
        says("Alte Tomatensorten", "Jürgen Weiß", "Eine schöne Übersicht über alte Sorten steht in diesem Garten.",
             "in diesem Garten", language="de"),
        5, score=0.3, reasons=(FIRST, RELEVANT),
    ),
    Told(
        "https://niwa.example/2026/11", f"{GARDEN}moss", Status.HELD,
        says("苔の庭の作り方", "山田 花子", "この庭の記録がとても参考になりました。", "この庭の記録", language="ja"),
        9, score=0.28, reasons=(FIRST,),
    ),
    Told(
        "https://hadiqa.example/nabatat", f"{GARDEN}moss", Status.HELD,
        says("نباتات الظل", "ليلى حداد", "وجدت في هذه الحديقة أفكارا جميلة.", "هذه الحديقة", language="ar"),
        20, score=0.3, reasons=(FIRST,),
    ),
    Told(
        "https://tom.example/likes/31", f"{NOTES}slow-web", Status.HELD,
        says("", "Tom", "", "", "like"), 26, score=0.4, reasons=(FIRST,),
    ),
    Told(
        "https://ines.example/reading/slow", f"{NOTES}slow-web", Status.APPROVED,
        says("Reading list, week 47", "Inês Carvalho",
             "The one essay I keep sending to friends is this note on the slow web.", "this note on the slow web"),
        30, reasons=(KNOWN, RELEVANT), score=0.04, evidence=ESSAY,
        was=says("Reading list", "Inês Carvalho", "I keep sending this note on the slow web to friends.",
                 "this note on the slow web", rel=("nofollow",)),
    ),
    Told(
        "https://marta.example/seeds", f"{GARDEN}tomatoes", Status.APPROVED,
        says("Seeds to swap", "Marta", "I got mine from the list of the Garden.", "the list of the Garden"), 52,
        protocol="trackback", reasons=(KNOWN,), score=0.07,
    ),
    Told(
        "https://bikes.example/a-long-way-home", f"{NOTES}commute", Status.APPROVED,
        says("A long way home", "Ren", "Somebody wrote down why it takes longer and is better.", "why it takes longer"),
        90, reasons=(KNOWN, RELEVANT), score=0.05,
    ),
    Told(
        "https://best-deals.example/post?id=77", f"{GARDEN}compost", Status.SPAM,
        says("TOP 10 CHEAP PILLS", "admin", "compost pills casino compost best price", "compost"),
        3, protocol="pingback", score=0.99, reasons=(CROWDED, SELLING, FIRST),
        evidence=JUNK,
    ),
    Told(
        "https://scraper.example/copy/tomatoes", f"{GARDEN}tomatoes", Status.SPAM,
        says("Tomatoes", "", "All of your own text, word by word.", "Tomatoes"), 31, score=0.93, reasons=(CROWDED,),
        evidence=JUNK,
    ),
    Told(
        "https://quarrel.example/1", f"{NOTES}slow-web", Status.REMOVED,
        says("Nonsense about the web", "Somebody", "What utter nonsense this is.", "nonsense"), 70, reasons=(FIRST,),
        stood=Status.HELD, by="ana",
    ),
    Told(
        "https://old.example/links", f"{NOTES}commute", Status.GONE,
        says("Links", "Old friend", "A good read on getting home.", "getting home"), 200, trouble="no_link",
        stood=Status.APPROVED,
    ),
    Told("https://new.example/just-now", f"{GARDEN}moss", Status.RECEIVED, Citation(), 0.02, reasons=()),
    Told(
        "https://none.example/", f"{GARDEN}moss", Status.INVALID, Citation(), 44, trouble="no_link", reasons=(),
    ),
)  # fmt: skip

BAD = "<script>tellOfViolation('it ran')</script><img src=x onerror=tellOfViolation('it ran')>"
BIDI = "\u202eexample.evil\u202c\u2066\u200f"
HOSTILE = (
    (BAD, BAD, BAD, "http://evil.example/\"><script>alert(1)</script>"),
    ("{{ 7*7 }}${7*7}#{7*7}", "'-alert(1)-'", "%(x)s %s {0} &lt;b&gt;", "http://evil.example/%22onmouseover=alert(1)"),
    (BIDI * 4, f"Ana {BIDI}", f"before {BIDI} after", f"http://evil.example/{BIDI}"),
    ("a\r\nSet-Cookie: x=1\r\n\r\n<h1>b", "Ana\r\nBcc: x@y.example", "\x00\x07\x1b[31mred\x7f", "http://evil.example/a%0d%0ab"),
    ("W" * 4000, "M" * 1000, "i" * 300, "http://" + "a" * 60 + ".example/" + "x" * 1500),
    ("z̴̡̧̛͎̠͈̫̮͈̬͓̲̿̔̄̂̂̋a̶l̸g̵o̷" * 20, "👩‍👩‍👧‍👦" * 40, "\u200b" * 300, "http://xn--a-0ga.example/"),
    ("</textarea></title></style></script><svg onload=alert(1)>", '" autofocus onfocus="alert(1)', "<!--", "http://evil.example/c"),
    ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "=cmd|' /C calc'!A0", "http://evil.example/d?<>'\""),
)  # fmt: skip


def hostile() -> Iterable[Told]:
    """Yield mentions whose every part wants to do harm, of statuses that are shown."""
    statuses = (Status.HELD, Status.APPROVED, Status.SPAM)
    for number, (title, author, excerpt, source) in enumerate(HOSTILE):
        citation = Citation(
            title, Author(author, "javascript:alert(1)", "javascript:alert(2)"), anchor=excerpt[:20], excerpt=excerpt,
            content=title, rel=("nofollow", title[:50]), language="x-\"><b>", photo="https://evil.example/spy.png",
        )  # fmt: skip
        reasons = (Reason("hostile", title[:300], 1.0), Reason("hostile", author[:300], -1.0))
        evidence = replace(JUNK, via=(author[:300], title[:300]))
        was = replace(citation, title=author, author=Author(title), excerpt=title, anchor=title[:20], rel=())
        status, by = statuses[number % 3], author[:60] if number % 2 else ""
        yield Told(
            source, f"{GARDEN}moss", status, citation, number + 1,
            reasons=reasons, score=0.6, evidence=evidence, was=was, by=by,
        )  # fmt: skip


# What owners were warned of: kind, host, words.
WARNINGS = (
    (AlertKind.TURNED, "ines.example", "ines.example, which you trust, became a shop."),
    (AlertKind.BURST, "best-deals.example", "31 mentions came from best-deals.example within an hour."),
    (AlertKind.NEIGHBOUR, "casino.example", "casino.example, which has a bad score, links to 4 of your pages."),
)
LISTS = (
    Listed(ListedAction.TRUST, ListedKind.HOST, "ines.example", "a friend of the house"),
    Listed(ListedAction.BLOCK, ListedKind.PATH, "*.deals.example/tag/*"),
    Listed(ListedAction.HOLD, ListedKind.WORD, "casino"),
)
WARNINGS_BADLY = tuple(
    (kind, subject[:300], f"{title} of {subject}")
    for (title, subject, _excerpt, _source), kind in zip(HOSTILE, [*AlertKind] * len(HOSTILE), strict=False)
)
LISTS_BADLY = tuple(
    Listed(action, kind, pattern[:200], note[:300])
    for (note, pattern, _excerpt, _source), action, kind in zip(
        HOSTILE, [*ListedAction] * len(HOSTILE), [*ListedKind] * len(HOSTILE), strict=False
    )
)

# Whom our own posts told, and what they said.
SENT = (
    ("https://ana.example/2026/compost", DeliveryStatus.SENT, "webmention", "Accepted, and looked at later."),
    ("https://weblog.example/permalink/8812", DeliveryStatus.SENT, "pingback", "Pingback registered. Keep talking!"),
    ("https://quiet.example/", DeliveryStatus.NO_ENDPOINT, None, "The page takes no pings."),
    ("https://busy.example/post", DeliveryStatus.WAITING, "webmention", "The other side is too busy: 503."),
    ("https://stern.example/a", DeliveryStatus.REFUSED, "pingback", "The source has no link to the target (17)."),
    ("https://gone.example/", DeliveryStatus.FAILED, None, "There is no such host."),
)
SENT_BADLY = tuple((source, DeliveryStatus.REFUSED, "webmention", title) for title, _a, _e, source in HOSTILE)


@dataclass(frozen=True)
class Scenery:
    """What is to be put there."""

    told: tuple[Told, ...] = ()
    sent: tuple[tuple[str, DeliveryStatus, str | None, str], ...] = ()
    feed: str = ""
    webhook: str = "https://build.example/hook"
    sites: tuple[str, ...] = SITES
    warnings: tuple[tuple[AlertKind, str, str], ...] = ()
    lists: tuple[Listed, ...] = ()
    closed: tuple[str, ...] = ()
    polled: str = ""
    people: tuple[tuple[str, str], ...] = ()


@dataclass
class Scene:
    """What was put there: the ids of mentions by status, of sites by address, and of what else pages are about."""

    mentions: dict[str, list[int]] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    webhook: int = 0
    call: int = 0
    scenery: Scenery = Scenery()

    def one(self, status: Status) -> int:
        """Return the first mention of a status."""
        return self.mentions[status][0]


EMPTY = Scenery()
FULL = Scenery(
    HONEST,
    SENT,
    f"{GARDEN}feed.xml",
    warnings=WARNINGS,
    lists=LISTS,
    closed=("/about", "/drafts/*"),
    polled="12 posts, none of them new.",
)
HARMFUL = Scenery(
    tuple(hostile()), SENT_BADLY, f"{GARDEN}feed.xml?<script>'\"", "https://x.example/?\"><script>'",
    warnings=WARNINGS_BADLY, lists=LISTS_BADLY, closed=tuple(f"/{title[:400]}" for title, *_ in HOSTILE),
    polled=BAD + BIDI,
    people=tuple((author[:64] + str(number), title[:200]) for number, (title, author, *_) in enumerate(HOSTILE)),
)  # fmt: skip


def put(settings: Settings, scenery: Scenery) -> Scene:
    """Put what a scenery says into the database of a server, as if it had come."""
    return asyncio.run(_put(settings, scenery))


async def _put(settings: Settings, scenery: Scenery) -> Scene:
    now = utc_now()
    async with open_database(settings) as database:
        return await database.write(_kept, scenery, now)


def _kept(connection: Connection, scenery: Scenery, now: datetime) -> Scene:
    scene = Scene(scenery=scenery, sites={url: sites.add(connection, url, now).id for url in scenery.sites})
    for one in sorted(scenery.told, key=lambda one: -one.hours):
        scene.mentions.setdefault(one.status, []).insert(0, _told(connection, one, scene.sites, now))
    deliveries.add(connection, [_delivery(number, one, now) for number, one in enumerate(scenery.sent)])
    if scenery.feed:
        feed = feeds.add(connection, Feed(0, scenery.feed, now, now, "atom", polled_at=now))
        feeds.note(connection, replace(feed, message=scenery.polled))
    hook = webhooks.add(connection, Webhook(0, scene.sites[GARDEN], scenery.webhook, "secret"), now)
    call = Call(0, hook.id, NewsKind.PUBLISHED, b'{"title": "<script>"}', now, next_try_at=now + timedelta(days=1))
    scene.webhook, scene.call = hook.id, calls.add(connection, call).id
    _about_garden(connection, scenery, scene.sites[GARDEN], now)
    return scene


def _about_garden(connection: Connection, scenery: Scenery, site_id: int, now: datetime) -> None:
    """Put warnings, lists and moderators of the first site there."""
    sites.save(connection, replace(sites.by_id(connection, site_id), lists=scenery.lists, closed=scenery.closed), now)
    for kind, subject, message in scenery.warnings:
        alerts.raise_alert(connection, site_id, kind, subject, message, now)
    for name, email in scenery.people:
        person = users.add(connection, User(0, name, email), "", now)
        seats.put(connection, Seat(person.id, site_id, Role.MODERATOR))


def _told(connection: Connection, one: Told, ids: Mapping[str, int], now: datetime) -> int:
    """Settle one mention, as it was at first where it was something else, and return its id."""
    came = now - timedelta(hours=one.hours)
    settled = _settlement(one, ids, came)
    if one.was or one.stood:
        first = replace(settled, status=one.stood or one.status, citation=one.was or one.citation, trouble="")
        mentions.settle(connection, first)
        settled = replace(settled, now=came + (now - came) / 2)
    kept = mentions.settle(connection, settled)
    if one.by:
        mentions.decide(connection, kept.id, one.status, by=one.by, now=settled.now, next_look_at=None)
    return kept.id


def _settlement(one: Told, ids: Mapping[str, int], at: datetime) -> Settlement:
    (site,) = (ids[url] for url in ids if one.target.startswith(url))
    return Settlement(
        site, one.source, one.target, one.status, at, one.citation,
        Verdict(one.status, one.score, one.reasons) if one.reasons else None,
        Ping(one.source, one.target, one.protocol), verified=one.status is not Status.RECEIVED, trouble=one.trouble,
        evidence=one.evidence if one.reasons else None,
    )  # fmt: skip


def _delivery(number: int, one: tuple[str, DeliveryStatus, str | None, str], now: datetime) -> Delivery:
    target, status, protocol, message = one
    at = now - timedelta(hours=7 * number + 1)
    again = now + timedelta(days=1) if status is DeliveryStatus.WAITING else None
    source = f"{NOTES}slow-web"
    return Delivery(
        0, source, target, status, at, protocol, None, None, message, attempts=1, next_try_at=again, updated_at=at
    )
