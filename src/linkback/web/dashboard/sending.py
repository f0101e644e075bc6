"""The ledger of what was sent, and sending for a page by hand. A person sees what was sent for their own sites."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.app import NoSource
from linkback.core import urls
from linkback.core.errors import BadURL, NotFound
from linkback.core.model import Delivery, DeliveryStatus
from linkback.desk import Wanted, may_be_asked_again
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard import watching
from linkback.web.dashboard.visiting import Visitor, moved, page, sent_form, visitor_of
from linkback.web.dashboard.wanted import number_of, text_of
from linkback.words import _, later

SENT = "/dashboard/sent"
ONE = f"{SENT}/{{delivery_id:int}}"
PER_PAGE = 50
SEE_OTHER = HTTPStatus.SEE_OTHER
FORESEEN_WITHIN = 30.0  # seconds; hosts are asked side by side

# Of each status: the kind of its badge, and what it is called.
STATUSES: Mapping[DeliveryStatus, tuple[str, str]] = {
    DeliveryStatus.WAITING: ("warn", later("Waiting")),
    DeliveryStatus.SENT: ("good", later("Sent")),
    DeliveryStatus.REFUSED: ("bad", later("Refused")),
    DeliveryStatus.FAILED: ("bad", later("Failed")),
    DeliveryStatus.NO_ENDPOINT: ("plain", later("Takes no pings")),
    DeliveryStatus.SKIPPED: ("plain", later("Left out")),
    DeliveryStatus.PLANNED: ("calm", later("Would be sent")),
}
LISTED = [status for status in DeliveryStatus if status is not DeliveryStatus.PLANNED]
NOT_YOURS = later("That is no page of one of your sites.")
LEADS_AWAY = later("It leads to %(url)s, which is no page of one of your sites.")
TOO_SLOW = later("The pages that it links to did not all answer in time. Send it all the same, or try again later.")


@dataclass(frozen=True, slots=True)
class Asking:
    """What a query of the ledger asks for, word by word, and what of it means something."""

    status: str = ""
    source: str = ""
    target: str = ""
    before: int | None = None
    error: str = ""

    @property
    def is_narrow(self) -> bool:
        """Tell whether it asks for less than all."""
        return bool(self.status or self.source or self.target)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent for a page; `post` is where it was found."""

    post: str
    deliveries: tuple[Delivery, ...] = ()
    slow: str = ""

    @property
    def owed(self) -> int:
        """Return how many would be told, as far as that is known."""
        return sum(one.status is DeliveryStatus.PLANNED for one in self.deliveries)


@get(SENT)
async def sent_page(request: Asked) -> Template:
    """Show what was sent, newest first."""
    visitor = await visitor_of(request)
    return await _sent_page(request, visitor)


@get(ONE)
async def delivery_page(request: Asked, delivery_id: FromPath[int]) -> Template:
    """Show a delivery with each of its tries."""
    visitor = await visitor_of(request)
    delivery = await _delivery(request, visitor, delivery_id)
    _same, tries = await app_of(request).ledger.show(delivery.id)
    own = is_own(visitor, delivery.source)
    return page(
        request,
        "dashboard/delivery.html",
        visitor,
        delivery=delivery,
        tries=tries,
        badge_of=badge_of,
        may_retry=own and may_be_asked_again(delivery),
        may_repeat=own and delivery.status is DeliveryStatus.SENT and may_be_asked_again(delivery, sent_too=True),
    )


@post(f"{ONE}/retry", status_code=SEE_OTHER)
async def retry(request: Asked, delivery_id: FromPath[int]) -> Redirect:
    """Have a delivery tried again by whoever works; with `again`, even one that was taken."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    delivery = await _delivery(request, visitor, delivery_id)
    if not is_own(visitor, delivery.source):
        raise NotFoundException
    owed = await app_of(request).ledger.ask_again(delivery.id, sent_too=form.has("again"))
    app_of(request).receiver.wake()
    return moved(f"{SENT}/{delivery.id}", said="delivery-again" if owed else "delivery-stays")


@post(SENT, status_code=SEE_OTHER)
async def send(request: Asked) -> Redirect | Template:
    """Show what would be sent for a page; with `send`, owe it, for whoever works to deliver."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    url, sender = form.first("url").strip(), app_of(request).sender
    try:
        _hold_to_own(visitor, url, NOT_YOURS)
        post = await sender.read(urls.normalize(url))
        _hold_to_own(visitor, post.url, LEADS_AWAY)
        if form.has("send"):
            await sender.plan(post)
            app_of(request).receiver.wake()
            return moved(f"{SENT}?{urlencode({'source': post.url})}", said="sending")
        async with asyncio.timeout(FORESEEN_WITHIN):
            plan = Plan(post.url, tuple(await sender.preview(post)))
    except (BadURL, NoSource) as error:
        return await _sent_page(request, visitor, url=url, error=str(error))
    except TimeoutError:
        plan = Plan(post.url, slow=_(TOO_SLOW))
    return await _sent_page(request, visitor, url=url, plan=plan)


def badge_of(status: DeliveryStatus) -> tuple[str, str]:
    """Return the kind of a badge, and what a status is called."""
    kind, words = STATUSES[status]
    return kind, _(words)


def is_own(visitor: Visitor, url: str) -> bool:
    """Tell whether a page lies on a site that the person owns; an admin may see to any page."""
    if visitor.user.admin:
        return True
    return any(urls.same_site(url, site.url) for site in visitor.sites if visitor.may_own(site.id))


def _hold_to_own(visitor: Visitor, url: str, sentence: str) -> None:
    if not is_own(visitor, url):
        raise BadURL(url, _(sentence) % {"url": url})


async def _delivery(request: Asked, visitor: Visitor, delivery_id: int) -> Delivery:
    """Return a delivery for who may see it; for anybody else there is none."""
    try:
        delivery, _tries = await app_of(request).ledger.show(delivery_id)
    except NotFound:
        raise NotFoundException from None
    if visitor.user.admin or any(urls.same_site(delivery.source, site.url) for site in visitor.sites):
        return delivery
    raise NotFoundException


async def _sent_page(
    request: Asked, visitor: Visitor, *, url: str = "", error: str = "", plan: Plan | None = None
) -> Template:
    asking, wanted = _asked(request, visitor)
    found = [] if asking.error else await app_of(request).ledger.page(
        wanted, before_id=asking.before, limit=PER_PAGE + 1
    )  # fmt: skip
    return page(
        request,
        "dashboard/sent.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        asking=asking,
        deliveries=found[:PER_PAGE],
        older=_older(asking, found[PER_PAGE - 1].id) if len(found) > PER_PAGE else "",
        statuses=[("", _("Any"))] + [(status.value, badge_of(status)[1]) for status in LISTED],
        may_send=visitor.user.admin or any(map(visitor.may_own, visitor.roles)),
        url=url,
        error=error,
        plan=plan,
        badge_of=badge_of,
    )


def _asked(request: Asked, visitor: Visitor) -> tuple[Asking, Wanted]:
    """Return what a query asks for; nonsense is not said, but an address that is none is told."""
    query = request.url.query
    said = text_of(query, "status")
    status = next((one for one in LISTED if one.value == said), None)
    asking = Asking(status or "", text_of(query, "source"), text_of(query, "target"), number_of(query, "before"))
    sites = None if visitor.user.admin else tuple(site.url for site in visitor.sites)
    try:
        source, target = (urls.normalize(text) if text else None for text in (asking.source, asking.target))
    except BadURL as error:
        return Asking(asking.status, asking.source, asking.target, asking.before, str(error)), Wanted()
    return asking, Wanted(status, source, target, sites)


def _older(asking: Asking, last: int) -> str:
    told = {"status": asking.status, "source": asking.source, "target": asking.target, "before": str(last)}
    return f"{SENT}?{urlencode({name: value for name, value in told.items() if value})}"


ROUTES: tuple[HTTPRouteHandler, ...] = (sent_page, delivery_page, retry, send, *watching.ROUTES)
