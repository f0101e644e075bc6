"""How a site takes pings: protocols, moderation, closed pages, who may send. And its removal."""

import re
from collections.abc import Mapping
from dataclasses import replace
from glob import escape
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core import urls
from linkback.core.errors import BadURL, NotFound, Unfit
from linkback.core.model import ListedAction, ListedKind, Moderation, Site
from linkback.core.protocols import PROTOCOLS
from linkback.desk import fit_name, fit_patterns
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.pasting import base_of
from linkback.web.dashboard.visiting import Form, Visitor, moved, page, sent_form, site_for, visitor_of
from linkback.words import _, later

SITE = "/dashboard/sites/{site_id:int}"
SEE_OTHER = HTTPStatus.SEE_OTHER

ABOUT: Mapping[str, tuple[str, str]] = {
    "webmention": ("Webmention", later("What most blogs and services speak today.")),
    "pingback": ("Pingback", later("What WordPress and older blogs speak.")),
    "trackback": ("TrackBack", later("What the oldest blogs speak.")),
}
MODES: Mapping[Moderation, tuple[str, str]] = {
    Moderation.HOLD: (
        later("Everything waits for you"),
        later("Every mention waits until you decide, except what is junk."),
    ),
    Moderation.FIRST_TIME: (
        later("The first of each host waits for you"),
        later("Once you approved one mention of a host, the next good ones are published by themselves."),
    ),
    Moderation.JUDGE: (
        later("What is good is published"),
        later("The judge publishes what it finds good; what is doubtful waits, and junk is kept away."),
    ),
}
SENDERS = {ListedAction.BLOCK, ListedAction.TRUST}
SOURCES = {ListedKind.HOST, ListedKind.NETWORK}

ESCAPED = re.compile(r"\[([*?[])\]")  # as glob.escape writes what would mean something else

NOT_HERE = later("That is no page of this site: its address has to begin with %(site)s.")
NOT_TYPED = later("This is not the address of the site. Nothing was removed.")


@get(SITE)
async def site_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show how a site takes pings."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    return _site_page(request, visitor, site, site)


@post(SITE, status_code=SEE_OTHER)
async def change_site(request: Asked, site_id: FromPath[int]) -> Redirect | Template:
    """Keep how a site takes pings."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    form = await sent_form(request, visitor)
    wanted = edited(site, form)
    try:
        fit_name(wanted.name)
        fit_patterns(wanted.closed)
        await app_of(request).registrar.change(site.url, lambda there: edited(there, form))
    except Unfit as error:
        return _site_page(request, visitor, site, wanted, {error.field: str(error)})
    except NotFound:
        raise NotFoundException from None
    return moved(f"/dashboard/sites/{site.id}", said="saved")


@post(f"{SITE}/close", status_code=SEE_OTHER)
async def close_page(request: Asked, site_id: FromPath[int]) -> Redirect | Template:
    """Let one page take no pings."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    form = await sent_form(request, visitor)
    try:
        pattern = pattern_of(form.first("page").strip(), site)
        await app_of(request).registrar.change(site.url, lambda there: closed_too(there, pattern))
    except Unfit as error:
        return _site_page(request, visitor, site, site, {"page": str(error)}, form.first("page"))
    except NotFound:
        raise NotFoundException from None
    return moved(f"/dashboard/sites/{site.id}", said="page-closed")


@post(f"{SITE}/open", status_code=SEE_OTHER)
async def open_page(request: Asked, site_id: FromPath[int]) -> Redirect:
    """Let what a pattern closed take pings again."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    pattern = (await sent_form(request, visitor)).first("pattern")
    try:
        await app_of(request).registrar.change(site.url, lambda there: opened(there, pattern))
    except NotFound:
        raise NotFoundException from None
    return moved(f"/dashboard/sites/{site.id}", said="page-opened")


@get(f"{SITE}/remove")
async def remove_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Ask whether a site is to be removed, by having its address typed."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    return _remove_page(request, visitor, site)


@post(f"{SITE}/remove", status_code=SEE_OTHER)
async def remove_site(request: Asked, site_id: FromPath[int]) -> Redirect | Template:
    """Forget a site with all its mentions."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    typed = (await sent_form(request, visitor)).first("url")
    if typed.strip().rstrip("/") != site.url.rstrip("/"):
        return _remove_page(request, visitor, site, typed, _(NOT_TYPED))
    try:
        await app_of(request).registrar.remove(site.url)
    except NotFound:
        raise NotFoundException from None
    return moved("/dashboard/sites", said="site-removed")


def edited(site: Site, form: Form) -> Site:
    """Return a site as a form says it is to be; a mode that there is not leaves the one that there was."""
    moderation = next((mode for mode in Moderation if mode.value == form.first("moderation")), site.moderation)
    lines = (line.strip() for line in form.first("closed").splitlines())
    return replace(
        site,
        protocols=frozenset(protocol.NAME for protocol in PROTOCOLS if protocol.NAME in form.all("protocols")),
        self_pings=form.has("self_pings"),
        unverified=form.has("unverified"),
        moderation=moderation,
        closed=tuple(dict.fromkeys(line for line in lines if line)),
        name=form.first("name").strip().lower(),
    )


def pattern_of(text: str, site: Site) -> str:
    """Return the pattern that means one page of a site, named by its address or its path; raises Unfit."""
    origin = urls.parse(site.url).origin
    try:
        address = urls.parse(f"{origin}{text}" if text.startswith("/") else text)
        within = urls.same_site(address.href, site.url)
    except BadURL as error:
        raise Unfit("page", str(error)) from error
    if not within:
        raise Unfit("page", _(NOT_HERE) % {"site": site.url})
    return escape(f"{address.path}?{address.query}" if address.query else address.path)


def closed_too(site: Site, pattern: str) -> Site:
    """Return a site of which what matches a pattern is closed, too."""
    return replace(site, closed=tuple(dict.fromkeys((*site.closed, pattern))))


def opened(site: Site, pattern: str) -> Site:
    """Return a site of which what matches a pattern is closed no more, as far as no other pattern says so."""
    return replace(site, closed=tuple(one for one in site.closed if one != pattern))


def page_of(pattern: str) -> str:
    """Return the one page that a pattern means, as people write its path; of one that means several, nothing."""
    path = ESCAPED.sub(r"\1", pattern)
    return path if escape(path) == pattern else ""


def _site_page(
    request: Asked,
    visitor: Visitor,
    site: Site,
    wanted: Site,
    errors: Mapping[str, str] | None = None,
    closing: str = "",
) -> Template:
    return page(
        request,
        "dashboard/site.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        site=site,
        wanted=wanted,
        errors=errors or {},
        closing=closing,
        base=base_of(request),
        closed=[(pattern, page_of(pattern)) for pattern in site.closed],
        protocols=[(name, words, _(hint), name in wanted.protocols) for name, (words, hint) in ABOUT.items()],
        modes=[(mode.value, _(words), _(hint), mode is wanted.moderation) for mode, (words, hint) in MODES.items()],
        senders=[one for one in site.lists if one.action in SENDERS and one.kind in SOURCES],
    )


def _remove_page(request: Asked, visitor: Visitor, site: Site, typed: str = "", error: str = "") -> Template:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return page(request, "dashboard/site_remove.html", visitor, status=status, site=site, typed=typed, error=error)


ROUTES: tuple[HTTPRouteHandler, ...] = (site_page, change_site, close_page, open_page, remove_page, remove_site)
