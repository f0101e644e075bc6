"""Atom and JSON Feed: what readers get of mentions, whatever strangers wrote."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from linkback.core.formats import atom, jsonfeed
from linkback.core.formats.atom import Frame
from linkback.core.model import Author, Citation, Mention, Status

NOW = datetime(2026, 11, 25, 9, 30, 15, 999, tzinfo=UTC)
FRAME = Frame(
    "Mentions of me.example", "https://links.example/", "https://links.example/feeds/x", "https://me.example/", NOW
)
SAID = Citation(
    title="A good read",
    author=Author("Ana", "https://ana.example/", "https://ana.example/ana.png"),
    kind="reply",
    excerpt="I read this twice.",
)
MENTION = Mention(900, 1, "https://ana.example/1", "https://me.example/post?a=1#c", Status.APPROVED, NOW, SAID)
A = f"{{{atom.NAMESPACE}}}"

HOSTILE = [
    "<script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;amp; &#0; &bogus;",
    "safe\u202egnp.exe\u202c and \u2066more\u2069",
    "bell\x07 null\x00 escape\x1b[31m c1\x9b31m",
    "\ufffe\uffff\ud800\U0001ffff",
    "one\r\nX-Header: two",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
]
# What no reader may get: controls but line ends, bidi marks, halves of characters and what is none.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def feed(*mentions: Mention) -> Element:
    return fromstring(atom.write(mentions, FRAME))


def text(element: Element, path: str) -> str:
    found = element.findtext("/".join(A + name for name in path.split("/")))
    assert found is not None, path
    return found


def items(*mentions: Mention) -> list[dict[str, Any]]:
    document = json.loads(jsonfeed.write(mentions, FRAME))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    return list(document["items"])


def hostile(words: str) -> Mention:
    """Return a mention of which every text and every address is hostile."""
    author = Author(words, f"javascript:{words}", f"data:{words}")
    said = replace(SAID, title=words, author=author, content=words, excerpt=words)
    return replace(MENTION, source=f"https://ana.example/{words}", target=f"https://me.example/{words}", citation=said)


def test_a_feed_has_all_that_rfc_4287_asks_for() -> None:
    (entry,) = (root := feed(MENTION)).findall(f"{A}entry")
    assert (text(root, "title"), text(root, "updated")) == ("Mentions of me.example", "2026-11-25T09:30:15Z")
    assert text(root, "id") == "https://links.example/feeds/#https://me.example/"
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{A}link")} == {
        "self": FRAME.url,
        "alternate": FRAME.home,
    }
    assert (text(entry, "title"), text(entry, "content")) == ("Ana replied to /post", "I read this twice.")
    assert text(entry, "id") == "https://links.example/dashboard/mentions/900"
    assert text(entry, "updated") == "2026-11-25T09:30:15Z"
    assert (text(entry, "author/name"), text(entry, "author/uri")) == ("Ana", "https://ana.example/")
    assert {link.get("rel"): link.get("href") for link in entry.findall(f"{A}link")} == {
        "alternate": MENTION.source,
        "related": MENTION.target,
    }


def test_a_feed_without_mentions_is_a_feed() -> None:
    assert feed().findall(f"{A}entry") == []
    assert items() == []


def test_the_name_of_an_entry_outlives_what_its_source_says() -> None:
    later = replace(MENTION, source_page="https://ana.example/moved", citation=Citation(title="Another"))
    later = replace(later, verified_at=NOW + timedelta(days=3))
    assert text(feed(later), "entry/id") == text(feed(MENTION), "entry/id")
    assert items(later)[0]["id"] == items(MENTION)[0]["id"]


def test_a_json_feed_says_the_same() -> None:
    assert items(MENTION) == [
        {
            "id": "https://links.example/dashboard/mentions/900",
            "url": "https://ana.example/1",
            "title": "Ana replied to /post",
            "content_text": "I read this twice.",
            "date_published": "2026-11-25T09:30:15Z",
            "authors": [{"name": "Ana", "url": "https://ana.example/"}],
            "tags": ["reply"],
            "_linkback": {"id": 900, "status": "approved", "target": "https://me.example/post?a=1#c", "rsvp": ""},
        }
    ]


def test_what_waits_says_so() -> None:
    waits = replace(MENTION, status=Status.HELD)
    assert items(waits)[0]["tags"] == ["reply", "held"]
    assert [one.get("term") for one in feed(waits).iter(f"{A}category")] == ["reply", "held"]


def test_a_source_that_says_nothing_has_a_sentence_all_the_same() -> None:
    bare = replace(MENTION, citation=Citation())
    assert text(feed(bare), "entry/title") == "ana.example mentioned /post"
    assert text(feed(bare), "entry/content") == items(bare)[0]["content_text"] == "A page links to you."


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_texts_are_texts_in_an_atom_feed(words: str) -> None:
    root = feed(hostile(words))
    assert {element.tag.removeprefix(A) for element in root.iter()} == {
        *("feed", "title", "id", "updated", "link", "generator", "entry", "published", "author", "name", "category"),
        "content",
    }
    assert not [one for one in root.itertext() if UNSEEN.search(one)]
    for link in root.iter(f"{A}link"):
        assert re.fullmatch(r"https://[!-~]+", link.get("href", ""))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_texts_are_texts_in_a_json_feed(words: str) -> None:
    body = jsonfeed.write([hostile(words)], FRAME)
    assert not re.search(rb"[<>&\x00-\x1f]", body)
    assert not UNSEEN.search(json.dumps(json.loads(body), ensure_ascii=False))
    assert re.fullmatch(r"https://[!-~]+", json.loads(body)["items"][0]["url"])
    assert "url" not in json.loads(body)["items"][0]["authors"][0]
