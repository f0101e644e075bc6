"""The counters of a host always say what stands in the mentions, whatever happened in whatever order."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, delete, func, select

from linkback.core.model import Ping, Site, Status
from linkback.core.urls import host_of
from linkback.storage import hosts, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import mentions as table
from linkback.storage.tables import sites as sites_table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITES = ["https://me.example/", "https://other.example/"]
SOURCES = st.sampled_from([f"https://{host}.example/{page}" for host in "ab" for page in range(2)])
TARGETS = st.sampled_from(SITES)
PROTOCOLS = st.sampled_from(["pingback", "webmention"])
STATUSES = st.sampled_from(list(Status))


def clear(connection: Connection) -> None:
    connection.execute(delete(sites_table))


def standing(connection: Connection, site_id: int, host: str) -> dict[str, int]:
    rows = connection.execute(
        select(table.c.status, func.count().label("many"))
        .where(table.c.site_id == site_id, table.c.source_host == host)
        .group_by(table.c.status)
    )
    return {row.status: row.many for row in rows}


class Owner(RuleBasedStateMachine):
    """An owner, peers and a worker, each doing as they please."""

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.runner, self.database = runner, database
        self.sites: dict[str, Site] = {}
        self.decided: dict[int, Status] = {}

    def do(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.runner.run(self.database.write(fn, *args, **kwargs))

    @initialize()
    def begin(self) -> None:
        self.do(clear)
        self.sites = {url: self.do(sites.add, url, NOW) for url in SITES}

    @rule(source=SOURCES, page=TARGETS, protocol=PROTOCOLS)
    def peer_pings(self, source: str, page: str, protocol: str) -> None:
        ping = Ping(source, page, protocol)
        kept = self.do(mentions.keep, ping, site_id=self.sites[page].id, now=NOW, look_at=NOW)
        if kept.status is Status.RECEIVED:
            self.decided.pop(kept.id, None)

    @rule(source=SOURCES, page=TARGETS, status=STATUSES, force=st.booleans())
    def rules_settle(self, source: str, page: str, status: Status, force: bool) -> None:
        ping = Ping(source, page, "pingback")
        site_id = self.sites[page].id
        settled = self.do(mentions.settle, Settlement(site_id, source, page, status, NOW, ping=ping, force=force))
        if force:
            self.decided.pop(settled.id, None)

    @rule(source=SOURCES, page=TARGETS, status=STATUSES)
    def person_decides(self, source: str, page: str, status: Status) -> None:
        mention = self.do(mentions.find, source, page)
        if mention is not None:
            self.do(mentions.decide, mention.id, status, by="ana", now=NOW, next_look_at=None)
            self.decided[mention.id] = status

    @rule()
    def worker_claims(self) -> None:
        self.do(mentions.claim, NOW, NOW + timedelta(hours=1), 2)

    @invariant()
    def counters_say_what_stands(self) -> None:
        for site in self.sites.values():
            for host in ("a.example", "b.example"):
                counted = Counter(self.do(hosts.history, site.id, host).counts)
                assert +counted == Counter(self.do(standing, site.id, host)), (site.url, host)

    @invariant()
    def decisions_stand(self) -> None:
        for mention_id, status in self.decided.items():
            mention = self.do(mentions.get, mention_id)
            assert mention.status is status
            assert host_of(mention.source) in {"a.example", "b.example"}


def test_counters_and_decisions_hold_whatever_happens(database: Database) -> None:
    calm = settings(max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
    with asyncio.Runner() as runner:

        class Here(Owner):
            def __init__(self) -> None:
                super().__init__(runner, database)

        run_state_machine_as_test(Here, settings=calm)
