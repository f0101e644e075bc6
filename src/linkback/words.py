"""The words that people read, in the language of who reads them: gettext, with English as the source.

A catalogue is locale/LANGUAGE/LC_MESSAGES/linkback.mo. Words are looked up when they are said, never at import:
mark those of a table with `later`, and say them with `_`. Nothing here knows of requests; who does calls `speak`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

DOMAIN = "linkback"
SOURCE = "en"  # what the words in code and templates are written in
LOCALE = Path(__file__).parent / "locale"
MOST_RANGES = 16  # of an Accept-Language header; browsers send two to six

LANGUAGE: ContextVar[str] = ContextVar("language", default=SOURCE)


def later(message: str) -> str:
    """Return a message as it is, marked as one that stands in the catalogues; `_` says it."""
    return message


def _(message: str) -> str:
    """Return a message in the language of the context."""
    return catalogue(LANGUAGE.get()).gettext(message)


def n_(one: str, many: str, number: int) -> str:
    """Return the form of a message that goes with a number, in the language of the context."""
    return catalogue(LANGUAGE.get()).ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """Return a message that means something else elsewhere, in the language of the context."""
    return catalogue(LANGUAGE.get()).pgettext(context, message)


def npgettext(context: str, one: str, many: str, number: int) -> str:
    """Return the form of a message that goes with a number and means something else elsewhere."""
    return catalogue(LANGUAGE.get()).npgettext(context, one, many, number)


def language() -> str:
    """Return the language of the context, as HTML and mails write it."""
    return LANGUAGE.get().replace("_", "-")


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Say everything within the block in a language, such as that of who gets a mail."""
    before = LANGUAGE.set(chosen)
    try:
        yield
    finally:
        LANGUAGE.reset(before)


def speak(chosen: str) -> None:
    """Say everything from here on in a language; each request and each task has its own."""
    LANGUAGE.set(chosen)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are catalogues for, English first."""
    found = {path.parts[-3] for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (SOURCE, *sorted(found - {SOURCE}))


def chosen_of(accept_language: str, offered: Sequence[str] | None = None) -> str:
    """Return the language that an Accept-Language header wants most of those offered, else English (RFC 9110, 12.5.4).

    A reader of `de-AT` is served by `de`, too.
    """
    known = {name.lower().replace("_", "-"): name for name in offered or languages()}
    for wanted in _by_preference(accept_language):
        for name in (wanted, wanted.partition("-")[0]):
            if name in known:
                return known[name]
    return SOURCE


def _by_preference(accept_language: str) -> list[str]:
    wanted: list[tuple[float, int, str]] = []
    for part in accept_language.lower().split(",", MOST_RANGES)[:MOST_RANGES]:
        name, _separator, quality = part.partition(";")
        weight = _weight(quality)
        if weight > 0:
            wanted.append((-weight, len(wanted), name.strip()))
    return [name for _rank, _place, name in sorted(wanted)]


def _weight(quality: str) -> float:
    name, _separator, value = quality.strip().partition("=")
    try:
        return float(value[:6]) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@cache
def catalogue(chosen: str, folder: Path = LOCALE) -> NullTranslations:
    """Return a catalogue of a folder; one that is not there leaves every message as it is."""
    return translation(DOMAIN, folder, languages=[chosen], fallback=True)
