"""The owner's lists of networks: who sent a ping is known also when its source is looked at later."""

from dataclasses import replace

import pytest

from linkback.core.model import Listed, ListedAction, ListedKind, Moderation, Status
from tests.verbs.fakes import SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
LISTED, OTHER = "203.0.113.9", "198.51.100.7"
SHOPS = "".join(
    f'<a href="https://cheap-casino{number}.example/">casino bonus slots viagra payday loan {number}</a> '
    for number in range(80)
)
ACTIONS = [
    (ListedAction.HOLD, Status.HELD),
    (ListedAction.TRUST, Status.APPROVED),
    (ListedAction.MUTE, Status.REMOVED),
]


@pytest.fixture(autouse=True)
def pages(web: Web) -> None:
    web.own("post")
    web.page(SOURCE, links_to=TARGET)


async def listing(linkback: Linkback, action: ListedAction) -> None:
    """Give the site a list of one network, and a policy by which the list alone makes the difference."""
    mode = Moderation.FIRST_TIME if action is ListedAction.TRUST else Moderation.JUDGE
    lists = (Listed(action, ListedKind.NETWORK, "203.0.113.0/24"),)
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, moderation=mode, lists=lists))


def without_the_list(action: ListedAction) -> Status:
    return Status.HELD if action is ListedAction.TRUST else Status.APPROVED


@pytest.mark.parametrize(("action", "status"), ACTIONS)
async def test_a_webmention_is_judged_by_the_network_that_sent_it(
    linkback: Linkback, action: ListedAction, status: Status
) -> None:
    await listing(linkback, action)
    await linkback.webmention(SOURCE, TARGET, LISTED)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is status


@pytest.mark.parametrize("action", [action for action, _ in ACTIONS])
async def test_a_webmention_from_another_network_is_judged_without_the_list(
    linkback: Linkback, action: ListedAction
) -> None:
    await listing(linkback, action)
    await linkback.webmention(SOURCE, TARGET, OTHER)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is without_the_list(action)


@pytest.mark.parametrize(("action", "status"), ACTIONS)
async def test_a_pingback_that_was_kept_is_judged_by_the_network_that_sent_it(
    linkback: Linkback, web: Web, clock: Clock, action: ListedAction, status: Status
) -> None:
    await listing(linkback, action)
    web.page(SOURCE, status=503)
    await linkback.ping(SOURCE, TARGET, LISTED)
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    web.page(SOURCE, links_to=TARGET)
    clock.move(hours=1)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is status


async def test_of_several_senders_the_last_one_counts(linkback: Linkback, clock: Clock) -> None:
    await listing(linkback, ListedAction.HOLD)
    await linkback.webmention(SOURCE, TARGET, LISTED)
    clock.move(seconds=1)
    await linkback.webmention(SOURCE, TARGET, OTHER)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED


async def test_a_page_that_changed_is_judged_by_the_network_that_reported_it(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    await listing(linkback, ListedAction.TRUST)
    await linkback.ping(SOURCE, TARGET, LISTED)
    web.page(SOURCE, SHOPS, links_to=TARGET)
    clock.move(days=4)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert mention.status is Status.APPROVED
    assert mention.verdict is not None
    assert [reason.rule for reason in mention.verdict.reasons] == ["owner_lists"]
