"""Webhooks and their calls: kept, claimed one at a time for each, noted, and dropped together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from linkback.core.errors import NotFound
from linkback.core.model import Call, HookForm, NewsKind, Webhook
from linkback.storage import calls, sites, webhooks
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
WANTED = Webhook(
    0, 1, "https://hooks.example/in", "sesame", HookForm.WEBMENTION_IO, frozenset({NewsKind.GONE, NewsKind.PUBLISHED})
)


def put(connection: Connection, hooks: int = 1, each: int = 1) -> list[Webhook]:
    """Put webhooks there that are owed calls, the first call of each first."""
    site = sites.add(connection, "https://me.example/", NOW)
    made = [webhooks.add(connection, replace(WANTED, site_id=site.id), NOW) for _ in range(hooks)]
    for _ in range(each):
        for webhook in made:
            calls.add(connection, Call(0, webhook.id, NewsKind.GONE, b"{}", NOW, NOW))
    return made


async def test_a_webhook_is_read_back_as_it_was_kept(database: Database) -> None:
    (made,) = await database.write(put)
    assert made == replace(WANTED, id=made.id, site_id=made.site_id, created_at=NOW)
    assert await database.read(webhooks.get, made.id) == made
    assert await database.read(webhooks.of, made.site_id) == [made]
    await database.write(webhooks.pause, made.id, paused=True)
    assert (await database.read(webhooks.get, made.id)).paused


@pytest.mark.parametrize("webhook_id", [0, -1, 2**63, 77])
async def test_what_is_not_there_is_not_found(database: Database, webhook_id: int) -> None:
    with pytest.raises(NotFound):
        await database.read(webhooks.get, webhook_id)
    with pytest.raises(NotFound):
        await database.read(calls.get, webhook_id)


async def test_of_each_webhook_one_call_is_claimed_and_none_of_a_busy_one(database: Database) -> None:
    first, second, third = await database.write(put, 3, 2)
    claimed = await database.write(calls.claim, NOW, LATER, 10, (second.id,))
    assert [(call.webhook_id, call.next_try_at) for call in claimed] == [(first.id, LATER), (third.id, LATER)]
    after = await database.write(calls.claim, NOW, LATER, 1)
    assert len(after) == 1
    assert await database.read(calls.next_due) == NOW


async def test_what_is_due_is_found_without_walking_through_the_logs(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    found = await database.write(plan_of_a_claim)
    database.close()
    assert found
    assert not [step for step in found if step.startswith("SCAN")]


def plan_of_a_claim(connection: Connection) -> list[str]:
    """Return the steps in which a claim is looked for."""
    driver: Any = connection.connection.driver_connection
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    calls.claim(connection, NOW, LATER, 10, (7,))
    driver.set_trace_callback(None)
    return [row[3] for words in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {words}").fetchall()]


async def test_nothing_is_claimed_before_its_time(database: Database) -> None:
    (webhook,) = await database.write(put)
    (call,) = await database.write(calls.claim, NOW, LATER, 10)
    assert await database.write(calls.claim, NOW, LATER, 10) == []
    again = replace(call, next_try_at=LATER, tries=1, status=503, message="later\0")
    await database.write(calls.note, again)
    assert await database.write(calls.claim, NOW, LATER, 10) == []
    assert await database.write(calls.claim, LATER, LATER, 10) == [replace(again, message="later")]
    assert await database.read(calls.log, webhook.id) == [replace(again, message="later")]


async def test_a_webhook_is_forgotten_with_its_log(database: Database) -> None:
    (webhook,) = await database.write(put)
    await database.write(webhooks.drop, webhook.id)
    assert await database.read(calls.log, webhook.id) == []
    assert await database.read(calls.next_due) is None
    with pytest.raises(NotFound):
        await database.write(webhooks.drop, webhook.id)


async def test_what_is_given_up_is_done_with_and_stays_in_the_log(database: Database) -> None:
    first, second = await database.write(put, 2)
    await database.write(calls.give_up, first.id, "paused", NOW)
    (call,) = await database.read(calls.log, first.id)
    assert (call.next_try_at, call.done_at, call.message) == (None, NOW, "paused")
    assert [call.webhook_id for call in await database.write(calls.claim, NOW, LATER, 10)] == [second.id]


async def test_a_log_is_read_a_page_at_a_time(database: Database) -> None:
    (webhook,) = await database.write(put, 1, 3)
    first = await database.read(calls.log, webhook.id, limit=2)
    rest = await database.read(calls.log, webhook.id, before_id=first[-1].id, limit=2)
    ids = [call.id for call in (*first, *rest)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
