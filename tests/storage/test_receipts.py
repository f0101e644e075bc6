"""Receipts: what is remembered of a report, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from linkback.core.model import Mention, Ping, Receipt
from linkback.storage import mentions, receipts, sites
from linkback.storage.database import Database
from linkback.storage.tables import receipts as table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def mention(database: Database) -> Mention:
    site = await database.write(sites.add, "https://me.example/", NOW)
    ping = Ping("https://a.example/", "https://me.example/", "webmention", "2001:db8::1")
    return await database.write(mentions.keep, ping, site_id=site.id, now=NOW, look_at=NOW)


def senders(connection: Connection) -> list[str | None]:
    return list(connection.execute(select(table.c.sender).order_by(table.c.protocol)).scalars())


async def test_receipts_come_in_the_order_of_their_first_report(database: Database, mention: Mention) -> None:
    again = Ping(mention.source, mention.target, "pingback", "2001:db8::2")
    await database.write(receipts.add, mention.id, again, NOW + DAY)
    expected = (Receipt("webmention", NOW, NOW), Receipt("pingback", NOW + DAY, NOW + DAY))
    assert await database.read(receipts.of, mention.id) == expected
    assert await database.read(receipts.of_many, [mention.id, 999]) == {mention.id: expected}


async def test_a_senders_address_is_forgotten_and_the_receipt_stays(database: Database, mention: Mention) -> None:
    again = Ping(mention.source, mention.target, "pingback", "2001:db8::2")
    await database.write(receipts.add, mention.id, again, NOW + DAY)
    assert await database.write(receipts.forget_senders, NOW + DAY) == 1
    assert await database.read(senders) == ["2001:db8::2", None]
    assert await database.write(receipts.forget_senders, NOW + DAY) == 0
    assert len(await database.read(receipts.of, mention.id)) == 2


async def test_the_address_that_reported_last_is_known_until_it_is_forgotten(
    database: Database, mention: Mention
) -> None:
    assert await database.read(receipts.sender_of, mention.id) == "2001:db8::1"
    for days, sender in ((1, "2001:db8::2"), (2, None)):
        again = Ping(mention.source, mention.target, "trackback" if sender is None else "pingback", sender)
        await database.write(receipts.add, mention.id, again, NOW + days * DAY)
    assert await database.read(receipts.sender_of, mention.id) == "2001:db8::2"
    await database.write(receipts.forget_senders, NOW + 3 * DAY)
    assert await database.read(receipts.sender_of, mention.id) is None
    assert await database.read(receipts.sender_of, 999) is None
