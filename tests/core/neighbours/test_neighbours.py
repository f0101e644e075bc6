"""Neighbours: links gathered into domains, scored with reasons, and what is new of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.likeness import similar
from linkback.core.model import Listed, ListedAction, ListedKind
from linkback.core.neighbours import BAD_FROM, Neighbour, Sighting, Standing, gather, is_bad, news, standing_of
from linkback.core.neighbours import gathering as module

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
JUNK: dict[str, Any] = {"status": "spam", "score": 0.95}


def link(domain: str = "ana.example", number: int = 1, **what: Any) -> Sighting:
    seen = Sighting(domain, f"https://{domain}/{number}", NOW, NOW, status="held", score=0.3)
    return replace(seen, **what)


def one(*links: Sighting, lists: tuple[Listed, ...] = ()) -> Neighbour:
    """Return what is made of the first domain among some links."""
    return next(found for found in gather(links, lists) if found.domain == links[0].domain)


def said(neighbour: Neighbour) -> str:
    return " ".join(reason.sentence for reason in neighbour.reasons)


def test_links_are_gathered_by_domain() -> None:
    links = [
        link(at=NOW - 9 * DAY, anchor="Ben's notes", rel=("nofollow", "external"), language="en"),
        link(number=2, last=NOW + DAY, status="approved", anchor="Ben's notes", place="sidebar", kind="reply"),
        link("other.example"),
    ]
    found = one(*links)
    assert (found.first_seen, found.last_seen) == (NOW - 9 * DAY, NOW + DAY)
    assert found.statuses == {"held": 1, "approved": 1}
    assert (found.mentions, found.links, found.seen) == (2, 2, 2)
    assert found.anchors == {"Ben's notes": 2}
    assert found.rels == {"nofollow": 1, "followed": 1}
    assert found.places == {"content": 1, "sidebar": 1}
    assert found.kinds == {"mention": 1, "reply": 1}
    assert found.languages == {"en": 1}
    assert found.mean == 0.3


def test_the_order_of_links_changes_nothing() -> None:
    links = [link("a.example", n, at=NOW - n * DAY, **JUNK) for n in range(5)] + [link("b.example")]
    assert gather(links) == gather(reversed(links))


SENTENCES = [
    ([link(**JUNK)], "Its pages score 0.95 of 1 for junk."),
    ([link(**JUNK)], "Its only mention is spam."),
    ([link(**JUNK), link(number=2)], "1 of its 2 mentions is spam."),
    ([link(status="removed")], "Its only mention is removed."),
    ([link(status="approved"), link(status="approved")], "All its 2 mentions are approved."),
    ([link(changed=True)], "A page that was approved says something else now."),
    ([link(gone=True), link(gone=True)], "2 approved links are gone."),
    ([link(place="hidden")], "Its only link is hidden from readers."),
    ([link(place="sidebar"), link(place="footer")], "Its links stand in the footer and the sidebar of its pages only."),
    ([link(rel=("ugc",))], "All its links tell search engines not to follow them."),
    ([link(number=n) for n in range(25)], "All its 25 links came within a week."),
    (
        [link(at=NOW - n * 7 * DAY) for n in range(60)],
        "It links from 60 pages, as a link on every page of a site does.",
    ),
    ([link(status="", read=False, score=None)], "No page of it was seen to link to you yet."),
]


@pytest.mark.parametrize(("links", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_a_score_is_explained_in_plain_sentences(links: list[Sighting], sentence: str) -> None:
    assert sentence in said(one(*links))


BETTER_FIRST = [
    ("approved mentions", [link(status="approved")], [link()]),
    ("what the judge thinks", [link(score=0.1)], [link(score=0.9)]),
    ("spam", [link(score=0.9)], [link(status="spam", score=0.9)]),
    ("what was removed", [link()], [link(status="removed")]),
    ("an approved page that changed", [link(status="held")], [link(status="held", changed=True)]),
    ("hidden links", [link()], [link(place="hidden")]),
    ("links at the side", [link()], [link(place="footer")]),
    ("what search engines need not follow", [link(rel=("nofollow",))], [link()]),
]


@pytest.mark.parametrize(("better", "worse"), [row[1:] for row in BETTER_FIRST], ids=[row[0] for row in BETTER_FIRST])
def test_the_score_minds(better: list[Sighting], worse: list[Sighting]) -> None:
    good, bad = one(*better).score, one(*worse).score
    assert good is not None
    assert bad is not None
    assert good < bad


def test_spam_is_bad_and_an_honest_stranger_is_not() -> None:
    assert is_bad(one(link(**JUNK)))
    assert not is_bad(one(link()))
    assert not is_bad(one(link(status="approved", score=0.6)))


def test_what_was_never_read_has_no_score() -> None:
    unread = one(link(status="", read=False, score=None))
    assert (unread.score, unread.listed, unread.unread) == (None, 1, 1)
    assert not is_bad(unread)


def test_texts_that_are_nearly_the_same_are_found_on_other_domains() -> None:
    a, b, c = "1111122222aaaaa", "11111222223bbbb", "1111144444ccccc"
    farm = [link("a.example", wording=a), link("b.example", wording=b), link("c.example", wording=c)]
    found = one(*farm)
    assert (found.same_text, found.same_text_count) == (("b.example",), 1)
    assert "Nearly the same text stands on another domain (b.example)." in said(found)


PARTS = st.sampled_from(["00001", "00002", "00003", "00004", "00005"])
WORDINGS = st.lists(PARTS, min_size=3, max_size=3, unique=True).map(lambda parts: "".join(sorted(parts)))


@given(WORDINGS, WORDINGS)
@settings(max_examples=30, deadline=None)
def test_alike_is_what_has_two_thirds_of_a_digest_in_common(a: str, b: str) -> None:
    found = one(link("a.example", wording=a), link("b.example", wording=b))
    assert bool(found.same_text_count) == (similar(a, b) >= 0.6)


def test_one_template_on_many_domains_is_told() -> None:
    farm = [link(f"{n}.example", template="abcd1234") for n in range(30)]
    found = one(*farm)
    assert found.same_template_count == 29
    assert "29 other domains (1.example, …) look the same." in said(found)


def test_words_that_bad_domains_link_with_count_against_whoever_uses_them_too() -> None:
    farm = [link(f"{n}.example", anchor="best red shoes", **JUNK) for n in range(4)]
    found = one(link(anchor="Best red shoes"), *farm)
    assert found.same_anchors == 4
    assert "4 other bad domains link with the same words." in said(found)
    assert one(link(anchor="here"), *(replace(one, anchor="here") for one in farm)).same_anchors == 0


HOST = ListedKind.HOST


@pytest.mark.parametrize(
    ("pattern", "domain", "trusted"),
    [
        ("ana.example", "ana.example", True),
        ("blog.ana.example", "ana.example", True),
        ("xana.example", "ana.example", False),
    ],
)
def test_whom_the_owner_trusts_is_good(pattern: str, domain: str, trusted: bool) -> None:
    found = one(link(domain, **JUNK), lists=(Listed(ListedAction.TRUST, HOST, pattern),))
    assert (found.score == 0.0, found.trusted) == (trusted, trusted)


@pytest.mark.parametrize(("pattern", "blocked"), [("ana.example", True), ("blog.ana.example", False)])
def test_whom_the_owner_blocks_is_bad(pattern: str, blocked: bool) -> None:
    found = one(link(), lists=(Listed(ListedAction.BLOCK, HOST, pattern),))
    assert (found.score == 1.0, found.blocked) == (blocked, blocked)


PAGES = [
    ("spam", {"status": "spam", "score": None}, True),
    ("what the judge is sure of", {"status": "", "score": 0.9}, True),
    ("what waits", {"status": "held", "score": 0.5}, False),
    ("what was approved", {"status": "approved", "score": 0.9}, False),
    ("what nobody read", {"status": "", "read": False, "score": None}, False),
]


@pytest.mark.parametrize(("what", "is_junk"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES])
def test_junk_by_itself_is(what: dict[str, Any], is_junk: bool) -> None:
    assert one(link(source="https://ana.example/1#part", **what)).pages == ("https://ana.example/1",) * is_junk


def test_the_worst_come_first_and_the_unread_last() -> None:
    links = [
        link("unread.example", read=False, status=""),
        link("good.example", status="approved"),
        link("bad.example", **JUNK),
    ]
    assert [found.domain for found in gather(links)] == ["bad.example", "good.example", "unread.example"]


def test_of_one_domain_only_so_much_is_remembered() -> None:
    found = one(*(link(number=n, anchor=f"words number {n}") for n in range(100)))
    assert len(found.anchors) == module.MOST_KEPT
    assert found.links == 100


def test_a_first_link_is_news_and_what_stays_is_none() -> None:
    neighbours = gather([link(), link("other.example")])
    told = news(neighbours, {"other.example": standing_of(one(link("other.example")))})
    assert [(one.neighbour.domain, one.sentence, one.first) for one in told] == [
        ("ana.example", "Links here for the first time.", True)
    ]


NEWS = [
    (Standing(0.1, 1), [link(**JUNK)], "Went from 0.10 to 0.98 and is bad now."),
    (Standing(0.3, 1), [link(changed=True)], "1 approved page changed."),
    (Standing(0.3, 1), [link(gone=True), link(gone=True)], "2 approved links went away."),
]


@pytest.mark.parametrize(("before", "links", "sentence"), NEWS, ids=[row[2] for row in NEWS])
def test_what_became_of_a_known_domain_is_news(before: Standing, links: list[Sighting], sentence: str) -> None:
    [told] = news(gather(links), {"ana.example": before})
    assert sentence in told.sentence
    assert not told.first


def test_bad_begins_where_a_draft_begins() -> None:
    assert BAD_FROM == 0.8
