"""What the source of a ping says: does it exist, does it really link to the target, and how does it speak of it?"""

from collections.abc import Iterable
from dataclasses import dataclass

from linkback.core import likeness
from linkback.core.errors import FetchError, Problem, TimedOut, TooBusy
from linkback.core.likeness import Profile
from linkback.core.model import Citation, Likeness, Link, Makeup, Page, first_header, retry_after
from linkback.core.pages import citation, document, links, makeup
from linkback.core.pages.document import Document
from linkback.core.urls import host_of

GONE = 410
# How a look in vain is called, by what it found. Trouble with the target has no word: nothing there is linked to.
NO_LINK, SOURCE_NOT_FOUND, UNREACHABLE = "no_link", "source_not_found", "unreachable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one look at a source.

    `problem` is None when the link is there, and then `citation` holds what the page says.
    `status` is the HTTP status, None without an answer. `passing` means that trying again may help,
    `late` that the time was over before the answer was. `unchanged` is a 304. `page` is where
    redirects led, empty where there were none, and `via` the other hosts that they came by. `makeup` and
    `likeness` are for the judge.
    """

    problem: Problem | None = None
    citation: Citation = Citation()
    status: int | None = None
    passing: bool = False
    late: bool = False
    unchanged: bool = False
    retry_after: float | None = None
    etag: str | None = None
    last_modified: str | None = None
    page: str = ""
    via: tuple[str, ...] = ()
    makeup: Makeup = Makeup()
    likeness: Likeness = Likeness()

    @property
    def mute(self) -> bool:
        """Tell whether the source gave no HTTP answer at all: what a caller must not learn more of."""
        return self.problem is Problem.SOURCE_NOT_FOUND and self.status is None and not self.late

    @property
    def shows_link(self) -> bool:
        """Tell whether the source was read anew and holds the link."""
        return self.problem is None and not self.unchanged

    @property
    def came_to_the_source(self) -> bool:
        """Tell whether the source was asked at all: neither our own limits nor the own page were in the way."""
        return self.problem is not Problem.TOO_MANY and not (self.problem is Problem.TARGET_NOT_FOUND and self.passing)

    @property
    def trouble(self) -> str:
        """Return how a look in vain is called: no_link, source_not_found or unreachable; empty where the link is."""
        if self.problem is None:
            return ""
        if self.problem is Problem.SOURCE_NOT_FOUND:
            return UNREACHABLE if self.status is None else SOURCE_NOT_FOUND
        return UNREACHABLE if self.problem is Problem.SOURCE_TROUBLE else NO_LINK


def what_failed(error: FetchError) -> Finding:
    """Say what a fetch that failed means."""
    if isinstance(error, TooBusy):
        return Finding(Problem.TOO_MANY, passing=True, retry_after=error.retry_after)
    late = isinstance(error, TimedOut)
    return Finding(Problem.SOURCE_NOT_FOUND, late=late, passing=not error.permanent)


def what_it_says(
    page: Page, targets: Iterable[str], *, conditional: bool = False, own: Profile | None = None
) -> Finding:
    """Read a source: its status, whether it is text, and whether it holds a real link to one of the targets.

    `conditional` says that it was asked only for what has changed: a 304 to any other question answers nothing.
    `own` is the page that is linked to, where it is known.
    """
    led_to = page.url if page.redirects else ""
    if conditional and page.status == 304:
        return Finding(status=304, unchanged=True, page=led_to)
    if page.status == 429 or page.status >= 500:
        return Finding(Problem.SOURCE_TROUBLE, status=page.status, passing=True, retry_after=retry_after(page.headers))
    if not 200 <= page.status < 300 or not document.is_text(page):
        return Finding(Problem.SOURCE_NOT_FOUND, status=page.status)
    read = document.read(page)
    if read.gone_by_meta:
        return Finding(Problem.SOURCE_NOT_FOUND, status=GONE)
    link, target = _linked(read, targets)
    if link is None:
        # What lies beyond the part that was read may hold the link: no proof that it is not there.
        return Finding(Problem.NO_LINK, status=page.status, passing=page.truncated)
    reading = makeup.read_of(read, link)
    return Finding(
        citation=citation.cite(read, link, target),
        status=page.status,
        etag=first_header(page.headers, "etag"),
        last_modified=first_header(page.headers, "last-modified"),
        page=led_to,
        via=_by_way_of(page),
        makeup=reading.makeup,
        likeness=likeness.compare(reading.text, reading.around, reading.title, own),
    )


def _by_way_of(page: Page) -> tuple[str, ...]:
    """Return the hosts that redirected to a page, each once, its own left out."""
    hosts = dict.fromkeys(map(host_of, page.redirects))
    return tuple(host for host in hosts if host != host_of(page.url)) if hosts else ()


def _linked(read: Document, targets: Iterable[str]) -> tuple[Link | None, str]:
    """Return the link to cite and the target that it leads to: the first target that there is any link to."""
    for target in targets:
        if link := citation.best(links.find(read, target)):
            return link, target
    return None, ""
