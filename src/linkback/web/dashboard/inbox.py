"""The inbox: the mentions of a person's sites, by time, by host or by page, with a search; all of a host or a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from linkback.core.errors import NotFound
from linkback.core.hygiene import names
from linkback.core.model import HostHistory, Listed, ListedKind, Site, Status
from linkback.desk import Grouping, Shelf, Shown
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.outcome import said_of
from linkback.web.dashboard.telling import KIND_WORDS, PROTOCOL_WORDS, Row, host_url, page_url, row_of, site_of
from linkback.web.dashboard.visiting import Visitor, page, visitor_of
from linkback.web.dashboard.wanted import Wanted, address_of, text_of
from linkback.words import _, later

# Views of the inbox by where mentions stand; the last ones are seldom looked at.
TABS: tuple[tuple[Status, str], ...] = (
    (Status.HELD, later("Waiting")),
    (Status.APPROVED, later("Approved")),
    (Status.SPAM, later("Spam")),
    (Status.REMOVED, later("Removed")),
    (Status.GONE, later("Gone")),
    (Status.RECEIVED, later("To be looked at")),
    (Status.INVALID, later("Without a link")),
)
GROUPS = ((None, later("By time")), (Grouping.HOST, later("By host")), (Grouping.PAGE, later("By page")))


@dataclass(frozen=True, slots=True)
class Heap:
    """Rows that stand together: under a name with its page, or under none. `count` is of all there are, if told."""

    rows: tuple[Row, ...]
    name: str = ""
    url: str = ""
    all_url: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a page with a list shows. `all` is the query of everything that the list shows a part of."""

    wanted: Wanted
    heaps: tuple[Heap, ...]
    older: str
    counts: dict[str, int] | None
    matching: int | None
    newest: int
    all: str

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing on this page."""
        return not any(heap.rows for heap in self.heaps)

    @property
    def shown(self) -> int:
        """Return how many mentions are on this page."""
        return sum(len(heap.rows) for heap in self.heaps)


@dataclass(frozen=True, slots=True)
class HostView:
    """What a page says of a host: where it was seen, and on which lists it is."""

    host: str
    histories: tuple[tuple[Site, HostHistory], ...]
    lists: tuple[tuple[Site, Listed], ...]

    @property
    def url(self) -> str:
        """Return the page of the host."""
        return host_url(self.host)


@get("/dashboard/inbox")
async def inbox_page(request: Asked) -> Template:
    """Show the mentions that an address asks for."""
    visitor, wanted = await visitor_of(request), Wanted.read(request.url.query)
    meant = wanted.selection(visitor.sites, everywhere=visitor.user.admin)
    shelf = await app_of(request).inbox.listing(meant, wanted.group, before=wanted.before)
    view = view_of(wanted, shelf, visitor.sites)
    return await list_page(request, "dashboard/inbox.html", visitor, view)


@get("/dashboard/hosts/{host:str}")
async def host_page(request: Asked, host: FromPath[str]) -> Template:
    """Show what is known of a host at the person's sites, and its mentions."""
    visitor, wanted = await visitor_of(request), replace(Wanted.read(request.url.query), host=host, statuses=())
    within = [site.id for site in visitor.sites]
    try:
        shown = await app_of(request).inbox.host(host, within, before=wanted.before)
    except NotFound:
        raise NotFoundException from None
    view = view_of(wanted, shown.shelf, visitor.sites, f"{host_url(host)}?")
    histories = tuple((site_of(visitor.sites, site_id), known) for site_id, known in shown.histories.items())
    lists = tuple((site, one) for site, _known in histories for one in site.lists if _is_about(one, host))
    return await list_page(request, "dashboard/host.html", visitor, view, HostView(host, histories, lists))


@get("/dashboard/pages")
async def target_page(request: Asked) -> Template:
    """Show the mentions of one of the person's own pages."""
    visitor, wanted = await visitor_of(request), replace(Wanted.read(request.url.query), statuses=())
    target = address_of(text_of(request.url.query, "url"))
    if not target:
        raise NotFoundException
    within = [site.id for site in visitor.sites]
    shown = await app_of(request).inbox.page(target, within, before=wanted.before)
    if not shown.shelf.mentions and not any((shown.shelf.counts or {}).values()):
        raise NotFoundException
    view = view_of(replace(wanted, target=target), shown.shelf, visitor.sites, f"{page_url(target)}&")
    return await list_page(request, "dashboard/target.html", visitor, view, target)


def view_of(wanted: Wanted, shelf: Shelf, sites: Sequence[Site], at: str = "") -> View:
    """Return what a page shows of a shelf; `at` is its own address up to where `before` is added."""
    heaps = _heaps(wanted, shelf, sites)
    older = (
        "" if shelf.before is None else f"{at}before={shelf.before}" if at else replace(wanted, before=shelf.before).url
    )
    counts = None if shelf.counts is None else {status.value: shelf.counts.get(status, 0) for status in Status}
    meant = wanted.statuses or tuple(Status)
    matching = None if counts is None else sum(counts[status.value] for status in meant)
    everything = replace(wanted.first, upto=shelf.newest, group=None).query
    return View(wanted, heaps, older, counts, matching, shelf.newest, everything)


async def list_page(request: Asked, name: str, visitor: Visitor, view: View, about: object = None) -> Template:
    """Return a page with a list, with all that its search and its buttons need."""
    return page(
        request,
        name,
        visitor,
        view=view,
        tabs=_tabs(view),
        groups=[(replace(view.wanted.first, group=by).url, _(words), by == view.wanted.group) for by, words in GROUPS],
        kinds=[("", _("Every kind")), *((kind, _(words)) for kind, words in KIND_WORDS.items())],
        protocols=[("", _("Every protocol")), *PROTOCOL_WORDS.items()],
        choices=[("", _("All sites")), *((str(site.id), site.url) for site in visitor.sites)],
        said=await said_of(request, visitor),
        about=about,
    )


def _is_about(listed: Listed, host: str) -> bool:
    return listed.kind is ListedKind.HOST and names(listed.pattern, host)


def _tabs(view: View) -> list[tuple[str, str, bool]]:
    found = []
    for status, words in TABS:
        count = "" if view.counts is None else f" ({view.counts[status.value]})"
        url = replace(view.wanted.first, statuses=(status,)).url
        found.append((url, _(words) + count, view.wanted.statuses == (status,)))
    url = replace(view.wanted.first, statuses=()).url
    return [*found, (url, _("All"), not view.wanted.statuses)]


def _heaps(wanted: Wanted, shelf: Shelf, sites: Sequence[Site]) -> tuple[Heap, ...]:
    if wanted.group is None:
        return (Heap(_rows(shelf.mentions, sites)),)
    return tuple(_heap(wanted, _rows(group, sites), count) for group, count in shelf.groups)


def _heap(wanted: Wanted, rows: tuple[Row, ...], count: int | None) -> Heap:
    first = rows[0]
    if wanted.group is Grouping.HOST:
        every = replace(wanted.first, group=None, host=first.host)
        return Heap(rows, first.host, first.host_url, every.url, count)
    every = replace(wanted.first, group=None, target=first.target)
    return Heap(rows, first.target, first.page_url, every.url, count)


def _rows(shown: Sequence[Shown], sites: Sequence[Site]) -> tuple[Row, ...]:
    return tuple(row_of(one, site_of(sites, one.mention.site_id)) for one in shown)


ROUTES: tuple[HTTPRouteHandler, ...] = (inbox_page, host_page, target_page)
