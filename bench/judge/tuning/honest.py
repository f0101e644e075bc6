"""Honest pages that link to an article: one function for each family, `(host, article) -> (title, html)`."""

from collections.abc import Callable
from dataclasses import replace
from html import escape

from bench.judge.tuning.hosts import Host
from bench.judge.tuning.site import Article
from bench.judge.tuning.speech import Subject, Writer, name
from bench.judge.tuning.themes import Parts, items, link, paragraphs

Page = tuple[str, str]
Family = Callable[[Host, Article], Page]


def _blend(host: Host, article: Article) -> Subject:
    """Return what a text is about that speaks of an article: more or less of it, and the writer's own matters."""
    theirs, own = host.writer.translated(article.subject), host.subject
    share = host.chance.choice((0.2, 0.4, 0.6, 0.8, 1.0))
    count = max(2, round(share * len(theirs.words)))
    names = theirs.names if host.chance.random() < 0.7 else own.names
    return Subject(theirs.topic, theirs.words[:count] + own.words[: 10 - min(8, count // 2)], names)


def _texts(host: Host, subject: Subject, low: int, high: int) -> list[str]:
    writer, chance = host.writer, host.chance
    texts = [
        writer.prose(subject, chance.randint(2, 7), chance.uniform(0.15, 0.35))
        for _ in range(chance.randint(low, high))
    ]
    if chance.random() < 0.6:
        at = chance.randrange(len(texts))
        texts[at] += writer.language.gap + writer.talk(chance.randint(2, 6)) + writer.language.stop
    for _ in range(chance.choice((0, 0, 1, 2, 4, 8))):
        at = chance.randrange(len(texts))
        texts[at] += writer.language.gap + writer.citing(host.elsewhere())
    return texts


def _cited(host: Host, article: Article, texts: list[str]) -> list[str]:
    at = host.chance.randrange(len(texts))
    texts[at] += host.writer.language.gap + host.writer.citing(host.to(article))
    if host.chance.random() < 0.5:
        texts[at] += host.writer.language.gap + host.writer.sentence(_blend(host, article), 0.4)
    return texts


def _done(host: Host, parts: Parts) -> Page:
    return parts.title, host.page(parts)


def _readers(host: Host, subject: Subject) -> list[str]:
    """Return comments of readers, of whom some leave their address."""
    found = []
    for _ in range(host.chance.choice((0, 0, 1, 3, 8))):
        who = (
            host.elsewhere(escape(host.writer.person())) if host.chance.random() < 0.5 else escape(host.writer.person())
        )
        found.append(
            f'<div class="comment"><b>{who}</b><p>{host.writer.prose(subject, host.chance.randint(1, 3))}</p></div>'
        )
    return found


def long_post(host: Host, article: Article) -> Page:
    subject = _blend(host, article)
    parts = host.parts(host.writer.title(subject), paragraphs(_cited(host, article, _texts(host, subject, 4, 14))))
    parts.comments = _readers(host, subject)
    parts.sidebar = [host.elsewhere() for _ in range(host.chance.choice((0, 0, 4, 10)))]
    return _done(host, parts)


def short_post(host: Host, article: Article) -> Page:
    subject = _blend(host, article)
    parts = host.parts(host.writer.title(subject), paragraphs(_cited(host, article, _texts(host, subject, 1, 2))))
    return _done(host, parts)


def reply(host: Host, article: Article) -> Page:
    """A few words that answer, as an h-entry mostly."""
    writer = host.writer
    marked = link(article.url, escape(article.title)).replace("<a ", '<a class="u-in-reply-to" ')
    said = (
        writer.talk(host.chance.randint(1, 5))
        if host.chance.random() < 0.5
        else writer.sentence(_blend(host, article), 0.3)
    )
    parts = host.parts("" if host.chance.random() < 0.5 else writer.talk(2), [f"<p>{marked}</p>", f"<p>{said}</p>"])
    parts.entry = host.chance.random() < 0.85
    return _done(host, parts)


def like(host: Host, article: Article) -> Page:
    """A like, a bookmark or a repost: hardly a word of its own."""
    kind = host.chance.choice(("u-like-of", "u-bookmark-of", "u-repost-of"))
    marked = link(article.url, escape(host.chance.choice((article.title, article.url)))).replace(
        "<a ", f'<a class="{kind}" '
    )
    parts = host.parts("", [f"<p>{marked}</p>"])
    parts.entry = True
    return _done(host, parts)


def link_list(host: Host, article: Article) -> Page:
    """What somebody read this week: many links, a sentence each or none."""
    writer, chance = host.writer, host.chance
    said = chance.random() < 0.7
    count = chance.randint(5, 40)
    entries = [host.elsewhere() + (f" {writer.sentence(host.subject)}" if said else "") for _ in range(count)]
    entries.insert(
        chance.randrange(count), host.to(article) + (f" {writer.sentence(_blend(host, article))}" if said else "")
    )
    intro = writer.prose(host.subject, 2) if chance.random() < 0.7 else writer.talk(4)
    return _done(
        host, host.parts(f"{writer.talk(2)} {chance.randint(1, 99)}", [f"<p>{intro}</p>", items(chance, entries)])
    )


def link_blog(host: Host, article: Article) -> Page:
    """A post of a link blog: its title is that of what it links to; it quotes a sentence and adds one."""
    quoted = host.chance.choice(article.paragraphs).split(". ")[0]
    said = [host.to(article, article.title), f"<blockquote>{quoted}.</blockquote>"]
    said.append(host.writer.prose(_blend(host, article), host.chance.randint(0, 3)))
    return _done(host, host.parts(article.title, [f"<p>{one}</p>" for one in said if one]))


def blogroll(host: Host, article: Article) -> Page:
    """A page of blogs that somebody reads."""
    found = [host.elsewhere(escape(host.writer.title(host.subject))) for _ in range(host.chance.randint(8, 70))]
    found.insert(host.chance.randrange(len(found)), host.to(article, "Mill and Wheel"))
    return _done(host, host.parts("Blogroll", [items(host.chance, found)]))


def in_sidebar(host: Host, article: Article) -> Page:
    """A post about something else, on a blog whose side shows what its author reads."""
    parts = host.parts(host.writer.title(host.subject), paragraphs(_texts(host, host.subject, 3, 9)))
    parts.sidebar = [host.elsewhere() for _ in range(host.chance.randint(3, 25))] + [host.to(article)]
    host.chance.shuffle(parts.sidebar)
    return _done(host, parts)


def wiki(host: Host, article: Article) -> Page:
    """A page of a wiki: plain text, many links inside of it, sources at its end."""
    subject = host.writer.translated(article.subject)
    body = paragraphs(_texts(host, subject, 3, 12))
    inside = [link(f"/wiki/{word}", word) for word in subject.words]
    sources = [host.elsewhere() for _ in range(host.chance.randint(2, 25))] + [host.to(article)]
    host.chance.shuffle(sources)
    parts = host.parts(
        host.writer.title(subject), [*body, " ".join(inside), "<h2>Sources</h2>", items(host.chance, sources)]
    )
    parts.author, parts.entry = "", False
    return _done(host, parts)


def forum(host: Host, article: Article) -> Page:
    """A thread of a forum: several people, one of whom names the article."""
    subject = _blend(host, article)
    posts = [host.writer.prose(subject, host.chance.randint(1, 4)) for _ in range(host.chance.randint(2, 15))]
    at = host.chance.randrange(len(posts))
    posts[at] += " " + (
        host.to(article, article.url, "nofollow ugc") if host.chance.random() < 0.6 else host.to(article)
    )
    named = host.chance.choice(("message", "post-text", "reply-body", "msg"))
    body = [f'<div class="{named}"><b>{escape(host.writer.person())}</b><p>{one}</p></div>' for one in posts]
    parts = host.parts(host.writer.title(subject), body)
    parts.author, parts.entry = "", False
    return _done(host, parts)


def planet(host: Host, article: Article) -> Page:
    """A page that gathers the first words of many blogs, this one's too."""
    count = host.chance.randint(5, 15)
    entries = [f"<h3>{host.elsewhere()}</h3><p>{host.writer.prose(host.subject, 3)}</p>" for _ in range(count)]
    length = host.chance.choice((1, 1, 2, len(article.paragraphs)))
    shown = "".join(f"<p>{one}</p>" for one in article.paragraphs[:length])
    entries.insert(host.chance.randrange(4), f"<h3>{host.to(article, article.title)}</h3>{shown}")
    parts = host.parts(f"Planet {host.subject.topic}", entries)
    parts.author = ""
    return _done(host, parts)


def newsletter(host: Host, article: Article) -> Page:
    """A letter to subscribers, archived: sections of their own matters, a link each, and one sponsor."""
    writer, chance = host.writer, host.chance
    sections = [
        (host.elsewhere(), writer.prose(host.subject, chance.randint(1, 4))) for _ in range(chance.randint(3, 9))
    ]
    body = [f"<h3>{linked}</h3><p>{said}</p>" for linked, said in sections]
    body.insert(chance.randrange(3), f"<h3>{host.to(article)}</h3><p>{writer.prose(_blend(host, article), 2)}</p>")
    if chance.random() < 0.5:
        body.append(f"<p>{link('https://sponsor.example/?ref=letter', writer.pitch('seo'), 'sponsored')}</p>")
    return _done(host, host.parts(f"{host.author} #{chance.randint(1, 300)}", body))


def quoting(host: Host, article: Article) -> Page:
    """A post that quotes the article at length and says something to it."""
    count = host.chance.randint(1, max(1, len(article.paragraphs) // 2))
    quoted = "".join(f"<p>{one}</p>" for one in article.paragraphs[:count])
    said = _texts(host, _blend(host, article), 1, 5)
    body = [f"<p>{host.writer.citing(host.to(article))}</p>", f"<blockquote>{quoted}</blockquote>", *paragraphs(said)]
    return _done(host, host.parts(host.writer.title(_blend(host, article)), body))


def shop(host: Host, article: Article) -> Page:
    """An honest shop that recommends the article beside its goods and prices."""
    writer, chance = host.writer, host.chance
    subject = writer.translated(article.subject)
    goods = [f"{link(f'/shop/{word}', word)} {chance.randint(3, 200)},90 €" for word in subject.words]
    said = [writer.prose(subject, 3), writer.citing(host.to(article)), writer.sentence(subject)]
    said += [writer.pitch("seo")] if chance.random() < 0.4 else []
    parts = host.parts(writer.title(subject), [*paragraphs(said), items(chance, goods)])
    parts.entry = False
    return _done(host, parts)


def delicate(host: Host, article: Article) -> Page:
    """A post that speaks of what junk sells: medicine, games, money; in an honest way."""
    writer, chance = host.writer, host.chance
    kind = chance.choice(("pills", "money", "casino", "seo"))
    sold = writer.language.words(f"spam.{kind}") or writer.language.words("spam.seo")
    subject = Subject("", (*host.subject.words, *chance.sample(sold, min(5, len(sold)))), host.subject.names)
    texts = _cited(host, article, _texts(host, subject, 3, 9))
    if chance.random() < 0.3:
        texts[-1] += writer.language.gap + writer.citing(host.elsewhere(escape(writer.keyword(kind))))
    return _done(host, host.parts(writer.title(subject), paragraphs(texts)))


def recommending(host: Host, article: Article) -> Page:
    """A post that names the article and lives on what its readers buy through its other links."""
    writer, chance = host.writer, host.chance
    subject = _blend(host, article)
    parts = host.parts(writer.title(subject), paragraphs(_cited(host, article, _texts(host, subject, 3, 8))))
    for number in range(chance.randint(1, 4)):
        shop = f"https://{name(chance).lower()}-shop.example/?tag=me-{number}"
        words = chance.choice((writer.keyword("seo"), writer.title(subject)))
        parts.body.append(f"<p>{link(shop, escape(words), chance.choice(('sponsored', 'nofollow', '')))}</p>")
    return _done(host, parts)


def in_comments(host: Host, article: Article) -> Page:
    """A reader of an honest post names the article in a comment."""
    subject = _blend(host, article)
    parts = host.parts(host.writer.title(subject), paragraphs(_texts(host, subject, 2, 8)))
    said = (
        f"{host.writer.prose(subject, 2)} {host.to(article, '', host.chance.choice(('', 'nofollow', 'nofollow ugc')))}"
    )
    parts.comments = [*_readers(host, subject), f'<div class="comment"><p>{said}</p></div>']
    return _done(host, parts)


def aside_subject(host: Host, article: Article) -> Page:
    """A post on another subject that names the article in passing."""
    texts = _texts(host, host.subject, 2, 9)
    at = host.chance.randrange(len(texts))
    texts[at] += host.writer.language.gap + host.writer.citing(host.to(article))
    return _done(host, host.parts(host.writer.title(host.subject), paragraphs(texts)))


def readings(host: Host, article: Article) -> Page:
    """A list of readings of a course, a club or a handbook."""
    subject = host.writer.translated(article.subject)
    entries = [f"{escape(host.writer.person())}, {host.elsewhere()} (2024)" for _ in range(host.chance.randint(3, 30))]
    entries.insert(host.chance.randrange(len(entries)), f"{host.to(article)} (2023)")
    parts = host.parts(
        host.writer.title(subject), [f"<p>{host.writer.prose(subject, 2)}</p>", items(host.chance, entries)]
    )
    parts.entry = False
    return _done(host, parts)


def news(host: Host, article: Article) -> Page:
    """A report of a newspaper: advertisements and other reports all around."""
    subject = _blend(host, article)
    parts = host.parts(host.writer.title(subject), paragraphs(_cited(host, article, _texts(host, subject, 5, 12))))
    ads = [link(f"https://ads.example/{n}", escape(host.writer.pitch("seo")), "nofollow sponsored") for n in range(4)]
    parts.sidebar = [*(host.elsewhere() for _ in range(12)), *ads[: host.chance.randint(0, 4)]]
    parts.footer += [" ".join(host.elsewhere() for _ in range(host.chance.randint(2, 10)))]
    return _done(host, parts)


def show_notes(host: Host, article: Article) -> Page:
    """Notes to an episode or a meeting: a short text and the links that were spoken of."""
    said = f"<p>{host.writer.prose(_blend(host, article), host.chance.randint(1, 4))}</p>"
    entries = [host.elsewhere() for _ in range(host.chance.randint(2, 12))] + [host.to(article)]
    host.chance.shuffle(entries)
    return _done(
        host, host.parts(f"{host.writer.title(host.subject)} {host.number}", [said, items(host.chance, entries)])
    )


def translation(host: Host, article: Article) -> Page:
    """The article in another language, with leave: names stay, and its address stands on top."""
    other = host if host.language != article.language else _in_another(host)
    texts = [other.writer.prose(other.writer.translated(article.subject), 4) for _ in article.paragraphs]
    parts = other.parts(other.writer.title(other.writer.translated(article.subject)), paragraphs(texts))
    parts.body.insert(0, f"<p>{other.writer.citing(other.to(article, article.title))}</p>")
    return _done(host, parts)


def _in_another(host: Host) -> Host:
    return replace(host, writer=Writer(host.chance, host.chance.choice(("fr", "es", "it", "nl"))))


def mostly_code(host: Host, article: Article) -> Page:
    """Notes of a programmer: little prose, much code."""
    lines = "\n".join(
        f"{host.chance.choice(article.subject.names).lower()} = run({n})" for n in range(host.chance.randint(5, 40))
    )
    said = [host.writer.sentence(_blend(host, article)), host.writer.citing(host.to(article))]
    body = [f"<p>{said[0]}</p>", f"<pre><code>{lines}</code></pre>", f"<p>{said[1]}</p>"]
    return _done(host, host.parts(host.writer.title(host.subject), body))


def only_a_link(host: Host, article: Article) -> Page:
    """A note of a line: a link, perhaps a word."""
    said = host.writer.talk(host.chance.randint(0, 4))
    return _done(host, host.parts(host.chance.choice(("", said)), [f"<p>{said} {host.to(article)}</p>"]))


FAMILIES: dict[str, Family] = {
    "long post": long_post,
    "short post": short_post,
    "reply": reply,
    "like": like,
    "link list": link_list,
    "link blog": link_blog,
    "blogroll": blogroll,
    "in a sidebar": in_sidebar,
    "wiki": wiki,
    "forum": forum,
    "planet": planet,
    "newsletter": newsletter,
    "quoting": quoting,
    "shop": shop,
    "delicate": delicate,
    "recommending": recommending,
    "in comments": in_comments,
    "in passing": aside_subject,
    "readings": readings,
    "news": news,
    "show notes": show_notes,
    "translation": translation,
    "mostly code": mostly_code,
    "only a link": only_a_link,
}
