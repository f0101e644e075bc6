"""The plan: how many pages of each family, from how many hosts, and when they come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.judge.cases import Case
from bench.judge.testset.corpora import Filler
from bench.judge.testset.honest import HONEST
from bench.judge.testset.hosts import Host, ending, honest_host, junk_host
from bench.judge.testset.junk import JUNK
from bench.judge.testset.prose import coined
from bench.judge.testset.scene import Scene
from bench.judge.testset.site import Article, articles
from bench.judge.testset.themes import blog_theme

DAYS = 150  # that the simulated site runs
DAY = 1440.0  # minutes
SEED = 20260104
MIXED = 0.08  # of honest blogs that are broken into, or sold, in the course of time

_BLOG_FAMILIES = (
    "long post",
    "template blog",
    "link list",
    "blogroll",
    "index page",
    "long quotation",
    "reader's comment",
)
_MICRO_FAMILIES = ("short reply", "like or repost")
_LANGUAGE_OF_OTHERS = ("fr", "es", "it", "pt", "nl", "ru", "pl", "ja", "zh")


@dataclass(frozen=True, slots=True)
class Family:
    """Pages of one family: how many, from how many hosts, in which theme ("" is a blog's, "network" one of chance)."""

    name: str
    pages: int
    hosts: int
    theme: str = ""


HONEST_PLAN = (
    Family("long post", 420, 60), Family("template blog", 260, 45, "wordpress new"),
    Family("short reply", 240, 36, "micro"), Family("like or repost", 240, 30, "micro"),
    Family("link list", 220, 28), Family("blogroll", 150, 24), Family("wiki page", 110, 8, "wiki"),
    Family("forum thread", 150, 9, "forum"), Family("news roundup", 110, 12, "portal"),
    Family("planet", 120, 8, "portal"), Family("foreign discussion", 300, 55), Family("first-time page", 90, 90),
    Family("poor markup", 140, 22, "tables"), Family("anonymous page", 110, 20, "static"),
    Family("long quotation", 110, 18), Family("academic list", 70, 14, "handmade"),
    Family("shop page", 90, 14, "shop"), Family("delicate words", 140, 24), Family("reader's comment", 110, 22),
    Family("documentation", 90, 14, "docs"), Family("letter archive", 60, 10, "portal"),
    Family("question page", 70, 4, "forum"), Family("index page", 80, 16), Family("translation", 50, 12),
)  # fmt: skip
JUNK_PLAN = (
    Family("scraper, full", 200, 24), Family("scraper, partial", 180, 24), Family("scraper, shuffled", 110, 18),
    Family("scraper, spun", 140, 18), Family("scraper, translated", 80, 14),
    Family("link farm", 280, 56, "network"), Family("keyword page", 400, 70), Family("comment area", 170, 24),
    Family("sitewide link", 140, 20), Family("hidden link", 130, 22), Family("fluent filler", 220, 36),
    Family("fluent on subject", 130, 22), Family("directory", 140, 18, "network"),
    Family("parked domain", 90, 50, "network"), Family("referrer page", 80, 18, "tables"),
    Family("shortened", 110, 24), Family("expired domain", 100, 16), Family("trackback excerpt", 200, 36),
    Family("hacked page", 140, 24), Family("false news", 130, 16, "portal"), Family("mixed script", 80, 18),
    Family("false reply", 120, 28, "micro"), Family("false like", 60, 18, "micro"),
    Family("forum profile", 100, 12, "forum"), Family("guest post", 110, 22), Family("search page", 100, 12, "network"),
    Family("stolen identity", 40, 10),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """One page to be made: of which family, on which host, when."""

    family: str
    junk: bool
    host: Host
    minute: float


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is made from a seed: the owner's articles and the cases, in the order of their time."""

    articles: tuple[Article, ...]
    cases: tuple[Case, ...]


def world(seed: int = SEED, share: float = 1.0, filler: Filler | None = None) -> World:
    """Return the site and the cases; `share` (0 … 1) makes a smaller set with fewer hosts of each family."""
    written = articles(seed)
    rng = Random(f"plan {seed}")
    slots = [*_honest_slots(rng, share), *_junk_slots(rng, share)]
    made = [_case(slot, number, seed, written, filler or Filler()) for number, slot in enumerate(_apart(slots))]
    return World(written, tuple(sorted(made, key=lambda case: (case.minute, case.source))))


def _apart(slots: Sequence[Slot]) -> list[Slot]:
    """Return slots at minutes that are never the same, so that their order is certain."""
    return [replace(slot, minute=round(slot.minute + number / 1e4, 4)) for number, slot in enumerate(slots)]


# ---- hosts and times


def _honest_slots(rng: Random, share: float) -> Iterator[Slot]:
    for family in HONEST_PLAN:
        hosts = [_honest_host(rng, family) for _ in range(max(1, round(family.hosts * share)))]
        pages = max(len(hosts), round(family.pages * share))
        for host, minute in _spread(rng, hosts, pages):
            yield Slot(_family_of(rng, family, host), junk=False, host=host, minute=minute)
        if family.theme == "" and family.name != "first-time page":
            yield from _turned(rng, hosts)
    yield from _popular(rng, share)


def _honest_host(rng: Random, family: Family) -> Host:
    theme = family.theme or blog_theme(rng)
    if family.name in ("foreign discussion", "translation"):
        return honest_host(rng, theme, rng.choice(_LANGUAGE_OF_OTHERS))
    if theme == "micro" and rng.random() < 0.35:
        theme = "indieweb"
    if family.name == "template blog" and rng.random() < 0.3:
        theme = "wordpress old"
    host = honest_host(rng, theme)
    if rng.random() < 0.07:  # one of many on a platform that honest people and others share
        host = replace(host, name=f"{coined(rng).lower()}{rng.randint(1, 99)}.{rng.choice(PLATFORMS)}")
    return host


PLATFORMS = ("velopages.example", "freeblogging.example", "homesteads.test")


def _family_of(rng: Random, family: Family, host: Host) -> str:
    """Return the family of the next page of a host: mostly its own, at times another that such a host has."""
    if family.name in _BLOG_FAMILIES and rng.random() < 0.3:
        return rng.choice(_BLOG_FAMILIES)
    if family.name in _MICRO_FAMILIES and rng.random() < 0.2:
        return rng.choice(_MICRO_FAMILIES)
    return family.name


def _spread(rng: Random, hosts: Sequence[Host], pages: int) -> Iterator[tuple[Host, float]]:
    """Yield hosts and minutes: each host at least once, some of them far more often than others."""
    starts = {host: rng.uniform(0, DAYS * 0.8) for host in hosts}
    shares = [rng.paretovariate(1.2) for _ in hosts]
    chosen = [*hosts, *rng.choices(hosts, shares, k=pages - len(hosts))]
    for host in chosen:
        yield host, rng.uniform(starts[host], DAYS) * DAY


def _popular(rng: Random, share: float) -> Iterator[Slot]:
    """Yield honest pages that come all at once, since an article is on everyone's lips for a day."""
    for _ in range(max(1, round(4 * share))):
        start = rng.uniform(10, DAYS - 1) * DAY
        for _ in range(round(24 * share) + 2):
            host = honest_host(rng, rng.choice((blog_theme(rng), "micro", "forum")))
            family = rng.choice(("short reply", "like or repost", "long post", "link list", "template blog"))
            yield Slot(family, junk=False, host=host, minute=start + rng.expovariate(1 / 60))


def _turned(rng: Random, hosts: Sequence[Host]) -> Iterator[Slot]:
    """Yield junk from honest hosts: broken into, or full of junk comments, late in the time of the site."""
    for host in hosts:
        if rng.random() < MIXED:
            start = rng.uniform(DAYS * 0.5, DAYS - 2) * DAY
            for _ in range(rng.randint(1, 4)):
                family = rng.choice(("hacked page", "hacked page", "comment area"))
                yield Slot(family, junk=True, host=host, minute=start + rng.uniform(0, 2 * DAY))


def _junk_slots(rng: Random, share: float) -> Iterator[Slot]:
    for family in JUNK_PLAN:
        hosts = [_junk_host(rng, family, number) for number in range(max(1, round(family.hosts * share)))]
        yield from _junk_of(rng, family, hosts, max(len(hosts), round(family.pages * share)))


def _junk_host(rng: Random, family: Family, number: int) -> Host:
    """Return a host of junk. It wears an honest theme or the one of its network; some stand on shared platforms."""
    network = f"{family.name} {number // 12}"
    theme = family.theme or (network if rng.random() < 0.4 else blog_theme(rng))
    host = junk_host(rng, network if theme == "network" else theme)
    if family.name in ("hacked page", "comment area", "expired domain", "forum profile"):
        good = honest_host(rng, family.theme or blog_theme(rng))
        return replace(good, trade=host.trade)
    if family.name == "mixed script":
        return replace(
            host,
            name=f"xn--{coined(rng).lower()}-{rng.choice(('wpe', 'pna', '80a', '8cd'))}"
            f"{rng.choice('aeio')}.{ending(rng)}",
        )
    if rng.random() < 0.08:
        return replace(host, name=f"{coined(rng).lower()}{rng.randint(1, 99)}.{rng.choice(PLATFORMS)}")
    return host


def _junk_of(rng: Random, family: Family, hosts: Sequence[Host], pages: int) -> Iterator[Slot]:
    """Yield junk in bursts, or in drops where it wants to stay unseen; some of its hosts were honest before."""
    bursts = [rng.uniform(3, DAYS - 1) * DAY for _ in range(max(2, pages // 18))]
    seen: set[str] = set()
    for host in [*hosts, *rng.choices(hosts, k=pages - len(hosts))]:
        minute = rng.choice(bursts) + rng.expovariate(1 / 45) if rng.random() < 0.55 else rng.uniform(1, DAYS) * DAY
        if family.name in ("expired domain", "forum profile", "hacked page") and host.name not in seen:
            yield from _before(rng, family, host, minute)
        seen.add(host.name)
        yield Slot(family.name, junk=True, host=host, minute=minute)


def _before(rng: Random, family: Family, host: Host, minute: float) -> Iterator[Slot]:
    """Yield what a host wrote while it was honest, or what honest people write there."""
    good = {"expired domain": "long post", "forum profile": "forum thread", "hacked page": "template blog"}[family.name]
    for _ in range(rng.randint(0, 3)):
        yield Slot(good, junk=False, host=replace(host, trade=""), minute=rng.uniform(0, minute))


# ---- cases

MANY_AUTHORS = ("forum", "wiki", "portal")  # themes of hosts where each page is by someone else


def _case(slot: Slot, number: int, seed: int, written: Sequence[Article], filler: Filler) -> Case:
    rng = Random(f"case {seed} {number}")
    article = _article(rng, slot, written)
    speaker = rng.getrandbits(32) if slot.host.theme in MANY_AUTHORS else slot.host.seed
    scene = Scene(rng, slot.host, article, written, slot.minute, filler, speaker)
    html = (JUNK if slot.junk else HONEST)[slot.family](scene)
    path = _path(rng, scene, slot)
    source = f"https://{slot.host.name}/{path}"
    via = _via(rng, slot)
    return Case(slot.junk, slot.family, source, html, article.own, slot.minute, slot.host.language, via)


def _article(rng: Random, slot: Slot, written: Sequence[Article]) -> Article:
    """Return the article that is linked to. Some are read far more; people rather name what they can read."""
    known = [one for one in written if one.language == slot.host.language] or list(written)
    pick = known if not slot.junk and rng.random() < 0.8 else list(written)
    if slot.family in ("translation", "foreign discussion"):
        pick = [one for one in written if one.language != slot.host.language]
    if not slot.junk and slot.host.subject in {one.subject for one in pick} and rng.random() < 0.6:
        pick = [one for one in pick if one.subject == slot.host.subject]
    return pick[min(int(rng.expovariate(2.5 / len(pick))), len(pick) - 1)]


def _path(rng: Random, scene: Scene, slot: Slot) -> str:
    number = rng.randint(100, 99999)
    forms = {
        "forum": f"viewtopic.php?t={number}", "wiki": f"wiki/{coined(rng)}_{number}", "micro": f"notes/{number}",
        "docs": f"docs/{coined(rng).lower()}-{number}.html",
    }  # fmt: skip
    blog = rng.choice(
        (
            f"2026/{rng.randint(1, 6):02}/{coined(rng).lower()}-{number}",
            f"posts/{number}",
            f"?p={number}",
            f"{number}.html",
        )
    )
    return forms.get(slot.host.theme, blog)


SHORTENERS = tuple(f"{name}.{end}" for name in ("shr", "lnkz", "tiny-to", "go2", "u-rl") for end in ("example", "test"))


def _via(rng: Random, slot: Slot) -> tuple[str, ...]:
    """Return the hosts that redirected to a page: shorteners of junk, and at times an honest one, or an old name."""
    if slot.family == "shortened":
        return tuple(rng.sample(SHORTENERS, rng.randint(1, 2)))
    if rng.random() < 0.02:
        return (rng.choice(SHORTENERS),)
    if rng.random() < 0.03:
        return (f"old.{slot.host.name}",)
    return ()
