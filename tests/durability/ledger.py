"""What stands in the database, seen by somebody who is no part of the product."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, func, insert, select, text, update
from sqlalchemy.pool import NullPool

from linkback.core.model import Status
from linkback.storage.tables import deliveries, feeds, followed_posts, hosts, mentions, metadata, receipts

RECEIVED = Status.RECEIVED.value


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Connect, and commit at the end."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def statuses(url: str) -> dict[str, str]:
    """Return the status of each source's mention; fails when a source has two."""
    with connected(url) as connection:
        rows = connection.execute(select(mentions.c.source, mentions.c.status)).all()
    found = {row.source: row.status for row in rows}
    assert len(found) == len(rows), "a pair stands there twice"
    return found


def waiting(url: str) -> int:
    """Return how many mentions wait for their first look."""
    with connected(url) as connection:
        wanted = select(func.count()).select_from(mentions).where(mentions.c.status == RECEIVED)
        return connection.execute(wanted).scalar_one()


def age_leases(url: str) -> None:
    """Let as much time pass for what is under way as it takes to become due again."""
    with connected(url) as connection:
        connection.execute(update(mentions).where(mentions.c.status == RECEIVED).values(next_look_at=0))
        connection.execute(update(deliveries).where(deliveries.c.next_try_at.is_not(None)).values(next_try_at=0))
        connection.execute(
            update(followed_posts).where(followed_posts.c.next_send_at.is_not(None)).values(next_send_at=0)
        )


def poll_now(url: str) -> None:
    """Make every feed due, whoever may be polling it."""
    with connected(url) as connection:
        connection.execute(update(feeds).values(next_poll_at=0))


def watch(url: str, address: str) -> None:
    """Have a feed polled now, as one that is watched from today on, or once more."""
    with connected(url) as connection:
        if not connection.execute(
            update(feeds).where(feeds.c.url == address).values(next_poll_at=0, message="")
        ).rowcount:
            connection.execute(insert(feeds), {"url": address, "created_at": 0, "since_at": 0, "next_poll_at": 0})


def messages(url: str) -> dict[str, str]:
    """Return what the last poll of each feed came to; of one that was not polled, nothing."""
    with connected(url) as connection:
        return {row.url: row.message for row in connection.execute(select(feeds.c.url, feeds.c.message))}


def posts(url: str) -> dict[str, bool]:
    """Return for each post that a feed listed whether it is still to be told of."""
    with connected(url) as connection:
        rows = connection.execute(select(followed_posts.c.url, followed_posts.c.next_send_at)).all()
    return {row.url: row.next_send_at is not None for row in rows}


def reports(url: str) -> Counter[str]:
    """Return how many reports by each protocol all receipts together stand for."""
    with connected(url) as connection:
        rows = connection.execute(select(receipts.c.protocol, receipts.c.times)).all()
    counted = Counter[str]()
    for protocol, times in rows:
        counted[protocol] += times
    return counted


def sent(url: str) -> set[str]:
    """Return the targets that the ledger calls told."""
    with connected(url) as connection:
        return set(connection.execute(select(deliveries.c.target).where(deliveries.c.status == "sent")).scalars())


def contents(url: str) -> dict[str, list[object]]:
    """Return every row of every table."""
    with connected(url) as connection:
        return {name: [*map(tuple, connection.execute(select(table)))] for name, table in metadata.tables.items()}


def assert_sound(url: str) -> None:
    """Fail when the database is damaged, or its counters do not say what its rows do."""
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()
        rows = connection.execute(select(mentions.c.source_host, mentions.c.status)).all()
        counted = connection.execute(select(hosts)).mappings().all()
    really = Counter((host, status) for host, status in rows)
    noted = Counter({(row["host"], status.value): row[status.value] for row in counted for status in Status})
    assert really == noted
