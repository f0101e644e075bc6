"""With which rel a link is shown: nobody vouches for it unless its owner says so."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkback.core.hygiene import author_rel_of, rel_of
from linkback.core.model import Author, Citation, Listed, ListedAction, ListedKind, Mention, Status

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CITATION = Citation(author=Author("Ana", "https://ana.example/"))
MENTION = Mention(1, 1, "https://ana.example/1", "https://me.example/", Status.APPROVED, NOW, CITATION)
FOLLOW = (Listed(ListedAction.FOLLOW, ListedKind.HOST, "ana.example"),)


def listed(pattern: str, action: ListedAction = ListedAction.FOLLOW) -> tuple[Listed, ...]:
    return (Listed(action, ListedKind.HOST, pattern),)


def test_a_link_that_somebody_else_wrote_is_not_vouched_for() -> None:
    assert rel_of(MENTION) == author_rel_of(MENTION) == "ugc nofollow"


@pytest.mark.parametrize(
    ("source", "pattern", "rel"),
    [
        ("https://ana.example/1", "ana.example", "ugc"),
        ("https://ana.example/1", "Ana.Example", "ugc"),
        ("https://blog.ana.example/1", "ana.example", "ugc"),
        ("https://ana.example:8443/1", "ana.example", "ugc"),
        ("https://notana.example/1", "ana.example", "ugc nofollow"),
        ("https://ana.example.evil.example/1", "ana.example", "ugc nofollow"),
        ("https://ana.example/1", "blog.ana.example", "ugc nofollow"),
        ("https://ana.example/1", "", "ugc nofollow"),
        ("https://ana.example/1", ".", "ugc nofollow"),
    ],
)
def test_a_host_that_is_followed_is_vouched_for_with_all_below_it(source: str, pattern: str, rel: str) -> None:
    assert rel_of(replace(MENTION, source=source), listed(pattern)) == rel


@pytest.mark.parametrize("action", sorted(set(ListedAction) - {ListedAction.FOLLOW}))
def test_no_other_list_vouches_for_a_host(action: ListedAction) -> None:
    assert rel_of(MENTION, listed("ana.example", action)) == "ugc nofollow"


def test_the_page_that_is_shown_counts_and_not_the_one_that_led_to_it() -> None:
    led = replace(MENTION, source_page="https://elsewhere.example/")
    assert rel_of(led, FOLLOW) == "ugc nofollow"
    assert rel_of(replace(led, source="https://t.example/x", source_page=MENTION.source), FOLLOW) == "ugc"


@pytest.mark.parametrize(("url", "rel"), [("https://ana.example/", "ugc"), ("https://pills.example/", "ugc nofollow")])
def test_a_host_that_is_followed_does_not_vouch_for_whom_it_names_as_author(url: str, rel: str) -> None:
    mention = replace(MENTION, citation=Citation(author=Author("Ana", url)))
    assert author_rel_of(mention, FOLLOW) == rel
    assert rel_of(mention, FOLLOW) == "ugc"


@pytest.mark.parametrize("lists", [(), FOLLOW])
def test_a_link_that_was_paid_for_says_so_whoever_vouches(lists: tuple[Listed, ...]) -> None:
    paid = replace(MENTION, sponsored=True)
    assert rel_of(paid, lists) == author_rel_of(paid, lists) == "sponsored nofollow ugc"
