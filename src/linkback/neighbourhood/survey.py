"""The survey: pages that lists say link to a site are looked at, read and judged. The part that reaches the network.

Polite: through the guarded door, one page of a domain at a time, a few domains at once, and a host that has had
enough of us waits for another run. What is due stands on the rows, so a survey that is stopped goes on where it was.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linkback.core import likeness, schedule
from linkback.core.errors import FetchError, TooBusy
from linkback.core.model import Candidate, Evidence, Link, Page, Site, retry_after
from linkback.core.neighbours import BAD_FROM
from linkback.core.neighbours.backlink import Backlink, Found
from linkback.core.pages import citation, document, inside, links, makeup
from linkback.core.pages.document import Document
from linkback.core.rules import judge
from linkback.core.urls import host_of, same_site
from linkback.fetch import Fetch, get
from linkback.neighbourhood.listing import cover
from linkback.storage import backlinks, hosts
from linkback.storage.database import Database
from linkback.storage.lorebook import LoreBook

LEASE = timedelta(seconds=60)  # a look is one fetch of ten seconds, and may wait five for its turn
DOMAINS_AT_ONCE = 8
PAUSE = 60.0  # seconds until a host that had enough of us is asked again, where it names no time
TOO_MANY = 429

Note = Callable[[Backlink], None]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey found: how many pages by state, how many of those that link are bad, how many wait for later."""

    found: Counter[str]
    bad: int
    put_off: int
    waiting: int

    @property
    def looked_at(self) -> int:
        """Return at how many pages it looked."""
        return sum(self.found.values())


@dataclass(slots=True)
class _Run:
    """One survey under way. `resting` are domains that are not asked again in it."""

    site: Site
    began: datetime
    left: int
    note: Note
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    busy: set[str] = field(default_factory=set)
    resting: set[str] = field(default_factory=set)
    found: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    put_off: int = 0


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Looks at listed pages that are due."""

    database: Database
    fetch: Fetch
    lore: LoreBook
    now: Callable[[], datetime]

    async def due(self, site: Site) -> int:
        """Return how many pages wait for a look, those that mentions tell of left out."""
        await cover(self.database, site)
        return await self.database.read(backlinks.count_due, site.id, self.now())

    async def survey(self, site: Site, limit: int, note: Note = lambda _: None) -> Surveyed:
        """Look at pages of a site that are due, at most so many; `note` hears of each as it is done.

        Whoever stops it loses nothing: what was not finished is due again at once, after a crash within a minute.
        """
        await cover(self.database, site)
        run = _Run(site, self.now(), limit, note)
        lanes = [asyncio.ensure_future(self._lane(run)) for _ in range(min(DOMAINS_AT_ONCE, limit))]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
        waiting = await self.database.read(backlinks.count_due, site.id, self.now())
        return Surveyed(run.found, run.bad, run.put_off, waiting)

    async def _lane(self, run: _Run) -> None:
        """Look at one page after the other, as long as there is one of a domain that nobody is at."""
        while claimed := await self._claim(run):
            try:
                await self._look(run, claimed)
            except asyncio.CancelledError:
                await self.database.write(backlinks.put_off, claimed, self.now())
                raise
            finally:
                run.busy.discard(claimed.domain)

    async def _claim(self, run: _Run) -> Backlink | None:
        async with run.turn:
            if run.left <= 0:
                return None
            elsewhere = sorted(run.busy | run.resting)
            claimed = await self.database.write(backlinks.claim, run.site.id, run.began, self.now() + LEASE, elsewhere)
            if claimed:
                run.left -= 1
                run.busy.add(claimed.domain)
            return claimed

    async def _look(self, run: _Run, claimed: Backlink) -> None:
        try:
            page = await self.fetch(get(claimed.source, about=host_of(run.site.url)))
        except TooBusy as error:
            await self._leave_alone(run, claimed, error.retry_after)
            return
        except FetchError as error:
            looked = self._after(claimed, Found.UNREACHABLE, again=not error.permanent)
        else:
            if page.status == TOO_MANY:
                run.resting.add(claimed.domain)
            looked = await self._told(claimed, page, run.site)
        await self.database.write(backlinks.settle, looked)
        run.found[looked.state.value] += 1
        run.bad += looked.verdict is not None and looked.verdict.score >= BAD_FROM
        run.note(looked)

    async def _leave_alone(self, run: _Run, claimed: Backlink, seconds: float | None) -> None:
        """Ask a domain that had enough of us no more in this run."""
        run.resting.add(claimed.domain)
        run.put_off += 1
        await self.database.write(backlinks.put_off, claimed, self.now() + timedelta(seconds=seconds or PAUSE))

    async def _told(self, claimed: Backlink, page: Page, site: Site) -> Backlink:
        """Return what a page that came says."""
        if page.status == TOO_MANY or page.status >= 500:
            return self._after(claimed, Found.UNREACHABLE, again=True, wait=retry_after(page.headers))
        if not 200 <= page.status < 300 or not document.is_text(page):
            return self._after(claimed, Found.GONE)
        read = document.read(page)
        if read.gone_by_meta:
            return self._after(claimed, Found.GONE)
        link, target = _linked(read, claimed.target, site)
        if link is None or same_site(page.url, site.url):
            return self._after(claimed, Found.NO_LINK)
        return await self._judged(claimed, read, link, target, site)

    async def _judged(self, claimed: Backlink, read: Document, link: Link, target: str, site: Site) -> Backlink:
        """Return a page that links to the site with what the judge thinks of it; nobody asked for its target's text."""
        reading, url = makeup.read_of(read, link), read.url
        likely = likeness.compare(reading.text, reading.around, reading.title, None)
        via = tuple(dict.fromkeys(host_of(one) for one in read.page.redirects if host_of(one) != host_of(url)))
        evidence = Evidence(reading.makeup, likely, via=via)
        cited = citation.cite(read, link, target)
        history = await self.database.read(hosts.history, site.id, host_of(url))
        candidate = Candidate(url, target, cited, evidence, site.lists, at=self.now())
        verdict = judge(candidate, history, site.policy, await self.lore.of(site.id))
        return replace(
            self._after(claimed, Found.LINKED), target=target, citation=cited, evidence=evidence, verdict=verdict
        )

    def _after(self, claimed: Backlink, state: Found, *, again: bool = False, wait: float | None = None) -> Backlink:
        """Return a page as it stands after a look that found this, to be tried again where that may help."""
        now, tries = self.now(), claimed.tries + 1
        later = schedule.next_verification(tries, now, wait) if again else None
        return replace(claimed, state=state, fetched_at=now, next_fetch_at=later, tries=tries)


def _linked(read: Document, target: str, site: Site) -> tuple[Link | None, str]:
    """Return the link to cite: one to the page that the list names, else any into the site."""
    if target and (link := citation.best(links.find(read, target))):
        return link, target
    return inside.link_into(read, site.url)
