"""The draft of a disavow file: its form, its limits, its honest words, and whom it spares."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from linkback.core.model import Reason
from linkback.core.neighbours import Neighbour, disavow
from linkback.core.neighbours import disavow as function
from linkback.core.neighbours.disavow import MOST_BYTES, MOST_LINES

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = date(2026, 11, 24)
SITE = "https://me.example/"
BAD = Neighbour("bad.example", NOW, NOW, {"spam": 3}, score=0.97, reasons=(Reason("spam", "All its 3 are spam.", 2.0),))


def entries(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_a_draft_names_domains_with_the_reasons_as_comments() -> None:
    draft = disavow([BAD, replace(BAD, domain="worse.example")], SITE, DAY)
    assert draft.text.endswith(
        "# 0.97: All its 3 are spam.\ndomain:bad.example\n# 0.97: All its 3 are spam.\ndomain:worse.example\n"
    )
    assert (draft.domains, draft.spared, draft.cut) == (2, 0, 0)


def test_a_draft_says_at_the_top_that_most_sites_never_need_it() -> None:
    head = " ".join(disavow([BAD], SITE, DAY).text.partition("# 0.97")[0].replace("#", " ").split())
    for words in (
        "A draft by Linkback",
        "1 domain",
        "most sites never need",
        "can harm",
        "Nothing was sent",
        "2026-11-24",
    ):
        assert words in head


@pytest.mark.parametrize(
    "spared",
    [
        replace(BAD, score=0.79),
        replace(BAD, score=None),
        replace(BAD, trusted=True),
        replace(BAD, statuses={"approved": 1, "spam": 8}),
    ],
    ids=["doubtful", "never read", "trusted", "approved and still standing"],
)
def test_a_draft_leaves_out(spared: Neighbour) -> None:
    assert entries(disavow([spared], SITE, DAY).text) == []


def test_approved_ones_are_named_when_they_are_asked_for_and_trusted_ones_never() -> None:
    approved = replace(BAD, statuses={"approved": 1})
    trusted = replace(BAD, domain="friend.example", trusted=True)
    assert disavow([approved], SITE, DAY).spared == 1
    assert entries(disavow([approved, trusted], SITE, DAY, approved_too=True).text) == ["domain:bad.example"]


SHARED = ["wordpress.com", "github.io", "co.uk", "192.0.2.1", "2001:db8::1"]


@pytest.mark.parametrize("domain", SHARED)
def test_where_anybody_may_publish_only_pages_are_named(domain: str) -> None:
    junk = replace(BAD, domain=domain, pages=(f"https://{domain}/a", f"https://{domain}/b"))
    draft = disavow([junk], SITE, DAY)
    assert entries(draft.text) == [f"https://{domain}/a", f"https://{domain}/b"]
    assert (draft.domains, draft.shared) == (1, 0)
    left = disavow([replace(junk, pages=())], SITE, DAY)
    assert (entries(left.text), left.domains, left.shared, left.spared) == ([], 0, 1, 0)


@pytest.mark.parametrize("domain", ["bad.example", "bad.co.uk", "bad.github.io", "xn--bcher-kva.example"])
def test_a_domain_of_somebody_s_own_is_named_as_a_whole(domain: str) -> None:
    junk = replace(BAD, domain=domain, pages=(f"https://{domain}/a",))
    assert entries(disavow([junk], SITE, DAY).text) == [f"domain:{domain}"]


def test_what_strangers_wrote_stays_in_its_comment() -> None:
    evil = replace(BAD, reasons=(Reason("x", "a\r\ndomain:victim.example\u2028domain:b.example\x1b[2J\x00", 1.0),))
    text = disavow([evil], SITE, DAY).text
    assert entries(text) == ["domain:bad.example"]
    assert not set("\r\x1b\x00\u2028") & set(text)


def test_a_draft_stays_within_what_google_takes() -> None:
    many = [replace(BAD, domain=f"{n}.example", reasons=(Reason("x", "Casino. " * 20, 1.0),)) for n in range(20_000)]
    draft = disavow(many, SITE, DAY)
    assert len(draft.text.encode()) <= MOST_BYTES
    assert draft.text.count("\n") <= MOST_LINES
    assert draft.domains + draft.cut == 20_000
    assert draft.cut > 0
    assert len(entries(draft.text)) == draft.domains


def test_a_draft_has_at_most_so_many_lines() -> None:
    many = [replace(BAD, domain=f"{n}.ex", score=0.9, reasons=()) for n in range(60_000)]
    text = function(many, SITE, DAY).text
    assert text.count("\n") <= MOST_LINES
    assert len(text.encode()) <= MOST_BYTES
