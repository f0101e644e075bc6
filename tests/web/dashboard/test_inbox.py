"""The inbox over HTTP: what it shows of whose sites, what is decided there, and that all of it can be undone."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest

from linkback.core.model import Citation, Listed, ListedAction, ListedKind, Role, Status
from linkback.desk import open_desk
from linkback.settings import Settings
from tests.browser import scene
from tests.browser.scene import GARDEN, NOTES, Told, says
from tests.web.desk import Browser, signed_in
from tests.web.running import Running, running

ADDRESSES = ("href", "src", "action", "formaction")
UNSEEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]"
ALLOWED = """
    html head meta title link script body a header img svg path nav ul li span form input p button main div h1 h2 h3
    details summary select option label article time blockquote mark b del ins bdi code section dialog dl dt dd kbd
    footer ol table caption thead tr th tbody td
"""
TAGS = frozenset(ALLOWED.split())
ROW = re.compile(r'id="mention-(\d+)"')
NOTHING = says("", "Ana", "", "")
MANY = tuple(
    Told(
        f"https://h{number}.example/post",
        f"{GARDEN}compost",
        Status.HELD,
        says(f"Post {number}", "Ana", "", ""),
        hours=number,
    )
    for number in range(1, 61)
)


def settings_in(folder: Path) -> Settings:
    return Settings(database=f"sqlite:///{folder}/linkback.db", network_allow=("127.0.0.0/8",))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, scene.Scene]]:
    """A desk that is only looked at: honest and hostile mentions."""
    settings = settings_in(tmp_path_factory.mktemp("shown"))
    with running(settings) as started:
        yield started, put(settings, (*scene.HONEST, *scene.hostile()))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Running, scene.Scene]]:
    """A desk of one test alone."""
    settings = settings_in(tmp_path)
    with running(settings) as started:
        yield started, put(settings, scene.HONEST)


def put(settings: Settings, told: tuple[Told, ...]) -> scene.Scene:
    return scene.put(settings, scene.Scenery(told))


def rows(browser: Browser, query: str = "") -> list[int]:
    page = browser.get(f"/dashboard/inbox{query}")
    assert page.status == 200
    return list(map(int, ROW.findall(page.text)))


def statuses(linkback: Running) -> dict[int, Status]:
    return {mention.id: mention.status for mention in linkback.mentions()}


def lists_of(linkback: Running, url: str) -> tuple[Listed, ...]:
    async def ask() -> tuple[Listed, ...]:
        async with open_desk(linkback.settings) as desk:
            return next(site.lists for site in await desk.registrar.every() if site.url == url)

    return asyncio.run(ask())


def test_at_first_it_shows_what_waits_newest_first(shown: tuple[Running, scene.Scene]) -> None:
    linkback, kept = shown
    assert rows(signed_in(linkback)) == sorted(kept.mentions[Status.HELD], reverse=True)


@pytest.mark.parametrize("status", list(Status))
def test_a_tab_shows_all_that_stands_there_and_how_many(shown: tuple[Running, scene.Scene], status: Status) -> None:
    linkback, kept = shown
    browser = signed_in(linkback)
    assert rows(browser, f"?status={status}") == sorted(kept.mentions[status], reverse=True)
    assert browser.last is not None
    assert re.search(rf'status={status}"[^>]*aria-current|aria-current="page"', browser.last.text)
    assert f"({len(kept.mentions[status])})" in browser.last.text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=COMPOST+winter", {"What a winter of compost taught me"}),
        ("q=Lindqvist", {"What a winter of compost taught me"}),
        ("q=weblog.example/permalink", {"Re: Compost in the cold"}),
        ("q=übersicht", {"Alte Tomatensorten"}),
        ("q=100%25", set()),
        ("host=ana.example", {"What a winter of compost taught me"}),
        ("host=gärtnerei.example", {"Alte Tomatensorten"}),
        ("host=nowhere.example", set()),
        ("target=https://garden.example/compost", {"What a winter of compost taught me", "Re: Compost in the cold"}),
        ("protocol=pingback", {"Re: Compost in the cold"}),
        ("kind=reply", {"Re: Compost in the cold"}),
        ("changed=1", {"Re: Compost in the cold"}),
    ],
)
def test_a_search_shows_what_it_says(own: tuple[Running, scene.Scene], query: str, titles: set[str]) -> None:
    linkback, _ = own
    found = rows(signed_in(linkback), f"?{query.replace('ü', '%C3%BC').replace('ä', '%C3%A4')}")
    assert {mention.citation.title for mention in linkback.mentions() if mention.id in found} == titles


@pytest.mark.parametrize(
    "query", ["site=999999", "site=x", "before=x", "status=nonsense", "group=x", "&" * 300, "q=%00"]
)
def test_nonsense_in_the_address_is_no_error(shown: tuple[Running, scene.Scene], query: str) -> None:
    assert signed_in(shown[0]).get(f"/dashboard/inbox?{query}").status == 200


def test_a_long_list_is_read_page_by_page_and_no_mention_twice(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with running(settings) as linkback:
        put(settings, MANY)
        browser = signed_in(linkback)
        first = rows(browser)
        assert browser.last is not None
        older = re.search(r'rel="next" href="([^"]+)"', browser.last.text)
        assert older is not None
        second = list(map(int, ROW.findall(browser.get(older.group(1)).text)))
    assert (len(first), len(second)) == (50, 10)
    assert first + second == sorted(first + second, reverse=True)


@pytest.mark.parametrize(("group", "count"), [("host", 6), ("page", 4)])
def test_mentions_stand_under_their_host_or_page(own: tuple[Running, scene.Scene], group: str, count: int) -> None:
    linkback, kept = own
    browser = signed_in(linkback)
    assert sorted(rows(browser, f"?group={group}")) == sorted(kept.mentions[Status.HELD])
    assert browser.last is not None
    assert browser.last.text.count('<section class="heap">') == count


def test_a_moderator_sees_the_own_sites_alone(own: tuple[Running, scene.Scene]) -> None:
    linkback, _ = own
    browser = signed_in(linkback, "ben", admin=False, roles={NOTES: Role.MODERATOR})
    found = {mention.id: mention for mention in linkback.mentions()}
    assert {found[row].target.startswith(NOTES) for row in rows(browser, "?status=all")} == {True}
    foreign = next(one for one in found.values() if one.target.startswith(GARDEN))
    assert browser.get(f"/dashboard/mentions/{foreign.id}").status == 404
    assert browser.get("/dashboard/hosts/ana.example").status == 404
    assert browser.get(f"/dashboard/pages?{urlencode({'url': foreign.target})}").status == 404


def test_who_has_no_site_sees_nothing(own: tuple[Running, scene.Scene]) -> None:
    browser = signed_in(own[0], "eve", admin=False)
    assert rows(browser, "?status=all") == []


@pytest.mark.parametrize(
    ("what", "status"),
    [("approve", Status.APPROVED), ("remove", Status.REMOVED), ("spam", Status.SPAM)],
)
def test_a_button_decides_says_so_and_offers_to_undo(
    own: tuple[Running, scene.Scene], what: str, status: Status
) -> None:
    linkback, kept = own
    browser, mention_id = signed_in(linkback), kept.one(Status.HELD)
    browser.get("/dashboard/inbox")
    page = browser.post("/dashboard/decide", {"what": what, "id": mention_id, "back": "/dashboard/inbox"}, follow=True)
    assert statuses(linkback)[mention_id] is status
    assert " 1 mention" in page.text
    action = re.search(r'name="action" value="(\d+)"', page.text)
    assert action is not None
    browser.post("/dashboard/undo", {"action": action.group(1), "back": "/dashboard/inbox"}, follow=True)
    assert statuses(linkback)[mention_id] is Status.HELD


@pytest.mark.parametrize(
    ("what", "action", "status"),
    [
        ("trust", ListedAction.TRUST, Status.APPROVED),
        ("block", ListedAction.BLOCK, Status.SPAM),
        ("mute", ListedAction.MUTE, Status.REMOVED),
    ],
)
def test_a_host_is_listed_and_its_mention_decided_and_both_are_undone_together(
    own: tuple[Running, scene.Scene], what: str, action: ListedAction, status: Status
) -> None:
    linkback, _ = own
    browser = signed_in(linkback)
    mention = next(one for one in linkback.mentions() if one.source.startswith("https://ana.example/"))
    browser.get("/dashboard/inbox")
    page = browser.post("/dashboard/decide", {"what": what, "id": mention.id, "back": "/dashboard/inbox"}, follow=True)
    assert "ana.example. " in page.text
    assert lists_of(linkback, GARDEN) == (Listed(action, ListedKind.HOST, "ana.example"),)
    assert statuses(linkback)[mention.id] is status
    number = re.search(r'name="action" value="(\d+)"', page.text)
    assert number is not None
    browser.post("/dashboard/undo", {"action": number.group(1), "back": "/dashboard/inbox"})
    assert (lists_of(linkback, GARDEN), statuses(linkback)[mention.id]) == ((), Status.HELD)


def test_all_that_match_are_meant_by_the_query_but_for_what_came_since(own: tuple[Running, scene.Scene]) -> None:
    linkback, kept = own
    browser = signed_in(linkback)
    page = browser.get(f"/dashboard/inbox?{urlencode({'target': f'{GARDEN}compost'})}")
    query = re.search(r'name="query" value="([^"]+)"', page.text)
    assert query is not None
    late = put(linkback.settings, (Told("https://late.example/", f"{GARDEN}compost", Status.HELD, Citation("Late")),))
    fields = {"what": "approve", "all": "1", "query": query.group(1).replace("&amp;", "&"), "back": "/dashboard/inbox"}
    shown = browser.post("/dashboard/decide", fields, follow=True)
    now = statuses(linkback)
    approved = {mention.id for mention in linkback.mentions() if mention.target == f"{GARDEN}compost"}
    assert "Approved 2 mentions." in shown.text
    assert now[late.one(Status.HELD)] is Status.HELD
    assert sum(now[one] is Status.APPROVED for one in approved) == 2
    assert sum(now[one] is Status.HELD for one in kept.mentions[Status.HELD]) == len(kept.mentions[Status.HELD]) - 2


def test_nothing_is_decided_or_undone_at_sites_of_others(own: tuple[Running, scene.Scene]) -> None:
    linkback, kept = own
    owner, ben = signed_in(linkback), signed_in(linkback, "ben", admin=False, roles={NOTES: Role.OWNER})
    before = statuses(linkback)
    foreign = [mention.id for mention in linkback.mentions() if mention.target.startswith(GARDEN)]
    for what in ("approve", "spam", "trust", "block"):
        page = ben.post("/dashboard/decide", {"what": what, "id": foreign, "back": "/dashboard/inbox"}, follow=True)
        assert "There was nothing to do." in page.text
    ben.post(
        "/dashboard/decide", {"what": "spam", "all": "1", "query": "status=all&site=1", "back": "/dashboard/inbox"}
    )
    assert (statuses(linkback), lists_of(linkback, GARDEN)) == (before, ())
    owner.get("/dashboard/inbox")
    done = owner.post("/dashboard/decide", {"what": "approve", "id": kept.one(Status.HELD), "back": "/dashboard/inbox"})
    action = done.location.rpartition("done=")[2]
    assert ben.post("/dashboard/undo", {"action": action, "back": "/dashboard"}).status == 404
    assert "Approved 1 mention" not in ben.get(f"/dashboard/inbox?said=approved&done={action}").text
    assert "Approved 1 mention" not in ben.get("/dashboard/actions").text
    assert statuses(linkback)[kept.one(Status.HELD)] is Status.APPROVED


def test_the_latest_actions_are_listed_and_each_can_be_taken_back(own: tuple[Running, scene.Scene]) -> None:
    linkback, kept = own
    browser = signed_in(linkback)
    browser.get("/dashboard/inbox")
    browser.post(
        "/dashboard/decide", {"what": "spam", "id": kept.mentions[Status.HELD][:3], "back": "/dashboard/inbox"}
    )
    page = browser.get("/dashboard/actions")
    assert "Marked 3 mentions as spam." in page.text
    action = re.search(r'name="action" value="(\d+)"', page.text)
    assert action is not None
    shown = browser.post("/dashboard/undo", {"action": action.group(1), "back": "/dashboard/actions"}, follow=True)
    assert "Undid number" in shown.text
    again = browser.post("/dashboard/undo", {"action": action.group(1), "back": "/dashboard/actions"}, follow=True)
    assert "That was undone already." in again.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"what": "nonsense", "id": 1}, 400),
        ({"what": "approve"}, 303),
        ({"what": "approve", "id": ["x", "-1", "9" * 30, "99999"]}, 303),
        ({"what": "approve", "id": 1, "back": "https://evil.example/"}, 303),
    ],
)
def test_odd_forms_are_no_error_and_lead_nowhere_else(
    own: tuple[Running, scene.Scene], fields: dict[str, str | int | list[str]], status: int
) -> None:
    browser = signed_in(own[0])
    browser.get("/dashboard/inbox")
    answer = browser.post("/dashboard/decide", fields)
    assert answer.status == status
    assert not answer.location or answer.location.startswith("/dashboard")


def test_a_mention_has_a_page_with_all_that_is_known_of_it(own: tuple[Running, scene.Scene]) -> None:
    linkback, kept = own
    browser = signed_in(linkback)
    page = browser.get(f"/dashboard/mentions/{kept.one(Status.HELD)}").text
    for words in (
        "What a winter of compost taught me",
        "Ana Lindqvist",
        "<mark>turning the heap every ten days</mark>",
        "This host never linked to you before.",
        "Webmention",
        "in the text",
        "Nothing changed since it came.",
        "Re: Compost in the cold",  # of the same page
    ):
        assert words in page
    assert browser.get("/dashboard/mentions/999999").status == 404


def test_a_host_has_a_page_in_both_its_forms(own: tuple[Running, scene.Scene]) -> None:
    page = signed_in(own[0]).get("/dashboard/hosts/xn--grtnerei-0za.example")
    assert page.status == 200
    assert "<bdi>gärtnerei.example</bdi> <code>xn--grtnerei-0za.example</code>" in page.text
    assert "Alte Tomatensorten" in page.text


def test_a_host_is_put_on_the_lists_and_taken_off_them_again(own: tuple[Running, scene.Scene]) -> None:
    linkback, kept = own
    browser, page = signed_in(linkback), "/dashboard/hosts/marta.example"
    browser.get(page)
    location = browser.post(f"{page}/list", {"what": "block"}).location or ""
    assert location.startswith(f"{page}?said=blocked&done=")
    listed = Listed(ListedAction.BLOCK, ListedKind.HOST, "marta.example")
    assert lists_of(linkback, GARDEN) == (listed,)
    assert not lists_of(linkback, NOTES)  # where it was never seen
    before = dict.fromkeys(kept.mentions[Status.APPROVED], Status.APPROVED)
    assert {one: statuses(linkback)[one] for one in before} == before
    assert "Blocked marta.example." in browser.get(location).text
    taken_off = {**vars_of(listed), "back": page}
    assert browser.post("/dashboard/sites/1/rules/remove", taken_off).location == f"{page}?said=rule-removed"
    assert not lists_of(linkback, GARDEN)


def vars_of(listed: Listed) -> dict[str, str]:
    return {"action": listed.action, "kind": listed.kind, "pattern": listed.pattern}


def test_the_page_of_a_host_tells_of_an_entry_above_it(own: tuple[Running, scene.Scene]) -> None:
    linkback, _ = own
    above = Listed(ListedAction.MUTE, ListedKind.HOST, "example")
    word = Listed(ListedAction.HOLD, ListedKind.WORD, "marta.example")
    asyncio.run(_list(linkback.settings, above, word))
    page = signed_in(linkback).get("/dashboard/hosts/marta.example").text
    assert "The entry names <bdi>example</bdi>, with all hosts below it." in page
    assert page.count("Take off the list:") == 1
    moderator = signed_in(linkback, "ben", admin=False, roles={GARDEN: Role.MODERATOR})
    assert "Take off the list" not in moderator.get("/dashboard/hosts/marta.example").text


@pytest.mark.parametrize(
    ("host", "what", "status"), [("nowhere.example", "trust", 404), ("marta.example", "spam", 400)]
)
def test_of_a_host_only_what_makes_sense_is_done(
    own: tuple[Running, scene.Scene], host: str, what: str, status: int
) -> None:
    browser = signed_in(own[0])
    browser.get("/dashboard")
    assert browser.post(f"/dashboard/hosts/{host}/list", {"what": what}).status == status
    assert not lists_of(own[0], GARDEN)


async def _list(settings: Settings, *listed: Listed) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.change(GARDEN, lambda site: replace(site, lists=listed))


def test_an_own_page_has_a_page_of_its_mentions(own: tuple[Running, scene.Scene]) -> None:
    browser = signed_in(own[0])
    page = browser.get(f"/dashboard/pages?{urlencode({'url': f'{GARDEN}tomatoes'})}")
    assert len(ROW.findall(page.text)) == 3
    for nothing in ("?url=https://garden.example/none", "", "?url=javascript:alert(1)"):
        assert browser.get(f"/dashboard/pages{nothing}").status == 404


def every_page(linkback: Running) -> Iterator[str]:
    found = linkback.mentions()
    yield from (f"/dashboard/inbox?status=all&group={group}" for group in ("time", "host", "page"))
    yield from (f"/dashboard/mentions/{mention.id}" for mention in found)
    yield from (f"/dashboard/pages?{urlencode({'url': mention.target})}" for mention in found[:3])


class Markup(HTMLParser):
    """Notes what a page is made of that strangers must have no part in."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            away = name in ADDRESSES and not str(value).startswith(("/", "#", "http://", "https://"))
            loaded = name == "src" and not str(value).startswith("/static/")
            if away or loaded or name.startswith("on") or name == "style":
                self.odd.append((tag, name, value))
        if tag not in TAGS:
            self.odd.append((tag, "", None))


def test_what_strangers_wrote_is_text_on_every_page(shown: tuple[Running, scene.Scene]) -> None:
    linkback, _ = shown
    browser = signed_in(linkback)
    for path in every_page(linkback):
        page = browser.get(path)
        markup = Markup()
        markup.feed(page.text)
        assert (page.status, markup.odd) == (200, []), path
        assert not re.search(UNSEEN, page.text)


def test_links_to_strangers_say_that_nobody_vouches_for_them(shown: tuple[Running, scene.Scene]) -> None:
    page = signed_in(shown[0]).get("/dashboard/inbox?status=all").text
    outward = re.findall(r'<a href="http[^"]*"[^>]*>', page)
    assert outward
    assert all("nofollow" in link and "noreferrer" in link for link in outward)


def test_the_words_of_a_search_come_back_as_text(own: tuple[Running, scene.Scene]) -> None:
    bad = '"><script>alert(1)</script>'
    page = signed_in(own[0]).get(f"/dashboard/inbox?{urlencode({'q': bad, 'host': bad, 'target': bad, 'status': bad})}")
    assert bad not in page.text


def test_an_empty_inbox_says_so(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with running(settings) as linkback:
        put(settings, ())
        page = signed_in(linkback).get("/dashboard/inbox")
    assert "Nothing waits for you" in page.text
    assert 'id="bulk"' not in page.text
