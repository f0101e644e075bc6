"""Which webhooks are owed a call for a piece of news, and which owed calls need not be made any more.

Units of work over a connection. What is owed is written whole, so that each try, and each sending again, sends the
same bytes.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from linkback.core.errors import NotFound
from linkback.core.formats import hook
from linkback.core.model import Call, HookForm, News, NewsKind, Site, Status, Webhook
from linkback.storage import alerts, calls, mentions, sites, webhooks
from linkback.words import later

OVERTAKEN = later("Not sent: by now the mention stands otherwise.")
IS_PAUSED = later("Not sent: the webhook is paused.")

HIDDEN = frozenset(Status) - {Status.APPROVED}
# Where a mention must stand now for what happened to it to be worth telling still.
STILL: Mapping[NewsKind, Collection[Status]] = {
    NewsKind.WAITING: {Status.HELD},
    NewsKind.PUBLISHED: {Status.APPROVED},
    NewsKind.CHANGED: {Status.APPROVED},
    NewsKind.GONE: HIDDEN,
    NewsKind.WITHDRAWN: HIDDEN,
}
# Of what receivers of webmention.io's form know nothing.
UNKNOWN_TO_THEM = frozenset({NewsKind.WAITING, NewsKind.WARNING})


@dataclass(frozen=True, slots=True)
class Ready:
    """A call with the webhook that it goes to, and why it is not made, if so."""

    webhook: Webhook
    why_not: str = ""


def calls_for(connection: Connection, news: News, now: datetime) -> int:
    """Owe each webhook that wants to hear of this news a call, and return how many do.

    What the mention says and where it stands is written as it is now; of what was overtaken nothing is owed.
    """
    wanting = [one for one in webhooks.of(connection, news.site_id) if _wants(one, news.kind)]
    if not wanting:
        return 0
    bodies: list[bytes] = []
    with suppress(NotFound):  # forgotten meanwhile: then there is nothing to tell
        bodies = _bodies(connection, news, wanting)
    for webhook, body in zip(wanting, bodies, strict=False):
        calls.add(connection, Call(0, webhook.id, news.kind, body, now, next_try_at=now))
    return len(bodies)


def ready(connection: Connection, call: Call) -> Ready:
    """Return the webhook of a call, and whether the call is to be made; raises NotFound for one that was dropped."""
    webhook = webhooks.get(connection, call.webhook_id)
    if webhook.paused:
        return Ready(webhook, IS_PAUSED)
    return Ready(webhook, OVERTAKEN if _is_overtaken(connection, call) else "")


def note(connection: Connection, call: Call, now: datetime, *, pauses: bool = False) -> None:
    """Write how a call stands after a try; one that pauses its webhook ends all that it is owed."""
    calls.note(connection, call)
    if pauses:
        pause(connection, call.webhook_id, now)


def pause(connection: Connection, webhook_id: int, now: datetime) -> None:
    """Leave a webhook alone from now on."""
    webhooks.pause(connection, webhook_id, paused=True)
    calls.give_up(connection, webhook_id, IS_PAUSED, now)


def _wants(webhook: Webhook, kind: NewsKind) -> bool:
    known = webhook.form is HookForm.LINKBACK or kind not in UNKNOWN_TO_THEM
    return known and kind in webhook.kinds and not webhook.paused


def _bodies(connection: Connection, news: News, wanting: list[Webhook]) -> list[bytes]:
    site = sites.by_id(connection, news.site_id)
    if news.alert_id is not None:
        alert = alerts.get(connection, news.alert_id)
        return [hook.write_alert(news, site, alert)] * len(wanting)
    return _of_mention(connection, news, site, wanting) if news.mention_id is not None else []


def _of_mention(connection: Connection, news: News, site: Site, wanting: list[Webhook]) -> list[bytes]:
    mention = mentions.get(connection, news.mention_id or 0)
    if mention.status not in STILL[news.kind]:
        return []
    return [hook.write(webhook, news, site, mention) for webhook in wanting]


def _is_overtaken(connection: Connection, call: Call) -> bool:
    """Tell whether a later decision made untrue what a call says: tries come late, and in another order."""
    said = hook.says(call.body)
    if said is None:
        return False
    mention = mentions.find(connection, said.source, said.target)
    return said.shown is not (mention is not None and mention.status is Status.APPROVED)
