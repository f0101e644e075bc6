"""The webhooks and the feeds of a site, and the log of calls.

A webhook has its owner's secret in it, so only owners of the site come here; feeds are for moderators too, since
what they hold is what they may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.app import NewHook
from linkback.core.errors import NotFound, Unfit
from linkback.core.model import ApiToken, Call, HookForm, NewsKind, Scope, Site, Webhook
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.visiting import Form, Visitor, moved, page, sent_form, site_for, visitor_of
from linkback.words import _, later

KINDS: Mapping[NewsKind, str] = {
    NewsKind.PUBLISHED: later("A mention is published"),
    NewsKind.CHANGED: later("A published mention says something else"),
    NewsKind.GONE: later("The page or the link of a published mention is gone"),
    NewsKind.WITHDRAWN: later("A published mention is taken away"),
    NewsKind.WAITING: later("A mention waits for you"),
    NewsKind.WARNING: later("Linkback warns you"),
}
FORMS: Mapping[HookForm, str] = {
    HookForm.LINKBACK: later("Linkback's own"),
    HookForm.WEBMENTION_IO: later("That of webmention.io"),
}
USUAL = Webhook(0, 0, "", "").kinds
LONGEST_DIGITS = 18  # of a number in an address: it fits into every database
LIST = "/dashboard/sites/{site_id:int}/webhooks"
ONE = "/dashboard/sites/{site_id:int}/webhooks/{hook_id:int}"
FEEDS = "/dashboard/sites/{site_id:int}/feeds"
SEE_OTHER = HTTPStatus.SEE_OTHER


@dataclass(frozen=True, slots=True)
class Room:
    """A webhook with all that its pages are about."""

    visitor: Visitor
    site: Site
    webhook: Webhook

    @property
    def address(self) -> str:
        """Return where the page of the webhook is."""
        return f"/dashboard/sites/{self.site.id}/webhooks/{self.webhook.id}"


@get(LIST)
async def webhooks_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show the webhooks of a site, and a form for a new one."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    return await _list_page(request, visitor, site, NewHook("", USUAL))


@post(LIST, status_code=SEE_OTHER)
async def add_webhook(request: Asked, site_id: FromPath[int]) -> Redirect | Template:
    """Add a webhook, and lead to its page; what will not do is shown again with a sentence beside it."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    wanted = _wanted(await sent_form(request, visitor))
    try:
        webhook = await app_of(request).hooks.add(site.id, wanted)
    except Unfit as error:
        return await _list_page(request, visitor, site, wanted, error)
    return moved(f"/dashboard/sites/{site.id}/webhooks/{webhook.id}", said="hook-added")


@get(ONE)
async def webhook_page(request: Asked, site_id: FromPath[int], hook_id: FromPath[int]) -> Template:
    """Show a webhook with its secret and its log."""
    room = await _room(request, site_id, hook_id)
    return await _hook_page(request, room)


@post(f"{ONE}/test", status_code=SEE_OTHER)
async def test_webhook(request: Asked, site_id: FromPath[int], hook_id: FromPath[int]) -> Redirect | Template:
    """Send a call that tells of nothing."""
    room, _form = await _sent(request, site_id, hook_id)
    try:
        await app_of(request).hooks.test(room.site, room.webhook)
    except Unfit as error:
        return await _hook_page(request, room, error)
    return moved(room.address, said="hook-tested")


@post(f"{ONE}/pause", status_code=SEE_OTHER)
async def pause_webhook(request: Asked, site_id: FromPath[int], hook_id: FromPath[int]) -> Redirect:
    """Leave a webhook alone."""
    room, _form = await _sent(request, site_id, hook_id)
    await app_of(request).hooks.pause(room.webhook)
    return moved(room.address, said="hook-paused")


@post(f"{ONE}/resume", status_code=SEE_OTHER)
async def resume_webhook(request: Asked, site_id: FromPath[int], hook_id: FromPath[int]) -> Redirect:
    """Let a webhook go on."""
    room, _form = await _sent(request, site_id, hook_id)
    await app_of(request).hooks.resume(room.webhook)
    return moved(room.address, said="hook-resumed")


@post(f"{ONE}/delete", status_code=SEE_OTHER)
async def delete_webhook(request: Asked, site_id: FromPath[int], hook_id: FromPath[int]) -> Redirect:
    """Forget a webhook with its log."""
    room, _form = await _sent(request, site_id, hook_id)
    await app_of(request).hooks.drop(room.webhook)
    return moved(f"/dashboard/sites/{room.site.id}/webhooks", said="hook-deleted")


@get(f"{ONE}/calls/{{call_id:int}}")
async def call_page(request: Asked, site_id: FromPath[int], hook_id: FromPath[int], call_id: FromPath[int]) -> Template:
    """Show what a call said, and what became of it."""
    room = await _room(request, site_id, hook_id)
    try:
        call = await app_of(request).hooks.call(room.webhook, call_id)
    except NotFound:
        raise NotFoundException from None
    return page(
        request,
        "dashboard/call.html",
        room.visitor,
        room=room,
        call=call,
        event=_event(call),
        outcome=_outcome(call),
        body=call.body.decode(),
    )


@post(f"{ONE}/calls/{{call_id:int}}/again", status_code=SEE_OTHER)
async def send_again(
    request: Asked, site_id: FromPath[int], hook_id: FromPath[int], call_id: FromPath[int]
) -> Redirect | Template:
    """Send a call of the log once more, the same bytes."""
    room, _form = await _sent(request, site_id, hook_id)
    try:
        await app_of(request).hooks.again(room.webhook, call_id)
    except NotFound:
        raise NotFoundException from None
    except Unfit as error:
        return await _hook_page(request, room, error)
    return moved(room.address, said="call-again")


@get(FEEDS)
async def feeds_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show the feeds of a site that a person has addresses of, and a form for another address."""
    visitor = await visitor_of(request)
    return await _feeds_page(request, visitor, site_for(visitor, site_id))


@post(FEEDS, status_code=HTTPStatus.OK)
async def add_feed(request: Asked, site_id: FromPath[int]) -> Template:
    """Make an address of the feeds of a site, and show it: this once, since only a digest of it is kept."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id)
    form = await sent_form(request, visitor)
    reader = form.first("name").strip() or _("Feed reader")
    try:
        _token, secret = await app_of(request).accounts.add_token(visitor.user, reader, {Scope.FEED}, site.id)
    except Unfit as error:
        return await _feeds_page(request, visitor, site, error=error, reader=reader)
    base = app_of(request).settings.public_url.rstrip("/")
    return await _feeds_page(request, visitor, site, address=f"{base}/feeds/{secret}")


@post(f"{FEEDS}/{{token_id:int}}/delete", status_code=SEE_OTHER)
async def delete_feed(request: Asked, site_id: FromPath[int], token_id: FromPath[int]) -> Redirect:
    """Make an address of the feeds good for nothing."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id)
    await sent_form(request, visitor)
    if token_id not in {token.id for token in await _feed_tokens(request, visitor, site)}:
        raise NotFoundException
    await app_of(request).accounts.drop_token(visitor.user, token_id)
    return moved(f"/dashboard/sites/{site.id}/feeds", said="feed-deleted")


async def _room(request: Asked, site_id: int, hook_id: int) -> Room:
    """Return a webhook for who may see it; for anybody else there is none."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    try:
        return Room(visitor, site, await app_of(request).hooks.get(site.id, hook_id))
    except NotFound:
        raise NotFoundException from None


async def _sent(request: Asked, site_id: int, hook_id: int) -> tuple[Room, Form]:
    room = await _room(request, site_id, hook_id)
    return room, await sent_form(request, room.visitor)


def _wanted(form: Form) -> NewHook:
    kinds = frozenset(kind for kind in NewsKind if kind.value in form.all("kind"))
    form_of = next((one for one in HookForm if one.value == form.first("form")), HookForm.LINKBACK)
    return NewHook(form.first("url").strip(), kinds, form_of)


async def _list_page(
    request: Asked, visitor: Visitor, site: Site, wanted: NewHook, error: Unfit | None = None
) -> Template:
    return page(
        request,
        "dashboard/webhooks.html",
        visitor,
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        site=site,
        webhooks=[(one, *await _standing(request, one)) for one in await app_of(request).hooks.of(site.id)],
        wanted=wanted,
        errors={} if error is None else {error.field: str(error)},
        kinds=[(kind, _(words), kind in wanted.kinds) for kind, words in KINDS.items()],
        forms=[(form.value, _(words)) for form, words in FORMS.items()],
        form_of=lambda one: _(FORMS[one.form]),
    )


async def _hook_page(request: Asked, room: Room, error: Unfit | None = None) -> Template:
    before = request.query_params.get("before", "")
    before_id = int(before) if before.isascii() and before.isdecimal() and len(before) <= LONGEST_DIGITS else None
    log = await app_of(request).hooks.log(room.webhook, before_id)
    older = f"{room.address}?before={log[-1].id}" if len(log) == app_of(request).hooks.LOG_PAGE else ""
    return page(
        request,
        "dashboard/webhook.html",
        room.visitor,
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        room=room,
        log=log,
        older=older,
        error="" if error is None else str(error),
        kinds=[_(words) for kind, words in KINDS.items() if kind in room.webhook.kinds],
        form=_(FORMS[room.webhook.form]),
        outcome_of=_outcome,
        event_of=_event,
    )


async def _feeds_page(
    request: Asked, visitor: Visitor, site: Site, *, address: str = "", error: Unfit | None = None, reader: str = ""
) -> Template:
    return page(
        request,
        "dashboard/feeds.html",
        visitor,
        status=HTTPStatus.OK if error is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        site=site,
        tokens=await _feed_tokens(request, visitor, site),
        address=address,
        error="" if error is None else str(error),
        reader=reader,
    )


async def _feed_tokens(request: Asked, visitor: Visitor, site: Site) -> list[ApiToken]:
    """Return the person's tokens for the feeds of one site, and for nothing else."""
    every = await app_of(request).accounts.tokens(visitor.user)
    return [token for token in every if token.site_id == site.id and token.scopes == {Scope.FEED}]


async def _standing(request: Asked, webhook: Webhook) -> tuple[str, str]:
    """Return how a webhook stands: the kind of a badge, and a word for it; by the newest call that was tried."""
    if webhook.paused:
        return "plain", _("Paused")
    tried = next((call for call in await app_of(request).hooks.log(webhook) if call.tries), None)
    if tried is None:
        return "plain", _("Not called yet")
    return ("good", _("Works")) if _is_taken(tried) else ("bad", _("Failing"))


def _is_taken(call: Call) -> bool:
    return call.status is not None and 200 <= call.status < 300


def _event(call: Call) -> str:
    return _(KINDS[call.kind]) if call.kind else _("A test")


def _outcome(call: Call) -> tuple[str, str, str]:
    """Return how a call stands: the kind of a badge, a word for it, and a sentence."""
    if call.next_try_at is not None:
        return "warn", _("Waiting"), _(call.message) if call.message else _("It is on its way.")
    return ("good", _("Taken"), _(call.message)) if _is_taken(call) else ("bad", _("Not taken"), _(call.message))


ROUTES: tuple[HTTPRouteHandler, ...] = (
    *(webhooks_page, add_webhook, webhook_page, test_webhook, pause_webhook, resume_webhook, delete_webhook),
    *(call_page, send_again, feeds_page, add_feed, delete_feed),
)
