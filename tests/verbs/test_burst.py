"""A burst of junk among honest mentions: told once, kept away, and no harm to the honest ones."""

from datetime import timedelta

import pytest

from linkback.core.model import AlertKind, Moderation, Status
from linkback.overview import Overview
from linkback.rulebook import Proposal, Rulebook
from linkback.storage import alerts
from linkback.storage.junk import KEPT_FOR
from tests.verbs.fakes import SITE, Clock, Linkback, Web

HOSTS, EACH, HONEST = 60, 6, 20
TARGET = SITE + "post"
SOLD = ("casino", "viagra", "payday loan", "replica watch", "essay writing")


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


def junk_page(host: int, number: int) -> str:
    sold = SOLD[(host + number) % len(SOLD)]
    shops = "".join(f'<a href="https://shop{shop}-{host}.example/">cheap {sold} {shop}</a> ' for shop in range(40))
    return f'<title>Best {sold} {number}</title><div class="footer">{shops}<a href="{TARGET}">cheap {sold}</a></div>'


def honest_page(number: int) -> str:
    said = f"When I baked loaf number {number}, I kept to these"
    return (
        f'<article class="h-entry"><h1 class="p-name">Loaf {number}</h1><a class="p-author h-card" href="/me">Ana</a>'
        f'<time class="dt-published" datetime="2026-11-20">then</time><p class="e-content">{said} '
        f'<a href="{TARGET}">notes on dough</a>, and it came out well after a long and slow night.</p></article>'
    )


async def storm(linkback: Linkback, web: Web, clock: Clock) -> tuple[list[str], list[str]]:
    """Send junk from many hosts within half an hour, with honest mentions in between; return the sources of both."""
    junk = [f"https://cheap-casino-{host}.example/{number}" for number in range(EACH) for host in range(HOSTS)]
    honest = [f"https://baker{number}.example/loaf" for number in range(HONEST)]
    for place, source in enumerate(junk):
        web.page(source, junk_page(place % HOSTS, place // HOSTS))
        await linkback.ping(source, TARGET)
        clock.move(seconds=4)
        if place % (len(junk) // HONEST) == 0:
            good = honest[place // (len(junk) // HONEST)]
            web.page(good, honest_page(place))
            await linkback.ping(good, TARGET)
    await linkback.work()  # what a slow machine only kept
    return junk, honest


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Moderation.HOLD, {Status.HELD}),
        (Moderation.FIRST_TIME, {Status.HELD}),
        (Moderation.JUDGE, {Status.HELD, Status.APPROVED}),
    ],
)
async def test_a_burst_is_told_once_and_hurts_nobody(
    linkback: Linkback, web: Web, clock: Clock, mode: Moderation, expected: set[Status]
) -> None:
    book = Rulebook(linkback.parts.database, clock)
    site = await book.save(await book.site(None), Proposal(moderation=mode))
    linkback.parts.sites._read_at = float("-inf")
    began = clock()
    junk, honest = await storm(linkback, web, clock)
    standing = {source: await linkback.status(source, TARGET) for source in (*junk, *honest)}
    assert {standing[source] for source in honest} <= expected
    kept_away = sum(standing[source] is Status.SPAM for source in junk)
    assert kept_away >= 0.95 * len(junk)
    assert not [source for source in junk if standing[source] is Status.APPROVED]

    bursts = [one for one in await linkback.parts.database.read(alerts.every) if one.kind is AlertKind.BURST]
    assert len(bursts) == 1
    await linkback.work()
    [told] = await linkback.parts.database.read(alerts.every, site_id=site.id)
    assert told.told_at == clock()
    clock.move(minutes=5)
    await linkback.work()
    [again] = await linkback.parts.database.read(alerts.every, site_id=site.id)
    assert again.told_at == told.told_at

    seen = await Overview(linkback.parts.database, clock).kept_away(site, began)
    assert seen.junk == kept_away
    assert sum(count for _, count in seen.by_rule) == kept_away
    assert [alert.kind for alert in seen.alerts] == [AlertKind.BURST]


async def test_junk_of_a_burst_is_counted_after_a_month_and_honest_mentions_stay(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    began = clock()
    junk, honest = await storm(linkback, web, clock)
    spam = sum([await linkback.status(source, TARGET) is Status.SPAM for source in junk])
    clock.move(days=(KEPT_FOR + timedelta(days=2)).days)
    await linkback.parts.worker.tidy()
    left = {one.source for one in await linkback.every()}
    assert set(honest) <= left
    assert len(left) == len(junk) + len(honest) - spam
    [site] = await linkback.parts.registrar.every()
    seen = await Overview(linkback.parts.database, clock).kept_away(site, began)
    assert seen.junk == spam
