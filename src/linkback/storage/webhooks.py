"""Webhooks: the addresses of programs that want to hear of a site's mentions, each with a secret of its own.

What they are called with stands in calls.py; a webhook that is dropped takes its log along.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from linkback.core.errors import NotFound
from linkback.core.model import HookForm, NewsKind, Webhook
from linkback.storage.prepared import Row, always
from linkback.storage.tables import LARGEST_ID, clean, maybe_time, to_stored, webhooks

NAMES = ("id", "site_id", "url", "secret", "form", "kinds", "paused", "created_at")
COLUMNS = tuple(webhooks.c[name] for name in NAMES)
THIS = webhooks.c.id == bindparam("webhook")
BY_ID: Select[tuple[object, ...]] = select(*COLUMNS).where(THIS)
OF_SITE = always(select(*COLUMNS).where(webhooks.c.site_id == bindparam("site")).order_by(webhooks.c.id))
ADD = insert(webhooks).returning(webhooks.c.id)
PAUSE = update(webhooks).where(THIS)
DROP = delete(webhooks).where(THIS)


def add(connection: Connection, webhook: Webhook, now: datetime) -> Webhook:
    """Keep a new webhook, whatever its id, and return it as it is kept."""
    values = {
        "site_id": webhook.site_id,
        "url": clean(webhook.url),
        "secret": webhook.secret,
        "form": webhook.form.value,
        "kinds": " ".join(sorted(kind.value for kind in webhook.kinds)),
        "paused": webhook.paused,
        "created_at": to_stored(now),
    }
    return replace(webhook, id=connection.execute(ADD, values).scalar_one(), created_at=now)


def get(connection: Connection, webhook_id: int) -> Webhook:
    """Return a webhook, or raise NotFound."""
    row = connection.execute(BY_ID, {"webhook": webhook_id}).one_or_none() if 0 < webhook_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("webhook", webhook_id)
    return to_webhook(row)


def of(connection: Connection, site_id: int) -> list[Webhook]:
    """Return the webhooks of a site, oldest first."""
    return list(map(to_webhook, OF_SITE.rows(connection, {"site": site_id})))


def pause(connection: Connection, webhook_id: int, *, paused: bool) -> None:
    """Say whether a webhook is left alone; one that is not there any more is no trouble."""
    connection.execute(PAUSE.values(paused=paused), {"webhook": webhook_id})


def drop(connection: Connection, webhook_id: int) -> None:
    """Forget a webhook and its log; raise NotFound when there is none."""
    if not connection.execute(DROP, {"webhook": webhook_id}).rowcount:
        raise NotFound("webhook", webhook_id)


def to_webhook(row: Row) -> Webhook:
    """Return the webhook that stands in a row of COLUMNS."""
    webhook_id, site_id, url, secret, form, kinds, paused, created_at = row
    wanted = frozenset(map(NewsKind, kinds.split()))
    return Webhook(webhook_id, site_id, url, secret, HookForm(form), wanted, bool(paused), maybe_time(created_at))
