"""What the source of a ping says: does it exist, does it really link to the target, and how does it speak of it?"""

from dataclasses import dataclass

from linkback.core.errors import FetchError, Problem, TimedOut, TooBusy
from linkback.core.model import Citation, Page, first_header, retry_after
from linkback.core.pages import citation, document, links


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one look at a source.

    `problem` is None when the link is there, and then `citation` holds what the page says.
    `status` is the HTTP status, None without an answer. `passing` means that trying again may help,
    `late` that the time was over before the answer was. `unchanged` is a 304.
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

    @property
    def mute(self) -> bool:
        """Tell whether the source gave no HTTP answer at all: what a caller must not learn more of."""
        return self.problem is Problem.SOURCE_NOT_FOUND and self.status is None and not self.late


def what_failed(error: FetchError) -> Finding:
    """Say what a fetch that failed means."""
    if isinstance(error, TooBusy):
        return Finding(Problem.TOO_MANY, passing=True, retry_after=error.retry_after)
    late = isinstance(error, TimedOut)
    return Finding(Problem.SOURCE_NOT_FOUND, late=late, passing=not error.permanent)


def what_it_says(page: Page, target: str) -> Finding:
    """Read a source: its status, whether it is text, and whether it holds a real link to the target."""
    if page.status == 304:
        return Finding(status=304, unchanged=True)
    if page.status == 429 or page.status >= 500:
        return Finding(Problem.SOURCE_TROUBLE, status=page.status, passing=True, retry_after=retry_after(page.headers))
    if not 200 <= page.status < 300 or not document.is_text(page):
        return Finding(Problem.SOURCE_NOT_FOUND, status=page.status)
    read = document.read(page)
    link = citation.best(links.find(read, target))
    if link is None:
        # What lies beyond the part that was read may hold the link: no proof that it is not there.
        return Finding(Problem.NO_LINK, status=page.status, passing=page.truncated)
    return Finding(
        citation=citation.cite(read, link, target),
        status=page.status,
        etag=first_header(page.headers, "etag"),
        last_modified=first_header(page.headers, "last-modified"),
    )
