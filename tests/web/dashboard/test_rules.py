"""The rules of a site on a page: listed, tried before they are kept, and what the owner's decisions taught."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from linkback.core.model import Citation, Evidence, Listed, ListedAction, ListedKind, Ping, Role, Status, Verdict
from linkback.core.model import Site as Registered
from linkback.desk import open_database, open_desk, utc_now
from linkback.settings import Settings
from linkback.storage import mentions, sites
from linkback.storage.settlement import Settlement
from linkback.web.dashboard import portions
from tests.web.dashboard.reading import errors_of, text_of
from tests.web.desk import Browser, Fields, signed_in
from tests.web.running import Running, Site, running

RULES = "/dashboard/sites/1/rules"
HOSTILE = "</title><script>alert(1)</script>"


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    """A Linkback with five honest mentions of one host and three of junk of another, decided by their owner."""
    with running(settings) as started:
        started.add_site(own.url)
        asyncio.run(_came(started.settings, own.url))
        signed_in(started, "ana", admin=False, roles={own.url: Role.OWNER})
        yield started


async def _came(settings: Settings, target: str) -> None:
    told = [(f"https://friend.example/{number}", Status.APPROVED) for number in range(5)]
    told += [(f"https://casino.example/{number}", Status.SPAM) for number in range(3)]
    async with open_database(settings) as database:
        site = await database.read(sites.get, target)
        for source, status in told:
            words = Citation(
                f"{HOSTILE} {status}", anchor="pills" if status is Status.SPAM else "garden", excerpt="x y z"
            )
            verdict = Verdict(Status.HELD)
            settlement = Settlement(
                *(site.id, source, target, Status.HELD, utc_now(), words, verdict, Ping(source, target, "pingback")),
                evidence=Evidence(),
            )
            await database.write(mentions.settle, settlement)
    async with open_desk(settings) as desk:
        for mention in await desk.moderator.listing():
            decide = desk.moderator.spam if "casino" in mention.source else desk.moderator.approve
            await decide(mention.id, by="ana")


@pytest.fixture
def ana(linkback: Running, own: Site) -> Iterator[Browser]:
    """The browser of the owner, at the rules, which are as they were again afterwards."""
    browser = signed_in(linkback, "ana")
    browser.get(RULES)
    yield browser
    asyncio.run(_reset(linkback.settings, own.url))


async def _reset(settings: Settings, url: str) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.change(url, lambda site: Registered(site.id, site.url))


def site_at(linkback: Running) -> Registered:
    return asyncio.run(_site(linkback.settings))


async def _site(settings: Settings) -> Registered:
    async with open_desk(settings) as desk:
        return (await desk.registrar.every())[0]


def rule(action: str, kind: str, pattern: str, **more: str) -> Fields:
    return {"what": "entry", "action": action, "kind": kind, "pattern": pattern, "months": "12", **more}


def scores(good: str = "", junk: str = "", moderation: str = "first-time", **more: str) -> Fields:
    return {"what": "scores", "approve_up_to": good, "spam_from": junk, "moderation": moderation, **more}


@pytest.mark.parametrize("action", ListedAction)
@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("host", "casino.example"), ("path", "*.example/tag/*"), ("word", "payday loan"), ("network", "203.0.113.0/24")],
)
def test_a_rule_is_added_and_removed(ana: Browser, linkback: Running, action: str, kind: str, pattern: str) -> None:
    added = ana.post(RULES, rule(action, kind, pattern, note="they asked for money", save="1"))
    if action == "follow" and kind != "host":
        assert (added.status, len(errors_of(added))) == (422, 1)
        return
    assert added.location == f"{RULES}?said=rule-added"
    kept = Listed(ListedAction(action), ListedKind(kind), pattern, "they asked for money")
    assert site_at(linkback).lists == (kept,)
    assert "they asked for money" in text_of(ana.get(RULES))
    named = {"action": action, "kind": kind, "pattern": pattern}
    assert ana.post(f"{RULES}/remove", named).location == f"{RULES}?said=rule-removed"
    assert site_at(linkback).lists == ()
    assert ana.post(f"{RULES}/remove", named).status == 404


def test_a_rule_says_what_it_would_do_before_it_is_kept(ana: Browser, linkback: Running) -> None:
    shown = ana.post(RULES, rule("block", "host", "casino.example", note="why"))
    assert shown.status == 200
    assert "This would catch 3 and wrongly hold 0." in text_of(shown)
    assert "Save it" in text_of(shown)
    assert site_at(linkback).lists == ()
    assert ana.post(RULES, rule("block", "host", "casino.example", note="why", save="1")).status == 303


def test_a_rule_that_would_hurt_honest_ones_lists_them(ana: Browser, linkback: Running) -> None:
    shown = ana.post(RULES, rule("hold", "host", "friend.example"))
    assert "and wrongly hold" in text_of(shown)
    assert "Honest ones that would wait" in text_of(shown)
    assert "Save it all the same" in text_of(shown)
    assert 'href="/dashboard/mentions/' in shown.text
    assert "<script>alert" not in shown.text
    shown = ana.post(RULES, rule("block", "host", "friend.example"))
    assert "It would wrongly call 5 junk." in text_of(shown)


@pytest.mark.parametrize(
    ("action", "kind", "pattern", "sentence"),
    [
        ("block", "host", "not a host", "is no host"),
        ("block", "network", "203.0.113.0/99", "is no network"),
        ("block", "path", "tag", "is no path"),
        ("block", "word", "", "names 1 to"),
        ("block", "word", "x" * 201, "names 1 to"),
        ("explode", "host", "a.example", "is no rule"),
        ("follow", "word", "casino", "for hosts only"),
        ("block", "host", HOSTILE, "is no host"),
    ],
)
@pytest.mark.parametrize("save", ["", "1"])
def test_a_rule_that_is_none_is_shown_again_with_a_sentence(
    ana: Browser, linkback: Running, action: str, kind: str, pattern: str, sentence: str, save: str
) -> None:
    shown = ana.post(RULES, rule(action, kind, pattern, note="my words", **({"save": save} if save else {})))
    assert shown.status == 422
    assert sentence in errors_of(shown)[0]
    assert 'value="my words"' in shown.text
    assert "<script>alert" not in shown.text
    assert site_at(linkback).lists == ()


@pytest.mark.parametrize(
    ("good", "junk", "expected"), [("0.2", "0.9", (0.2, 0.9)), ("", "0,8", (None, 0.8)), ("", "", (None, None))]
)
def test_borders_are_tried_and_kept(
    ana: Browser, linkback: Running, good: str, junk: str, expected: tuple[float | None, float | None]
) -> None:
    assert "It was tried on 8 mentions" in text_of(ana.post(RULES, scores(good, junk)))
    assert site_at(linkback).approve_up_to is None
    assert ana.post(RULES, scores(good, junk, "judge", save="1")).location == f"{RULES}?said=scores-saved"
    site = site_at(linkback)
    assert (site.approve_up_to, site.spam_from) == expected
    assert site.moderation == "judge"


def test_a_border_is_taken_back_by_leaving_it_empty(ana: Browser, linkback: Running) -> None:
    ana.post(RULES, scores("0.2", "0.9", save="1"))
    ana.get(RULES)
    ana.post(RULES, scores("", "0.9", save="1"))
    assert (site_at(linkback).approve_up_to, site_at(linkback).spam_from) == (None, 0.9)


@pytest.mark.parametrize(("good", "junk"), [("2", ""), ("x", ""), ("", "-1"), ("nan", ""), ("0.9", "0.2")])
def test_borders_that_make_no_sense_are_shown_again_with_a_sentence(
    ana: Browser, linkback: Running, good: str, junk: str
) -> None:
    shown = ana.post(RULES, scores(good, junk, save="1"))
    assert (shown.status, len(errors_of(shown))) == (422, 1)
    assert f'value="{good or junk}"' in shown.text
    assert site_at(linkback).approve_up_to is None


def test_a_long_list_is_shown_a_portion_at_a_time(ana: Browser, linkback: Running, own: Site) -> None:
    many = tuple(
        Listed(ListedAction.BLOCK, ListedKind.WORD, f"word {number:03}") for number in range(portions.PER_PAGE + 1)
    )
    asyncio.run(_list(linkback.settings, own.url, many))
    first = ana.get(RULES)
    assert "word 000" in first.text
    assert "word 100" not in first.text
    assert f'href="{RULES}?from=100"' in first.text
    second = ana.get(f"{RULES}?from=100")
    assert "word 100" in second.text
    assert "word 000" not in second.text
    assert "word 000" in ana.get(f"{RULES}?from=nonsense").text


async def _list(settings: Settings, url: str, many: tuple[Listed, ...]) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.change(url, lambda site: replace(site, lists=many))


def test_what_decisions_taught_is_told_in_words(ana: Browser) -> None:
    text = text_of(ana.get(RULES))
    assert "8 decisions: 3 junk, 5 honest." in text
    assert 'the word "pills" 3 0' in text
    assert 'the word "garden" 0 5' in text


@pytest.mark.parametrize("path", [RULES, f"{RULES}/remove"])
def test_a_moderator_changes_no_rule(linkback: Running, own: Site, path: str) -> None:
    bob = signed_in(linkback, "bob", admin=False, roles={own.url: Role.MODERATOR})
    assert bob.get(RULES).status == 404
    assert bob.post(path, rule("block", "host", "a.example", save="1")).status == 404
    assert site_at(linkback).lists == ()
