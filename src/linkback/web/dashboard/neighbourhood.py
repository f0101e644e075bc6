"""Who links to a site at all: the report on its neighbourhood, lists of links that others made, and a draft of a
disavow file. To look changes nothing; what is new is told against the report that was remembered last.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from litestar import MediaType, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.model import AlertKind, Site, Status
from linkback.core.neighbours import DOUBTFUL_FROM, Neighbour, disavow, first_of_each, is_bad
from linkback.core.urls import host_of
from linkback.desk import Report, Taken
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.forms import TAKES_FILES
from linkback.web.dashboard.visiting import Visitor, moved, page, sent_form, site_for, visitor_of
from linkback.web.filters import status_words
from linkback.words import _, later, n_

AT_ONCE = 2_000  # links that are reported on unasked, in about half a second
SHOWN, ALL_SHOWN = 25, 500  # domains
REASONS = 3  # of each domain
MAX_LIST = 4 << 20  # bytes; an export of Search Console with 40 000 lines
MOST_SENT = 2 * MAX_LIST  # read all the same, so that who sends too much can be told
LOOK_FOR = 8.0  # seconds that a person waits for pages to be looked at
LOOK_AT = 60  # pages in that time

# Of each grade: what it is called, and the badge that it has.
GRADES: Mapping[str, tuple[str, str]] = {
    "bad": (later("Bad"), "bad"),
    "doubtful": (later("Doubtful"), "warn"),
    "good": (later("Good"), "good"),
    "unseen": (later("Not looked at"), "plain"),
}
ORDER = (Status.APPROVED, Status.HELD, Status.RECEIVED, Status.SPAM, Status.REMOVED, Status.GONE, Status.INVALID)

NO_LIST = later("Choose a file, or paste some links.")
TOO_LARGE = later("That is more than 4 MB. Cut it into several lists, or use “linkback report import”.")
NO_LINKS = later("No link to this site was found in it.")


@dataclass(frozen=True, slots=True)
class Row:
    """A domain as it is shown."""

    domain: str
    score: str
    grade: str
    badge: str
    links: str
    first: datetime
    last: datetime
    reasons: tuple[str, ...]


@get("/dashboard/sites/{site_id:int}/neighbourhood")
async def neighbourhood_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show who links to a site; where that takes long, only once it is asked for."""
    visitor = await visitor_of(request)
    return await _shown(request, visitor, site_for(visitor, site_id))


@get("/dashboard/sites/{site_id:int}/neighbourhood/disavow.txt")
async def draft_page(request: Asked, site_id: FromPath[int]) -> Response[str]:
    """Return a draft of a disavow file, which says in its head why hardly anybody should use it."""
    site = site_for(await visitor_of(request), site_id, owner=True)
    report = await app_of(request).neighbourhood.look(site)
    draft = disavow(report.neighbours, site.url, report.at.date(), approved_too="approved" in request.query_params)
    name = f"disavow-{host_of(site.url)}-{report.at:%Y-%m-%d}.txt"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(draft.text, media_type=MediaType.TEXT, headers=headers)


@post("/dashboard/sites/{site_id:int}/neighbourhood/remember", status_code=HTTPStatus.SEE_OTHER)
async def remember(request: Asked, site_id: FromPath[int]) -> Redirect:
    """Remember how the neighbourhood stands, so that from now on what is new is told against today."""
    site = site_for(await visitor_of(request), site_id, owner=True)
    await app_of(request).neighbourhood.report(site)
    return moved(_address(site), said="neighbourhood-remembered")


@post("/dashboard/sites/{site_id:int}/neighbourhood/survey", status_code=HTTPStatus.SEE_OTHER)
async def survey(request: Asked, site_id: FromPath[int]) -> Redirect:
    """Look at listed pages for as long as a person likes to wait; whatever is left is still due."""
    site = site_for(await visitor_of(request), site_id, owner=True)
    try:
        async with asyncio.timeout(LOOK_FOR):
            await app_of(request).surveyor.survey(site, LOOK_AT)
    except TimeoutError:
        pass  # what was not finished is due again at once
    return moved(_address(site), said="neighbourhood-looked")


@post(
    "/dashboard/sites/{site_id:int}/neighbourhood/list",
    status_code=HTTPStatus.SEE_OTHER,
    opt=TAKES_FILES,
    request_max_body_size=MOST_SENT,
)
async def take_list(request: Asked, site_id: FromPath[int]) -> Template:
    """Take a list of links that somebody else made, a file or pasted, and say what was made of it."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    form = await sent_form(request, visitor)
    pasted = form.first("links")
    content = form.file("file") or pasted.encode()
    if trouble := _trouble(content):
        return await _shown(
            request, visitor, site, status=HTTPStatus.UNPROCESSABLE_ENTITY, trouble=trouble, pasted=pasted
        )
    taken = await app_of(request).neighbourhood.take(site, content)
    if taken.listed.links:
        return await _shown(request, visitor, site, status=HTTPStatus.OK, taken=taken)
    return await _shown(
        request, visitor, site, status=HTTPStatus.UNPROCESSABLE_ENTITY, trouble=_(NO_LINKS), pasted=pasted, taken=taken
    )


def _trouble(content: bytes) -> str:
    if not content.strip():
        return _(NO_LIST)
    return _(TOO_LARGE) if len(content) > MAX_LIST else ""


async def _shown(
    request: Asked,
    visitor: Visitor,
    site: Site,
    *,
    status: int = HTTPStatus.OK,
    trouble: str = "",
    pasted: str = "",
    taken: Taken | None = None,
) -> Template:
    neighbourhood = app_of(request).neighbourhood
    extent = await neighbourhood.extent(site)
    asked = "look" in request.query_params
    report = await neighbourhood.look(site) if asked or extent.links <= AT_ONCE else None
    every = "all" in request.query_params
    return page(
        request,
        "dashboard/neighbourhood.html",
        visitor,
        status=status,
        site=site,
        owns=visitor.may_own(site.id),
        extent=extent,
        report=report,
        rows=_rows(report, every=every),
        summary=_summary(report) if report else [],
        alerts=[one for one in report.alerts if one.kind is not AlertKind.BURST] if report else [],
        every=every,
        trouble=trouble,
        pasted=pasted,
        taken=taken,
    )


def _rows(report: Report | None, *, every: bool) -> list[Row]:
    if report is None:
        return []
    return [_row(one) for one in (report.neighbours[:ALL_SHOWN] if every else first_of_each(report.neighbours, SHOWN))]


def _row(one: Neighbour) -> Row:
    words, badge = GRADES[_grade(one)]
    score = "?" if one.score is None else f"{one.score:.2f}"
    return Row(one.domain, score, _(words), badge, _links(one), one.first_seen, one.last_seen, _why(one))


def _grade(one: Neighbour) -> str:
    if one.score is None:
        return "unseen"
    return "bad" if is_bad(one) else "doubtful" if one.score >= DOUBTFUL_FROM else "good"


def _links(one: Neighbour) -> str:
    """Return how many links there are by where they stand."""
    told = [f"{one.statuses[status]} {status_words(status).lower()}" for status in ORDER if one.statuses.get(status)]
    listed = [n_("%(number)s listed", "%(number)s listed", one.listed) % {"number": one.listed}] if one.listed else []
    return ", ".join([*told, *listed])


def _why(one: Neighbour) -> tuple[str, ...]:
    """Return the reasons that count most; those that speak for it only where nothing speaks against it."""
    against = [reason for reason in one.reasons if reason.weight >= 0]
    said = against if one.score is not None and one.score >= DOUBTFUL_FROM and against else one.reasons
    return tuple(reason.sentence for reason in said[:REASONS])


def _summary(report: Report) -> Sequence[tuple[str, str, int]]:
    """Return how many domains have each grade: its words, its badge, and the count."""
    grades = [_grade(one) for one in report.neighbours]
    return [(_(words), badge, grades.count(grade)) for grade, (words, badge) in GRADES.items() if grade in grades]


def _address(site: Site) -> str:
    return f"/dashboard/sites/{site.id}/neighbourhood"


ROUTES: tuple[HTTPRouteHandler, ...] = (neighbourhood_page, draft_page, remember, survey, take_list)
