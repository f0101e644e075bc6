"""The owner's site: forty articles in two languages on five subjects."""

from dataclasses import dataclass
from random import Random

from bench.judge.cases import Own
from bench.judge.testset import prose
from bench.judge.testset.hosts import plain
from bench.judge.testset.prose import shown
from bench.judge.testset.tongue import SUBJECTS, spoken_by, tongue

HOST = "rosalind-weber.example"
OWNER = "Rosalind Weber"
_LANGUAGES = ("en", "en", "en", "en", "en", "de", "de", "de")  # of the eight articles on each subject

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title} | Rosalind Weber</title>
<link rel="canonical" href="{url}"><link rel="webmention" href="https://{host}/linkback">
<link rel="pingback" href="https://{host}/linkback"><meta name="author" content="Rosalind Weber"></head>
<body><header><a href="/">Rosalind Weber</a><nav><a href="/about">{about}</a> <a href="/archive">{archive}</a></nav>
</header><main><article class="h-entry"><h1 class="p-name">{title}</h1>
<p><time class="dt-published" datetime="2025-{month:02}-{day:02}">2025-{month:02}-{day:02}</time></p>
<div class="e-content">{body}</div></article></main>
<aside><h2>{recent}</h2><ul>{others}</ul></aside><footer>{privacy} · Rosalind Weber 2025</footer></body></html>"""


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the owner: what it is of, its words, its paragraphs, and its page."""

    url: str
    title: str
    language: str
    subject: str
    focus: tuple[str, ...]
    names: tuple[str, ...]
    paragraphs: tuple[str, ...]
    own: Own


def articles(seed: int) -> tuple[Article, ...]:
    """Return the articles of the site."""
    rng = Random(f"site {seed}")
    drafts = [_draft(rng, subject, language) for subject in SUBJECTS for language in _LANGUAGES]
    listed = "".join(f'<li><a href="{one.url}">{shown(one.title)}</a></li>' for one in drafts[:6])
    return tuple(_dressed(rng, one, listed) for one in drafts)


def _draft(rng: Random, subject: str, language: str) -> Article:
    words = spoken_by(rng.getrandbits(32), language)
    focus = tuple(rng.sample(words[subject], 9))
    names = tuple(prose.coined(rng) for _ in range(3))
    title = prose.title(rng, focus[:4], words)
    slug = "-".join(filter(None, map(plain, title.split()))) + f"-{rng.randint(10, 99)}"
    drawn = prose.pool(rng, (*focus, *names), words[subject], 0.65)
    text = tuple(prose.prose(rng, drawn, words, rng.randint(7, 14)))
    url = f"https://{HOST}/{rng.choice((2023, 2024, 2025))}/{slug}"
    return Article(url, title, language, subject, focus, names, text, Own(url, ""))


def _dressed(rng: Random, draft: Article, listed: str) -> Article:
    ui = tongue(draft.language).ui
    body = "".join(f"<p>{shown(one)}</p>" for one in draft.paragraphs)
    html = _PAGE.format(
        language=draft.language, title=shown(draft.title), url=draft.url, host=HOST, about=ui["about"],
        archive=ui["archive"], recent=ui["recent"], privacy=ui["privacy"], month=rng.randint(1, 12),
        day=rng.randint(1, 28), body=body, others=listed,
    )  # fmt: skip
    return Article(
        draft.url, draft.title, draft.language, draft.subject, draft.focus, draft.names, draft.paragraphs,
        Own(draft.url, html),
    )  # fmt: skip
