"""What a person decides of mentions, of one or of all that match, and how that is taken back."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.errors import AlreadyUndone, NotFound
from linkback.desk import Done, Selection, TooMuchListed, What
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.forms import MOST_DIGITS
from linkback.web.dashboard.outcome import CODES, sentence
from linkback.web.dashboard.telling import host_url
from linkback.web.dashboard.visiting import Form, Visitor, moved, own_path, page, sent_form, visitor_of
from linkback.web.dashboard.wanted import Wanted, number_of

INBOX, ACTIONS = "/dashboard/inbox", "/dashboard/actions"
SEE_OTHER = HTTPStatus.SEE_OTHER
MOST_AT_ONCE = 5_000  # mentions of one click: some seconds; who has more clicks again
HOSTS = frozenset({What.TRUST, What.BLOCK, What.MUTE})


@post("/dashboard/decide", status_code=SEE_OTHER)
async def decide(request: Asked) -> Redirect:
    """Do one thing with the mentions that were chosen, and lead back to where they were chosen."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    what, back = _what(form), own_path(form.first("back"), INBOX)
    only = _meant(form, visitor)
    ids = await _ids(request, form, only)
    if not ids:
        return moved(back, said="nothing-chosen")
    try:
        done = await _do(request, what, ids[:MOST_AT_ONCE], only, visitor)
    except TooMuchListed:
        return moved(back, said="too-much-listed")
    if done.action_id is None:
        return moved(back, said="nothing-done")
    return moved(back, said=CODES[what] if len(ids) <= MOST_AT_ONCE else "more-left", done=done.action_id)


@post("/dashboard/hosts/{host:str}/list", status_code=SEE_OTHER)
async def list_host(request: Asked, host: FromPath[str]) -> Redirect:
    """Trust, block or mute a host at all of the person's sites where it was seen, and lead back to its page."""
    visitor = await visitor_of(request)
    what, back = _what(await sent_form(request, visitor)), host_url(host)
    if what not in HOSTS:
        raise HTTPException(status_code=HTTPStatus.BAD_REQUEST)
    try:
        shown = await app_of(request).inbox.host(host, visitor.roles)
        done = (await app_of(request).moderator.list_host(what, host, [*shown.histories], by=visitor.user.name)).done
    except NotFound:
        raise NotFoundException from None
    except TooMuchListed:
        return moved(back, said="too-much-listed")
    return moved(back, said=CODES[what], done=done.action_id)


@post("/dashboard/undo", status_code=SEE_OTHER)
async def undo(request: Asked) -> Redirect:
    """Take an action back, if all of it was done at the person's own sites, and lead back."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    back, action_id = own_path(form.first("back"), ACTIONS), form.number("action")
    if action_id is None:
        raise NotFoundException
    within = None if visitor.user.admin else visitor.roles.keys()
    try:
        undone = await app_of(request).moderator.undo(action_id, by=visitor.user.name, within=within)
    except NotFound:
        raise NotFoundException from None
    except AlreadyUndone:
        return moved(back, said="already-undone")
    return moved(back, said="partly-undone" if undone.left else "undone", done=undone.action_id)


@get(ACTIONS)
async def actions_page(request: Asked) -> Template:
    """List the latest actions at the person's sites, each with the way to take it back."""
    visitor = await visitor_of(request)
    before = number_of(request.url.query, "before")
    found = await app_of(request).inbox.actions(visitor.roles.keys(), before=before)
    shown = [(acted.action, sentence(acted)) for acted in found]
    full = len(found) == app_of(request).inbox.PER_PAGE
    older = f"{ACTIONS}?before={found[-1].action.id}" if full else ""
    return page(request, "dashboard/actions.html", visitor, actions=shown, older=older)


def _what(form: Form) -> What:
    """Return what a form asks for; raises a 400 page."""
    try:
        return What(form.first("what"))
    except ValueError:
        raise HTTPException(status_code=HTTPStatus.BAD_REQUEST) from None


def _meant(form: Form, visitor: Visitor) -> Selection:
    """Return of which mentions alone something may be decided: those of the person's sites, and that match."""
    everywhere = visitor.user.admin
    if form.has("all"):
        return Wanted.read(form.first("query")).selection(visitor.sites, everywhere=everywhere)
    return Selection(sites=frozenset(visitor.roles))


async def _ids(request: Asked, form: Form, only: Selection) -> Sequence[int]:
    if form.has("all"):
        return (await app_of(request).moderator.meant(only)).ids
    return [int(text) for text in form.all("id") if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS]


async def _do(request: Asked, what: What, ids: Sequence[int], only: Selection, visitor: Visitor) -> Done:
    moderator, by = app_of(request).moderator, visitor.user.name
    if what in HOSTS:
        return (await moderator.list_hosts(what, ids, by=by, only=only)).done
    return await moderator.decide(what, ids, by=by, only=only)


ROUTES: tuple[HTTPRouteHandler, ...] = (decide, list_host, undo, actions_page)
