"""The languages of the pages: their words by subject, and the phrases that are filled with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "tongues"
CODES = ("en", "de", "fr", "es", "it", "pt", "nl", "ru", "pl", "ja", "zh")
SUBJECTS = ("web", "bread", "bicycle", "garden", "photo")  # what the owner writes of
ELSEWHERE = ("sport", "money", "family")  # what others write of besides
TRADES = ("casino", "pharma", "essay", "loans", "seo", "crypto", "adult")

_UI = (
    *("home", "about", "archive", "contact", "search", "comments", "leave", "posted", "by", "tags", "categories"),
    *("previous", "next", "recent", "more", "older", "newsletter", "privacy"),
)
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
            parts[name] = tuple(one.strip() for one in rest.split("|"))
        else:
            parts[name] = tuple(rest.split())
    dense = code in ("ja", "zh")
    return Tongue(code, parts, ui, "" if dense else " ", "。" if dense else ".")
