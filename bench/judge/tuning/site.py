"""The owner's site of the tuning set: forty articles in two languages."""

import random
from dataclasses import dataclass

from bench.judge.cases import Own
from bench.judge.tuning.speech import Subject, Writer

HOME = "https://mill-and-wheel.example"
TOPICS = ("bread", "bicycle", "web", "garden")
ARTICLES = 40
IN_GERMAN = 12


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the owner's."""

    url: str
    title: str
    language: str
    subject: Subject
    paragraphs: tuple[str, ...]
    own: Own

    @property
    def text(self) -> str:
        return " ".join(self.paragraphs)


def articles(chance: random.Random) -> list[Article]:
    """Return all articles of the site; every fifth is short."""
    return [_article(chance, number, "de" if number < IN_GERMAN else "en") for number in range(ARTICLES)]


def _article(chance: random.Random, number: int, code: str) -> Article:
    writer = Writer(chance, code)
    subject = writer.subject(TOPICS[number % len(TOPICS)])
    title = writer.title(subject)
    length = chance.randint(2, 3) if number % 5 == 0 else chance.randint(5, 12)
    paragraphs = tuple(writer.prose(subject, chance.randint(3, 7)) for _ in range(length))
    url = f"{HOME}/{2019 + number % 7}/{'-'.join(title.lower().split())}"
    url = "".join(letter for letter in url if letter.isascii())
    body = "".join(f"<p>{one}</p>\n" for one in paragraphs)
    html = (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<nav><a href=/>Mill and Wheel</a> <a href=/about>About</a></nav><main><article><h1>{title}</h1>\n{body}"
        "</article></main><footer>Mill and Wheel</footer></body></html>"
    )
    return Article(url, title, code, subject, paragraphs, Own(url, html))
