"""The pages that the pings come from: a blog's post of 20 KB, no two the same, each with one link to the target.

Markup as people's software writes it: navigation, figures, lists, quotes, tables, comments, entities, unclosed items,
a script that holds a link which is none. Made once; what differs is spliced in for each address.
"""

import random
from collections.abc import Iterator

SIZE = 20_000  # bytes; a post with its surroundings, as the median blog serves it
LINK_AT = 0.7  # of the page: below the post's middle, so nobody finds the link by reading a little
SERIAL_DIGITS = 12
_SERIAL = "#" * SERIAL_DIGITS  # stands where the serial number will
_LINES_IN_TURN = ("paragraph", "figure", "paragraph", "items", "paragraph", "quote", "paragraph")

PROSE = """
a about after again all also an and any are as at back bake because been before began being bread but by came can
could day did do dough down each early even evening every few first flour for found from garden gave get go good had
half hand has have he heat her here him his house how i if in into is it its keep kitchen knew know last late left less
letter light like little long look made make many may me milk might more morning most much my near never new night no
nor not now of off old on once one only or other our out oven over own page part people place put rain read rest right
said salt same saw say see she should slow small so some still such take taste than that the their them then there
these they thing think this those though through time to too two under until up us use very was water way we week well
went were what when where which while who why will winter with without word work would write year yeast yet you your
"""
WORDS = PROSE.split()

HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Entry {serial}: on bread, rain &amp; letters</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="og:title" content="On bread, rain &amp; letters, {serial}"><meta property="og:type" content="article">
<link rel="stylesheet" href="/style.css?v=7"><link rel="alternate" type="application/atom+xml" href="/feed.atom">
<style>main > p {{ max-width: 60ch }} a::before {{ content: "<" }}</style>
<script>var soon = "<a href='http://nowhere.example/'>not a link</a>"; if (1 < 2) {{ document.title += " *" }}</script>
</head><body><header><a href="/" rel="home">A kitchen diary</a><nav><ul>
"""
NAVIGATION = '<li><a class="menu item-{n}" href="/topic/{n}?order=new&amp;page={n}">Topic {n}</a></li>\n'
ARTICLE = """</ul></nav></header><main><article class="h-entry">
<h1 class="p-name">On bread, rain, letters: {serial}</h1>
<p>By <a class="p-author h-card" href="/about">Mara Lind</a>
<time class="dt-published" datetime="2026-11-20T08:30:00+01:00">20 November</time></p><div class="e-content">
"""
CITING = (
    '<p>{before}, which is why <a href="{target}">this essay on patience</a> stays open on my table. {after}.</p>\n'
)
FOOT = '</div></article></main><footer><p>Written &copy; 2026 by <a href="/about">Mara</a></p></footer></body></html>\n'


class Template:
    """A page with holes for a serial number of SERIAL_DIGITS ASCII digits."""

    def __init__(self, html: str) -> None:
        self._parts = html.encode().split(_SERIAL.encode())
        self.size = len(html.encode())

    def page(self, serial: bytes) -> bytes:
        """Return the page with this number; the size is the same for every number."""
        return serial.join(self._parts)


def post(target: str, *, size: int = SIZE, seed: int = 20) -> Template:
    """Return a post of about `size` bytes with one link to the target."""
    writer = Writer(seed)
    parts = [HEAD.format(serial=_SERIAL), *(NAVIGATION.format(n=n) for n in range(12)), ARTICLE.format(serial=_SERIAL)]
    length, link_due = sum(map(len, parts)), True
    for line in writer.lines():
        if link_due and length > size * LINK_AT:
            line = CITING.format(before=writer.sentence(9), target=target, after=writer.sentence(8))
            link_due = False
        if length + len(line) + len(FOOT) > size:
            break
        parts.append(line)
        length += len(line)
    return Template("".join([*parts, FOOT]))


class Writer:
    """Writes the same prose for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._number = 0

    def words(self, count: int) -> str:
        """Return some words."""
        return " ".join(self._random.choices(WORDS, k=count))

    def sentence(self, count: int) -> str:
        """Return some words that begin with a capital; the full stop is the caller's."""
        return self.words(count).capitalize()

    def lines(self) -> Iterator[str]:
        """Yield elements of a post for ever, the kinds in turn."""
        while True:
            for kind in _LINES_IN_TURN:
                self._number += 1
                yield getattr(self, kind)(self._number)

    def paragraph(self, n: int) -> str:
        """Return a paragraph with a link that leads elsewhere, emphasis and entities."""
        link = f'<a href="https://friend{n % 40}.example/{n}/?from=diary&amp;n={n}" title="seen">{self.words(3)}</a>'
        end = "<em>cr&egrave;me br&#251;l&eacute;e &ldquo;always&rdquo;</em>"
        return f'<p id="p{n}">{self.sentence(14)}. {self.sentence(11)} {link} {self.words(19)} {end}.</p>\n'

    def figure(self, n: int) -> str:
        """Return a picture with a caption."""
        picture = f'<img src="/pictures/{n}.webp" alt="{self.words(3)}" width=800 height=600 loading=lazy>'
        return f"<figure>{picture}<figcaption>{self.sentence(7)}</figcaption></figure>\n"

    def items(self, n: int) -> str:
        """Return a list whose items are not closed, with markup that is closed in the wrong order."""
        crossed = f"<b>{self.words(2)} <i>{self.words(2)}</b></i>"
        return f"<ul><li>{self.words(6)}<li>{crossed}<li><code>{n} &lt; {n + 1}</code></ul>\n"

    def quote(self, n: int) -> str:
        """Return a quotation after a comment that holds a link which is none."""
        comment = f'<!-- draft {n}: <a href="http://unsaid.example/">{self.words(2)}</a> -->'
        return f"{comment}<blockquote>{self.sentence(26)}.<br>{self.sentence(12)}.</blockquote>\n"
