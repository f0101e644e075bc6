"""Hosts: who keeps a source, in what language and dress.

All names end in .example or .test, so that nobody's site is meant. Thus the endings of names tell nothing here.
"""

from dataclasses import dataclass
from random import Random

from bench.judge.testset.prose import coined
from bench.judge.testset.tongue import ELSEWHERE, SUBJECTS, TRADES, tongue

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "ru", "pl", "ja", "zh")
_HONEST_SHARES = (34, 22, 7, 6, 5, 5, 5, 5, 4, 4, 3)
_JUNK_SHARES = (46, 9, 6, 6, 4, 5, 3, 9, 4, 3, 5)
_PLAIN_LETTERS = str.maketrans("äöüßéèêëàâîïôûçñáíóúãõłśżźćęąńİ", "aouseeeeaaiioucnaiouaolszzceani")
_TAILS = ("blog", "notes", "journal", "log", "pages", "weekly", "net", "world", "24", "online", "hub", "today", "info")


@dataclass(frozen=True, slots=True)
class Host:
    """Who keeps pages. `theme` names the dress, `subject` what is mostly written of, `trade` what junk sells."""

    name: str
    language: str
    subject: str
    theme: str
    author: str
    seed: int
    trade: str = ""


def plain(word: str) -> str:
    """Return a word as it may stand in a host's name, or "" where nothing is left of it."""
    return "".join(letter for letter in word.lower().translate(_PLAIN_LETTERS) if letter.isascii() and letter.isalnum())


def language_of(rng: Random, *, junk: bool) -> str:
    """Return a language, the more common ones more often."""
    return rng.choices(LANGUAGES, _JUNK_SHARES if junk else _HONEST_SHARES)[0]


def person(rng: Random, language: str) -> str:
    """Return a person's name."""
    words = tongue(language)
    given, family = rng.choice(words["first"]), rng.choice(words["last"])
    return family + given if language in ("ja", "zh") else f"{given} {family}"


def ending(rng: Random) -> str:
    """Return the last label of a name."""
    return rng.choice(("example", "example", "test"))


def honest_name(rng: Random, language: str, subject: str, author: str) -> str:
    """Return a name as people choose them: their own, a coined one, or one of words."""
    words = [plain(word) for word in tongue(language)[subject] if plain(word)] or ["page"]
    form = rng.randint(0, 4)
    if form == 0 and plain(author):
        return f"{plain(author)}.{ending(rng)}"
    if form == 1:
        return f"{rng.choice(words)}-{rng.choice(words)}{rng.choice(('', '', '24'))}.{ending(rng)}"
    if form == 2:
        return f"{coined(rng).lower()}{rng.choice(_TAILS)}.{ending(rng)}"
    if form == 3:
        return f"{rng.choice(('blog', 'www', 'notes'))}.{coined(rng).lower()}{coined(rng).lower()}.{ending(rng)}"
    return f"{coined(rng).lower()}{rng.choice(words)}.{ending(rng)}"


def junk_name(rng: Random, language: str, trade: str) -> str:
    """Return a name as junk has them: of keywords, of chance, or as good as anyone's."""
    words = [plain(word) for word in tongue(language)[trade] if plain(word)] or [trade]
    form = rng.randint(0, 4)
    if form == 0:
        last = ("online", "best", "top", "24", "365")
        return f"{rng.choice(words)}-{rng.choice(words)}-{rng.choice(last)}.{ending(rng)}"
    if form == 1:
        return f"{rng.choice(words)}{rng.choice(words)}{rng.randint(2, 999)}.{ending(rng)}"
    if form == 2:
        return (
            "".join(rng.choice("bcdfghjklmnpqrstvwxz0123456789") for _ in range(rng.randint(6, 12))) + "." + ending(rng)
        )
    return f"{coined(rng).lower()}{rng.choice(_TAILS)}{rng.choice(('', '', str(rng.randint(1, 9))))}.{ending(rng)}"


def honest_host(rng: Random, theme: str, language: str = "") -> Host:
    """Return a host of an honest author."""
    language = language or language_of(rng, junk=False)
    subject = rng.choice((*SUBJECTS, *SUBJECTS, *ELSEWHERE))
    author = person(rng, language)
    return Host(honest_name(rng, language, subject, author), language, subject, theme, author, rng.getrandbits(32))


def junk_host(rng: Random, theme: str, language: str = "", trade: str = "") -> Host:
    """Return a host of one who sells something."""
    language, trade = language or language_of(rng, junk=True), trade or rng.choice(TRADES)
    author = person(rng, language) if rng.random() < 0.6 else "admin"
    subject = rng.choice((*SUBJECTS, *ELSEWHERE))
    return Host(junk_name(rng, language, trade), language, subject, theme, author, rng.getrandbits(32), trade)
