"""What a page and its link are like."""

from datetime import UTC, datetime

import pytest

from linkback.core.model import Author, Candidate, Citation, Company, Evidence, HostHistory, Likeness, Makeup
from linkback.core.rules import (
    anchor_text,
    authorship,
    copied,
    foreign,
    kind,
    link_density,
    link_place,
    linked_text,
    nearness,
    noindex,
    outbound,
    rel,
    relevance,
    sales_talk,
    same_template,
    same_text,
    same_title,
    substance,
)

NEW = HostHistory("blog.example")
DAY = datetime(2026, 5, 4, 13, tzinfo=UTC)
READ = Makeup(words=200)


def candidate(
    citation: Citation | None = None,
    makeup: Makeup | None = None,
    likeness: Likeness | None = None,
    company: Company | None = None,
) -> Candidate:
    evidence = Evidence(makeup or Makeup(), likeness or Likeness(), company or Company())
    return Candidate("https://blog.example/a", "https://me.example/post", citation or Citation(), evidence)


@pytest.mark.parametrize(
    ("place", "makeup", "level"),
    [
        ("content", Makeup(), None),
        ("content", READ, "content"),
        ("sidebar", READ, "sidebar"),
        ("navigation", READ, "navigation"),
        ("header", READ, "header"),
        ("footer", READ, "footer"),
        ("comments", READ, "comments"),
        ("hidden", Makeup(), "hidden"),
        ("elsewhere", READ, None),
    ],
)
def test_it_matters_where_a_link_stands(place: str, makeup: Makeup, level: str | None) -> None:
    signal = link_place.check(candidate(Citation(place=place), makeup), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("makeup", "level", "sentence"),
    [
        (Makeup(), None, ""),
        (Makeup(words=20, links=2, hosts=1), "one", "The page links to one other site only."),
        (Makeup(words=59, links=7, hosts=5), None, ""),
        (Makeup(words=60, links=7, hosts=5), "few", "The page has 7 links to 5 other sites."),
        (Makeup(words=600, links=9, hosts=9), "few", "The page has 9 links to 9 other sites."),
        (Makeup(words=600, links=12, hosts=10), "several", "The page has 12 links to 10 other sites."),
        (Makeup(words=600, links=60, hosts=20), "many", "The page has 60 links to 20 other sites."),
        (Makeup(words=600, links=60, hosts=40), "crowd", "The page has 60 links to 40 other sites."),
        (Makeup(words=600, links=160, hosts=100), "swarm", "The page has 160 links to 100 other sites."),
    ],
)
def test_a_page_that_links_everywhere_is_doubted(makeup: Makeup, level: str | None, sentence: str) -> None:
    signal = outbound.check(candidate(makeup=makeup), NEW)
    assert (signal and signal.level, signal.sentence if signal else "") == (level, sentence)


@pytest.mark.parametrize(
    ("makeup", "level"),
    [
        (Makeup(), None),
        (Makeup(words=50), None),
        (Makeup(words=300, links=3), "sparse"),
        (Makeup(words=300, links=4), None),
        (Makeup(words=8, links=9), None),
        (Makeup(words=101, links=10), None),
        (Makeup(words=100, links=10), "dense"),
        (Makeup(words=40, links=10), "packed"),
    ],
)
def test_a_page_thick_with_links_is_doubted(makeup: Makeup, level: str | None) -> None:
    signal = link_density.check(candidate(makeup=makeup), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("words", "linked", "level"),
    [(29, 1.0, None), (30, 0.14, "little"), (30, 0.15, None), (30, 0.49, None), (30, 0.5, "half"), (30, 0.8, "most")],
)
def test_a_page_made_of_links_is_doubted(words: int, linked: float, level: str | None) -> None:
    signal = linked_text.check(candidate(makeup=Makeup(words=words, linked=linked)), NEW)
    assert (signal and signal.level) == level
    assert signal is None or signal.sentence == f"{linked:.0%} of the page's text stands in links."


@pytest.mark.parametrize(
    ("words", "kind_of", "level"),
    [
        (0, "mention", None),
        (1, "mention", "bare"),
        (14, "mention", "bare"),
        (15, "mention", "short"),
        (60, "mention", None),
        (300, "mention", "long"),
        (5, "reply", None),
        (5, "like", None),
        (300, "reply", "long"),
    ],
)
def test_only_a_plain_mention_has_to_say_something(words: int, kind_of: str, level: str | None) -> None:
    signal = substance.check(candidate(Citation(kind=kind_of), Makeup(words=words)), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("anchor", "level"),
    [
        ("", "empty"),
        ("click here", None),
        ("hier", None),
        ("a post on bread", None),
        ("https://me.example/post", "address"),
        ("www.me.example/post", "address"),
        ("me.example", None),
        ("My own post", "own_title"),
        ("Casino", "selling"),
        ("what a casino costs its town", "selling"),
        ("casino poker", "stuffed"),
        ("best online casino bonus", "stuffed"),
        ("cheap pills discount", "stuffed"),
        ("buy cheap", None),
        ("why the best free online trial I ever had led me to write about the price of bread", None),
        ("казино бонус", "stuffed"),
        ("オンラインカジノ", "selling"),
        ("a specialist in socialism", None),
    ],
)
def test_a_link_is_doubted_for_what_it_advertises(anchor: str, level: str | None) -> None:
    signal = anchor_text.check(candidate(Citation(title="My own post", anchor=anchor), READ), NEW)
    assert (signal and signal.level) == level


def test_a_link_without_text_says_nothing_of_a_page_that_was_not_read() -> None:
    assert anchor_text.check(candidate(), NEW) is None


@pytest.mark.parametrize(
    ("citation", "level", "sentence"),
    [
        (Citation(), None, ""),
        (Citation(title="On bread", excerpt="The price of bread, in a free trial."), None, ""),
        (
            Citation(excerpt="Cheap loans, fast cash, instant"),
            "soft",
            "The text around the link advertises: “cheap”, “loans”, “cash”.",
        ),
        (Citation(title="Casino night"), "title", "The title of the page advertises: “casino”."),
        (Citation(author=Author("Casino Online")), "title", "The author's name advertises: “casino”."),
        (Citation(excerpt="We went to the casino."), "word", "The text around the link advertises: “casino”."),
        (
            Citation(excerpt="Buy cheap viagra and cialis online"),
            "words",
            "The text around the link advertises: “viagra”, “cialis”, “buy”.",
        ),
        (Citation(excerpt="Nejlepší casino – bonus, deals, best price"), "words", None),
    ],
)
def test_a_page_is_doubted_for_what_it_advertises(citation: Citation, level: str | None, sentence: str | None) -> None:
    signal = sales_talk.check(candidate(citation), NEW)
    assert (signal and signal.level) == level
    assert sentence is None or (signal.sentence if signal else "") == sentence


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ((), None),
        (("author", "noopener"), None),
        (("nofollow",), "nofollow"),
        (("ugc", "nofollow"), "ugc"),
        (("nofollow", "ugc", "sponsored"), "sponsored"),
    ],
)
def test_the_loudest_mark_on_a_link_is_told(marks: tuple[str, ...], level: str | None) -> None:
    signal = rel.check(candidate(Citation(rel=marks)), NEW)
    assert (signal and signal.level) == level


def test_a_page_that_wants_not_to_be_found_is_doubted() -> None:
    assert noindex.check(candidate(), NEW) is None
    signal = noindex.check(candidate(Citation(noindex=True)), NEW)
    assert signal and signal.key == "noindex"


@pytest.mark.parametrize(
    ("citation", "makeup", "likeness", "sentence"),
    [
        (Citation(), Makeup(), Likeness(), None),
        (Citation(language="de"), Makeup(script="Latin"), Likeness(), None),
        (Citation(language="de-AT"), Makeup(script="Latin"), Likeness(language="de", script="Latin"), None),
        (Citation(language="de_AT"), Makeup(), Likeness(language="en"), "The page is in German, yours in English."),
        (
            Citation(language="tlh"),
            Makeup(),
            Likeness(language="en"),
            "The page is in another language (tlh), yours in English.",
        ),
        (
            Citation(language="en"),
            Makeup(script="Cyrillic"),
            Likeness(language="en", script="Latin"),
            "The page is written in Cyrillic letters, yours in Latin ones.",
        ),
        (Citation(language="ja"), Makeup(script="Katakana"), Likeness(language="ja", script="Han"), None),
    ],
)
def test_another_language_or_writing_is_told(
    citation: Citation, makeup: Makeup, likeness: Likeness, sentence: str | None
) -> None:
    signal = foreign.check(candidate(citation, makeup, likeness), NEW)
    assert (signal and signal.sentence) == sentence


@pytest.mark.parametrize(
    ("likeness", "makeup", "citation", "level"),
    [
        (Likeness(), READ, Citation(), None),
        (Likeness(relevance=0.6), READ, Citation(), "same"),
        (Likeness(relevance=0.6), READ, Citation(kind="reply"), "close"),
        (Likeness(relevance=0.3), READ, Citation(), "close"),
        (Likeness(relevance=0.3, copied=0.3), READ, Citation(), None),
        (Likeness(relevance=0.12), Makeup(words=5), Citation(), "related"),
        (Likeness(relevance=0.06), READ, Citation(), None),
        (Likeness(relevance=0.03), READ, Citation(), "faint"),
        (Likeness(relevance=0.0), READ, Citation(), "alien"),
        (Likeness(relevance=0.0), Makeup(words=59), Citation(), None),
        (Likeness(relevance=0.0), READ, Citation(kind="reply"), None),
        (Likeness(relevance=0.0, language="en"), READ, Citation(language="de"), None),
        (Likeness(relevance=0.0, language="en"), READ, Citation(language="en-GB"), "alien"),
        (Likeness(relevance=0.0, script="Latin"), Makeup(words=200, script="Han"), Citation(), None),
    ],
)
def test_what_a_page_is_about_counts_where_it_can_be_compared(
    likeness: Likeness, makeup: Makeup, citation: Citation, level: str | None
) -> None:
    signal = relevance.check(candidate(citation, makeup, likeness), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("likeness", "makeup", "citation", "level"),
    [
        (Likeness(), READ, Citation(), None),
        (Likeness(nearness=0.8), READ, Citation(), "same"),
        (Likeness(nearness=0.25), READ, Citation(), "close"),
        (Likeness(nearness=0.25, copied=0.5), READ, Citation(), None),
        (Likeness(nearness=0.1), Makeup(words=5), Citation(), "near"),
        (Likeness(nearness=0.05), READ, Citation(), None),
        (Likeness(nearness=0.0), READ, Citation(), "strange"),
        (Likeness(nearness=0.0), Makeup(words=59), Citation(), None),
        (Likeness(nearness=0.0, language="en"), READ, Citation(language="fr"), None),
    ],
)
def test_what_stands_around_a_link_counts_where_it_can_be_compared(
    likeness: Likeness, makeup: Makeup, citation: Citation, level: str | None
) -> None:
    signal = nearness.check(candidate(citation, makeup, likeness), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("share", "kind_of", "level", "sentence"),
    [
        (None, "mention", None, ""),
        (0.29, "mention", None, ""),
        (0.3, "mention", "part", "This page copies 30 % of your article."),
        (0.5, "mention", "half", "This page copies 50 % of your article."),
        (0.834, "mention", "whole", "This page copies 83 % of your article."),
        (0.834, "reply", None, ""),
    ],
)
def test_a_copy_is_told_with_its_share(share: float | None, kind_of: str, level: str | None, sentence: str) -> None:
    signal = copied.check(candidate(Citation(kind=kind_of), likeness=Likeness(copied=share)), NEW)
    assert (signal and signal.level, signal.sentence if signal else "") == (level, sentence)


@pytest.mark.parametrize(
    ("same", "kind_of", "speaks"), [(False, "mention", False), (True, "mention", True), (True, "like", False)]
)
def test_only_a_mention_with_the_targets_title_is_doubted(same: bool, kind_of: str, speaks: bool) -> None:
    signal = same_title.check(candidate(Citation(kind=kind_of), likeness=Likeness(same_title=same)), NEW)
    assert (signal is not None) is speaks


@pytest.mark.parametrize(("hosts", "level"), [(2, None), (3, "some"), (10, "many"), (49, "many"), (50, "swarm")])
def test_a_template_of_many_domains_is_doubted(hosts: int, level: str | None) -> None:
    signal = same_template.check(candidate(company=Company(template_hosts=hosts)), NEW)
    assert (signal and signal.level) == level
    assert signal is None or f"{hosts} other domains" in signal.sentence


@pytest.mark.parametrize(("hosts", "level"), [(0, None), (1, "twin"), (2, "some"), (4, "some"), (5, "many")])
def test_a_text_of_many_domains_is_doubted(hosts: int, level: str | None) -> None:
    signal = same_text.check(candidate(company=Company(wording_hosts=hosts)), NEW)
    assert (signal and signal.level) == level
    assert signal is None or ("1 other domain." if hosts == 1 else f"{hosts} other domains.") in signal.sentence


@pytest.mark.parametrize(
    ("author", "published", "sentence"),
    [
        ("", None, None),
        ("Ana", None, "The page names its author, Ana."),
        ("", DAY, "The page is dated 2026-05-04."),
        ("Ana", DAY, "The page names its author (Ana) and its date (2026-05-04)."),
    ],
)
def test_author_and_date_speak_for_a_page(author: str, published: datetime | None, sentence: str | None) -> None:
    signal = authorship.check(candidate(Citation(author=Author(author), published=published)), NEW)
    assert (signal and signal.sentence) == sentence


@pytest.mark.parametrize("kind_of", ["reply", "like", "repost", "bookmark", "rsvp"])
def test_an_answer_speaks_for_itself(kind_of: str) -> None:
    signal = kind.check(candidate(Citation(kind=kind_of)), NEW)
    assert signal and signal.level == kind_of


def test_a_plain_mention_is_no_answer() -> None:
    assert kind.check(candidate(), NEW) is None
