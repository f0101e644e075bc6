"""A scene: one page in the making, with what its makers share: links, words, text of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.judge.testset import prose
from bench.judge.testset.corpora import Filler
from bench.judge.testset.hosts import Host, junk_name
from bench.judge.testset.prose import coined, shown
from bench.judge.testset.site import OWNER, Article
from bench.judge.testset.themes import Sheet, dress
from bench.judge.testset.tongue import ELSEWHERE, SUBJECTS, TRADES, Tongue, spoken_by

FILLED = 0.3  # of the paragraphs of English pages, where there is text of others


@dataclass(slots=True)
class Scene:
    """What a maker of a page has: chance, the host, the article that is linked to, when, and text of others.

    `speaker` is whose words it uses.
    """

    rng: Random
    host: Host
    article: Article
    articles: Sequence[Article]
    minute: float
    filler: Filler
    speaker: int

    @property
    def tongue(self) -> Tongue:
        return spoken_by(self.speaker, self.host.language)

    def one(self, name: str) -> str:
        """Return a word or phrase of the language."""
        return self.rng.choice(self.tongue[name])

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # ---- words

    def near(self, share: float = 0.5) -> list[str]:
        """Return words to write of the article with: its own in its language, those of its subject in another."""
        wide = self.tongue[self.article.subject]
        if self.host.language == self.article.language:
            return prose.pool(self.rng, (*self.article.focus, *self.article.names), wide, share)
        return prose.pool(self.rng, (*self.rng.sample(wide, 6), *self.article.names), wide, share)

    def far(self, subject: str = "") -> list[str]:
        """Return words of what the host writes of at other times."""
        wide = self.tongue[subject or self.host.subject]
        return prose.pool(self.rng, self.rng.sample(wide, min(8, len(wide))), wide, 0.6)

    def any_subject(self) -> str:
        return self.rng.choice((*SUBJECTS, *ELSEWHERE))

    def trade(self) -> tuple[str, ...]:
        """Return the words of what the host sells."""
        return self.tongue[self.host.trade or self.rng.choice(TRADES)]

    # ---- text

    def text(self, words: Sequence[str], paragraphs: int, *, junk: bool = False) -> list[str]:
        """Return paragraphs as markup, some of them of others' text."""
        made = [shown(one) for one in prose.prose(self.rng, words, self.tongue, paragraphs)]
        others = self.filler.spam if junk else self.filler.ham
        if others and self.host.language == "en":
            made = [self.rng.choice(others) if self.chance(FILLED) else one for one in made]
        return [f"<p>{one}</p>" for one in made]

    def said(self, words: Sequence[str], sentences: int = 1) -> str:
        """Return so many sentences as markup."""
        return shown(prose.paragraph(self.rng, words, self.tongue, sentences))

    def short(self, *, junk: bool = False) -> str:
        """Return a short remark as markup."""
        others = self.filler.short_spam if junk else self.filler.short_ham
        if others and self.host.language == "en" and self.chance(0.5):
            return self.rng.choice(others)
        if junk:
            return shown(self.one("praise"))
        return shown(prose.filled(self.rng, self.one("reply"), self.near(), self.tongue, l=self.article.names[0]))

    def title(self, words: Sequence[str]) -> str:
        return prose.title(self.rng, words, self.tongue)

    def call(self) -> str:
        """Return what junk cries."""
        return prose.upper(prose.filled(self.rng, self.one("call"), self.trade(), self.tongue))

    def person(self) -> str:
        given, family = self.one("first"), self.one("last")
        return f"{given} {family}" if self.tongue.space else family + given

    # ---- links

    def anchor(self) -> str:
        """Return what people write on a link to the article."""
        short = " ".join(self.article.title.split()[:2])
        forms = (self.article.title, self.article.title, short, OWNER, self.rng.choice(self.article.names))
        return shown(self.rng.choice((*forms, self.article.url.split("/")[2], self.article.url)))

    def link(self, anchor: str = "", attributes: str = "") -> str:
        """Return a link to the article."""
        return f'<a href="{self.article.url}"{attributes}>{anchor or self.anchor()}</a>'

    def remark(self, words: Sequence[str], anchor: str = "") -> str:
        """Return a sentence of an author around the link."""
        form = self.one("about")
        said = prose.filled(self.rng, form, words, self.tongue, l="\0", who=OWNER)
        return shown(prose.upper(said)).replace("\0", self.link(anchor)) + self.tongue.stop

    def elsewhere(self, anchor: str = "") -> str:
        """Return a link to another honest page."""
        words = self.far(self.any_subject())
        name = coined(self.rng).lower() + self.rng.choice(("", "log", "net"))
        url = f"https://{name}.example/{self.rng.randint(1, 9999)}"
        return f'<a href="{url}">{anchor or shown(self.title(words))}</a>'

    def sold(self, trade: str = "") -> str:
        """Return a link to what junk sells."""
        of = self.tongue[trade] if trade else self.trade()
        name = junk_name(self.rng, self.host.language, trade or self.host.trade or self.rng.choice(TRADES))
        anchor = " ".join(self.rng.choice(of) for _ in range(self.rng.randint(1, 3)))
        path = self.rng.choice(("", "", "promo", f"?ref={self.rng.randint(1, 99)}"))
        return f'<a href="https://{name}/{path}">{anchor}</a>'

    def comments(self, count: int, *, junk: bool = False) -> str:
        """Return remarks of readers under a page."""
        made = []
        for _ in range(count):
            name = shown(self.call() if junk and self.chance(0.5) else self.person())
            site = self.sold() if junk else self.elsewhere(name)
            made.append(
                f'<li class="comment"><cite>{site if self.chance(0.5) else name}</cite>'
                f"<p>{self.short(junk=junk)}</p></li>"
            )
        return (
            f'<h3>{count} {self.tongue.ui["comments"]}</h3><ol class="commentlist">{"".join(made)}</ol>' if made else ""
        )

    # ---- the page

    def page(self, title: str, body: str | Sequence[str], **more: str | bool) -> str:
        """Return the page in the theme of the host."""
        markup = body if isinstance(body, str) else "".join(body)
        sheet = Sheet(self.host, title, markup, self.minute)
        for name, value in more.items():
            setattr(sheet, name, value)
        return dress(sheet)

    def inserted(self, paragraphs: list[str], *parts: str) -> list[str]:
        """Return paragraphs with parts put in at chance, not first."""
        made = list(paragraphs)
        for part in parts:
            made.insert(self.rng.randint(min(1, len(made)), len(made)), part)
        return made
