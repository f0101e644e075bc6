"""Junk pages: made to be linked from, to rank, to sell or to be taken for others, each family in a way of its own."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from bench.judge.testset import prose
from bench.judge.testset.prose import coined, shown
from bench.judge.testset.scene import Scene
from bench.judge.testset.site import HOST, OWNER, Article
from bench.judge.testset.tongue import TRADES, tongue

Maker = Callable[[Scene], str]

_WORD = re.compile(r"\w+")
_LOOKALIKES = str.maketrans("aeocpxyABEHKMOPCTX", "аеосрхуАВЕНКМОРСТХ")
_HIDING = (
    '<div style="display:none">{}</div>', '<div style="position:absolute;left:-9999px">{}</div>',
    '<span style="font-size:0">{}</span>', "<div hidden>{}</div>",
    '<div style="height:1px;overflow:hidden">{}</div>', '<p style="visibility: hidden">{}</p>',
    '<font color="#ffffff" size="1">{}</font>', '<noscript>{}</noscript>',
)  # fmt: skip


def _marked(paragraphs: Sequence[str]) -> list[str]:
    return [f"<p>{shown(one)}</p>" for one in paragraphs]


def _advertised(scene: Scene, text: list[str], most: int = 5) -> list[str]:
    """Return text with what is sold put in between."""
    ads = [f"<p>{scene.sold()}</p>" for _ in range(scene.rng.randint(0, most))]
    return scene.inserted(text, *ads) if ads else text


def _source_note(scene: Scene) -> str:
    form = scene.rng.choice(("via {}", "Source: {}", "{}", "Read more: {}", "Original: {}"))
    return f"<p>{form.format(scene.link())}</p>"


def scraper_full(scene: Scene) -> str:
    """The whole article, with advertisements."""
    title = scene.article.title if scene.chance(0.7) else scene.title(scene.near())
    return scene.page(
        title, [*_advertised(scene, _marked(scene.article.paragraphs)), _source_note(scene)], dated=scene.chance(0.6)
    )


def scraper_partial(scene: Scene) -> str:
    """A part of the article, and something else around it."""
    paragraphs = scene.article.paragraphs
    first = scene.rng.randint(0, len(paragraphs) // 2)
    taken = paragraphs[first : first + scene.rng.randint(2, max(2, len(paragraphs) // 2))]
    around = scene.text(scene.far(scene.any_subject()), scene.rng.randint(0, 3), junk=True)
    return scene.page(
        scene.article.title,
        [*_advertised(scene, [*_marked(taken), *around], 3), _source_note(scene)],
        dated=scene.chance(0.6),
    )


def scraper_shuffled(scene: Scene) -> str:
    """Paragraphs of several articles in another order."""
    paragraphs = list(scene.article.paragraphs)
    if scene.chance(0.5):
        paragraphs += scene.rng.choice(scene.articles).paragraphs[:4]
    scene.rng.shuffle(paragraphs)
    return scene.page(
        scene.title(scene.near()),
        [*_advertised(scene, _marked(paragraphs)), _source_note(scene)],
        dated=scene.chance(0.6),
    )


def spun_text(scene: Scene, article: Article) -> list[str]:
    """Return the article with other words of the same kind in place of its own."""
    language = tongue(article.language)
    kinds = _kinds_of(article.language)
    nouns = dict.fromkeys(language[article.subject], language[article.subject])

    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word in kinds and scene.chance(0.85):
            return scene.rng.choice(kinds[word])
        return scene.rng.choice(nouns[word]) if word in nouns and scene.chance(0.35) else word

    return [_WORD.sub(other, one) for one in article.paragraphs]


@cache
def _kinds_of(code: str) -> dict[str, tuple[str, ...]]:
    language = tongue(code)
    return {word: language[kind] for kind in ("adj", "verb", "gen") for word in language[kind]}


def scraper_spun(scene: Scene) -> str:
    """The article with its words exchanged by a program."""
    text = _marked(spun_text(scene, scene.article))
    return scene.page(
        scene.title(scene.near()), [*_advertised(scene, text, 4), _source_note(scene)], dated=scene.chance(0.7)
    )


def scraper_translated(scene: Scene) -> str:
    """The article by machine in another language, its names kept, in a frame of yet another language."""
    words = [*scene.article.names * 3, *scene.tongue[scene.article.subject][:8]]
    text = scene.text(words, len(scene.article.paragraphs))
    frame = tongue("en")
    boiler = f"<p>{shown(scene.rng.choice(frame['praise']))} {frame.ui['more']}</p>"
    return scene.page(
        scene.title(words), [*_advertised(scene, text, 6), boiler, _source_note(scene)], dated=scene.chance(0.7)
    )


def link_farm(scene: Scene) -> str:
    """A page of a farm: a little text, many links to what is sold, the same markup on all its hosts."""
    links = [
        f"<li>{scene.sold(scene.rng.choice(TRADES) if scene.chance(0.5) else '')}</li>"
        for _ in range(scene.rng.randint(10, 60))
    ]
    links.insert(scene.rng.randint(0, len(links)), f"<li>{scene.link()}</li>")
    return scene.page(
        scene.title(scene.trade()),
        [*scene.text(scene.trade(), 1, junk=True), "<ul>", *links, "</ul>"],
        dated=scene.chance(0.3),
    )


def keyword_page(scene: Scene) -> str:
    """A page of words that people search for; the link lends it a good face."""
    words = list(scene.trade()) + scene.far()[: scene.rng.randint(0, 10)]
    calls = [f"<h2>{shown(scene.call())}</h2>" for _ in range(scene.rng.randint(1, 5))]
    text = scene.inserted(scene.text(words, scene.rng.randint(2, 9), junk=True), *calls)
    text = scene.inserted(
        text, f"<p>{scene.remark(words)}</p>", *(f"<p>{scene.sold()}</p>" for _ in range(scene.rng.randint(1, 7)))
    )
    return scene.page(scene.call(), text, dated=scene.chance(0.6))


def comment_area(scene: Scene) -> str:
    """An abandoned page whose comments are all junk; one of them names the article beside what it sells."""
    remarks = [
        f'<li class="comment"><cite>{scene.sold()}</cite><p>{scene.short(junk=True)} '
        f"{scene.sold() if scene.chance(0.5) else ''}</p></li>"
        for _ in range(scene.rng.randint(2, 30))
    ]
    own = f'<li class="comment"><cite>{scene.sold()}</cite><p>{scene.short(junk=True)} {scene.link()}</p></li>'
    remarks.insert(scene.rng.randint(0, len(remarks)), own)
    words = scene.far()
    return scene.page(
        scene.title(words),
        scene.text(words, scene.rng.randint(1, 6)),
        comments=f'<h3>{scene.tongue.ui["comments"]}</h3><ol class="commentlist">{"".join(remarks)}</ol>',
    )


def sitewide_link(scene: Scene) -> str:
    """A link in the footer or sidebar of every page of a site that sells, among others that were paid for."""
    paid = [scene.sold(scene.rng.choice(TRADES)) for _ in range(scene.rng.randint(2, 14))]
    links = " | ".join(scene.inserted(paid, scene.link()))
    words = scene.far(scene.any_subject())
    place = {"foot": f"<p>{links}</p>"} if scene.chance(0.6) else {"side": f'<div class="widget"><p>{links}</p></div>'}
    return scene.page(scene.title(words), scene.text(words, scene.rng.randint(2, 7), junk=scene.chance(0.5)), **place)


def hidden_link(scene: Scene) -> str:
    """A link that nobody sees."""
    words = list(scene.trade()) + scene.far() if scene.chance(0.6) else scene.far()
    hidden = scene.rng.choice(_HIDING).format(
        scene.link() + " " + " ".join(scene.sold() for _ in range(scene.rng.randint(0, 9)))
    )
    return scene.page(scene.title(words), scene.inserted(scene.text(words, scene.rng.randint(2, 8), junk=True), hidden))


def fluent_filler(scene: Scene) -> str:
    """Smooth text on another subject, endless, with an author and a date."""
    subject = next(one for one in (scene.any_subject() for _ in range(9)) if one != scene.article.subject)
    words = scene.far(subject)
    text = []
    for one in scene.text(words, scene.rng.randint(5, 14)):
        text += [f"<h2>{shown(scene.title(words))}</h2>"] * scene.chance(0.3) + [one]
    text = scene.inserted(text, f"<p>{scene.remark(words, scene.rng.choice(scene.article.title.split()))}</p>")
    text = scene.inserted(
        text,
        *(
            f"<p>{shown(prose.sentence(scene.rng, words, scene.tongue))} {scene.sold()}</p>"
            for _ in range(scene.rng.randint(1, 3))
        ),
    )
    return scene.page(scene.title(words), text)


def fluent_on_subject(scene: Scene) -> str:
    """Smooth text on the article's own subject that leads to what is sold."""
    words = scene.far(scene.article.subject)
    text = scene.inserted(scene.text(words, scene.rng.randint(4, 12)), f"<p>{scene.remark(words)}</p>")
    text = scene.inserted(
        text,
        *(
            f"<p>{shown(prose.sentence(scene.rng, words, scene.tongue))} {scene.sold()}</p>"
            for _ in range(scene.rng.randint(1, 4))
        ),
    )
    return scene.page(scene.title(words), text)


def directory(scene: Scene) -> str:
    """A directory that takes everything."""
    rows = [
        f"<dt>{scene.sold(scene.rng.choice(TRADES)) if scene.chance(0.4) else scene.elsewhere()}</dt>"
        f"<dd>{scene.said(scene.far(scene.any_subject()))}</dd>"
        for _ in range(scene.rng.randint(15, 50))
    ]
    rows.insert(
        scene.rng.randint(0, len(rows)), f"<dt>{scene.link()}</dt><dd>{shown(scene.article.paragraphs[0][:120])}</dd>"
    )
    return scene.page(
        scene.tongue.ui["categories"] + ": " + scene.rng.choice(scene.far()), ["<dl>", *rows, "</dl>"], dated=False
    )


def parked_domain(scene: Scene) -> str:
    """A domain for sale with searches that others paid for."""
    links = [f"<li>{scene.sold(scene.rng.choice(TRADES))}</li>" for _ in range(scene.rng.randint(4, 14))]
    links.insert(scene.rng.randint(0, len(links)), f"<li>{scene.link(shown(scene.rng.choice(scene.near())))}</li>")
    return scene.page(
        scene.host.name, [f"<p>{scene.host.name} – {shown(scene.call())}</p><ul>", *links, "</ul>"], dated=False
    )


def referrer_page(scene: Scene) -> str:
    """A page of counts of who came from where, open to all who forge it."""
    rows = [
        f"<tr><td>{scene.rng.randint(1, 900)}</td>"
        f"<td>{scene.sold(scene.rng.choice(TRADES)) if scene.chance(0.6) else scene.elsewhere()}</td></tr>"
        for _ in range(scene.rng.randint(8, 40))
    ]
    rows.insert(
        scene.rng.randint(0, len(rows)),
        f"<tr><td>{scene.rng.randint(1, 90)}</td><td>{scene.link(scene.article.url)}</td></tr>",
    )
    return scene.page("Top referrers", ["<table>", *rows, "</table>"], dated=False)


def shortened(scene: Scene) -> str:
    """A page behind a shortener."""
    return scene.rng.choice((keyword_page, scraper_partial, fluent_filler))(scene)


def expired_domain(scene: Scene) -> str:
    """A domain that was honest once: its old text, and what its new owner sells."""
    words = scene.far()
    text = scene.inserted(scene.text(words, scene.rng.randint(2, 5)), f"<p>{scene.remark(words)}</p>")
    sold = [f"<p>{shown(scene.call())}: {scene.sold()}</p>" for _ in range(scene.rng.randint(2, 6))]
    return scene.page(scene.title(words), scene.inserted(text, *sold))


def trackback_excerpt(scene: Scene) -> str:
    """The article's own title and first words, and then what is sold."""
    excerpt = shown(scene.article.paragraphs[0][: scene.rng.randint(150, 400)])
    sold = [f"<p>{scene.sold()}</p>" for _ in range(scene.rng.randint(2, 9))]
    extra = scene.text(scene.trade(), scene.rng.randint(0, 3), junk=True)
    return scene.page(
        scene.article.title, [f"<p>[...] {excerpt} [...] {scene.link()}</p>", *sold, *extra], dated=scene.chance(0.6)
    )


def hacked_page(scene: Scene) -> str:
    """An honest page into which someone put a hidden block of links."""
    words = scene.far()
    links = [scene.sold(scene.rng.choice(TRADES)) for _ in range(scene.rng.randint(4, 30))]
    links.insert(scene.rng.randint(0, len(links)), scene.link())
    block = scene.rng.choice(_HIDING).format(" ".join(links))
    text = scene.text(words, scene.rng.randint(3, 9))
    if scene.chance(0.5):
        return scene.page(scene.title(words), text, foot=block)
    return scene.page(scene.title(words), scene.inserted(text, block))


def false_news(scene: Scene) -> str:
    """A paper without a newsroom: first sentences of others, credited to "staff"."""
    parts = []
    for _ in range(scene.rng.randint(4, 12)):
        words = scene.far(scene.any_subject())
        parts.append(
            f"<h3>{shown(scene.title(words))}</h3><p>{scene.said(words, 2)} "
            f"{scene.sold() if scene.chance(0.35) else scene.elsewhere()}</p>"
        )
    start = shown(scene.article.paragraphs[0][: scene.rng.randint(120, 400)])
    parts.insert(
        scene.rng.randint(0, len(parts)),
        f"<h3>{shown(scene.article.title)}</h3><p>{start}… {scene.link(scene.tongue.ui['more'])}</p>",
    )
    return scene.page(scene.title(scene.far(scene.any_subject())), parts, author="Staff")


def mixed_script(scene: Scene) -> str:
    """Words with letters of another script that look the same, on a host named so."""
    words = [word.translate(_LOOKALIKES) for word in scene.trade()]
    text = [
        one.translate(_LOOKALIKES) if scene.chance(0.5) else one
        for one in map(shown, prose.prose(scene.rng, words, scene.tongue, scene.rng.randint(2, 6)))
    ]
    body = scene.inserted([f"<p>{one}</p>" for one in text], f"<p>{scene.link()}</p>", f"<p>{scene.sold()}</p>")
    return scene.page(scene.call().translate(_LOOKALIKES), body)


def false_reply(scene: Scene) -> str:
    """A reply marked up as a person's, of one who sells."""
    name = shown(scene.call() if scene.chance(0.5) else scene.person())
    kind = scene.link(attributes=' class="u-in-reply-to"')
    sold = f" {scene.sold()}" if scene.chance(0.7) else ""
    return scene.page(scene.title(scene.near()), f"<p>{kind}</p><p>{scene.short(junk=True)}{sold}</p>", author=name)


def false_like(scene: Scene) -> str:
    """A like of nobody, with a link to what is sold beside it."""
    kind = scene.link(attributes=' class="u-like-of"')
    return scene.page(
        "♥",
        f"<p>♥ {kind}</p><p>{scene.sold()} {scene.sold() if scene.chance(0.5) else ''}</p>",
        author=scene.call() if scene.chance(0.5) else scene.person(),
    )


def forum_profile(scene: Scene) -> str:
    """A profile or a first posting on a forum, made for its links."""
    rows = [f"<dt>{shown(scene.tongue.ui['about'])}</dt><dd>{scene.short(junk=True)}</dd>", f"<dd>{scene.sold()}</dd>"]
    rows += [f"<dd>{scene.link(shown(scene.rng.choice(scene.trade())) if scene.chance(0.6) else '')}</dd>"]
    rows += [f"<dd>{scene.sold(scene.rng.choice(TRADES))}</dd>" for _ in range(scene.rng.randint(0, 6))]
    return scene.page(scene.person(), ['<dl class="profile">', *rows, "</dl>"])


def guest_post(scene: Scene) -> str:
    """A "guest post" that was paid for: a general text, an anchor of keywords, the article for good company."""
    words = scene.far(scene.article.subject if scene.chance(0.5) else "") + list(scene.trade())[:5]
    text = scene.text(words, scene.rng.randint(4, 9))
    body = scene.inserted(
        text,
        f"<p>{scene.remark(words)}</p>",
        *(
            f"<p>{scene.sold()} {shown(prose.sentence(scene.rng, words, scene.tongue))}</p>"
            for _ in range(scene.rng.randint(1, 3))
        ),
    )
    return scene.page(scene.title(words), body)


def search_page(scene: Scene) -> str:
    """A page of results for a search that nobody made: snippets of everyone's pages."""
    query = " ".join(scene.rng.sample(scene.near(), 2))
    rows = [
        f'<div class="result">{scene.elsewhere()}<p>{scene.said(scene.near())}</p></div>'
        for _ in range(scene.rng.randint(5, 14))
    ]
    rows += [
        f'<div class="result">{scene.sold()}<p>{shown(scene.call())}</p></div>' for _ in range(scene.rng.randint(1, 6))
    ]
    scene.rng.shuffle(rows)
    piece = shown(scene.article.paragraphs[0][:160])
    rows.insert(
        scene.rng.randint(0, len(rows)),
        f'<div class="result">{scene.link(shown(scene.article.title))}<p>{piece}…</p></div>',
    )
    return scene.page(query, rows, dated=False)


def stolen_identity(scene: Scene) -> str:
    """A copy of the owner's site on another name: the same author, the same words."""
    text = _marked(scene.article.paragraphs)
    note = f"<p>{scene.link(HOST)} {scene.sold() if scene.chance(0.6) else coined(scene.rng)}</p>"
    return scene.page(scene.article.title, [*text, note], author=OWNER)


JUNK: dict[str, Maker] = {
    "scraper, full": scraper_full, "scraper, partial": scraper_partial, "scraper, shuffled": scraper_shuffled,
    "scraper, spun": scraper_spun, "scraper, translated": scraper_translated, "link farm": link_farm,
    "keyword page": keyword_page, "comment area": comment_area, "sitewide link": sitewide_link,
    "hidden link": hidden_link, "fluent filler": fluent_filler, "fluent on subject": fluent_on_subject,
    "directory": directory, "parked domain": parked_domain, "referrer page": referrer_page, "shortened": shortened,
    "expired domain": expired_domain, "trackback excerpt": trackback_excerpt, "hacked page": hacked_page,
    "false news": false_news, "mixed script": mixed_script, "false reply": false_reply, "false like": false_like,
    "forum profile": forum_profile, "guest post": guest_post, "search page": search_page,
    "stolen identity": stolen_identity,
}  # fmt: skip
