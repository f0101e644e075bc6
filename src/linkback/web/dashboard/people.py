"""The people of this server, for admins: who there is, what each may do where, invitations, and farewells.

Nobody else sees that these pages exist. An admin can neither remove themselves nor stop being one: another admin can,
so that a slip locks nobody out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.errors import LastAdmin, NotFound, TooManyTries, Unfit
from linkback.core.model import Purpose, Role, User
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.account import sites_to_choose
from linkback.web.dashboard.posting import link_of, post_invitation, sends_mail
from linkback.web.dashboard.visiting import Form, Visitor, moved, page, sent_form, visitor_of
from linkback.words import _, later

PEOPLE = "/dashboard/people"
ONE = "/dashboard/people/{user_id:int}"
SEE_OTHER = HTTPStatus.SEE_OTHER
UNFIT = HTTPStatus.UNPROCESSABLE_ENTITY
LONGEST_NAME = 64  # characters of a name in a query
NOT_ONESELF = later("You cannot do this to yourself; another admin can.")
LAST = later("Somebody has to look after this server: make another person admin first.")
NO_SITE = later("There is no site of this address here.")
MANY = later("Those are many invitations at once. Wait a quarter of an hour with the next one.")
SURE = later("Tick the box if you are sure.")
ROLES: Mapping[Role, str] = {Role.OWNER: later("Owner"), Role.MODERATOR: later("Moderator")}
NONE = "none"
BLANK = Form(())


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who got a link just now, and whether it was mailed to them."""

    user: User
    link: str = field(repr=False)
    mailed: bool


@get(PEOPLE)
async def people_page(request: Asked) -> Template:
    """Show who there is, by name, and a form for somebody new."""
    return await _list_page(request, await admin_of(request))


@post(PEOPLE, status_code=HTTPStatus.OK)
async def add_person(request: Asked) -> Template:
    """Add somebody, and show the link by which they choose a password: this once."""
    visitor = await admin_of(request)
    form = await sent_form(request, visitor)
    try:
        invited = await invite(request, visitor, form, admin=form.has("admin"))
    except Unfit as error:
        return await _list_page(request, visitor, form=form, errors={error.field: _(str(error))})
    return await _list_page(request, visitor, invited=invited)


@get(ONE)
async def person_page(request: Asked, user_id: FromPath[int]) -> Template:
    """Show somebody, and what they may do where."""
    visitor = await admin_of(request)
    return await _person(request, visitor, await _get(request, user_id))


@post(f"{ONE}/admin", status_code=SEE_OTHER)
async def change_admin(request: Asked, user_id: FromPath[int]) -> Template | Redirect:
    """Let somebody own every site, or no longer."""
    visitor = await admin_of(request)
    form, user = await sent_form(request, visitor), await _get(request, user_id)
    if user.id == visitor.user.id:
        return await _person(request, visitor, user, errors={"admin": _(NOT_ONESELF)})
    try:
        await app_of(request).accounts.set_admin(user, form.has("admin"))
    except LastAdmin:
        return await _person(request, visitor, user, errors={"admin": _(LAST)})
    return moved(f"{PEOPLE}/{user.id}", said="saved")


@post(f"{ONE}/seat", status_code=SEE_OTHER)
async def change_seat(request: Asked, user_id: FromPath[int]) -> Template | Redirect:
    """Say what somebody is at a site."""
    visitor = await admin_of(request)
    form, user = await sent_form(request, visitor), await _get(request, user_id)
    url = form.first("site").strip().rstrip("/")
    site = next((site for site in visitor.sites if site.url.rstrip("/") == url), None)
    if site is None:
        return await _person(request, visitor, user, errors={"site": _(NO_SITE)})
    await app_of(request).accounts.seat(user.id, site.id, role_of(form))
    return moved(f"{PEOPLE}/{user.id}", said="saved")


@post(f"{ONE}/link", status_code=HTTPStatus.OK)
async def invite_again(request: Asked, user_id: FromPath[int]) -> Template:
    """Show a link by which somebody chooses a password: this once; the one before is worth nothing any more."""
    visitor = await admin_of(request)
    user = await _get(request, user_id)
    key = await app_of(request).accounts.invite_again(user)
    return await _person(request, visitor, user, invited=await _told(request, visitor, user, key))


@post(f"{ONE}/remove", status_code=SEE_OTHER)
async def remove_person(request: Asked, user_id: FromPath[int]) -> Template | Redirect:
    """Forget somebody with their sessions and tokens."""
    visitor = await admin_of(request)
    form, user = await sent_form(request, visitor), await _get(request, user_id)
    if user.id == visitor.user.id:
        return await _person(request, visitor, user, errors={"remove": _(NOT_ONESELF)})
    if not form.has("sure"):
        return await _person(request, visitor, user, errors={"remove": _(SURE)})
    try:
        await app_of(request).accounts.remove(user)
    except LastAdmin:
        return await _person(request, visitor, user, errors={"remove": _(LAST)})
    return moved(PEOPLE, said="person-removed")


async def admin_of(request: Asked) -> Visitor:
    """Return who visits, an admin; for anybody else there is nothing here."""
    visitor = await visitor_of(request)
    if not visitor.user.admin:
        raise NotFoundException
    return visitor


async def invite(request: Asked, visitor: Visitor, form: Form, *, admin: bool = False) -> Invited:
    """Add the person that a form names, and send them their link where mail is sent; raises Unfit."""
    accounts = app_of(request).accounts
    try:
        await accounts.allow_invitation(visitor.user)
    except TooManyTries:
        raise Unfit("name", MANY) from None
    user, key = await accounts.add(form.first("name"), form.first("email"), admin=admin)
    return await _told(request, visitor, user, key)


def role_of(form: Form) -> Role | None:
    """Return the role that a form names, None for none."""
    return next((role for role in Role if role.value == form.first("role")), None)


def role_choices() -> list[tuple[str, str]]:
    """Return the roles as a form offers them."""
    return [(role.value, _(words)) for role, words in ROLES.items()]


async def _get(request: Asked, user_id: int) -> User:
    try:
        return await app_of(request).accounts.by_id(user_id)
    except NotFound:
        raise NotFoundException from None


async def _told(request: Asked, visitor: Visitor, user: User, key: str) -> Invited:
    mailed = await post_invitation(request, user, key, by=visitor.user)
    return Invited(user, link_of(request, Purpose.INVITE, key), mailed)


async def _list_page(
    request: Asked,
    visitor: Visitor,
    *,
    invited: Invited | None = None,
    form: Form = BLANK,
    errors: Mapping[str, str] | None = None,
) -> Template:
    after = request.query_params.get("after", "")[:LONGEST_NAME]
    listed, rest = await app_of(request).accounts.portion(after)
    return page(
        request,
        "dashboard/people.html",
        visitor,
        status=UNFIT if errors else HTTPStatus.OK,
        people=listed,
        rest=f"{PEOPLE}?{urlencode({'after': rest})}" if rest else "",
        form=form,
        errors=errors or {},
        invited=invited,
        sends_mail=sends_mail(request),
        role_words=_role_words,
    )


async def _person(
    request: Asked,
    visitor: Visitor,
    user: User,
    *,
    invited: Invited | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    return page(
        request,
        "dashboard/person.html",
        visitor,
        status=UNFIT if errors else HTTPStatus.OK,
        user=user,
        seats=[] if user.admin else await app_of(request).accounts.sites_of(user),
        sites=sites_to_choose(visitor),
        has_sites=bool(visitor.sites),
        roles=[*role_choices(), (NONE, _("Nothing any more"))],
        role_words=_role_words,
        errors=errors or {},
        invited=invited,
    )


def _role_words(role: Role) -> str:
    return _(ROLES[role])


ROUTES: tuple[HTTPRouteHandler, ...] = (
    *(people_page, add_person, person_page, change_admin, change_seat, invite_again, remove_person),
)
