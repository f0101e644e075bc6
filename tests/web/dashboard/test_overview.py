"""The overview over HTTP: figures in pictures and in tables, of the sites that a person may see and of no other."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from sqlalchemy import Connection

from linkback.core.model import AlertKind, Change, Delivery, DeliveryStatus, Role, Status
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from linkback.storage import alerts, deliveries, events
from tests.browser import scene
from tests.browser.scene import GARDEN, NOTES
from tests.web.desk import Browser, signed_in
from tests.web.running import Running, running

NOW = utc_now()
TOLD = (*scene.HONEST, *scene.hostile())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(database=f"sqlite:///{tmp_path_factory.mktemp('overview')}/linkback.db")


@pytest.fixture(scope="module")
def linkback(settings: Settings) -> Iterator[Running]:
    """A desk where all that an overview shows has happened."""
    with running(settings) as started:
        put = scene.put(settings, scene.Scenery(TOLD))
        asyncio.run(happen(settings, put))
        yield started


async def happen(settings: Settings, put: scene.Scene) -> None:
    def write(connection: Connection) -> None:
        away = [(Change.STATUS, "approved", "gone")]
        events.note(connection, put.one(Status.GONE), away, at=NOW - timedelta(hours=3))
        warned = ((AlertKind.BURST, ""), (AlertKind.TURNED, "turned.example"), (AlertKind.NEIGHBOUR, "bad.example"))
        for kind, subject in warned:
            alerts.raise_alert(connection, put.sites[GARDEN], kind, subject, f"{kind} <b>happened</b>", NOW)
        for number, status in enumerate((DeliveryStatus.SENT, DeliveryStatus.SENT, DeliveryStatus.FAILED)):
            target = f"https://elsewhere.example/{number}"
            deliveries.add(connection, [Delivery(0, f"{GARDEN}post", target, DeliveryStatus.WAITING, NOW)])
            owed = next(one for one in deliveries.of(connection, f"{GARDEN}post") if one.target == target)
            deliveries.note(connection, replace(owed, status=status), NOW)

    async with open_database(settings) as database:
        await database.write(write)


@pytest.fixture(scope="module")
def owner(linkback: Running) -> Browser:
    return signed_in(linkback)


@pytest.fixture(scope="module")
def shown(owner: Browser) -> str:
    """The overview of the last 30 days, of all sites."""
    answer = owner.get("/dashboard")
    assert answer.status == 200, answer.text
    return answer.text


def pictures(html: str) -> dict[str, ElementTree.Element]:
    """Return the pictures of a page by their names."""
    found = [ElementTree.fromstring(svg) for svg in re.findall(r'<svg class="columns".*?</svg>', html, re.DOTALL)]
    return {str(svg.findtext("title")): svg for svg in found}


def table(html: str, caption: str) -> dict[str, list[int]]:
    """Return the rows of the figures behind a picture: the words of each, and its numbers."""
    body = html.split(f'aria-label="{caption}"')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', body, re.DOTALL)
    return {words: [int(one) for one in re.findall(r'class="number">(\d+)<', cells)] for words, cells in rows}


SPAM = sum(one.status is Status.SPAM for one in TOLD)
LINKS = sum(one.status not in (Status.SPAM, Status.INVALID) for one in TOLD)
CHARTS = {
    "Mentions by where they stand now": LINKS,
    "Mentions by how they came": LINKS,
    "Junk that was kept away": SPAM,
    "Pings that you sent, by what became of them": 3,
}


@pytest.mark.parametrize("title", CHARTS)
def test_a_picture_has_a_name_and_says_what_there_is_to_see(shown: str, title: str) -> None:
    svg = pictures(shown)[title]
    assert svg.get("role") == "img"
    ids = {one.get("id"): one.text for one in svg if one.get("id")}
    named = [ids[name] for name in str(svg.get("aria-labelledby")).split()]
    assert named[0] == title
    assert str(named[1]).startswith(f"{CHARTS[title]} from ")


@pytest.mark.parametrize("title", CHARTS)
def test_the_same_figures_stand_in_a_table_behind_each_picture(shown: str, title: str) -> None:
    rows = table(shown, title)
    assert sum(sum(counts) for counts in rows.values()) == CHARTS[title]
    drawn = list(pictures(shown)[title].iter("g"))
    assert len(drawn) == len(rows)
    for words, column in zip(rows, drawn, strict=True):
        assert str(column.findtext("title")).startswith(f"{words}: ")
        assert len(column.findall("rect")) == sum(count > 0 for count in rows[words])


def test_no_part_of_a_picture_leaves_it(shown: str) -> None:
    for svg in pictures(shown).values():
        for rect in svg.findall("g/rect"):
            x, y, width, height = (float(str(rect.get(name)).rstrip("%")) for name in ("x", "y", "width", "height"))
            assert 0 <= x < x + width <= 100
            assert 0 <= y < y + height <= 100.01


def test_every_series_has_a_pattern_of_its_own_besides_its_colour(shown: str) -> None:
    for svg in pictures(shown).values():
        patterns = svg.findall("defs/pattern")
        marks = {tuple(sorted(str(mark.attrib) for mark in one if "tone-" not in str(mark.attrib))) for one in patterns}
        assert len(marks) == len(patterns)


def test_nothing_is_styled_or_scripted_in_line(shown: str) -> None:
    assert not re.search(r"<[^>]+\s(style|on\w+)=", shown)
    assert not re.search(r"<script(?![^>]+src=)", shown)


def test_hosts_and_pages_lead_to_pages_of_their_own(shown: str) -> None:
    assert f'href="/dashboard/pages?url={quote(GARDEN + "compost", safe="")}"' in shown
    assert 'href="/dashboard/hosts/ana.example"' in shown
    assert 'href="/dashboard/hosts/xn--grtnerei-0za.example"' in shown
    assert "gärtnerei.example" in shown


def test_what_went_away_and_what_waits_lead_to_where_they_are(shown: str) -> None:
    assert "<bdi>Links</bdi></a>" in shown.split("Links that went away")[1]
    assert re.search(r'href="/dashboard/inbox"><b>\d+</b> wait for you', shown)
    assert 'href="/dashboard/sent"' in shown
    assert 'href="/dashboard/inbox?status=spam"' in shown


def test_only_what_was_taken_counts_as_sent_and_the_rest_is_named_beside(shown: str) -> None:
    assert '<b>2</b> pings sent <span class="quiet">(failed 1)</span>' in shown


def test_junk_is_told_by_the_words_of_the_rule_that_spoke_the_loudest(shown: str) -> None:
    told = shown.split("What gave it away")[1].split("</table>")[0]
    assert "<bdi>selling</bdi>" in told
    assert "<bdi>crowded</bdi>" in told


def test_an_alert_that_stands_open_says_what_to_do_and_where(shown: str, linkback: Running) -> None:
    assert "burst &lt;b&gt;happened&lt;/b&gt;</bdi> Look at what came" in shown
    for url in ("/dashboard/inbox?site=1", "/dashboard/hosts/turned.example", "/dashboard/sites/1/neighbourhood"):
        assert f'<a class="button" href="{url}">' in shown


@pytest.mark.parametrize("days", [7, 30, 90, 365])
def test_a_span_is_chosen_by_the_address_and_marked_as_the_current_one(owner: Browser, days: int) -> None:
    html = owner.get(f"/dashboard?days={days}&site=2").text
    assert f'<a href="/dashboard?days={days}&amp;site=2" aria-current="page">' in html
    assert '<option value="2" selected>' in html


@pytest.mark.parametrize(
    "query", ["days=31", "days=-7", "days=7'--", "site=99", "site=x", "days=%00&site=%ff", "site="]
)
def test_a_query_that_makes_no_sense_is_not_heard(owner: Browser, query: str) -> None:
    answer = owner.get(f"/dashboard?{query}")
    assert answer.status == 200
    assert '<a href="/dashboard?days=30" aria-current="page">' in answer.text


def test_a_year_is_shown_by_weeks(owner: Browser) -> None:
    html = owner.get("/dashboard?days=365").text
    rows = table(html, "Mentions by where they stand now")
    assert all(" to " in words for words in rows)
    assert sum(sum(counts) for counts in rows.values()) == CHARTS["Mentions by where they stand now"]


def test_one_site_is_shown_without_the_others(owner: Browser) -> None:
    html = owner.get("/dashboard?site=2").text
    assert "tomatoes" not in html
    assert quote(f"{NOTES}slow-web", safe="") in html
    assert "happened" not in html
    assert 'href="/dashboard/inbox?site=2"' in html


def test_a_moderator_sees_the_sites_of_their_own_and_no_others(linkback: Running) -> None:
    browser = signed_in(linkback, "mo", admin=False, roles={NOTES: Role.MODERATOR})
    for path in ("/dashboard", "/dashboard?site=1"):
        html = browser.get(path).text
        assert quote(f"{NOTES}slow-web", safe="") in html
        assert "garden.example" not in html
        assert "happened" not in html
        assert "Pings that you sent" not in html


def test_who_has_no_site_is_led_to_where_one_is_added(linkback: Running) -> None:
    html = signed_in(linkback, "nobody", admin=False).get("/dashboard").text
    assert 'href="/dashboard/sites/add"' in html
    assert "<svg" not in html.split("<main")[1]


def test_who_is_not_signed_in_is_led_to_the_door(linkback: Running) -> None:
    answer = Browser(linkback).get("/dashboard?days=7")
    assert (answer.status, answer.location) == (303, f"/login?next={quote('/dashboard?days=7')}")


def test_what_strangers_wrote_is_text(owner: Browser) -> None:
    html = owner.get("/dashboard?days=365").text
    assert "<script>" not in html
    assert "onerror=" not in html
    assert 'href="javascript:' not in html


def test_a_fresh_server_says_what_to_do_next(tmp_path: Path) -> None:
    with running(Settings(database=f"sqlite:///{tmp_path}/linkback.db")) as fresh:
        browser = signed_in(fresh)
        assert 'href="/dashboard/sites/add"' in browser.get("/dashboard").text
        fresh.add_site(GARDEN)
        html = browser.get("/dashboard").text
        assert "Nothing came yet" in html
        assert 'href="/dashboard/sites/1/paste"' in html
        assert 'href="/dashboard/sites/1/check"' in html
