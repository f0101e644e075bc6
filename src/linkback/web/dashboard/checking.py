"""“Check my site”: the doctor looks at a page of a site, and says what to mend."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from linkback.app import Examination, Finding, Level, own_server
from linkback.core import urls
from linkback.core.errors import BadURL
from linkback.core.model import Site
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.visiting import Visitor, page, sent_form, site_for, visitor_of
from linkback.words import _, later

CHECK = "/dashboard/sites/{site_id:int}/check"
CHECKED_WITHIN = 30.0  # seconds; a check ends within two of the door's deadlines
ELSEWHERE = later("That is no page of this site: its address has to begin with %(site)s.")
TOO_SLOW = later("The site did not answer in time. Try again in a minute.")

LEVELS: Mapping[Level, tuple[str, str]] = {
    Level.WRONG: ("bad", later("Wrong")),
    Level.DOUBTFUL: ("warn", later("Doubtful")),
    Level.GOOD: ("good", later("Good")),
}
# How what mends a page begins, and what is to be done with it; the first that fits.
PLACES: tuple[tuple[str, str], ...] = (
    ("<", later("Put this into the page, first in its head:")),
    ("linkback ", later("Change this in the settings of the site, or type:")),
    ("[server]", later("Who runs this server writes this into linkback.toml:")),
    ("", later("Send this header:")),
)


@get(CHECK)
async def check_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Ask which page is to be looked at."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id)
    return _check_page(request, visitor, site, site.url)


@post(CHECK, status_code=HTTPStatus.OK)
async def check(request: Asked, site_id: FromPath[int]) -> Template:
    """Look at a page of the site as a sender would, and say what is to be mended."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id)
    form = await sent_form(request, visitor)
    url = form.first("url").strip()
    try:
        if not urls.same_site(url, site.url):
            return _check_page(request, visitor, site, url, error=_(ELSEWHERE) % {"site": site.url})
        found = await _examined(request, urls.normalize(url))
    except BadURL as error:
        return _check_page(request, visitor, site, url, error=str(error))
    except TimeoutError:
        return _check_page(request, visitor, site, url, error=_(TOO_SLOW))
    return _check_page(request, visitor, site, url, found=found)


async def _examined(request: Asked, url: str) -> Examination:
    app = app_of(request)
    server = own_server(app.settings, await app.registrar.every(), url)
    async with asyncio.timeout(CHECKED_WITHIN):
        return await app.doctor.check(url, server)


def _check_page(
    request: Asked, visitor: Visitor, site: Site, url: str, *, found: Examination | None = None, error: str = ""
) -> Template:
    ordered = sorted(found.findings, key=lambda finding: list(LEVELS).index(finding.level)) if found else []
    return page(
        request,
        "dashboard/site_check.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        site=site,
        url=url,
        error=error,
        found=found,
        findings=ordered,
        wrong=found.count(Level.WRONG) if found else 0,
        doubtful=found.count(Level.DOUBTFUL) if found else 0,
        level_of=_level,
        place_of=_place,
    )


def _level(finding: Finding) -> tuple[str, str]:
    kind, words = LEVELS[finding.level]
    return kind, _(words)


def _place(finding: Finding) -> str:
    """Return what is to be done with what mends a page."""
    if finding.instead:
        return _("Write this instead:")
    return _(next(words for beginning, words in PLACES if finding.mend.startswith(beginning)))


ROUTES: tuple[HTTPRouteHandler, ...] = (check_page, check)
