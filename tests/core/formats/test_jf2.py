"""jf2: what widgets read of a mention."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from linkback.core.formats import Paging, jf2
from linkback.core.model import Author, Citation, Mention, Receipt, Status

NOW = datetime(2026, 11, 25, 9, 30, 15, 999, tzinfo=UTC)
TARGET = "https://me.example/post#comments"
BARE = Mention(900, 1, "https://ana.example/1", TARGET, Status.APPROVED, NOW)
ANA = Author("Ana", "https://ana.example/", "https://ana.example/ana.png")
FULL = Citation(
    title="A good read",
    author=ANA,
    published=datetime(2026, 11, 24, 8, tzinfo=UTC),
    excerpt="I read this twice.",
    photo="https://ana.example/photo.jpg",
)


def feed(*mentions: Mention, paging: Paging | None = None) -> Any:
    return json.loads(jf2.write(mentions, paging or Paging(0, 20, len(mentions))))


def entry(**of_citation: Any) -> Any:
    return feed(replace(BARE, citation=replace(FULL, **of_citation)))["children"][0]


def test_nothing_is_a_feed_all_the_same() -> None:
    paging = {"per-page": 20, "page": 0, "total": 0, "total-pages": 0}
    assert feed() == {"type": "feed", "name": "Webmentions", "children": [], "paging": paging}


def test_a_mention_of_which_nothing_is_known_has_what_every_client_asks_for() -> None:
    assert feed(BARE)["children"] == [
        {
            "type": "entry",
            "author": {"type": "card", "name": "", "photo": "", "url": ""},
            "url": "https://ana.example/1",
            "published": None,
            "wm-received": "2026-11-25T09:30:15Z",
            "wm-id": 900,
            "wm-source": "https://ana.example/1",
            "wm-target": TARGET,
            "wm-protocol": None,
            "mention-of": TARGET,
            "wm-property": "mention-of",
            "wm-private": False,
        }
    ]


def test_what_a_page_says_of_itself_is_told() -> None:
    told = entry()
    card = {"type": "card", "name": "Ana", "photo": "https://ana.example/ana.png", "url": "https://ana.example/"}
    assert told["author"] == card
    assert told["published"] == "2026-11-24T08:00:00Z"
    assert (told["name"], told["content"]) == ("A good read", {"text": "I read this twice."})
    assert told["photo"] == ["https://ana.example/photo.jpg"]


def test_a_whole_answer_is_told_rather_than_the_sentence_around_the_link() -> None:
    assert entry(content="All of it. I read this twice.")["content"]["text"] == "All of it. I read this twice."


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("mention", "mention-of"),
        ("reply", "in-reply-to"),
        ("like", "like-of"),
        ("repost", "repost-of"),
        ("bookmark", "bookmark-of"),
        ("invitation", "mention-of"),
    ],
)
def test_each_kind_has_its_property(kind: str, name: str) -> None:
    told = entry(kind=kind)
    assert (told["wm-property"], told[name]) == (name, TARGET)


def test_an_rsvp_says_what_it_answers_and_to_what() -> None:
    told = entry(kind="rsvp", rsvp="maybe")
    assert (told["wm-property"], told["rsvp"], told["in-reply-to"]) == ("rsvp", "maybe", TARGET)


def test_an_rsvp_without_an_answer_is_a_mention() -> None:
    told = entry(kind="rsvp")
    assert (told["wm-property"], "rsvp" in told) == ("mention-of", False)


def test_the_first_protocol_that_reported_is_named() -> None:
    receipts = (Receipt("trackback", NOW, NOW), Receipt("webmention", NOW, NOW))
    assert feed(replace(BARE, receipts=receipts))["children"][0]["wm-protocol"] == "trackback"


def test_where_the_source_really_was_is_its_address_and_the_claim_stays() -> None:
    told = feed(replace(BARE, source_page="https://ana.example/moved"))["children"][0]
    assert (told["url"], told["wm-source"]) == ("https://ana.example/moved", "https://ana.example/1")


@pytest.mark.parametrize(
    ("paging", "pages"), [(Paging(0, 20, 0), 0), (Paging(0, 20, 20), 1), (Paging(1, 20, 21), 2), (Paging(0, 5, 93), 19)]
)
def test_pages_are_counted(paging: Paging, pages: int) -> None:
    told = feed(paging=paging)["paging"]
    assert told == {"per-page": paging.per_page, "page": paging.page, "total": paging.total, "total-pages": pages}


HOSTILE = '</script><img src=x onerror=alert(1)>&"\u2028'


def test_text_leaves_as_text_and_no_byte_of_it_means_anything_in_html() -> None:
    citation = replace(FULL, title=HOSTILE, excerpt=HOSTILE, author=Author(HOSTILE))
    written = jf2.write([replace(BARE, citation=citation)], Paging(0, 20, 1))
    assert not {*b"<>&"} & {*written}
    told = json.loads(written)["children"][0]
    assert {told["name"], told["content"]["text"], told["author"]["name"]} == {HOSTILE}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//other.example/", " https://a.example/"])
def test_only_addresses_of_the_web_leave_as_addresses(url: str) -> None:
    told = entry(author=Author("Ana", url, url), photo=url)
    assert (told["author"]["url"], told["author"]["photo"], "photo" in told) == ("", "", False)
