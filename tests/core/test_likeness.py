"""Likeness: what is about the same scores above what is not, copies are seen, quotations are none; in six languages."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core import likeness
from linkback.core.likeness import compare, language_of, profile_of, script_of, similar, wording_of
from linkback.core.likeness.copying import runs_of
from linkback.core.likeness.words import COMPARED, glance_at, listed_words
from linkback.core.model import Likeness

LANGUAGES = ("en", "de", "fr", "es", "ru", "ja")
UNSEEN = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
VECTORS = Path(__file__).parent.parent / "vectors" / "likeness"


def texts_of(language: str) -> dict[str, str]:
    """Return the texts of a language by name; the first line of each is its title."""
    parts = re.split(r"^== (\w+)\n", (VECTORS / f"{language}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


TEXTS = {language: texts_of(language) for language in LANGUAGES}
PROFILES = {
    language: profile_of(texts["target"], texts["target"].partition("\n")[0]) for language, texts in TEXTS.items()
}


def body_of(language: str) -> str:
    return TEXTS[language]["target"].partition("\n")[2]


def likeness_to(language: str, text: str, around: str | None = None) -> Likeness:
    """Compare a text with the target of a language; around the link stands its beginning, unless it is said."""
    return compare(text, text[:300] if around is None else around, text.partition("\n")[0], PROFILES[language])


def relevance(language: str, text: str) -> float:
    found = likeness_to(language, text).relevance
    assert found is not None
    return found


def nearness(language: str, text: str) -> float:
    found = likeness_to(language, text).nearness
    assert found is not None
    return found


def copied(language: str, text: str) -> float:
    found = likeness_to(language, text).copied
    assert found is not None
    return found


JUNK = [(language, TEXTS[of]["junk"]) for language in LANGUAGES for of in LANGUAGES]
UNRELATED = [*JUNK, *((language, TEXTS[language]["other"]) for language in LANGUAGES)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_honest_post_about_the_target_scores_far_above_whatever_is_about_something_else(language: str) -> None:
    worst = max(relevance(language, text) for of, text in UNRELATED if of == language)
    assert relevance(language, TEXTS[language]["honest"]) > 3 * worst
    assert relevance(language, TEXTS[language]["honest"]) >= 0.25


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_sentences_of_a_reply_are_near_the_target(language: str) -> None:
    reply, other = TEXTS[language]["reply"], TEXTS[language]["other"]
    assert nearness(language, reply) >= 0.35 > 0.15 >= nearness(language, other)
    assert relevance(language, reply) > 1.5 * relevance(language, other)


@pytest.mark.parametrize(("language", "text"), UNRELATED)
def test_what_is_about_something_else_is_neither_relevant_nor_near_nor_copied(language: str, text: str) -> None:
    assert relevance(language, text) < 0.1
    assert nearness(language, text) < 0.15
    assert copied(language, text) < 0.02


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["honest", "reply", "quote", "other"])
def test_an_honest_text_is_no_copy_even_when_it_quotes_a_sentence(language: str, kind: str) -> None:
    assert copied(language, TEXTS[language][kind]) < 0.12


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_copies_itself_whole(language: str) -> None:
    whole = likeness_to(language, TEXTS[language]["target"])
    assert whole.copied == 1.0
    assert whole.same_title


def mixed(language: str, share: float) -> str:
    """Return the target of a language with a share of its words (its characters, in Japanese) replaced by junk."""
    chance = random.Random(7)
    spaceless = language == "ja"
    words = list(body_of(language)) if spaceless else body_of(language).split()
    junk = list(TEXTS[language]["junk"]) if spaceless else TEXTS[language]["junk"].split()
    joint = "" if spaceless else " "
    return joint.join(chance.choice(junk) if chance.random() < share else word for word in words)


def reordered(language: str) -> str:
    paragraphs = body_of(language).strip().split("\n")
    return "\n".join(reversed(paragraphs))


def surrounded(language: str) -> str:
    boilerplate = TEXTS[language]["junk"] + TEXTS[language]["other"]
    return boilerplate + body_of(language) + boilerplate


def restyled(language: str) -> str:
    text = body_of(language).upper().replace(", ", " – ").replace("、", "，").replace("\n", "<br> \n")
    return text.replace(" ", "\u00a0 ")


def truncated(language: str) -> str:
    return body_of(language)[: len(body_of(language)) * 4 // 10]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("scrape", "at_least", "at_most"),
    [
        pytest.param(surrounded, 0.95, 1.0, id="among boilerplate of its own"),
        pytest.param(reordered, 0.9, 1.0, id="paragraphs in another order"),
        pytest.param(
            lambda language: body_of(language)[: len(body_of(language)) * 4 // 10], 0.33, 0.45, id="two fifths"
        ),
        pytest.param(lambda language: mixed(language, 0.1), 0.7, 0.95, id="one word in ten replaced"),
        pytest.param(restyled, 0.9, 1.0, id="other case, punctuation and blanks"),
    ],
)
def test_a_copy_is_seen(language: str, scrape: object, at_least: float, at_most: float) -> None:
    assert callable(scrape)
    assert at_least <= copied(language, scrape(language)) <= at_most


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_excerpt_counts_by_what_it_is_of_the_target(language: str) -> None:
    own = TEXTS[language]["other"]
    sentence, half = body_of(language)[: len(body_of(language)) // 12], body_of(language)[: len(body_of(language)) // 2]
    assert copied(language, f"{own}\n{sentence}") < 0.12
    assert 0.4 < copied(language, f"{own}\n{half}") < 0.6


def test_a_copy_far_down_a_long_page_is_seen() -> None:
    filler = " ".join(f"ordinary filler sentence number {number} about lighthouses." for number in range(300))
    assert copied("en", f"{body_of('en')}\n{filler}\n{body_of('en')}") == pytest.approx(0.97, abs=0.03)


@pytest.mark.parametrize(
    "text", ["A note of a few words, which an answer may well quote whole.", "短いメモは返信にそのまま引用される。"]
)
def test_a_target_too_short_to_be_copied_says_nothing_of_copies(text: str) -> None:
    assert compare(text, "", "", profile_of(text)).copied is None


@pytest.mark.parametrize("around", ["", "here", "…", "the and of to a in"])
def test_what_says_nothing_around_a_link_is_neither_near_nor_far(around: str) -> None:
    assert likeness_to("en", TEXTS["en"]["honest"], around).nearness is None


def test_without_a_profile_nothing_is_known() -> None:
    assert compare("text", "around", "title", None) == Likeness()


@pytest.mark.parametrize("text", ["", " \n", "!?"])
def test_an_empty_target_is_like_nothing(text: str) -> None:
    found = compare(TEXTS["en"]["honest"], "around the link it says so", "", profile_of(text))
    assert (found.relevance, found.nearness, found.copied) == (None, None, None)


@pytest.mark.parametrize(
    ("title", "other", "same"),
    [
        ("Baking sourdough in a pot", "Baking sourdough in a pot", True),
        ("Baking sourdough in a pot", "  BAKING sourdough \n in a pot", True),
        ("Baking sourdough in a pot | Ana", "Baking sourdough in a pot – News", True),
        ("鋳鉄の鍋で焼くパン｜日記", "鋳鉄の鍋で焼くパン", True),
        ("Baking sourdough in a pot", "Re: Baking sourdough in a pot", False),
        ("Baking sourdough in a pot", "Baking sourdough in a tin", False),
        ("Home", "Home", False),
        ("", "", False),
    ],
)
def test_titles_are_compared_without_the_names_of_sites(title: str, other: str, same: bool) -> None:
    assert compare("text", "", other, profile_of("text", title)).same_title is same


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""), ("12 € … !", ""), ("plain words", "Latin"), ("Grüße aus Köln", "Latin"),
        ("Đây là tiếng Việt", "Latin"),
        ("Привет, мир", "Cyrillic"), ("Καλημέρα κόσμε", "Greek"), ("今天天气很好，我们去公园。", "Han"),
        ("今日はいい天気です", "Kana"), ("カタカナ", "Kana"), ("안녕하세요 세계", "Hangul"),
        ("مرحبا بالعالم", "Arabic"),
        ("שלום עולם", "Hebrew"), ("नमस्ते दुनिया", "Devanagari"), ("สวัสดีชาวโลก", "Thai"), ("გამარჯობა", "Georgian"),
        ("বাংলা ভাষা", "Bengali"), ("தமிழ் மொழி", "Tamil"), ("բարեւ աշխարհ", "Armenian"),
        ("mostly English with одно слово", "Latin"), ("в основном по-русски, with a word", "Cyrillic"),
    ],
)  # fmt: skip
def test_a_text_is_of_the_script_that_most_letters_are_of(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["target", "honest", "quote", "other"])
def test_a_text_tells_its_language(language: str, kind: str) -> None:
    assert language_of(TEXTS[language][kind]) == language


@pytest.mark.parametrize("text", ["", "casino poker roulette", "the", "42 + 1 = 43", "x" * 5000])
def test_a_text_without_words_of_a_language_tells_none(text: str) -> None:
    assert language_of(text) == ""


@pytest.mark.parametrize(("stated", "kept"), [("de-AT", "de"), ("", "en"), ("PT", "pt")])
def test_the_language_that_a_page_states_is_believed_and_otherwise_guessed(stated: str, kept: str) -> None:
    assert compare("text", "", "", profile_of(TEXTS["en"]["target"], "", stated)).language == kept


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_equal_texts_have_like_wordings_and_others_do_not(language: str) -> None:
    target = wording_of(body_of(language))
    assert target
    assert wording_of(restyled(language)) == target
    assert similar(target, wording_of(reordered(language))) == 1.0
    assert similar(target, wording_of(TEXTS[language]["junk"])) == 0.0


@pytest.mark.parametrize("text", ["", "too short to tell", TEXTS["en"]["reply"], TEXTS["ja"]["reply"]])
def test_a_short_text_has_no_wording_and_is_like_none(text: str) -> None:
    assert wording_of(text) == ""
    assert similar(wording_of(text), wording_of(text)) == 0.0


def test_a_wording_is_the_same_on_any_machine() -> None:
    assert wording_of(body_of("en")) == "048820542f21a63"


def text_of_length(characters: int) -> str:
    """Return a text that zlib can hardly pack, of different words without end."""
    chance = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyzäöüßéèабвгдежзийклмн漢字仮名交文"
    return "".join(chance.choice(f"{letters}   ") for _ in range(characters))


@pytest.mark.parametrize("characters", [1000, 30_000, 200_000])
def test_a_profile_is_small_however_long_the_page(characters: int) -> None:
    profile = profile_of(text_of_length(characters), "t" * 5000)
    assert len(profile.packed) <= likeness.MAX_KEPT
    assert len(profile.title) <= likeness.MAX_TITLE


def test_a_copy_is_searched_for_in_proportion_to_the_text() -> None:
    once, twice = (listed_words(" ".join(count * [body_of("en")]), "Latin") for count in (1, 2))
    assert len(runs_of(twice, spaceless=False)) <= 2 * len(runs_of(once, spaceless=False)) + 4
    letters = listed_words(body_of("ja"), "Kana")
    assert len(runs_of(2 * letters, spaceless=True)) <= 2 * len(runs_of(letters, spaceless=True)) + 6


def test_a_glance_is_as_short_at_a_long_text_as_at_any() -> None:
    long, longer = (glance_at(" ".join(f"word{i}" for i in range(count))) for count in (2000, 20_000))
    assert len(longer.distinct) <= len(long.distinct) + 5
    assert len(long.distinct) < 600


def test_what_is_beyond_the_bound_is_not_compared() -> None:
    assert copied("en", f"{body_of('en')[:300]} {'x y ' * (COMPARED // 4)} {body_of('en')}") < 0.25


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=40))
@settings(max_examples=30, deadline=None)
def test_any_two_texts_can_be_compared(text: str, target: str, title: str) -> None:
    found = compare(text, text[:50], title, profile_of(target, title))
    for share in (found.relevance, found.nearness, found.copied):
        assert share is None or 0.0 <= share <= 1.0
    assert similar(wording_of(text), wording_of(target)) in (0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0)
    assert isinstance(language_of(text), str)


@pytest.mark.parametrize(
    ("small", "loud"), [("übermäßig café œuvre", "ÜBERMÄSSIG CAFÉ ŒUVRE"), ("żółć Łódź", "ŻÓŁĆ ŁÓDŹ")]
)
def test_letters_with_accents_are_alike_in_whatever_case(small: str, loud: str) -> None:
    assert listed_words(small.replace("ß", "ss"), "Latin") == listed_words(loud, "Latin")


@pytest.mark.parametrize("mark", ["“", "”", "’", "–", "…", "«", "\u00a0", "\U0001f600", ".", "_"])
def test_marks_part_words_of_latin_letters(mark: str) -> None:
    assert listed_words(f"été{mark}noir", "Latin") == listed_words("été noir", "Latin")


@pytest.mark.parametrize("letter", UNSEEN)
def test_what_nobody_sees_parts_no_word(letter: str) -> None:
    assert listed_words(f"über{letter}mäßig", "Latin") == listed_words("übermäßig", "Latin")


@pytest.mark.parametrize("letter", UNSEEN)
@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_a_copy_is_seen_whatever_unseen_letters_are_put_into_its_words(language: str, letter: str) -> None:
    hidden = re.sub(r"(\w\w)(?=\w)", rf"\1{letter}", body_of(language))
    assert copied(language, hidden) > 0.95
