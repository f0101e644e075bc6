from pathlib import Path

import pytest

from linkback.core.model import Page
from linkback.core.pages.citation import best, cite
from linkback.core.pages.document import read
from linkback.core.pages.links import find

VECTORS = Path(__file__).parents[2] / "vectors" / "pages" / "excerpts"
TARGET = "https://me.example/post"
CASES = sorted(VECTORS.glob("*.html"))
MARK = f'<a href="{TARGET}">it</a>'


def excerpt_of(body: bytes | str, language: str = "en") -> str:
    markup = body if isinstance(body, bytes) else f'<html lang="{language}"><meta charset="utf-8">{body}'.encode()
    document = read(Page(200, (("content-type", "text/html"),), markup, url="https://src.example/"))
    link = best(find(document, TARGET))
    assert link is not None
    return cite(document, link, TARGET).excerpt


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_excerpt_is_the_sentence_around_the_link(path: Path) -> None:
    assert excerpt_of(path.read_bytes()) == path.with_suffix(".txt").read_text().removesuffix("\n")


def test_there_are_vectors_in_a_dozen_languages() -> None:
    languages = {path.read_bytes().partition(b'lang="')[2].partition(b'"')[0] for path in CASES}
    assert len(languages) >= 12


def test_a_sentence_of_five_thousand_characters_is_cut_at_words_on_both_sides() -> None:
    words = "word " * 500
    excerpt = excerpt_of(f"<p>{words}{MARK} {words}</p>")
    assert len(excerpt) <= 300
    assert excerpt.startswith("…word ") and excerpt.endswith(" word…") and " it " in excerpt


def test_an_anchor_as_long_as_a_page_is_cut_itself() -> None:
    excerpt = excerpt_of(f'<p>Before. <a href="{TARGET}">{"word " * 1000}</a> after.</p>')
    assert excerpt == "word " * 59 + "word…"
    assert len(excerpt) <= 300


@pytest.mark.parametrize(
    "unit", ["ก\u0e33", "漢字", "日本語、", "क्षि", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301"]
)
def test_a_run_without_blanks_is_cut_between_whole_characters(unit: str) -> None:
    run = unit * 400
    excerpt = excerpt_of(f"<p>{run}{MARK}{run}</p>")
    left, middle, right = excerpt.partition("it")
    assert len(excerpt) <= 300 and middle
    assert run.endswith(left.removeprefix("…")) and run.startswith(right.removesuffix("…"))
    assert len(right.removesuffix("…")) % len(unit) == 0 or unit in ("漢字", "日本語、")


def test_neither_small_kana_nor_closing_brackets_begin_and_no_opening_bracket_ends_what_is_cut() -> None:
    for shift in range(4):
        excerpt = excerpt_of(f"<p>{'あ' * shift}{'（ちょっと）' * 100}{MARK}{'（ちょっと）' * 100}</p>", "ja")
        assert excerpt[1] not in "ょっ）" and excerpt[-2] != "（"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<video src={TARGET}></video> A film that was made after the story was told.", "A film"),
        (f"<p>What a long quotation that is: <q cite={TARGET}>Links are the web.</q> So true.", "What a long"),
        (f"<p><del cite={TARGET}>What was said here before was plainly wrong.</del>", "What was said"),
        (f"<video><source src={TARGET}></video> A film that was made after the story was told.", "A film"),
        (f"<p>A sentence before it that is long enough. <a href={TARGET}></a>", "A sentence before it"),
    ],
)  # fmt: skip
def test_links_without_text_of_their_own_are_cited_by_what_stands_beside_them(markup: str, expected: str) -> None:
    assert excerpt_of(markup).startswith(expected)
