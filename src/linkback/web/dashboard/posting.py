"""Letters about accounts: a link for a new password, an invitation, and word of a change that its owner must know of.

They are written in the language of who asked. What is in them about people is one line of text each; the links are
made of the public address, never of what a request calls its host.
"""

from datetime import timedelta

from linkback.core.model import Purpose, User
from linkback.core.urls import host_of
from linkback.web.asking import Asked, app_of
from linkback.words import _

AN_HOUR = timedelta(hours=1)  # for which a link for a new password works


def link_of(request: Asked, purpose: Purpose, key: str) -> str:
    """Return the address by which a password is chosen."""
    return f"{_base(request)}{purpose.value}/{key}"


def sends_mail(request: Asked) -> bool:
    """Tell whether letters leave this server: a mail server is set, and links in them have an address."""
    return app_of(request).notifier.by_mail


async def post_reset(request: Asked, user: User, key: str) -> bool:
    """Write to somebody who wants a new password; tell whether a letter leaves."""
    lines = [
        _("Somebody, most likely you, asked for a new password for %(name)s at %(server)s.") % _about(request, user),
        _("This link lets you choose one. It works once, within an hour."),
        _("If it was not you, do nothing: your password stays as it is."),
    ]
    link = link_of(request, Purpose.RESET, key)
    return await _post(request, user.email, _("Choose a new password"), lines, link, AN_HOUR)


async def post_invitation(request: Asked, user: User, key: str, *, by: User) -> bool:
    """Write to somebody who was added; tell whether a letter leaves."""
    about = {**_about(request, user), "inviter": by.name}
    lines = [
        _("%(inviter)s invites you to Linkback at %(server)s, to look after who links to a site.") % about,
        _("Your name there is %(name)s. Choose a password by this link. It works once, within a week.") % about,
    ]
    subject = _("%(inviter)s invites you to Linkback") % about
    return await _post(request, user.email, subject, lines, link_of(request, Purpose.INVITE, key))


async def post_address_changed(request: Asked, before: User) -> bool:
    """Write to the address that a person had before; tell whether a letter leaves."""
    lines = [
        _("Mail for %(name)s at %(server)s goes to another address from now on.") % _about(request, before),
        _("If it was not you, sign in and change your password, or ask who runs the server for help."),
    ]
    return await _post(request, before.email, _("Your address was changed"), lines)


async def post_password_changed(request: Asked, user: User) -> bool:
    """Write to somebody whose password is another one now; tell whether a letter leaves."""
    lines = [
        _("The password of %(name)s at %(server)s was changed, and all other browsers are signed out.")
        % _about(request, user),
        _("If it was not you, ask for a new password, or ask who runs the server for help."),
    ]
    return await _post(request, user.email, _("Your password was changed"), lines)


async def _post(
    request: Asked, recipient: str, subject: str, lines: list[str], link: str = "", lasts: timedelta | None = None
) -> bool:
    if not recipient or not sends_mail(request):
        return False
    try:
        return await app_of(request).postman.post(recipient, subject, lines, link=link, lasts=lasts)
    except ValueError:  # an address that no mail server takes
        return False


def _about(request: Asked, user: User) -> dict[str, str]:
    return {"name": user.name, "server": host_of(_base(request))}


def _base(request: Asked) -> str:
    return app_of(request).settings.public_url.rstrip("/") + "/"
