"""Who links: a host with its language, its look and its habits, honest or junk."""

import random
from dataclasses import dataclass, field
from html import escape

from bench.judge.tuning.site import Article
from bench.judge.tuning.speech import OTHER_SUBJECTS, Subject, Writer, name
from bench.judge.tuning.themes import Parts, Theme, build, link, menu

PLACES = ("notes", "blog", "journal", "posts", "archive", "log", "w", "p", "articles", "entry", "news")
KINDS_OF_NAME = ("person", "made", "words", "shared")
FREE_HOSTS = ("pages-free", "myblogs", "webspace", "journalhub")
# Names that junk has too.
ODD_BUT_HONEST = (
    "{0}-and-the-old-mill-{1}.example", "{0}{1}.example", "a-{0}-a-day-{1}.example", "best-of-{0}.example",
    "cheap-{0}-meals.example", "poker-{0}.example", "{0}-online.example",
)  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Host:
    """A host: what its pages look like, in which language they are written, about what, and by whom.

    `number` counts its pages, so that no two have one address. `entry`, `dated`, `signed`, `metadata` are its habits.
    """

    chance: random.Random
    domain: str
    writer: Writer
    look: Theme
    subject: Subject
    author: str = ""
    entry: bool = False
    dated: bool = True
    signed: bool = True
    metadata: bool = False
    chrome: bool = True  # has a menu
    rel: str = ""  # of all its links to others
    noindex: bool = False
    spam: str = ""  # what kind of junk it sells
    number: int = 0
    friends: tuple[str, ...] = ()
    menu: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.writer.language.code

    def parts(self, title: str, body: list[str]) -> Parts:
        """Return the parts of a page as this host has them."""
        return Parts(
            title=title,
            language=self.language,
            body=body,
            author=self.author if self.signed else "",
            date=self.date() if self.dated else "",
            entry=self.entry,
            metadata=self.metadata,
            noindex=self.noindex,
            menu=list(self.menu) if self.chrome else [],
            footer=[self.foot()] if self.chance.random() < 0.8 else [],
        )

    def page(self, parts: Parts) -> str:
        """Return a page as this host shows it."""
        return build(self.look, parts)

    def address(self, title: str = "") -> str:
        """Return the address of the next page."""
        self.number += 1
        slug = "".join(letter for letter in "-".join(title.lower().split()[:5]) if letter.isascii()).strip("-")
        place = self.chance.choice(PLACES)
        shapes = (f"{place}/{self.number}", f"{place}/{slug or 'x'}-{self.number}", f"?p={self.number * 7}")
        dated = f"2025/{self.chance.randint(1, 12):02}/{slug or self.number}"
        return f"https://{self.domain}/{self.chance.choice((*shapes, f'{dated}-{self.number}'))}"

    def date(self) -> str:
        chance = self.chance
        return f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{chance.randint(6, 22):02}:15:00+00:00"

    def foot(self) -> str:
        return f"<p>&copy; 2025 {escape(self.author or name(self.chance))}</p>"

    def elsewhere(self, text: str = "") -> str:
        """Return a link to a page of somebody else, of a friend mostly."""
        chance = self.chance
        host = (
            chance.choice(self.friends) if self.friends and chance.random() < 0.6 else f"{name(chance).lower()}.example"
        )
        return link(f"https://{host}/{name(chance).lower()}", text or self.writer.title(self.subject))

    def to(self, article: Article, text: str = "", rel: str = "") -> str:
        """Return a link to the owner's article, worded in one of the ways that people word links."""
        return link(article.url, escape(text or self.anchor(article)), rel or self.rel)

    def anchor(self, article: Article) -> str:
        """Return what an honest link is called."""
        subject = article.subject
        own = self.writer.translated(subject)
        ways = (
            (0.4, article.title),
            (0.35, self.writer.language.gap.join(self.chance.sample(own.words, min(2, len(own.words))))),
            (0.08, article.url),
            (0.07, self.writer.button()),
            (0.1, self.chance.choice(subject.names)),
        )
        return self.chance.choices([text for _, text in ways], [weight for weight, _ in ways])[0]


def honest_host(chance: random.Random, code: str, look: Theme, topic: str) -> Host:
    """Return an honest host."""
    writer = Writer(chance, code)
    person = writer.person()
    return Host(
        chance,
        honest_name(chance, person),
        writer,
        look,
        writer.subject(topic),
        author=person,
        entry=chance.random() < 0.3,
        dated=chance.random() < 0.7,
        signed=chance.random() < 0.65,
        metadata=chance.random() < 0.55,
        chrome=chance.random() < 0.8,
        rel=chance.choices(("", "nofollow", "noopener", "external nofollow"), (0.75, 0.08, 0.12, 0.05))[0],
        noindex=chance.random() < 0.02,
        friends=tuple(f"{name(chance).lower()}.example" for _ in range(8)),
        menu=menu(chance),
    )


def honest_name(chance: random.Random, person: str) -> str:
    """Return a domain as people have them."""
    plain = (
        "".join(letter for letter in person.lower() if letter.isascii() and letter.isalpha()) or name(chance).lower()
    )
    kind = chance.choice(KINDS_OF_NAME)
    if kind == "person":
        return f"{plain}{chance.choice(('', '', chance.randint(2, 99)))}.example"
    if kind == "shared":
        return f"{plain}{chance.randint(1, 999)}.{chance.choice(FREE_HOSTS)}.example"
    if chance.random() < 0.06:
        return chance.choice(ODD_BUT_HONEST).format(plain, chance.randint(10, 99999))
    made = f"{name(chance)}{name(chance) if kind == 'words' else ''}".lower()
    return (
        f"{chance.choice(('', '', 'www.', 'blog.'))}{made}{chance.choice(('', '', '-notes', '-garden', 'log'))}.example"
    )


def junk_host(chance: random.Random, code: str, look: Theme, spam: str) -> Host:
    """Return a host of a campaign; many dress up as blogs."""
    writer = Writer(chance, code)
    dressed = chance.random() < 0.4
    return Host(
        chance,
        junk_name(chance, spam),
        writer,
        look,
        writer.subject(chance.choice(OTHER_SUBJECTS)),
        author=writer.person() if dressed else chance.choice(("admin", "", "Editor", writer.keyword(spam))),
        entry=dressed and chance.random() < 0.3,
        dated=chance.random() < (0.8 if dressed else 0.4),
        signed=chance.random() < (0.8 if dressed else 0.4),
        metadata=chance.random() < 0.45,
        chrome=chance.random() < 0.7,
        spam=spam,
        menu=menu(chance),
    )


def junk_name(chance: random.Random, spam: str) -> str:
    """Return a domain as junk has them: keywords, noise, a borrowed honest look, a free host."""
    words = [word for word in Writer(chance, "en").language.words(f"spam.{spam}") if word.isascii()]
    words = words or ["online", "best", "shop"]
    kind = chance.choices(("keywords", "noise", "plain", "free", "mixed"), (0.35, 0.15, 0.35, 0.1, 0.05))[0]
    if kind == "keywords":
        parts = chance.sample(words, min(len(words), chance.randint(1, 3))) + chance.choice(([], ["online"], ["24"]))
        return f"{chance.choice(('-', '-', '')).join(parts)}{chance.choice(('', chance.randint(1, 9999)))}.example"
    if kind == "noise":
        noise = "".join(chance.choices(LETTERS, k=chance.randint(7, 14)))
        return f"{noise}{chance.choice(('', chance.randint(1, 999)))}.example"
    if kind == "free":
        return f"{chance.choice(words)}{chance.randint(1, 99999)}.{chance.choice(FREE_HOSTS)}.example"
    if kind == "mixed":
        return f"{mixed_script(chance)}.example"
    return honest_name(chance, Writer(chance, "en").person())


def mixed_script(chance: random.Random) -> str:
    """Return a label that looks Latin and has Cyrillic letters in it, as it is written in addresses."""
    twins = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с"}
    label = name(chance).lower() + name(chance).lower()
    swapped = "".join(twins.get(letter, letter) if chance.random() < 0.6 else letter for letter in label)
    return swapped.encode("idna").decode() if not swapped.isascii() else f"xn--{label}-43d"
