"""A person's own page: name, address, mail, password, the tokens of their programs, and where they are signed in.

Each part is a form of its own, so that one that is wrong holds up no other. What would let a thief of a session keep
the account (another address, another password) needs the password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.errors import NotFound, TooManyTries, Unfit
from linkback.core.model import ApiToken, Pace, Scope
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.login import too_many
from linkback.web.dashboard.posting import post_address_changed, post_password_changed, sends_mail
from linkback.web.dashboard.visiting import (
    Form,
    Visitor,
    address_of,
    browser_of,
    moved,
    page,
    sent_form,
    signed_in,
    visitor_of,
)
from linkback.words import _, later

ACCOUNT = "/dashboard/account"
SEE_OTHER = HTTPStatus.SEE_OTHER
MOST_SITES_SHOWN = 200  # to choose one of; who owns more writes its address
NOT_YOURS = later("You look after no site of this address.")
PACES: Mapping[Pace, str] = {
    Pace.EACH: later("At once, of each"),
    Pace.HOURLY: later("Once an hour"),
    Pace.DAILY: later("Once a day"),
    Pace.WEEKLY: later("Once a week, on Mondays"),
    Pace.NEVER: later("Never"),
}
SCOPES: Mapping[Scope, tuple[str, str]] = {
    Scope.READ: (later("Read mentions"), later("All of them, those that wait too.")),
    Scope.DECIDE: (later("Decide of mentions"), later("Approve, hold, remove, call spam, and undo.")),
    Scope.FEED: (later("Read feeds"), later("Nothing else, so it may stand in an address.")),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What will not do: of which form, in which field, why, and what was written there."""

    form: str
    errors: Mapping[str, str]
    written: Form
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was made just now, with its secret."""

    token: ApiToken
    secret: str = field(repr=False)


@get(ACCOUNT)
async def account_page(request: Asked) -> Template:
    """Show a person what is theirs."""
    return await _account(request, await visitor_of(request))


@post(f"{ACCOUNT}/name", status_code=SEE_OTHER)
async def change_name(request: Asked) -> Template | Redirect:
    """Give a person another name."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    try:
        await app_of(request).accounts.rename(visitor.user, form.first("name"))
    except Unfit as error:
        return await _wrong(request, visitor, "name", form, error)
    return moved(ACCOUNT, said="saved")


@post(f"{ACCOUNT}/address", status_code=SEE_OTHER)
async def change_address(request: Asked) -> Template | Redirect:
    """Have mail go to another address, and tell the old one; new passwords go there too, so this needs the old."""
    visitor = await visitor_of(request)
    form, accounts, user = await sent_form(request, visitor), app_of(request).accounts, visitor.user
    try:
        await accounts.prove(user, form.first("old"), address_of(request), browser_of(request))
        changed = await accounts.set_address(user, form.first("email"))
    except (Unfit, TooManyTries) as error:
        return await _wrong(request, visitor, "address", form, error)
    if changed.email != user.email:
        await post_address_changed(request, user)
    return moved(ACCOUNT, said="saved")


@post(f"{ACCOUNT}/mail", status_code=SEE_OTHER)
async def change_mail(request: Asked) -> Template | Redirect:
    """Say how often mail comes, and when."""
    visitor = await visitor_of(request)
    form, user = await sent_form(request, visitor), visitor.user
    pace = next((pace for pace in Pace if pace.value == form.first("pace")), user.pace)
    hour = form.number("mail_at")
    try:
        await app_of(request).accounts.set_mail(user, pace, -1 if hour is None else hour)
    except Unfit as error:
        return await _wrong(request, visitor, "mail", form, error)
    return moved(ACCOUNT, said="saved")


@post(f"{ACCOUNT}/password", status_code=SEE_OTHER)
async def change_password(request: Asked) -> Template | Redirect:
    """Change the password; every other browser is signed out, and this one gets a session of its own."""
    visitor = await visitor_of(request)
    form, user = await sent_form(request, visitor), visitor.user
    who = (address_of(request), browser_of(request))
    try:
        secret = await app_of(request).accounts.change_password(user, form.first("old"), form.first("password"), *who)
    except (Unfit, TooManyTries) as error:
        return await _wrong(request, visitor, "password", form, error)
    await post_password_changed(request, user)
    return await signed_in(request, secret, ACCOUNT, said="password-changed")


@post(f"{ACCOUNT}/sessions", status_code=SEE_OTHER)
async def stay_alone(request: Asked) -> Redirect:
    """Sign a person out everywhere else."""
    visitor = await visitor_of(request)
    secret = await app_of(request).accounts.stay_alone(visitor.user)
    return await signed_in(request, secret, ACCOUNT, said="alone", proven=False)


@post(f"{ACCOUNT}/tokens", status_code=HTTPStatus.OK)
async def add_token(request: Asked) -> Template:
    """Make a token for a program, and show it: this once, since only a digest of it is kept."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    scopes = [scope for scope in Scope if scope.value in form.all("scope")]
    try:
        site_id = _site_id(visitor, form.first("site").strip())
        made = await app_of(request).accounts.add_token(visitor.user, form.first("name"), scopes, site_id)
    except Unfit as error:
        return await _wrong(request, visitor, "token", form, error)
    return await _account(request, visitor, made=Made(*made))


@post(f"{ACCOUNT}/tokens/{{token_id:int}}/delete", status_code=SEE_OTHER)
async def drop_token(request: Asked, token_id: FromPath[int]) -> Redirect:
    """Make a token good for nothing."""
    visitor = await visitor_of(request)
    try:
        await app_of(request).accounts.drop_token(visitor.user, token_id)
    except NotFound:
        raise NotFoundException from None
    return moved(ACCOUNT, said="token-dropped")


def sites_to_choose(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the sites of a person as a form offers them; none where they are so many that one is written."""
    return [(site.url, site.url) for site in visitor.sites] if len(visitor.sites) <= MOST_SITES_SHOWN else []


def _site_id(visitor: Visitor, url: str) -> int | None:
    """Return the site of an address, None for all; raises Unfit for one that is not the person's."""
    if not url:
        return None
    found = next((site.id for site in visitor.sites if site.url.rstrip("/") == url.rstrip("/")), None)
    if found is None:
        raise Unfit("site", NOT_YOURS)
    return found


async def _wrong(request: Asked, visitor: Visitor, name: str, form: Form, error: Unfit | TooManyTries) -> Template:
    if isinstance(error, TooManyTries):
        wrong = Wrong(name, {"old": too_many(error.retry_after)}, form, error.retry_after)
    else:
        wrong = Wrong(name, {error.field: _(str(error))}, form)
    return await _account(request, visitor, wrong=wrong)


async def _account(
    request: Asked, visitor: Visitor, *, wrong: Wrong | None = None, made: Made | None = None
) -> Template:
    app, status = app_of(request), HTTPStatus.OK
    if wrong is not None:
        status = HTTPStatus.TOO_MANY_REQUESTS if wrong.retry_after else HTTPStatus.UNPROCESSABLE_ENTITY

    def written(form: str, name: str, value: str = "") -> str:
        return wrong.written.first(name) if wrong is not None and wrong.form == form else value

    def error(form: str, name: str) -> str:
        return wrong.errors.get(name, "") if wrong is not None and wrong.form == form else ""

    return page(
        request,
        "dashboard/account.html",
        visitor,
        status=status,
        retry_after=wrong.retry_after if wrong else 0,
        user=visitor.user,
        written=written,
        error=error,
        made=made,
        now=app.accounts.now(),
        sends_mail=sends_mail(request),
        trouble=await app.postman.trouble_with(visitor.user) if visitor.user.email else "",
        paces=[(pace.value, _(words)) for pace, words in PACES.items()],
        hours=[(str(hour), f"{hour:02}:00 UTC") for hour in range(24)],
        scopes=_scopes(wrong),
        sites=sites_to_choose(visitor),
        tokens=[_told(token, visitor) for token in await app.accounts.tokens(visitor.user)],
        sessions=await app.accounts.sessions(visitor.user),
    )


def _scopes(wrong: Wrong | None) -> list[tuple[str, str, str, bool]]:
    chosen = wrong.written.all("scope") if wrong is not None and wrong.form == "token" else (Scope.READ.value,)
    return [(scope.value, _(words), _(hint), scope.value in chosen) for scope, (words, hint) in SCOPES.items()]


def _told(token: ApiToken, visitor: Visitor) -> tuple[ApiToken, str, str]:
    """Return a token, what it may do, and where; a site that its person lost is named by nothing."""
    may = ", ".join(_(words) for scope, (words, _hint) in SCOPES.items() if scope in token.scopes)
    at = next((site.url for site in visitor.sites if site.id == token.site_id), "")
    return token, may, _("all your sites") if token.site_id is None else at or _("none any more")


ROUTES: tuple[HTTPRouteHandler, ...] = (
    *(account_page, change_name, change_address, change_mail, change_password, stay_alone, add_token, drop_token),
)
