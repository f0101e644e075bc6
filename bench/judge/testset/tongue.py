"""The languages of the pages: their words by subject, and the phrases that are filled with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "tongues"
CODES = ("en", "de", "fr", "es", "it", "pt", "nl", "ru", "pl", "ja", "zh")
SUBJECTS = ("web", "bread", "bicycle", "garden", "photo")  # what the owner writes of
ELSEWHERE = ("sport", "money", "family")  # what others write of besides
TRADES = ("casino", "pharma", "essay", "loans", "seo", "crypto", "adult")

_UI = (
    *("home", "about", "archive", "contact", "search", "comments", "leave", "posted", "by", "tags", "categories"),
    *("previous", "next", "recent", "more", "older", "newsletter", "privacy"),
)
_PERSONAL = ("openers", "clauses", "joins", "adj", "verb", "gen")
OWN = 0.25  # of these phrases and words, that one person uses
MOST_SPEAKERS = 2000
_PHRASES = {"openers", "clauses", "joins", "about", "reply", "lists", "praise", "call"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: words and phrases by their name in its file, and what its pages call their parts."""

    code: str
    parts: Mapping[str, tuple[str, ...]]
    ui: Mapping[str, str]
    space: str
    stop: str

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self.parts[name]

    def has_case(self) -> bool:
        """Tell whether its sentences begin with a capital."""
        return self.space == " "


@lru_cache(MOST_SPEAKERS)
def spoken_by(speaker: int, code: str) -> Tongue:
    """Return a language as one person speaks it, who never uses most of its words and turns."""
    rng, whole = Random(speaker), tongue(code)
    own = {name: tuple(rng.sample(whole[name], max(4, round(OWN * len(whole[name]))))) for name in _PERSONAL}
    return replace(whole, parts={**whole.parts, **own})


@cache
def tongue(code: str) -> Tongue:
    """Return a language by its code."""
    parts: dict[str, tuple[str, ...]] = {}
    ui: dict[str, str] = {}
    for line in (FOLDER / f"{code}.txt").read_text("utf-8").splitlines():
        name, _, rest = line.partition(":")
        if name == "ui":
            ui = dict(zip(_UI, (one.strip() for one in rest.split("|")), strict=True))
        elif name in _PHRASES:
            parts[name] = parts.get(name, ()) + tuple(one.strip() for one in rest.split("|"))
        else:
            parts[name] = parts.get(name, ()) + tuple(rest.split())
    dense = code in ("ja", "zh")
    return Tongue(code, parts, ui, "" if dense else " ", "。" if dense else ".")
