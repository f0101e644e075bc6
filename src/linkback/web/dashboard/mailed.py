"""What the links in letters lead to: a page that says what would be done, and a button that does it, once.

The address is the secret, so no session is asked for and no key of a form. Nothing happens on GET: mail is read by
scanners that follow every link. List-Unsubscribe works with one POST (RFC 8058).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from linkback.app import Deed, Link, Used
from linkback.core.errors import AlreadyUndone, NotFound
from linkback.core.model import Mention, Pace, Site, User
from linkback.core.signing import Expired, Forged
from linkback.core.urls import host_of
from linkback.desk import TooMuchListed, What
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.forms import FORM_TYPE
from linkback.web.dashboard.visiting import page, read_form
from linkback.web.entries import entries
from linkback.words import _, later

WHATS = {
    Deed.APPROVE: What.APPROVE,
    Deed.REMOVE: What.REMOVE,
    Deed.SPAM: What.SPAM,
}
# deed -> the question, the button, and what was done
WORDS = {
    Deed.APPROVE: (later("Approve this mention?"), later("Approve"), later("Approved.")),
    Deed.REMOVE: (later("Remove this mention?"), later("Remove"), later("Removed.")),
    Deed.SPAM: (later("Is this mention spam?"), later("Mark as spam"), later("Marked as spam.")),
    Deed.TRUST: (
        later("Approve this mention, and trust its host?"),
        later("Approve and trust"),
        later("Approved, with all that waited of this host, which is trusted now."),
    ),
    Deed.UNDO: (later("Take this back?"), later("Undo"), later("Undone: the mention stands where it stood before.")),
}
PRIVATE = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What a link that still works means: who decides what, of which mention, at which site."""

    link: Link
    user: User
    mention: Mention
    site: Site


@dataclass(frozen=True, slots=True)
class Useless:
    """Why a link does nothing: in words, and as a status."""

    status: HTTPStatus
    words: str


FORGED = Useless(HTTPStatus.NOT_FOUND, later("This is no link of ours, or not all of one. Copy it whole."))
EXPIRED = Useless(HTTPStatus.GONE, later("This link is older than two weeks, so it does nothing any more."))
USED = Useless(HTTPStatus.GONE, later("This link was used already, and works once only."))
VANISHED = Useless(HTTPStatus.GONE, later("The mention that this link is about is not kept any more."))
CHANGED_SINCE = Useless(HTTPStatus.CONFLICT, later("Somebody has decided otherwise since, so it stays as it is."))
TOO_MUCH = Useless(
    HTTPStatus.CONFLICT, later("The lists of this site are full, so its host cannot be trusted. Nothing was done.")
)
NO_SEAT = Useless(HTTPStatus.FORBIDDEN, later("You do not look after this site any more, so nothing was done."))


@get("/mail/{token:str}")
async def mailed_page(request: Asked, token: FromPath[str]) -> Template:
    """Say what a link would do, with the button that does it."""
    meant = await _meant(request, token)
    if isinstance(meant, Useless):
        return _useless(request, meant)
    question, button, _done = WORDS[meant.link.deed]
    return _page(request, "dashboard/mailed.html", _shown(meant, title=_(question), button=_(button)))


@post("/mail/{token:str}", status_code=HTTPStatus.OK)
async def do_mailed(request: Asked, token: FromPath[str]) -> Template:
    """Do what a link stands for, once, and offer to take it back."""
    meant = await _meant(request, token)
    if isinstance(meant, Useless):
        return _useless(request, meant)
    undo = await _act(request, token, meant)
    if isinstance(undo, Useless):
        return _useless(request, undo)
    mention = await app_of(request).moderator.show(meant.mention.id)
    now = Meant(meant.link, meant.user, mention, meant.site)
    done = WORDS[meant.link.deed][2]
    return _page(request, "dashboard/mailed_done.html", _shown(now, title=_(done), undo=undo))


@get("/mail/stop/{token:str}")
async def stop_page(request: Asked, token: FromPath[str]) -> Template:
    """Say whose mail a link stops, with the button that does so."""
    user = await _whose(request, token)
    return _useless(request, user) if isinstance(user, Useless) else _stopping(request, user)


@post("/mail/stop/{token:str}", status_code=HTTPStatus.OK)
async def stop_mail(request: Asked, token: FromPath[str]) -> Template:
    """Stop all mail to a person, whatever the form says; one that names a pace has it come again."""
    user = await _whose(request, token)
    if isinstance(user, Useless):
        return _useless(request, user)
    again = await _pace_again(request)
    before = user.pace
    user = await app_of(request).notifier.set_pace(user, again or Pace.NEVER)
    return _stopping(request, user, before=before if again is None else None, changed=True)


async def _meant(request: Asked, token: str) -> Meant | Useless:
    app = app_of(request)
    try:
        link = await app.notifier.read(token)
    except Expired:
        return EXPIRED
    except Forged:
        return FORGED
    if await app.notifier.is_used(token):
        return USED
    try:
        mention = await app.moderator.show(link.about or link.subject)
        user = await app.notifier.person(link.user_id)
        site = await app.moderator.site_of(mention)
    except NotFound as missing:
        return NO_SEAT if missing.kind == "person" else VANISHED
    return Meant(link, user, mention, site) if await app.notifier.may_decide(user, site.id) else NO_SEAT


async def _act(request: Asked, token: str, meant: Meant) -> Useless | str:
    """Do what a link says, and return the token of the link that takes it back; empty where nothing is to take back.

    The link is used up together with the deed, or not at all.
    """
    app, link, by = app_of(request), meant.link, meant.user.name
    once = app.notifier.spending(token)
    try:
        if link.deed is Deed.UNDO:
            undone = await app.moderator.undo(link.subject, by=by, within={meant.site.id}, once=once)
            return CHANGED_SINCE if undone.left else ""
        if link.deed is Deed.TRUST:
            done = (await app.moderator.list_hosts(What.TRUST, [link.subject], by=by, once=once)).done
        else:
            done = await app.moderator.decide(WHATS[link.deed], [link.subject], by=by, once=once)
    except NotFound:
        return VANISHED
    except (AlreadyUndone, Used):
        return USED
    except TooMuchListed:
        return TOO_MUCH
    if done.action_id is None:
        return ""
    return await app.notifier.sign(Link(link.user_id, Deed.UNDO, done.action_id, link.subject))


async def _whose(request: Asked, token: str) -> User | Useless:
    try:
        return await app_of(request).notifier.read_stop(token)
    except Expired:
        return EXPIRED
    except (Forged, NotFound):
        return FORGED


async def _pace_again(request: Asked) -> Pace | None:
    """Return the pace that a form asks for, None for the one click that programs make; those may send any form."""
    if not request.headers.get("content-type", "").lower().startswith(FORM_TYPE):
        return None
    wanted = (await read_form(request)).first("pace")
    return Pace(wanted) if wanted in set(Pace) - {Pace.NEVER} else None


def _stopping(request: Asked, user: User, *, before: Pace | None = None, changed: bool = False) -> Template:
    back = Pace.DAILY if before in (None, Pace.NEVER) else before
    about = {"person_of_mail": user, "back": back, "changed": changed}
    return _page(request, "dashboard/mail_stop.html", about)


def _useless(request: Asked, why: Useless) -> Template:
    return _page(request, "dashboard/mail_useless.html", {"words": _(why.words)}, status=why.status)


def _page(request: Asked, name: str, about: Mapping[str, object], *, status: int = HTTPStatus.OK) -> Template:
    answer = page(request, name, None, status=status, retry_after=0, **about)
    answer.headers.update(PRIVATE)
    return answer


def _shown(meant: Meant, **more: str) -> Mapping[str, object]:
    (entry,) = entries([meant.mention], {meant.site.id: meant.site.lists})
    return {"meant": meant, "entry": entry, "host": _host(meant.mention), **more}


def _host(mention: Mention) -> str:
    return host_of(mention.source_page or mention.source)


ROUTES: tuple[HTTPRouteHandler, ...] = (mailed_page, do_mailed, stop_page, stop_mail)
