"""Honest pages: people who read the article and say so, each family in a way of its own."""

from collections.abc import Callable

from bench.judge.testset import prose
from bench.judge.testset.prose import coined, shown
from bench.judge.testset.scene import Scene
from bench.judge.testset.site import HOST, OWNER
from bench.judge.testset.tongue import TRADES, tongue

Maker = Callable[[Scene], str]


def long_post(scene: Scene) -> str:
    """A post that discusses the article."""
    words = scene.near(scene.rng.uniform(0.3, 0.7))
    text = scene.text(words, scene.rng.randint(5, 16))
    links = [f"<p>{scene.remark(words)}</p>"]
    links += [
        f"<p>{shown(prose.sentence(scene.rng, words, scene.tongue))} {scene.elsewhere()}</p>"
        for _ in range(scene.rng.randint(0, 4))
    ]
    comments = scene.comments(scene.rng.choice((0, 0, 0, 1, 3, 6)))
    return scene.page(scene.title(words), scene.inserted(text, *links), comments=comments)


def template_blog(scene: Scene) -> str:
    """A post of a blog that looks like thousands: the link in passing, the host's own subject around it."""
    words = scene.far() + scene.near()[:15]
    text = scene.text(words, scene.rng.randint(3, 10))
    return scene.page(
        scene.title(words),
        scene.inserted(text, f"<p>{scene.remark(words)}</p>"),
        comments=scene.comments(scene.rng.choice((0, 0, 2))),
    )


def short_reply(scene: Scene) -> str:
    """A reply of one to three sentences."""
    marked = scene.chance(0.7)
    attributes = ' class="u-in-reply-to"' if marked else ""
    body = scene.short()
    if scene.chance(0.4):
        body += " " + shown(prose.sentence(scene.rng, scene.near(), scene.tongue))
    kind = f"<p>↪ {scene.link(attributes=attributes)}</p>"
    if scene.host.theme in ("micro", "indieweb"):
        return scene.page(scene.title(scene.near()), f"<p>{body}</p>", kind=kind)
    return scene.page(scene.title(scene.near()), f"{kind}<p>{body}</p>")


def like_or_repost(scene: Scene) -> str:
    """A like, a bookmark or a repost: hardly a word of its own."""
    kind = scene.rng.choice(("u-like-of", "u-like-of", "u-repost-of", "u-bookmark-of"))
    sign = {"u-like-of": "♥", "u-repost-of": "♻", "u-bookmark-of": "★"}[kind]
    link = f"<p>{sign} {scene.link(attributes=f' class={chr(34)}{kind}{chr(34)}')}</p>"
    said = f"<p>{scene.short()}</p>" if scene.chance(0.2) else ""
    if scene.host.theme in ("micro", "indieweb"):
        return scene.page(scene.article.title if scene.chance(0.3) else sign, said, kind=link)
    return scene.page(sign, link + said)


def link_list(scene: Scene) -> str:
    """A week's links, the article one of many."""
    items = []
    for _ in range(scene.rng.randint(5, 32)):
        words = scene.far(scene.any_subject())
        items.append(scene.elsewhere() + (f" – {scene.said(words)}" if scene.chance(0.6) else ""))
    words = scene.near()
    items.insert(scene.rng.randint(0, len(items)), scene.remark(words) if scene.chance(0.5) else scene.link())
    body = "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    intro = scene.text(scene.far(), 1) if scene.chance(0.5) else []
    title = prose.filled(scene.rng, scene.one("lists"), words, scene.tongue) + (
        f" {scene.rng.randint(1, 200)}" if scene.chance(0.6) else ""
    )
    return scene.page(title, [*intro, body])


def blogroll(scene: Scene) -> str:
    """A blog that names the owner's in its sidebar on every page, or keeps a page of friends."""
    friends = [f"<li>{scene.elsewhere(coined(scene.rng))}</li>" for _ in range(scene.rng.randint(3, 40))]
    friends.insert(scene.rng.randint(0, len(friends)), f"<li>{scene.link(scene.rng.choice((OWNER, HOST)))}</li>")
    listed = f'<div class="widget blogroll"><h2>Blogroll</h2><ul>{"".join(friends)}</ul></div>'
    words = scene.far()
    if scene.chance(0.7):
        return scene.page(scene.title(words), scene.text(words, scene.rng.randint(3, 9)), side=listed)
    return scene.page("Blogroll", [*scene.text(words, 1), listed])


def wiki_page(scene: Scene) -> str:
    """A page of reference with footnotes."""
    words = scene.near(0.4)
    sections = []
    for _ in range(scene.rng.randint(2, 6)):
        sections += [
            f"<h2>{shown(prose.upper(scene.rng.choice(words)))}</h2>",
            *scene.text(words, scene.rng.randint(1, 3)),
        ]
    notes = [f"<li>{scene.elsewhere()}</li>" for _ in range(scene.rng.randint(2, 18))]
    notes.insert(scene.rng.randint(0, len(notes)), f"<li>{OWNER}: {scene.link()}, {scene.rng.randint(2019, 2026)}</li>")
    return scene.page(
        prose.upper(scene.rng.choice(words)), [*sections, f'<ol class="references">{"".join(notes)}</ol>']
    )


def _posting(scene: Scene, body: str) -> str:
    by = f'<p class="author">{shown(scene.person())} » {scene.rng.randint(2020, 2026)}</p>'
    return f'<div class="post">{by}<div class="content">{body}</div></div>'


def forum_thread(scene: Scene) -> str:
    """A thread in which someone names the article."""
    words = scene.near(0.4)
    posts = [
        _posting(scene, "".join(scene.text(words, scene.rng.randint(1, 2)))) for _ in range(scene.rng.randint(2, 10))
    ]
    posts.insert(scene.rng.randint(1, len(posts)), _posting(scene, f"<p>{scene.remark(words)}</p>"))
    return scene.page(scene.title(words), posts)


def news_roundup(scene: Scene) -> str:
    """News of many things, one of them the article."""
    parts = []
    for _ in range(scene.rng.randint(3, 9)):
        words = scene.far(scene.any_subject())
        parts.append(f"<h3>{shown(scene.title(words))}</h3><p>{scene.said(words, 2)} {scene.elsewhere()}</p>")
    words = scene.near()
    parts.insert(
        scene.rng.randint(0, len(parts)),
        f"<h3>{shown(scene.title(words))}</h3><p>{scene.said(words, 2)} {scene.remark(words)}</p>",
    )
    return scene.page(scene.title(scene.far()), parts)


def planet(scene: Scene) -> str:
    """A page that gathers posts of blogs with their names: excerpts, at times the whole."""
    whole = scene.chance(0.15)
    entries = []
    for _ in range(scene.rng.randint(3, 9)):
        words = scene.far(scene.any_subject())
        entries.append(
            f'<div class="entry"><h3>{scene.elsewhere()}</h3><p class="author">{shown(scene.person())}</p>'
            f"{''.join(scene.text(words, scene.rng.randint(1, 2)))}</div>"
        )
    own = scene.article.paragraphs if whole else scene.article.paragraphs[: scene.rng.randint(1, 3)]
    text = "".join(f"<p>{shown(one)}</p>" for one in own)
    heading = f'<h3>{scene.link(shown(scene.article.title))}</h3><p class="author">{OWNER}</p>'
    entry = f'<div class="entry">{heading}{text}</div>'
    entries.insert(scene.rng.randint(0, len(entries)), entry)
    return scene.page("Planet " + coined(scene.rng), entries)


def foreign_discussion(scene: Scene) -> str:
    """A post in another language than the article's."""
    return long_post(scene)


def first_time_page(scene: Scene) -> str:
    """The only page of a host that nobody heard of."""
    return scene.rng.choice((long_post, template_blog, poor_markup, short_reply))(scene)


def poor_markup(scene: Scene) -> str:
    """A page with tags left open, no author, no date, no language."""
    words = scene.near(0.5)
    text = [one.replace("</p>", "") for one in scene.text(words, scene.rng.randint(1, 8))]
    link = f"<P>{scene.remark(words)}".replace("</a>", "</a>" if scene.chance(0.8) else "")
    return scene.page(scene.title(words) if scene.chance(0.7) else "", scene.inserted(text, link), dated=False)


def anonymous_page(scene: Scene) -> str:
    """A page that does not say who wrote it or when."""
    words = scene.near(0.5)
    return scene.page(
        scene.title(words),
        scene.inserted(scene.text(words, scene.rng.randint(2, 7)), f"<p>{scene.remark(words)}</p>"),
        dated=False,
    )


def long_quotation(scene: Scene) -> str:
    """A post that quotes much of the article, says so, and comments."""
    paragraphs = scene.article.paragraphs
    taken = paragraphs[: max(1, int(len(paragraphs) * scene.rng.uniform(0.2, 0.7)))]
    quote = (
        f'<blockquote cite="{scene.article.url}">' + "".join(f"<p>{shown(one)}</p>" for one in taken) + "</blockquote>"
    )
    words = scene.near(0.6)
    before, after = scene.text(words, scene.rng.randint(0, 2)), scene.text(words, scene.rng.randint(1, 4))
    return scene.page(
        scene.article.title if scene.chance(0.3) else scene.title(words),
        [f"<p>{scene.remark(words)}</p>", *before, quote, *after],
    )


def academic_list(scene: Scene) -> str:
    """A list of literature or of a course."""
    items = []
    for _ in range(scene.rng.randint(6, 45)):
        words = scene.far(scene.article.subject)
        items.append(
            f"<li>{shown(scene.person())} ({scene.rng.randint(1985, 2025)}): {shown(scene.title(words))}. "
            f"{scene.elsewhere('doi') if scene.chance(0.6) else ''}</li>"
        )
    items.insert(
        scene.rng.randint(0, len(items)), f"<li>{OWNER} ({scene.rng.randint(2022, 2026)}): {scene.link()}.</li>"
    )
    return scene.page(scene.title(scene.near()), ["<ol>", *items, "</ol>"], dated=scene.chance(0.4))


def shop_page(scene: Scene) -> str:
    """An honest shop that points its customers to the article."""
    words = scene.near(0.5)
    goods = [
        f'<li><a href="/products/{scene.rng.randint(1, 99)}">{shown(scene.rng.choice(words))}</a> '
        f"{scene.rng.randint(4, 300)},{scene.rng.choice(('00', '50', '90'))} €</li>"
        for _ in range(scene.rng.randint(2, 12))
    ]
    return scene.page(
        scene.title(words),
        [
            *scene.text(words, scene.rng.randint(1, 4)),
            f"<p>{scene.remark(words)}</p>",
            f'<ul class="products">{"".join(goods)}</ul>',
        ],
        dated=scene.chance(0.3),
    )


def delicate_words(scene: Scene) -> str:
    """An honest page that speaks of casinos, medicines, loans: a pharmacist, a debt adviser, a complaint about junk."""
    trade = scene.rng.choice(TRADES)
    words = scene.far()[:14] + list(scene.rng.sample(scene.tongue[trade], 6)) * 2 + scene.near()[:20]
    text = scene.text(words, scene.rng.randint(4, 11))
    return scene.page(
        scene.title(words),
        scene.inserted(text, f"<p>{scene.remark(scene.near())}</p>"),
        comments=scene.comments(scene.rng.choice((0, 2))),
    )


def readers_comment(scene: Scene) -> str:
    """A post of someone else, under which a reader names the article."""
    words = scene.near(0.2)
    text = scene.text(words, scene.rng.randint(3, 9))
    remarks = [
        f'<li class="comment"><cite>{shown(scene.person())}</cite><p>{scene.short()}</p></li>'
        for _ in range(scene.rng.randint(0, 7))
    ]
    name = scene.link(OWNER) if scene.chance(0.3) else shown(scene.person())
    remark = scene.short() if scene.host.language and "href" in name else scene.remark(words)
    remarks.insert(scene.rng.randint(0, len(remarks)), f'<li class="comment"><cite>{name}</cite><p>{remark}</p></li>')
    return scene.page(
        scene.title(words),
        text,
        comments=f'<h3>{scene.tongue.ui["comments"]}</h3><ol class="commentlist">{"".join(remarks)}</ol>',
    )


def documentation(scene: Scene) -> str:
    """A page of a program's documentation, or its list of changes."""
    words = scene.near(0.4)
    changes = "".join(
        f"<li>{shown(prose.sentence(scene.rng, words, scene.tongue))} (#{scene.rng.randint(1, 999)})</li>"
        for _ in range(scene.rng.randint(2, 9))
    )
    code = f"<pre><code>{coined(scene.rng).lower()} --{plain_word(scene)} {scene.rng.randint(1, 99)}</code></pre>"
    return scene.page(
        scene.title(words),
        [*scene.text(words, scene.rng.randint(1, 5)), code, f"<ul>{changes}</ul>", f"<p>{scene.remark(words)}</p>"],
        dated=False,
    )


def plain_word(scene: Scene) -> str:
    return scene.rng.choice(tongue("en")[scene.article.subject])


def letter_archive(scene: Scene) -> str:
    """An issue of a newsletter as a web page: tables, tracking parameters, a way to leave."""
    words = scene.near(0.3) + scene.far(scene.any_subject())[:20]
    rows = [f'<tr><td style="padding:8px">{one}</td></tr>' for one in scene.text(words, scene.rng.randint(2, 8))]
    rows.insert(scene.rng.randint(0, len(rows)), f"<tr><td>{scene.remark(words)}</td></tr>")
    rows += [f"<tr><td>{scene.elsewhere()}</td></tr>" for _ in range(scene.rng.randint(1, 8))]
    return scene.page(
        scene.title(words),
        ['<table width="600">', *rows, "</table>"],
        foot=f'<p><a href="/leave">{scene.tongue.ui["newsletter"]}</a></p>',
    )


def question_page(scene: Scene) -> str:
    """A question and its answers."""
    words = scene.near(0.5)
    answers = [
        f'<div class="answer"><div class="votes">{scene.rng.randint(0, 40)}</div>'
        f"{''.join(scene.text(words, scene.rng.randint(1, 3)))}</div>"
        for _ in range(scene.rng.randint(1, 4))
    ]
    answers.insert(scene.rng.randint(0, len(answers)), f'<div class="answer"><p>{scene.remark(words)}</p></div>')
    return scene.page(scene.title(words) + "?", [*scene.text(words, 1), *answers])


def index_page(scene: Scene) -> str:
    """The front page or a tag page of a blog, several posts under each other."""
    words = scene.near(0.5)
    posts = []
    for _ in range(scene.rng.randint(3, 9)):
        other = scene.far()
        posts.append(
            f'<div class="post"><h2><a href="/p/{scene.rng.randint(1, 999)}">{shown(scene.title(other))}</a></h2>'
            f"{''.join(scene.text(other, scene.rng.randint(1, 3)))}</div>"
        )
    posts.insert(
        scene.rng.randint(0, len(posts)),
        f'<div class="post"><h2><a href="/p/5">{shown(scene.title(words))}</a></h2><p>{scene.remark(words)}</p>'
        f"{''.join(scene.text(words, 1))}</div>",
    )
    return scene.page(scene.tongue.ui["home"], posts, dated=scene.chance(0.3))


def translation(scene: Scene) -> str:
    """The article in another language, with thanks to who wrote it."""
    words = scene.near(0.6)
    text = scene.text(words, len(scene.article.paragraphs))
    return scene.page(scene.title(words), [f"<p>{scene.remark(words)}</p>", *text])


HONEST: dict[str, Maker] = {
    "long post": long_post, "template blog": template_blog, "short reply": short_reply,
    "like or repost": like_or_repost, "link list": link_list, "blogroll": blogroll, "wiki page": wiki_page,
    "forum thread": forum_thread, "news roundup": news_roundup, "planet": planet,
    "foreign discussion": foreign_discussion, "first-time page": first_time_page, "poor markup": poor_markup,
    "anonymous page": anonymous_page, "long quotation": long_quotation, "academic list": academic_list,
    "shop page": shop_page, "delicate words": delicate_words, "reader's comment": readers_comment,
    "documentation": documentation, "letter archive": letter_archive, "question page": question_page,
    "index page": index_page, "translation": translation,
}  # fmt: skip
