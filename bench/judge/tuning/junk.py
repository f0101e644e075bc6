"""Junk that links to an article: one function for each family, `(host, article) -> (title, html)`."""

from collections.abc import Callable
from html import escape

from bench.judge.tuning.hosts import Host
from bench.judge.tuning.site import Article
from bench.judge.tuning.speech import Subject, Writer, name, spun
from bench.judge.tuning.themes import Parts, items, link, paragraphs

Page = tuple[str, str]
Family = Callable[[Host, Article], Page]

HIDING = ('style="display:none"', 'style="position:absolute;left:-9999px"', "hidden", 'style="font-size:0"')


def _to(host: Host, article: Article, keyword: float = 0.15) -> str:
    """Return the link to the article as junk words it: its title, its address, a button, what it sells."""
    ways = (host.writer.keyword(host.spam), article.title, article.url, host.writer.button(), article.subject.words[0])
    text = host.chance.choices(ways, (keyword, 0.35, 0.15, 0.25, 0.1))[0]
    return link(article.url, escape(text), host.chance.choice(("", "", "", "nofollow", "dofollow")))


def _sold(host: Host, text: str = "") -> str:
    """Return a link to what is sold."""
    word = "".join(letter for letter in host.writer.keyword(host.spam).lower() if letter.isalnum() and letter.isascii())
    domain = f"{word or 'best'}-{name(host.chance).lower()}.example"
    return link(f"https://{domain}/", escape(text or host.writer.keyword(host.spam)))


def _pitches(host: Host, low: int, high: int) -> list[str]:
    writer = host.writer
    found = []
    for _ in range(host.chance.randint(low, high)):
        text = writer.pitch(host.spam) + writer.language.stop
        found.append(text if host.chance.random() < 0.5 else f"{_sold(host)} {text}")
    return found


def _filler(host: Host, low: int, high: int, subject: Subject | None = None) -> list[str]:
    about = subject or host.subject
    return [host.writer.prose(about, host.chance.randint(2, 6)) for _ in range(host.chance.randint(low, high))]


def _page(host: Host, title: str, body: list[str]) -> Page:
    return _done(host, host.parts(title, body))


def _done(host: Host, parts: Parts) -> Page:
    return parts.title, host.page(parts)


def _advertised(host: Host, parts: Parts) -> Parts:
    """Return parts with advertisements around what they say, as most junk has them."""
    if host.chance.random() < 0.6:
        parts.sidebar += [_sold(host) for _ in range(host.chance.randint(2, 20))]
    if host.chance.random() < 0.3:
        parts.footer += [" ".join(_sold(host) for _ in range(host.chance.randint(2, 12)))]
    return parts


def full_copy(host: Host, article: Article) -> Page:
    """The whole article, with its title and a link to where it was taken from."""
    body = paragraphs(list(article.paragraphs))
    body.insert(host.chance.choice((0, len(body))), f"<p>{host.writer.button()}: {_to(host, article, 0)}</p>")
    return _done(host, _advertised(host, host.parts(article.title, body)))


def partial_copy(host: Host, article: Article) -> Page:
    """The first words of the article, cut off, and where to read on."""
    words = article.text.split(" ")[: host.chance.randint(40, 160)]
    said = f"<p>{' '.join(words)} [&hellip;] {_to(host, article, 0.05)}</p>"
    title = article.title if host.chance.random() < 0.7 else host.writer.title(article.subject)
    return _done(host, _advertised(host, host.parts(title, [said])))


def gathered_copies(host: Host, article: Article) -> Page:
    """Beginnings of many posts by machines: a planet without people, with what it sells in between."""
    writer, count = host.writer, host.chance.randint(4, 12)
    found = [(_sold(host, writer.title(host.subject)), writer.prose(host.subject, 2)) for _ in range(count)]
    entries = [f"<h3>{linked}</h3><p>{said}</p>" for linked, said in found]
    entries.insert(2, f"<h3>{_to(host, article)}</h3><p>{article.paragraphs[0]}</p>")
    entries += [f"<p>{one}</p>" for one in _pitches(host, 1, 4)]
    return _done(host, _advertised(host, host.parts(host.writer.title(host.subject), entries)))


def spun_copy(host: Host, article: Article) -> Page:
    """The article with every third word exchanged by a program."""
    words = host.writer.language.words("general")
    share = host.chance.uniform(0.15, 0.5)
    body = paragraphs([spun(host.chance, one, words, share) for one in article.paragraphs])
    body.append(f"<p>{_to(host, article)}</p>")
    body += paragraphs(_pitches(host, 0, 2))
    return _done(host, _advertised(host, host.parts(spun(host.chance, article.title, words, 0.3), body)))


def link_farm(host: Host, article: Article) -> Page:
    """Hundreds of links and hardly a word."""
    found = [_sold(host) for _ in range(host.chance.randint(60, 300))]
    found.insert(host.chance.randrange(len(found)), _to(host, article))
    return _page(host, host.writer.keyword(host.spam), [items(host.chance, found)])


def keyword_page(host: Host, article: Article) -> Page:
    """A page that sells, and names the article to look like somebody's."""
    said = _pitches(host, 4, 25)
    said.insert(host.chance.randrange(len(said)), _to(host, article))
    writer = host.writer
    prose = [
        writer.prose(Subject("", writer.language.words(f"spam.{host.spam}") or writer.language.words("spam.seo")), 3)
    ]
    return _page(host, writer.pitch(host.spam), paragraphs(said + prose * host.chance.randint(0, 4)))


def comment_junk(host: Host, article: Article) -> Page:
    """The comments of a post nobody looks after: junk, and the article among it."""
    parts = host.parts(host.writer.title(host.subject), paragraphs(_filler(host, 1, 6)))
    said = [f'<div class="comment"><b>{_sold(host)}</b><p>{one}</p></div>' for one in _pitches(host, 3, 40)]
    said.insert(
        host.chance.randrange(len(said)),
        f'<div class="comment"><p>{host.writer.talk(3)} {_to(host, article, 0.4)}</p></div>',
    )
    parts.comments = said
    return _done(host, parts)


def guestbook(host: Host, article: Article) -> Page:
    """A guestbook or a board full of junk that does not call itself one."""
    said = [f"<p><b>{escape(host.writer.person())}</b>: {one} {_sold(host)}</p>" for one in _pitches(host, 8, 60)]
    said.insert(
        host.chance.randrange(len(said)), f"<p><b>{escape(host.writer.person())}</b>: {_to(host, article, 0.3)}</p>"
    )
    return _page(host, host.writer.title(host.subject), said)


def in_every_footer(host: Host, article: Article) -> Page:
    """Filler with bought links in its foot, the article between them."""
    parts = host.parts(host.writer.title(host.subject), paragraphs(_filler(host, 2, 8)))
    found = [_sold(host) for _ in range(host.chance.randint(3, 30))]
    found.insert(host.chance.randrange(len(found)), _to(host, article, 0.3))
    parts.footer = [" | ".join(found)]
    return _done(host, parts)


def in_every_sidebar(host: Host, article: Article) -> Page:
    """Filler with sold links at its side."""
    parts = host.parts(host.writer.title(host.subject), paragraphs(_filler(host, 2, 8)))
    parts.sidebar = [_sold(host) for _ in range(host.chance.randint(5, 40))] + [_to(host, article, 0.3)]
    host.chance.shuffle(parts.sidebar)
    return _done(host, parts)


def hidden(host: Host, article: Article) -> Page:
    """Filler, and a link that nobody sees."""
    parts = host.parts(host.writer.title(host.subject), paragraphs(_filler(host, 2, 8)))
    found = " ".join(_sold(host) for _ in range(host.chance.choice((0, 2, 10, 30))))
    block = f"<div {host.chance.choice(HIDING)}>{found} {_to(host, article, 0.3)}</div>"
    if host.chance.random() < 0.5:
        parts.body.append(block)
    else:
        parts.hidden = block
    return _done(host, parts)


def hacked(host: Host, article: Article) -> Page:
    """Somebody's honest page, broken into: a block of junk was put in."""
    writer, chance = host.writer, host.chance
    parts = host.parts(writer.title(host.subject), paragraphs(_filler(host, 3, 10)))
    block = [_sold(host) for _ in range(chance.randint(10, 80))]
    block.insert(chance.randrange(len(block)), _to(host, article, 0.3))
    wrapped = f"<div {chance.choice((*HIDING, 'id=xq', ''))}>{' '.join(block)}</div>"
    parts.body.insert(chance.randrange(len(parts.body)), wrapped)
    return _done(host, parts)


def fluent_filler(host: Host, article: Article) -> Page:
    """A well-written post about something else that names the article without a reason."""
    texts = _filler(host, 3, 10)
    at = host.chance.randrange(len(texts))
    cited = host.writer.citing(_to(host, article)) if host.chance.random() < 0.6 else _to(host, article)
    texts[at] += host.writer.language.gap + cited
    if host.chance.random() < 0.7:
        texts[host.chance.randrange(len(texts))] += " " + host.writer.citing(_sold(host))
    return _done(host, _advertised(host, host.parts(host.writer.title(host.subject), paragraphs(texts))))


def fitted_filler(host: Host, article: Article) -> Page:
    """A machine's post about the article's own subject, which is there for the links that it sells."""
    subject = host.writer.translated(article.subject)
    about = Subject(subject.topic, (*subject.words[:7], *host.subject.words[:4]))
    texts = _filler(host, 3, 8, about)
    texts[0] += host.writer.language.gap + host.writer.citing(_to(host, article, 0.05))
    for _ in range(host.chance.randint(1, 5)):
        texts[host.chance.randrange(len(texts))] += f" {_sold(host)} {host.writer.pitch(host.spam)}."
    return _done(host, _advertised(host, host.parts(host.writer.title(about), paragraphs(texts))))


def directory(host: Host, article: Article) -> Page:
    """A directory of sites without anybody's choice: entries by the dozen, in one form."""
    form = host.chance.choice(("{link} - {words}", "{words}: {link}", "{link} ({words})"))
    rated = host.chance.random() < 0.4
    entries = []
    for _ in range(host.chance.randint(15, 120)):
        words = host.writer.keyword(host.spam) if host.chance.random() < 0.6 else host.writer.keyword()
        entries.append(form.format(link=_sold(host, name(host.chance)), words=words) + (" 4.8/5" if rated else ""))
    entries.insert(host.chance.randrange(9), form.format(link=_to(host, article), words=host.writer.keyword("seo")))
    return _page(host, f"{host.writer.keyword('seo')} {name(host.chance)}", [items(host.chance, entries)])


def parked(host: Host, article: Article) -> Page:
    """A domain that nobody uses: advertisements by subject."""
    found = [_sold(host, host.writer.keyword(host.spam)) for _ in range(host.chance.randint(4, 15))]
    found.append(_to(host, article))
    host.signed = host.dated = host.entry = False
    parts = host.parts(host.domain, [items(host.chance, found)])
    parts.noindex = host.chance.random() < 0.3
    parts.menu = []
    return _done(host, parts)


def echo(host: Host, article: Article) -> Page:
    """What trackback junk looks like: a sentence of the article between dots, and what is sold beside it."""
    said = host.chance.choice(article.paragraphs).split(". ")[0]
    quoted = f"<p>[...] {said} [...] {_to(host, article, 0.05)}</p>"
    body = paragraphs(_pitches(host, 0, 8))
    body.insert(host.chance.randint(0, len(body)), quoted)
    title = host.chance.choice((article.title, host.writer.pitch(host.spam), host.writer.keyword(host.spam)))
    return _done(host, _advertised(host, host.parts(title, body)))


def found_words(host: Host, article: Article) -> Page:
    """A page of results for words that people search: titles and beginnings of anything."""
    writer, count = host.writer, host.chance.randint(6, 20)
    found = [(_sold(host, writer.title(host.subject)), writer.sentence(host.subject)) for _ in range(count)]
    entries = [f"<b>{linked}</b><br>{said}..." for linked, said in found]
    entries.insert(host.chance.randrange(6), f"<b>{_to(host, article, 0)}</b><br>{article.text[:150]}...")
    parts = host.parts(" ".join(article.subject.words[:3]), [items(host.chance, entries)])
    parts.noindex = host.chance.random() < 0.3
    parts.author = ""
    return _done(host, parts)


def profile(host: Host, article: Article) -> Page:
    """The page of a member who joined for the sake of an address."""
    about = host.chance.choice((host.writer.pitch(host.spam), host.writer.sentence(host.subject)))
    body = [f"<p>{escape(host.writer.person())}</p><p>{about}</p><p>{_to(host, article, 0.3)} {_sold(host)}</p>"]
    return _page(host, host.writer.person(), body)


def bare(host: Host, article: Article) -> Page:
    """The link, what is sold, and nothing else."""
    body = [f"<p>{_to(host, article)}</p>", *paragraphs(_pitches(host, 1, 3))]
    host.chance.shuffle(body)
    return _page(host, host.writer.keyword(host.spam), body)


def foreign(host: Host, article: Article) -> Page:
    """Junk in a language far from the site's."""
    code = host.chance.choice(("ru", "zh", "ja", "ru", "zh", "pl"))
    away = host.language if host.language not in ("en", "de") else code
    host.writer = host.writer if away == host.language else Writer(host.chance, away)
    return host.chance.choice((keyword_page, fluent_filler, guestbook, in_every_footer))(host, article)


def shop_page(host: Host, article: Article) -> Page:
    """A shop of forgeries and the like: goods, prices, and the article to look alive."""
    goods = [f"{_sold(host)} ${host.chance.randint(9, 300)}.99" for _ in range(host.chance.randint(8, 40))]
    body = [*paragraphs(_pitches(host, 1, 4)), items(host.chance, goods), f"<p>{_to(host, article)}</p>"]
    return _page(host, host.writer.pitch(host.spam), body)


FAMILIES: dict[str, Family] = {
    "full copy": full_copy,
    "partial copy": partial_copy,
    "gathered copies": gathered_copies,
    "spun copy": spun_copy,
    "link farm": link_farm,
    "keyword page": keyword_page,
    "comment junk": comment_junk,
    "guestbook": guestbook,
    "in every footer": in_every_footer,
    "in every sidebar": in_every_sidebar,
    "hidden": hidden,
    "hacked": hacked,
    "fluent filler": fluent_filler,
    "fitted filler": fitted_filler,
    "directory": directory,
    "parked": parked,
    "echo": echo,
    "found words": found_words,
    "profile": profile,
    "bare": bare,
    "foreign": foreign,
    "shop page": shop_page,
}
