"""The people of one site, for its owners: who looks after it, and as what.

An owner cannot change their own seat: another owner or an admin can, so that no site is left alone by a slip.
"""

from collections.abc import Mapping
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.errors import NotFound, Unfit
from linkback.core.model import Role, Site
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.people import BLANK, Invited, invite, role_choices, role_of
from linkback.web.dashboard.posting import sends_mail
from linkback.web.dashboard.visiting import Form, Visitor, moved, page, sent_form, site_for, visitor_of
from linkback.words import _, later

TEAM = "/dashboard/sites/{site_id:int}/people"
SEE_OTHER = HTTPStatus.SEE_OTHER
NOBODY = later("Nobody has an account of this name. Invite them below.")
NOT_OWN_SEAT = later("You cannot change your own seat; another owner can.")


@get(TEAM)
async def team_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show who looks after a site, and forms for others."""
    visitor = await visitor_of(request)
    return await _page(request, visitor, site_for(visitor, site_id, owner=True))


@post(TEAM, status_code=SEE_OTHER)
async def add_to_team(request: Asked, site_id: FromPath[int]) -> Template | Redirect:
    """Give somebody who has an account a seat."""
    visitor = await visitor_of(request)
    site, form = site_for(visitor, site_id, owner=True), await sent_form(request, visitor)
    accounts = app_of(request).accounts
    try:
        user = await accounts.get(form.first("name"))
    except NotFound:
        return await _page(request, visitor, site, form=form, errors={"name": _(NOBODY)})
    if user.id == visitor.user.id:
        return await _page(request, visitor, site, form=form, errors={"name": _(NOT_OWN_SEAT)})
    await accounts.seat(user.id, site.id, role_of(form) or Role.MODERATOR)
    return moved(_address(site), said="saved")


@post(f"{TEAM}/invite", status_code=HTTPStatus.OK)
async def invite_to_team(request: Asked, site_id: FromPath[int]) -> Template:
    """Make an account for somebody new with a seat here, and show the link to choose a password: this once."""
    visitor = await visitor_of(request)
    site, form = site_for(visitor, site_id, owner=True), await sent_form(request, visitor)
    try:
        invited = await invite(request, visitor, form)
    except Unfit as error:
        return await _page(request, visitor, site, form=form, errors={f"new-{error.field}": _(str(error))})
    await app_of(request).accounts.seat(invited.user.id, site.id, role_of(form) or Role.MODERATOR)
    return await _page(request, visitor, site, invited=invited)


@post(f"{TEAM}/{{user_id:int}}", status_code=SEE_OTHER)
async def change_member(request: Asked, site_id: FromPath[int], user_id: FromPath[int]) -> Template | Redirect:
    """Say what somebody of the team is from now on, or take their seat away."""
    visitor = await visitor_of(request)
    site, form = site_for(visitor, site_id, owner=True), await sent_form(request, visitor)
    accounts = app_of(request).accounts
    if user_id not in {user.id for user, _role in await accounts.team(site.id)}:
        raise NotFoundException
    if user_id == visitor.user.id and not visitor.user.admin:
        return await _page(request, visitor, site, errors={"seat": _(NOT_OWN_SEAT)})
    role = role_of(form)
    await accounts.seat(user_id, site.id, role)
    return moved(_address(site), said="saved" if role else "seat-taken")


def _address(site: Site) -> str:
    return f"/dashboard/sites/{site.id}/people"


async def _page(
    request: Asked,
    visitor: Visitor,
    site: Site,
    *,
    invited: Invited | None = None,
    form: Form = BLANK,
    errors: Mapping[str, str] | None = None,
) -> Template:
    return page(
        request,
        "dashboard/team.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        site=site,
        address=_address(site),
        team=await app_of(request).accounts.team(site.id),
        roles=role_choices(),
        form=form,
        errors=errors or {},
        invited=invited,
        sends_mail=sends_mail(request),
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (team_page, add_to_team, invite_to_team, change_member)
