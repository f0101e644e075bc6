"""The sites of a person, and how one is added and proven to be theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.app import ProposedSite, endpoint_with, file_name, record_name, record_text
from linkback.core.errors import NotFound, Unfit
from linkback.core.model import Moderation, Site, Status
from linkback.core.protocols import PROTOCOLS, pingback, webmention
from linkback.core.urls import host_of
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard import checking, pasting
from linkback.web.dashboard.portions import portion_of
from linkback.web.dashboard.visiting import Form, Visitor, moved, page, sent_form, visitor_of
from linkback.words import _, later

ADD = "/dashboard/sites/add"
ONE = f"{ADD}/{{proposal_id:int}}"
SEE_OTHER = HTTPStatus.SEE_OTHER

MODES: Mapping[Moderation, str] = {
    Moderation.HOLD: later("Every mention waits for you"),
    Moderation.FIRST_TIME: later("The first mention of each host waits for you"),
    Moderation.JUDGE: later("What the judge finds good is published"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A site as the list shows it."""

    site: Site
    waiting: int
    published: int
    protocols: str
    moderation: str
    owned: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """What a person pastes to prove a site, in each of the three ways; no `record` where the host can have none."""

    element: str
    header: str
    pingback: str
    file: str
    record: str
    text: str


@get("/dashboard/sites")
async def sites_page(request: Asked) -> Template:
    """Show the sites of a person, and what waits at each."""
    visitor = await visitor_of(request)
    portion = portion_of(request, visitor.sites)
    counts = await app_of(request).inbox.standing([site.id for site in portion.rows])
    rows = [_row(visitor, site, counts) for site in portion.rows]
    proposals = await app_of(request).ownership.of(visitor.user)
    return page(request, "dashboard/sites.html", visitor, rows=rows, portion=portion, proposals=proposals)


@get(ADD)
async def add_page(request: Asked) -> Template:
    """Ask for the address of a site."""
    visitor = await visitor_of(request)
    return _add_page(request, visitor)


@post(ADD, status_code=SEE_OTHER)
async def add_site(request: Asked) -> Redirect | Template:
    """Begin to prove a site; an admin may add it at once."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    url, ownership = form.first("url"), app_of(request).ownership
    try:
        if form.has("unproven"):
            site = await ownership.add(visitor.user, url)
            return moved(f"/dashboard/sites/{site.id}/paste", said="site-added")
        proposed = await ownership.propose(visitor.user, url)
    except Unfit as error:
        return _add_page(request, visitor, form, error)
    return moved(f"{ADD}/{proposed.id}")


@get(ONE)
async def proof_page(request: Asked, proposal_id: FromPath[int]) -> Template:
    """Show what proves a site, and what the last look was short of."""
    visitor = await visitor_of(request)
    return _proof_page(request, visitor, await _proposed(request, visitor, proposal_id))


@post(ONE, status_code=SEE_OTHER)
async def look(request: Asked, proposal_id: FromPath[int]) -> Redirect | Template:
    """Look now, in all three ways; a site that is proven is its person's from then on."""
    visitor = await visitor_of(request)
    await sent_form(request, visitor)
    proposed = await _proposed(request, visitor, proposal_id)
    try:
        found = await app_of(request).ownership.prove(visitor.user, proposed.id)
    except NotFound:
        raise NotFoundException from None
    except Unfit as error:
        return _proof_page(request, visitor, proposed, str(error))
    if isinstance(found, Site):
        return moved(f"/dashboard/sites/{found.id}/paste", said="site-proven")
    return _proof_page(
        request, visitor, found, _("Nothing proves the site yet. What was missing stands with each way.")
    )


@post(f"{ONE}/delete", status_code=SEE_OTHER)
async def give_up(request: Asked, proposal_id: FromPath[int]) -> Redirect:
    """Forget a site that was to be added."""
    visitor = await visitor_of(request)
    await sent_form(request, visitor)
    proposed = await _proposed(request, visitor, proposal_id)
    await app_of(request).ownership.give_up(visitor.user, proposed.id)
    return moved("/dashboard/sites", said="site-given-up")


async def _proposed(request: Asked, visitor: Visitor, proposal_id: int) -> ProposedSite:
    try:
        return await app_of(request).ownership.get(visitor.user, proposal_id)
    except NotFound:
        raise NotFoundException from None


def _add_page(request: Asked, visitor: Visitor, form: Form | None = None, error: Unfit | None = None) -> Template:
    return page(
        request,
        "dashboard/site_add.html",
        visitor,
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        url=form.first("url") if form else "",
        error=str(error) if error else "",
    )


def _proof_page(request: Asked, visitor: Visitor, proposed: ProposedSite, error: str = "") -> Template:
    return page(
        request,
        "dashboard/site_proof.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        proposed=proposed,
        ways=_ways(pasting.base_of(request), proposed),
        troubles=proposed.troubles or ("", "", ""),
        error=error,
    )


def _ways(base: str, proposed: ProposedSite) -> Ways:
    word = proposed.word
    (link, value), element = webmention.advertise(endpoint_with(base + webmention.NAME, word), proposed.url)
    (name, address), _element = pingback.advertise(endpoint_with(base + pingback.NAME, word), proposed.url)
    record = record_name(host_of(proposed.url))
    file = proposed.url + file_name(word)
    return Ways(element, f"{link}: {value}", f"{name}: {address}", file, record, record_text(word))


def _row(visitor: Visitor, site: Site, counts: Mapping[tuple[int, Status], int]) -> Row:
    taken = [protocol.NAME.capitalize() for protocol in PROTOCOLS if protocol.NAME in site.protocols]
    return Row(
        site,
        counts.get((site.id, Status.HELD), 0),
        counts.get((site.id, Status.APPROVED), 0),
        ", ".join(taken) or _("None"),
        _(MODES[site.moderation]),
        visitor.may_own(site.id),
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (
    *(sites_page, add_page, add_site, proof_page, look, give_up),
    *(*pasting.ROUTES, *checking.ROUTES),
)
