"""Three hundred silent sources at once: each caller is answered in time, each ping is kept, and verified in the end."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from statistics import median

import pytest

from tests.durability.ledger import assert_sound, statuses, waiting
from tests.durability.pinging import each, ping, watched
from tests.durability.programs import desk, wait_for
from tests.durability.web import Web, open_web

PINGS = 300
WAIT = 1.0  # seconds a caller waits
PROMISED = WAIT + 0.5
SLACK = 3.0  # what a machine that runs other tests may take longer
HEALTH_PROMISED = 1.0


@pytest.fixture
async def wide_web() -> AsyncIterator[Web]:
    """A web of sixty hosts: no host's own limit is met."""
    async with open_web(60) as opened:
        yield opened


@pytest.mark.parametrize("inline", [0, 20], ids=["room for all", "room for twenty"])
async def test_a_flood_of_silent_sources_is_kept_and_verified(
    tmp_path: Path, sqlite_url: str, wide_web: Web, inline: int, record_property: Callable[[str, object], None]
) -> None:
    sources = [wide_web.spread("hang", number) for number in range(PINGS)]
    with desk(tmp_path, sqlite_url, wide_web, wait=WAIT, inline=inline) as office:
        server = await office.serve()
        async with watched(server.url) as looks:
            outcomes = await each(lambda source: ping(server.url, source, wide_web.target), sources, PINGS)
            assert [outcome for outcome in outcomes if not outcome.later] == []
            assert statuses(sqlite_url).keys() == set(sources)
            wide_web.released.set()
            await wait_for(lambda: not waiting(sqlite_url))
        assert statuses(sqlite_url) == dict.fromkeys(sources, "held")
        assert_sound(sqlite_url)
        seconds = [outcome.seconds for outcome in outcomes]
        record_property("seconds to an answer: median, last", (median(seconds), max(seconds)))
        record_property("seconds to /health", max(looks))
        assert median(seconds) < PROMISED * 1.5
        assert max(seconds) < PROMISED * SLACK
        assert max(looks) < HEALTH_PROMISED * SLACK
