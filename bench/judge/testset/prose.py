"""Prose: sentences, paragraphs and titles of a language about given words."""

import re
from collections.abc import Sequence
from random import Random

from bench.judge.testset.tongue import Tongue

_SLOT = re.compile(r"\{(\w+)\}")
_SYLLABLES = ("vel", "mor", "tis", "ka", "ru", "ben", "lo", "dra", "fen", "qui", "sto", "ny", "per", "gal", "ith", "zo")
_ENDS = ("a", "o", "um", "ix", "en", "ard", "ley", "by", "on", "et")
_KINDS = {"a": "adj", "v": "verb", "g": "gen"}
_RARE = {
    "a": 0.45,
    "v": 0.35,
    "g": 0.75,
    "o": 0.35,
}  # of the words of a kind: real text is full of words that come once


def coined(rng: Random) -> str:
    """Return a name that is in no dictionary."""
    return ("".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(1, 2))) + rng.choice(_ENDS)).capitalize()


def filled(rng: Random, phrase: str, words: Sequence[str], tongue: Tongue, **given: str) -> str:
    """Return a phrase with its slots filled: {n} and {o} from words, the rest from the language or from `given`."""

    def word(match: re.Match[str]) -> str:
        slot = match[1]
        if slot in given:
            return given[slot]
        if slot in ("n", "o", "k"):
            noun = rng.choice(words)
            return rare(rng, noun, tongue) if slot == "o" and rng.random() < _RARE[slot] else noun
        if slot == "num":
            return str(rng.randint(2, 99))
        plain = rng.choice(tongue[_KINDS[slot]])
        return rare(rng, plain, tongue) if rng.random() < _RARE[slot] else plain

    return _SLOT.sub(word, phrase)


def rare(rng: Random, word: str, tongue: Tongue) -> str:
    """Return a word that hardly any other text has: a compound or a derivation of one, or a name."""
    if tongue.has_case() and rng.random() < 0.3:
        return coined(rng) + rng.choice(_SYLLABLES)
    affixes = tongue.parts.get("affixes")
    if not affixes:
        first = rng.choice(tongue["gen"])
        return first + (word.lower() if tongue.has_case() else word)
    affix = rng.choice(affixes)
    return word + affix[1:] if affix.startswith("-") else affix + word.lower()


def sentence(rng: Random, words: Sequence[str], tongue: Tongue) -> str:
    """Return a sentence about some of the words."""
    parts = [filled(rng, rng.choice(tongue["clauses"]), words, tongue)]
    if rng.random() < 0.45:
        parts.insert(0, rng.choice(tongue["openers"]))
    if rng.random() < 0.4:
        parts += [rng.choice(tongue["joins"]), filled(rng, rng.choice(tongue["clauses"]), words, tongue)]
    return upper(tongue.space.join(parts)) + tongue.stop


def upper(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def paragraph(rng: Random, words: Sequence[str], tongue: Tongue, sentences: int = 0) -> str:
    """Return a paragraph of some sentences, three to seven unless told."""
    count = sentences or rng.randint(3, 7)
    return tongue.space.join(sentence(rng, words, tongue) for _ in range(count))


def prose(rng: Random, words: Sequence[str], tongue: Tongue, paragraphs: int) -> list[str]:
    """Return paragraphs about the words."""
    return [paragraph(rng, words, tongue) for _ in range(paragraphs)]


def title(rng: Random, words: Sequence[str], tongue: Tongue) -> str:
    """Return a headline about the words."""
    form = rng.choice(("{n}, {o}", "{o}: {a} {n}", "{n} {num}", "{a} {n}, {g}", "{n} – {g}", "{n}: {g}, {o}"))
    return upper(filled(rng, form, words, tongue))


def pool(rng: Random, focus: Sequence[str], wide: Sequence[str], share: float) -> list[str]:
    """Return words to draw from, of which about `share` are of the focus; a few of each come far more often."""
    near, far = rng.sample(list(focus), len(focus)), rng.sample(list(wide), min(len(wide), 14))
    drawn = [near[min(int(rng.expovariate(0.35)), len(near) - 1)] for _ in range(round(40 * share))]
    return drawn + [far[min(int(rng.expovariate(0.2)), len(far) - 1)] for _ in range(round(40 * (1 - share)))]


def shown(text: str) -> str:
    """Return a text as it stands in markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
