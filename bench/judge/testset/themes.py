"""Themes: the markup around what a page says. Honest hosts share them, and junk wears them too."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from bench.judge.testset.hosts import Host
from bench.judge.testset.prose import coined, shown
from bench.judge.testset.tongue import tongue

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(slots=True)
class Sheet:
    """What is put into a theme. All but title and author is markup already."""

    host: Host
    title: str
    body: str
    minute: float
    author: str = ""
    side: str = ""
    comments: str = ""
    foot: str = ""
    head: str = ""
    kind: str = ""
    dated: bool = True


FOLDER = Path(__file__).parent / "dresses"  # a file for each theme: a line for who wrote it when, then the page
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.html")))
BLOGS = ("wordpress new", "wordpress old", "static", "indieweb", "journal", "handmade")
_BLOG_SHARES = (30, 20, 15, 15, 12, 8)


def blog_theme(rng: Random) -> str:
    """Return a theme of a blog, the common ones more often."""
    return rng.choices(BLOGS, _BLOG_SHARES)[0]


def day_of(minute: float) -> datetime:
    """Return when a page was written, from a minute of the site's time."""
    return BEGAN + timedelta(minutes=minute)


def dress(sheet: Sheet) -> str:
    """Return the page: a sheet in the theme of its host."""
    host = sheet.host
    ui, rng = tongue(host.language).ui, Random(host.seed)
    site = _site_name(host, rng)
    nav_parts = rng.sample(("home", "about", "archive", "contact", "search", "privacy"), rng.randint(2, 5))
    nav = "".join(f'<li><a href="/{part}">{ui[part]}</a></li>' for part in nav_parts)
    written = day_of(sheet.minute - rng.randint(5, 200))
    byline = ""
    credit, page = theme(host.theme)
    if sheet.dated:
        byline = credit.format(
            iso=written.isoformat(), day=f"{written:%Y-%m-%d}", author=shown(sheet.author or host.author),
            posted=ui["posted"], by=ui["by"], path="/notes/1",
        )  # fmt: skip
    return page.format(
        lang=host.language, title=shown(sheet.title), site=shown(site), head=sheet.head, nav=nav, byline=byline,
        body=sheet.body, comments=sheet.comments, side=sheet.side or _widgets(host, rng), foot=sheet.foot,
        kind=sheet.kind, author=shown(sheet.author or host.author),
    )  # fmt: skip


@cache
def theme(name: str) -> tuple[str, str]:
    """Return the line for who wrote a page and when, and the page; a name that no file has is one of chance."""
    if name not in NAMES:
        return "", skeleton(name)
    credit, page = (FOLDER / f"{name}.html").read_text("utf-8").split("\n", 1)
    return credit, page.strip()


def _site_name(host: Host, rng: Random) -> str:
    return rng.choice((host.author, host.name.split(".")[0].capitalize(), coined(rng)))


def _widgets(host: Host, rng: Random) -> str:
    """Return the sidebar of a host: what it wrote last, its categories, and at times friends on other sites."""
    words = tongue(host.language)
    subject = words[host.subject]
    lists = [(words.ui["recent"], [f"/p/{rng.randint(1, 999)}" for _ in range(rng.randint(3, 8))])]
    if rng.random() < 0.5:
        lists.append((words.ui["categories"], [f"/c/{rng.randint(1, 30)}" for _ in range(rng.randint(2, 9))]))
    if rng.random() < 0.25:
        friends = [f"https://{coined(rng).lower()}{coined(rng).lower()}.example/" for _ in range(rng.randint(3, 12))]
        lists.append((words.ui["more"], friends))
    return "".join(_widget(name, urls, subject, rng) for name, urls in lists)


def _widget(name: str, urls: list[str], subject: tuple[str, ...], rng: Random) -> str:
    items = "".join(f'<li><a href="{url}">{rng.choice(subject)} {rng.choice(subject)}</a></li>' for url in urls)
    return f'<div class="widget"><h2>{name}</h2><ul>{items}</ul></div>'


def skeleton(name: str) -> str:
    """Return a theme of chance, always the same for a name: as generators of many sites have them."""
    rng = Random(f"skeleton {name}")
    cls = ["".join(rng.choice("abcdefghkmnprstuvwxyz-") for _ in range(rng.randint(3, 9))).strip("-") for _ in range(9)]
    order = rng.sample(["main", "side", "nav"], 3)
    blocks = {
        "main": f'<div class="{cls[0]}"><div class="{cls[1]}"><h1 class="{cls[2]}">{{title}}</h1>{{byline}}'
        f'<div class="{cls[3]}">{{body}}</div></div>{{comments}}</div>',
        "side": f'<div class="{cls[4]}">{{side}}</div>',
        "nav": f'<ul id="{cls[5]}" class="{cls[6]}">{{nav}}</ul>',
    }
    inner = "".join(blocks[part] for part in order)
    wrapped = f'<div class="{cls[7]}">' * rng.randint(1, 3)
    closed = "</div>" * wrapped.count("<div")
    return (
        '<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - {site}</title>{head}'
        f'</head><body class="{cls[8]}">{wrapped}{inner}{closed}<div class="{cls[8]}-f">{{foot}}</div></body></html>'
    )
