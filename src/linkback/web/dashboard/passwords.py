"""Choosing a password by a link that works once: for who lost theirs, and for who was invited.

Whoever asks for a new password gets the same answer, at the same time, whether there is such a person or not: what is
looked up, and the letter, come after the answer.
"""

from http import HTTPStatus

import structlog
from litestar import get, post
from litestar.background_tasks import BackgroundTask
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.errors import LinkbackError, PassRefused, TooManyTries, Unfit
from linkback.core.model import Purpose, User
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.login import too_many
from linkback.web.dashboard.posting import post_password_changed, post_reset, sends_mail
from linkback.web.dashboard.useless import useless_page
from linkback.web.dashboard.visiting import address_of, moved, signed_in, stranger_form, stranger_page
from linkback.words import _

log = structlog.get_logger()

SEE_OTHER = HTTPStatus.SEE_OTHER


@get("/reset")
async def reset_page(request: Asked) -> Template:
    """Ask whose password is lost; where no mail is sent, say who can help."""
    return await _reset(request)


@post("/reset", status_code=SEE_OTHER)
async def ask_for_reset(request: Asked) -> Template | Redirect:
    """Have a letter sent to whom it may concern, and say nothing of whether there is anybody."""
    form = await stranger_form(request)
    if not sends_mail(request):
        return await _reset(request)
    try:
        await app_of(request).accounts.allow_reset(address_of(request))
    except TooManyTries as error:
        return await _reset(request, error=too_many(error.retry_after), retry_after=error.retry_after)
    answer = moved("/login", said="reset-asked")
    answer.background = BackgroundTask(_write_to, request, form.first("who"))
    return answer


@get("/reset/{key:str}")
async def new_password_page(request: Asked, key: FromPath[str]) -> Template:
    """Let somebody choose a new password."""
    return await _choose_page(request, key, Purpose.RESET)


@post("/reset/{key:str}", status_code=SEE_OTHER)
async def choose_new_password(request: Asked, key: FromPath[str]) -> Template | Redirect:
    """Keep a new password, and sign its owner in."""
    return await _choose(request, key, Purpose.RESET)


@get("/invite/{key:str}")
async def invitation_page(request: Asked, key: FromPath[str]) -> Template:
    """Let somebody who was invited choose a password."""
    return await _choose_page(request, key, Purpose.INVITE)


@post("/invite/{key:str}", status_code=SEE_OTHER)
async def accept_invitation(request: Asked, key: FromPath[str]) -> Template | Redirect:
    """Keep the password of who was invited, and sign them in."""
    return await _choose(request, key, Purpose.INVITE)


async def _write_to(request: Asked, who: str) -> None:
    """Send the letters, if there are any to send; nobody waits for them any more."""
    try:
        for started in await app_of(request).accounts.start_reset(who):
            await post_reset(request, *started)
    except LinkbackError as error:
        log.error("letter for a new password failed", error=str(error))


async def _choose(request: Asked, key: str, purpose: Purpose) -> Template | Redirect:
    form = await stranger_form(request)
    accounts = app_of(request).accounts
    try:
        whose = await accounts.look_at(key, purpose)
        had_one = whose is not None and await accounts.has_password(whose)
        user = await accounts.redeem(key, purpose, form.first("password"))
    except PassRefused:
        return await useless_page(request, purpose)
    except Unfit as error:
        return await _choose_page(request, key, purpose, error)
    if had_one:
        await post_password_changed(request, user)
    return await signed_in(request, await accounts.start_session(user), said="password-chosen")


async def _choose_page(request: Asked, key: str, purpose: Purpose, error: Unfit | None = None) -> Template:
    try:
        user = await app_of(request).accounts.look_at(key, purpose)
    except PassRefused:
        return await useless_page(request, purpose)
    return await stranger_page(
        request,
        "dashboard/choose.html",
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        whose=user or User(0, ""),
        invited=purpose is Purpose.INVITE,
        error="" if error is None else _(str(error)),
    )


async def _reset(request: Asked, *, error: str = "", retry_after: int = 0) -> Template:
    return await stranger_page(
        request,
        "dashboard/reset.html",
        status=HTTPStatus.TOO_MANY_REQUESTS if error else HTTPStatus.OK,
        retry_after=retry_after,
        error=error,
        sends_mail=sends_mail(request),
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (
    *(reset_page, ask_for_reset, new_password_page, choose_new_password, invitation_page, accept_invitation),
)
