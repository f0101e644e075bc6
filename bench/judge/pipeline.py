"""The pipeline: what Linkback does with a page between the fetch and the verdict, without a server or a database.

Read once (`read_all`, on all cores), judged as often as one likes (`owner.simulate`).
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from multiprocessing import get_context
from time import process_time

from bench.judge.cases import Case, Own
from linkback.core import likeness
from linkback.core.likeness import Profile
from linkback.core.model import Citation, Company, Evidence, Likeness, Makeup, Page
from linkback.core.pages import citation, document, links, makeup
from linkback.core.urls import host_of, registrable_domain

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
HTML = (("content-type", "text/html; charset=utf-8"),)
PORTION = 100  # cases that a process reads at once
PROFILES = 256  # own pages whose profile is remembered; a site of the bench has some forty


@dataclass(frozen=True, slots=True)
class Read:
    """A case as it was read: all that the judge sees of it but the company that it comes in.

    `cpu` are the seconds of processor time that the judge's part of the reading took: makeup and likeness.
    """

    case: Case
    citation: Citation
    makeup: Makeup
    likeness: Likeness
    cpu: float = 0.0

    @property
    def host(self) -> str:
        return host_of(self.case.source)

    @property
    def domain(self) -> str:
        return registrable_domain(self.host)

    @property
    def at(self) -> datetime:
        return BEGAN + timedelta(minutes=self.case.minute)

    def evidence(self, company: Company) -> Evidence:
        """Return what is known of the source in some company."""
        return Evidence(self.makeup, self.likeness, company, self.case.via)


def read_case(case: Case) -> Read:
    """Read a case as Linkback would; raises ValueError for a page without the link, which is never judged."""
    page = Page(status=200, headers=HTML, body=case.html.encode(), url=case.source)
    read = document.read(page)
    link = citation.best(links.find(read, case.own.url))
    if link is None:
        raise ValueError(f"{case.source} ({case.family}) has no link to {case.own.url}")
    said = citation.cite(read, link, case.own.url)
    profile = profile_of(case.own)
    began = process_time()
    reading = makeup.read_of(read, link)
    alike = likeness.compare(reading.text, reading.around, reading.title, profile)
    return Read(case, said, reading.makeup, alike, process_time() - began)


@lru_cache(PROFILES)
def profile_of(own: Own) -> Profile:
    """Return what is kept of an own page."""
    read = document.read(Page(status=200, headers=HTML, body=own.html.encode(), url=own.url))
    return likeness.profile_of(makeup.text_of(read), read.title, read.language)


def read_all(cases: Sequence[Case], processes: int | None = None) -> list[Read]:
    """Read all cases, in their order, on as many cores as there are unless told."""
    processes = processes or len(os.sched_getaffinity(0))
    portions = [cases[start : start + PORTION] for start in range(0, len(cases), PORTION)]
    if processes == 1 or len(portions) < 2:
        return [read_case(case) for case in cases]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return [read for portion in pool.map(_read_portion, portions) for read in portion]


def _read_portion(portion: Iterable[Case]) -> list[Read]:
    return [read_case(case) for case in portion]
