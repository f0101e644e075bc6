"""The tuning set: honest pages and junk in the order in which their pings come; the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import replace

from bench.judge.cases import Case
from bench.judge.tuning import honest, junk
from bench.judge.tuning.hosts import Host, honest_host, junk_host
from bench.judge.tuning.site import TOPICS, Article, articles
from bench.judge.tuning.speech import OTHER_SUBJECTS
from bench.judge.tuning.themes import Theme, theme

SEED = 41
HONEST_HOSTS, JUNK_HOSTS, PAGES = 400, 500, 4000
MINUTES = 300 * 24 * 60
SHARED_THEMES = 12  # that many blogs use, and junk too
HONEST_LANGUAGES = {"en": 45, "de": 22, "fr": 5, "es": 5, "it": 4, "nl": 4, "pl": 3, "pt": 3, "ru": 3, "ja": 3, "zh": 3}
JUNK_LANGUAGES = {"en": 52, "de": 12, "fr": 4, "es": 4, "it": 3, "nl": 2, "pl": 3, "pt": 3, "ru": 8, "ja": 3, "zh": 6}
OFTEN = {"long post": 4, "short post": 4, "reply": 3, "like": 2, "link list": 2}  # times as often as other families
SHORTENERS = ("bit.ly", "t.co", "tinyurl.com", "is.gd", "cutt.ly", "ow.ly")


def cases(seed: int = SEED, size: float = 1.0) -> list[Case]:
    """Return the set; `size` is a share of it, of each host alike."""
    chance = random.Random(seed)
    site = articles(chance)
    shared = [theme(chance) for _ in range(SHARED_THEMES)]
    found = [*_honest(chance, site, shared, size), *_junk(chance, site, shared, size)]
    return sorted(found, key=lambda case: (case.minute, case.source))


def _pick(chance: random.Random, weighed: dict[str, int]) -> str:
    return chance.choices(list(weighed), list(weighed.values()))[0]


def _popular(chance: random.Random, site: list[Article], code: str, share: float) -> Article:
    """Return an article; few of them draw most links, and a share of links goes to texts of the own language."""
    if chance.random() < share:
        site = [article for article in site if article.language == code] or site
    return site[min(int(chance.expovariate(1 / 12)), len(site) - 1)]


def _honest(chance: random.Random, site: list[Article], shared: list[Theme], size: float) -> Iterator[Case]:
    order = chance.sample(site, len(site))
    families = list(honest.FAMILIES)
    for number in range(HONEST_HOSTS):
        sloppy = chance.random() < 0.1
        look = chance.choice(shared) if chance.random() < 0.45 and not sloppy else theme(chance, sloppy=sloppy)
        topic = (
            chance.choice(TOPICS)
            if chance.random() < 0.6
            else chance.choice((*OTHER_SUBJECTS, "photo", "history", "music"))
        )
        host = honest_host(chance, _pick(chance, HONEST_LANGUAGES), look, topic)
        weights = [OFTEN.get(family, 1) for family in families]
        habits = [*chance.choices(families, weights, k=chance.randint(1, 4)), families[number % len(families)]]
        for minute in _honest_minutes(chance, max(1, round(_visits(chance, number) * size))):
            article = _popular(chance, order, host.language, 0.85)
            family = chance.choice(habits)
            found = _case(chance, host, article, honest.FAMILIES[family], family, False, minute, 0.05)
            yield found
            if number % 16 == 5:  # who writes has two sites, and tells of both
                yield replace(found, source=found.source.replace("https://", "https://m-"), minute=minute + 3)


def _visits(chance: random.Random, number: int) -> int:
    """Return how often an honest host links: many but once, a few very often; ten times in the mean."""
    return 1 if number % 3 == 0 else min(60, max(1, round(chance.expovariate(1 / 14.5))))


def _honest_minutes(chance: random.Random, count: int) -> list[float]:
    """Return when a host links: all over the time, some in a day when an article is talked of everywhere."""
    days = (40, 121, 200)
    if count > 5 and chance.random() < 0.08:  # a blog that was moved, and tells of all its posts
        began = chance.uniform(0, MINUTES - 60)
        return sorted(began + chance.uniform(0, 60) for _ in range(count))
    return sorted(
        chance.choice(days) * 1440 + chance.uniform(0, 300) if chance.random() < 0.06 else chance.uniform(0, MINUTES)
        for _ in range(count)
    )


def _junk(chance: random.Random, site: list[Article], shared: list[Theme], size: float) -> Iterator[Case]:
    families = list(junk.FAMILIES)
    left, number = JUNK_HOSTS, 0
    while left > 0:
        hosts = min(left, chance.choice((1, 1, 2, 2, 3, 4, 6, 12)))
        left -= hosts
        yield from _campaign(chance, site, shared, families[number % len(families)], hosts, size)
        number += 1


def _campaign(
    chance: random.Random, site: list[Article], shared: list[Theme], family: str, hosts: int, size: float
) -> Iterator[Case]:
    """Yield what one sender of junk does with some hosts: in a burst, or slowly."""
    sloppy = chance.random() < 0.15
    look = chance.choice(shared) if chance.random() < 0.45 and not sloppy else theme(chance, sloppy=sloppy)
    spam = chance.choice(("casino", "pills", "money", "seo", "adult", "replica", "diet", "essay"))
    start, slow = chance.uniform(0, MINUTES * 0.95), chance.random() < 0.55
    length = chance.uniform(20, 280) * 1440 if slow else chance.uniform(20, 600)
    mixed = chance.choice(list(junk.FAMILIES)) if chance.random() < 0.3 else family
    code = _pick(chance, JUNK_LANGUAGES)
    for _ in range(hosts):
        host = junk_host(chance, code, look if chance.random() < 0.8 else theme(chance), spam)
        for _ in range(max(1, round(_pings(chance) * size))):
            minute = (start + chance.uniform(0, length)) % MINUTES
            chosen = chance.choice((family, mixed))
            article = _popular(chance, site, host.language, 0.5)
            yield _case(chance, host, article, junk.FAMILIES[chosen], chosen, True, minute, 0.12)


def _pings(chance: random.Random) -> int:
    """Return how often a host of junk pings: often once, eight times in the mean."""
    return 1 if chance.random() < 0.35 else max(1, round(chance.expovariate(1 / 12)))


def _case(
    chance: random.Random,
    host: Host,
    article: Article,
    make: honest.Family,
    family: str,
    is_junk: bool,
    minute: float,
    redirected: float,
) -> Case:
    title, html = make(host, article)
    via: tuple[str, ...] = ()
    if chance.random() < redirected:
        via = (chance.choice(SHORTENERS) if chance.random() < 0.5 else f"go{chance.randint(1, 99)}.example",)
    return Case(is_junk, family, host.address(title), html, article.own, minute, host.language, via)
