"""Who came of late, held in memory: every verdict asks in what company a source comes.

What this process judged counts at once. What others did is read from the rows that are newer than the last one
known, every few seconds at most; those that were kept before and verified since are found among the last ones.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, select

from linkback.core.company import Arrival, Crowd, burst_step, burst_words
from linkback.core.model import Company, Evidence, Mention
from linkback.core.urls import registrable_domain
from linkback.storage.database import Database
from linkback.storage.mention_rows import host_judged, page_of, to_evidence
from linkback.storage.prepared import Row, always
from linkback.storage.tables import hosts, mentions, to_time, url_key

FRESH_FOR = 3.0  # seconds between two looks at what other processes judged
REMEMBERED = 5000  # rows read at the start
AGAIN = 500  # rows looked through once more each time: they may have waited to be verified
PORTION = 1000  # rows in one read

COLUMNS = (
    *(mentions.c.id, mentions.c.site_id, mentions.c.source_host, mentions.c.target_key, mentions.c.received_at),
    *(hosts.c.approved, mentions.c.evidence),
)
AT_ITS_HOST = and_(hosts.c.site_id == mentions.c.site_id, hosts.c.host == mentions.c.source_host)
LAST = always(select(func.max(mentions.c.id)))
NEWER = always(
    select(*COLUMNS)
    .select_from(mentions.outerjoin(hosts, AT_ITS_HOST))
    .where(mentions.c.id > bindparam("after"), mentions.c.evidence.is_not(None))
    .order_by(mentions.c.id)
    .limit(bindparam("most"))
)


class CrowdBook:
    """Tells in what company a source comes, and when more come than usual."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._now, self._clock = database, now, clock
        self._crowd = Crowd()
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._last_id: int | None = None
        self._steps: dict[int, tuple[int, datetime]] = {}

    async def company_of(self, arrival: Arrival) -> Company:
        """Return in what company an arrival comes, itself left out."""
        if not self._is_fresh():
            async with self._reading:
                if not self._is_fresh():
                    await self._read()
        return self._crowd.company_of(arrival, self._now())

    def note(self, arrival: Arrival) -> None:
        """Count what was judged here and is kept now."""
        self._crowd.add(arrival, self._now())

    def burst(self, site_id: int, company: Company) -> str:
        """Return what to tell of a burst as it begins, and each time it has doubled; empty for anything else."""
        now = self._now()
        usual = self._crowd.usual(site_id, now)
        step = burst_step(company, usual)
        known, at = self._steps.get(site_id, (0, now))
        if (now - at).days >= 1:
            known = 0
        if step <= known:
            return ""
        self._steps[site_id] = (step, now)
        return burst_words(company, usual)

    def _is_fresh(self) -> bool:
        return self._clock() - self._read_at < FRESH_FOR

    async def _read(self) -> None:
        began, now = self._clock(), self._now()
        if self._last_id is None:
            self._last_id = max(0, await self._database.read(last) - REMEMBERED)
            after = self._last_id
        else:
            after = max(0, self._last_id - AGAIN)
        while rows := await self._database.read(newer, after):
            for row in rows:
                if not self._crowd.knows(row[0]):
                    self._crowd.add(_to_arrival(row), now)
            after = rows[-1][0]
            self._last_id = max(self._last_id, after)
        self._read_at = began


def last(connection: Connection) -> int:
    """Return the id of the newest mention, 0 where there is none."""
    return LAST.rows(connection, {})[0][0] or 0


def newer(connection: Connection, after: int) -> list[Row]:
    """Return rows of COLUMNS of judged mentions with an id after that one."""
    return list(NEWER.rows(connection, {"after": after, "most": PORTION}))


def arrival_of(mention: Mention, *, new: bool) -> Arrival:
    """Return a mention as the crowd sees it."""
    makeup = (mention.evidence or Evidence()).makeup
    domain = registrable_domain(host_judged(mention))
    target = url_key(page_of(mention)[1]).hex()
    came = (mention.received_at, new, makeup.template, makeup.wording)
    return Arrival(mention.id, mention.site_id, domain, target, *came)


def _to_arrival(row: Row) -> Arrival:
    mention_id, site_id, host, target_key, received_at, approved, evidence = row
    makeup = (to_evidence(evidence) or Evidence()).makeup
    at, new = to_time(received_at), not approved
    domain, target = registrable_domain(host), bytes(target_key).hex()
    return Arrival(mention_id, site_id, domain, target, at, new, makeup.template, makeup.wording)
