"""linkback report junk and alerts: what was kept away, and what the owner is warned of."""

import asyncio
from datetime import UTC, datetime

import pytest

from linkback.core.model import AlertKind, Status
from linkback.core.rules import RULES
from linkback.desk import open_database
from linkback.settings import Settings
from linkback.storage.alerts import raise_alert
from linkback.web.spoken import RULE_WORDS
from tests.cli.conftest import SITE, Desk

NOW = datetime.now(UTC)


@pytest.fixture
def site(linkback: Desk) -> Desk:
    linkback("sites", "add", SITE)
    return linkback


def warn(desk: Desk, message: str) -> None:
    async def write() -> None:
        async with open_database(Settings(database=desk.url)) as database:
            await database.write(raise_alert, 1, AlertKind.BURST, "", message, NOW)

    asyncio.run(write())


def test_what_was_kept_away_is_counted_by_rule_and_domain(site: Desk) -> None:
    for number in range(3):
        site.mention(status=Status.SPAM, source=f"https://deep.casino.example/{number}")
    site.mention()
    told = site("report", "junk", "--days", "3650")
    assert told.status == 0, told.err
    assert f"Junk kept away from {SITE} in the last 3650 days: 3." in told.out
    assert "0 were approved, and 1 waits for you." in told.out
    assert "casino.example" in told.out
    found = site("report", "junk", "--days", "3650", "--json").json
    assert (found["junk"], found["held"], found["domains"]) == (3, 1, {"casino.example": 3})
    assert sum(found["by_rule"].values()) == sum(found["by_day"].values()) == 3


def test_a_quiet_site_is_told_in_a_line(site: Desk) -> None:
    told = site("report", "junk")
    assert told.out == (
        f"Junk kept away from {SITE} in the last 7 days: 0. In the same time 0 were approved, and 0 wait for you.\n"
    )


def test_an_alert_is_listed_once_with_how_often_it_was_raised(site: Desk) -> None:
    for count in (60, 120):
        warn(site, f"{count} mentions came within an hour.")
    told = site("report", "alerts")
    assert told.out.count("mentions came within an hour.") == 1
    [alert] = site("report", "alerts", "--json").json
    assert (alert["kind"], alert["count"], alert["message"]) == ("burst", 2, "120 mentions came within an hour.")
    assert alert["site"] == SITE
    assert "120 mentions" in site("report", "junk").out


def test_no_alert_is_told_in_a_sentence(site: Desk) -> None:
    assert site("report", "alerts").err == "There is nothing to warn you of.\n"


def test_alerts_of_several_sites_say_which_one_is_meant(site: Desk) -> None:
    site("sites", "add", "https://other.example/")
    warn(site, "60 mentions came within an hour.")
    assert SITE in site("report", "alerts").out
    assert site("report", "alerts", "--site", "https://other.example/", "--json").json == []


def test_every_rule_has_words_for_the_report() -> None:
    names = {rule.__module__.rpartition(".")[2] for rule in RULES}
    assert names <= RULE_WORDS.keys()
