"""No question that is asked often walks through a table, however long the table gets."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from linkback.core.model import AlertKind, Attempt, Delivery, DeliveryStatus, Mention, Ping, Site, Status
from linkback.storage import (
    actions,
    alerts,
    attempts,
    claims,
    deliveries,
    events,
    figures,
    hosts,
    junk,
    letters,
    mention_writes,
    mentions,
    news,
    notices,
    placing,
    receipts,
    sites,
    told,
    trends,
)
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://a.example/"


def owed(connection: Connection) -> Delivery:
    deliveries.add(connection, [Delivery(0, URL, URL, DeliveryStatus.WAITING, NOW)])
    return deliveries.of(connection, URL)[0]


def attempt(connection: Connection) -> None:
    """Note an attempt; a driver that is traced runs each statement of it."""
    attempts.note(connection, owed(connection).id, Attempt(NOW, DeliveryStatus.SENT, None, None, None, ""))


def quiet_hosts(connection: Connection) -> object:
    """Ask for a host that took nothing lately, so that all that is asked of one is asked."""
    deliveries.note(connection, replace(owed(connection), status=DeliveryStatus.NO_ENDPOINT), NOW)
    return deliveries.quiet_hosts(connection, ["a.example"], NOW)


def sent_from_sites(connection: Connection) -> object:
    """Ask for what was sent from sites at two hosts."""
    meant = {sites.add(connection, url, NOW).id for url in (URL, "https://b.example/")}
    return trends.sent(connection, frozenset(meant), NOW)


QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "find": lambda c: mentions.find(c, URL, URL),
    "find by token": lambda c: mentions.claimed(c, "0" * 40),
    "lock": lambda c: mention_writes.lock(c, b"x", b"y"),
    "again": lambda c: mentions.repeat(c, Ping(URL, URL, "pingback"), NOW),
    "held at a site": lambda c: mentions.count_held(c, 1, 20_000),
    "held of a page": lambda c: mentions.count_held_of(c, URL, 2_000),
    "who sent it": lambda c: receipts.sender_of(c, 1),
    "who sent them": lambda c: receipts.senders_of(c, [1, 2]),
    "what is left of an action": lambda c: actions.is_within(
        c, actions.begin(c, actions.What.SPAM, by="a", now=NOW), [1], "a"
    ),
    "targets": lambda c: mentions.targets_of(c, Mention(1, 1, URL, URL, Status.HELD, NOW)),
    "claims freed": lambda c: claims.free(c, b"x"),
    "events": lambda c: events.of(c, 1),
    "events trimmed": lambda c: events.TRIM.run(c, {"mention": 1, "most": 200}),
    "receipts united": lambda c: receipts.unite(c, 1, 2),
    "claims handed over": lambda c: claims.hand_over(c, 1, 2),
    "events handed over": lambda c: events.hand_over(c, 1, 2),
    "claim": lambda c: mentions.claim(c, NOW, NOW, 10),
    "next due": mentions.next_due,
    "all": mentions.listing,
    "by site": lambda c: mentions.listing(c, site_id=1, before_id=9),
    "by status": lambda c: mentions.listing(c, status=Status.HELD, before_id=9),
    "by site and status": lambda c: mentions.listing(c, site_id=1, status=Status.HELD, before_id=9),
    "by target": lambda c: mentions.listing(c, target=URL, before_id=9),
    "by site and target": lambda c: mentions.listing(c, site_id=1, target=URL),
    "by all": lambda c: mentions.listing(c, site_id=1, target=URL, status=Status.HELD),
    "pingbacks": lambda c: mentions.sources_of(c, URL),
    "waiting": lambda c: mentions.count_waiting(c, "a.example"),
    "history": lambda c: hosts.history(c, 1, "a.example"),
    "taken away": lambda c: list(hosts.TAKEN.rows(c, {"site": 1, "host": "a.example"})),
    "junk counted": lambda c: figures.junk(c, 1, NOW),
    "held of late": lambda c: figures.count(c, 1, Status.HELD, NOW),
    "junk of a portion": lambda c: junk.count_away(c, [1, 2]),
    "alerts of a site": lambda c: alerts.every(c, site_id=1, since=NOW),
    "alert again": lambda c: alerts.raise_alert(c, sites.add(c, URL, NOW).id, AlertKind.BURST, "", "Many.", NOW),
    "receipt": lambda c: receipts.of(c, 1),
    "deliveries of": lambda c: deliveries.of(c, URL),
    "deliveries due": lambda c: deliveries.claim(c, NOW, NOW, 10),
    "deliveries due of these": lambda c: deliveries.claim_ids(c, [1, 2], NOW, NOW),
    "deliveries next due": deliveries.next_due,
    "deliveries by status": lambda c: deliveries.listing(c, status=DeliveryStatus.WAITING),
    "deliveries of a post, listed": lambda c: deliveries.listing(c, source=URL, before_id=9),
    "deliveries to a page": lambda c: deliveries.listing(c, target=URL),
    "deliveries of sites": lambda c: deliveries.listing(c, sites=[URL, f"{URL}blog/", "https://b.example/"]),
    "deliveries told": lambda c: deliveries.told(c, URL),
    "quiet hosts": quiet_hosts,
    "attempts": lambda c: attempts.of(c, 1),
    "an attempt noted": attempt,
    "mentions to be decided": lambda c: placing.lock(c, [1, 2]),
    "mentions that are not there": lambda c: placing.missing(c, [1, 2]),
    "actions": actions.latest,
    "the last action": actions.last,
    "an action": lambda c: actions.mark_undone(c, actions.Action(1, NOW, "ana", actions.What.SPAM), NOW),
    "what an action did": lambda c: actions.decisions_of(c, 1, after=1, limit=10),
    "what was taught": lambda c: actions.taught(c, [1, 2]),
    "mentions by day": lambda c: trends.by_status(c, frozenset({1, 2}), NOW),
    "mentions by day and protocol": lambda c: trends.by_protocol(c, frozenset({1, 2}), NOW),
    "junk by day": lambda c: trends.junk(c, frozenset({1, 2}), NOW),
    "junk by rule": lambda c: trends.rules(c, frozenset({1, 2}), NOW),
    "hosts and pages ranked": lambda c: trends.ranking(c, frozenset({1, 2}), NOW),
    "new hosts": lambda c: trends.new_hosts(c, frozenset({1, 2}), NOW),
    "gone links": lambda c: trends.gone(c, frozenset({1, 2}), NOW),
    "waiting at sites": lambda c: trends.waiting(c, frozenset({1, 2})),
    "deliveries by day": lambda c: trends.sent(c, None, NOW),
    "deliveries of sites by day": sent_from_sites,
    "decisions handed over": lambda c: actions.hand_over(c, 1, 2),
    "news due": lambda c: news.due(c, NOW, 10),
    "news next due": news.next_due,
    "news handed over": lambda c: news.hand_over(c, 1, 2),
    "news of sites with webhooks": lambda c: news.hooked(c, [1, 2]),
    "notices of a person": lambda c: notices.of(c, 1, 10),
    "notices in a letter": lambda c: notices.drop(c, 1, 10),
    "notices handed over": lambda c: notices.hand_over(c, 1, 2),
    "people to write to": lambda c: notices.claim(c, NOW, NOW, 10),
    "people next due": notices.next_due,
    "letters due": lambda c: letters.claim(c, NOW, NOW, 10),
    "letters next due": letters.next_due,
    "the latest letter": lambda c: letters.last_at(c, 1),
    "letters refused": lambda c: letters.trouble_with(c, 1, "a@b.example"),
    "what a letter tells": lambda c: told.mentions_of(c, [1, 2]),
    "what waits, told": lambda c: told.waiting(c, [1, 2], 10),
    "what waits anywhere, told": lambda c: told.waiting(c, None, 10),
    "what waits, counted": lambda c: told.count_waiting(c, [1, 2]),
    "junk, told": lambda c: told.junk_since(c, [1, 2], NOW),
    "changes, told": lambda c: told.changes_of(c, 1, NOW, 4),
}
# Read in order from an end, or nothing but what waits.
FINE = ("SCAN mentions USING COVERING INDEX mentions_due", "SCAN deliveries USING COVERING INDEX deliveries_due")
TABLES = tuple(f"SCAN {name}" for name in metadata.tables)
LISTED_FROM_THE_END = {
    "all": "SCAN mentions",
    "actions": "SCAN actions",
    "the last action": "SCAN actions",
    "deliveries by day": "SCAN deliveries",
}


def plans(connection: Connection, question: Callable[[Connection], object]) -> Iterator[str]:
    driver: Any = connection.connection.driver_connection
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    question(connection)
    driver.set_trace_callback(None)
    for words in asked:
        for row in driver.execute(f"EXPLAIN QUERY PLAN {words}").fetchall():
            yield row[3]


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_question_is_answered_from_an_index(name: str, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, QUESTIONS[name])))
    database.close()
    walked = [plan for plan in found if plan.startswith(TABLES) and not plan.startswith(FINE)]
    assert found
    assert [plan for plan in walked if plan != LISTED_FROM_THE_END.get(name)] == []


@pytest.mark.parametrize("name", ["all", "by site", "by status", "by site and status", "deliveries by status", "claim"])
async def test_a_page_is_read_in_order_and_not_sorted(name: str, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, QUESTIONS[name])))
    database.close()
    assert not [plan for plan in found if "TEMP B-TREE" in plan]


SMALLEST = {
    "deliveries of sites by day": "deliveries_by_source_host",
    "waiting": "mentions_by_host",
    "taken away": "mentions_taken_away",
    "junk counted": "mentions_junk",
}


@pytest.mark.parametrize("name", SMALLEST)
async def test_a_question_about_few_is_not_answered_by_walking_through_many(name: str, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, QUESTIONS[name])))
    database.close()
    assert any(SMALLEST[name] in plan for plan in found)


def asked_by_postgresql(connection: Connection, question: Callable[[Connection], object]) -> list[str]:
    """Return the plan of each statement that a question asks, where no table is too small for an index."""
    asked: list[tuple[str, Any]] = []

    class Listening(connection.connection.driver_connection.cursor_factory):  # type: ignore[misc, name-defined]  # known at run time only
        """A cursor that remembers what it was asked."""

        def execute(self, words: Any, values: Any = None, **more: Any) -> Any:
            asked.append((words, values))
            return super().execute(words, values, **more)

    driver: Any = connection.connection.driver_connection
    plainly, driver.cursor_factory = driver.cursor_factory, Listening
    question(connection)
    driver.cursor_factory = plainly
    driver.execute("SET LOCAL enable_seqscan = off")
    found = []
    for words, values in asked:
        found.append("\n".join(row[0] for row in driver.execute(f"EXPLAIN {words}", values).fetchall()))
    return found


@pytest.mark.parametrize("name", ["find", "lock"])
async def test_postgresql_finds_a_pair_by_its_keys_alone(name: str, postgres_url: str) -> None:
    database = Database.open(postgres_url)
    found = await database.write(asked_by_postgresql, QUESTIONS[name])
    database.close()
    assert found
    for plan in found:
        assert "mentions_key_key" in plan
        assert "claims_pkey" in plan
        assert "Seq Scan" not in plan


@pytest.mark.parametrize(("status", "told"), [(Status.SPAM, 0), (Status.HELD, 1), (Status.APPROVED, 1)])
async def test_a_first_ping_costs_one_question_and_three_writes_and_one_where_it_is_news(
    sqlite_url: str, status: Status, told: int
) -> None:
    database = Database.open(sqlite_url)
    site = await database.write(sites.add, "https://me.example/", NOW)
    asked = await database.write(first_ping, site, status)
    database.close()
    assert [words.split()[:3] for words in asked] == [
        ["SELECT", "mentions.id,", "mentions.site_id,"],
        ["INSERT", "INTO", "mentions"],
        ["INSERT", "INTO", "receipts"],
        ["INSERT", "INTO", "hosts"],
        *[["INSERT", "INTO", "news"]] * told,
    ]


def first_ping(connection: Connection, site: Site, status: Status) -> list[str]:
    driver: Any = connection.connection.driver_connection
    asked: list[str] = []
    ping = Ping(URL, site.url, "pingback")
    driver.set_trace_callback(asked.append)
    mentions.find(connection, ping.source, ping.target)
    mentions.settle(connection, Settlement(site.id, ping.source, ping.target, status, NOW, ping=ping))
    driver.set_trace_callback(None)
    return asked


@pytest.mark.parametrize("name", ["mentions by day", "mentions by day and protocol", "waiting at sites"])
async def test_mentions_are_counted_from_an_index_alone(name: str, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, QUESTIONS[name])))
    database.close()
    index = "SEARCH mentions USING COVERING INDEX mentions_by_site_and_status (site_id=? AND status=?)"
    assert [plan for plan in found if " mentions " in plan] == [index]
