"""Signing in and out, and the first account.

A wrong name and a wrong password are told in the same sentence, after the same time. Where somebody is led to
afterwards is a page of ours, whatever the address says.
"""

from http import HTTPStatus

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from linkback.core.errors import PassRefused, SignInRefused, TooManyTries, Unfit
from linkback.core.model import Purpose
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.cookies import SESSION, read_cookie
from linkback.web.dashboard.posting import sends_mail
from linkback.web.dashboard.useless import useless_page
from linkback.web.dashboard.visiting import (
    address_of,
    browser_of,
    moved,
    own_path,
    signed_in,
    signed_out,
    stranger_form,
    stranger_page,
    visitor_of,
)
from linkback.words import _, later, n_

WRONG = later("The name or the password is not right.")
SEE_OTHER = HTTPStatus.SEE_OTHER
UNFIT = HTTPStatus.UNPROCESSABLE_ENTITY


@get("/login")
async def login_page(request: Asked) -> Template | Redirect:
    """Ask who is there; who is signed in is led on."""
    back = own_path(request.query_params.get("next", ""))
    if await app_of(request).accounts.visit(read_cookie(request, SESSION)):
        return moved(back)
    return await _login(request, back)


@post("/login", status_code=SEE_OTHER)
async def login(request: Asked) -> Template | Redirect:
    """Begin a session, and lead to the page that was asked for."""
    form = await stranger_form(request)
    name, back = form.first("name"), own_path(form.first("next"))
    accounts = app_of(request).accounts
    try:
        secret = await accounts.sign_in(name, form.first("password"), address_of(request), browser_of(request))
    except SignInRefused:
        return await _login(request, back, name=name, error=_(WRONG), status=UNFIT)
    except TooManyTries as error:
        status, wait = HTTPStatus.TOO_MANY_REQUESTS, error.retry_after
        return await _login(request, back, name=name, error=too_many(wait), status=status, retry_after=wait)
    return await signed_in(request, secret, back)


@post("/logout", status_code=SEE_OTHER)
async def logout(request: Asked) -> Redirect:
    """End the session."""
    await visitor_of(request)
    return await signed_out(request, said="signed-out")


@get("/setup")
async def setup_page(request: Asked) -> Template:
    """Show the form for the first account to who has the key that the server printed."""
    key = request.query_params.get("key", "")
    try:
        await app_of(request).accounts.look_at(key, Purpose.SETUP)
    except PassRefused:
        return await useless_page(request, Purpose.SETUP)
    return await _setup(request, key)


@post("/setup", status_code=SEE_OTHER)
async def set_up(request: Asked) -> Template | Redirect:
    """Make the first account, and sign its owner in."""
    form = await stranger_form(request)
    key, name, email = form.first("key"), form.first("name"), form.first("email")
    accounts = app_of(request).accounts
    try:
        user = await accounts.set_up(key, name, form.first("password"), email)
    except PassRefused:
        return await useless_page(request, Purpose.SETUP)
    except Unfit as error:
        return await _setup(request, key, name=name, email=email, error=error)
    return await signed_in(request, await accounts.start_session(user), said="set-up")


def too_many(wait: int) -> str:
    """Return the sentence for who tried too often; `wait` is in seconds."""
    minutes = -(-wait // 60)
    words = n_(
        "Too many tries went wrong. Try again in %(number)s minute.",
        "Too many tries went wrong. Try again in %(number)s minutes.",
        minutes,
    )
    return words % {"number": minutes}


async def _login(
    request: Asked,
    back: str,
    *,
    name: str = "",
    error: str = "",
    status: int = HTTPStatus.OK,
    retry_after: int = 0,
) -> Template:
    return await stranger_page(
        request,
        "dashboard/login.html",
        status=status,
        retry_after=retry_after,
        back=back,
        called=name,
        error=error,
        needs_setup=await app_of(request).accounts.needs_setup(),
        sends_mail=sends_mail(request),
    )


async def _setup(request: Asked, key: str, *, name: str = "", email: str = "", error: Unfit | None = None) -> Template:
    return await stranger_page(
        request,
        "dashboard/setup.html",
        status=HTTPStatus.OK if error is None else UNFIT,
        key=key,
        called=name,
        email=email,
        errors={} if error is None else {error.field: _(str(error))},
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (login_page, login, logout, setup_page, set_up)
