"""What a webhook is told: values to bytes, in our own form or in that of webmention.io.

Pure. Each body says whether a mention may be shown now (`says` reads that back), so that what was overtaken
by a later decision need not be told. What signs a body is no business of this module.
Spec of the second form: webmention.io's webhooks, keys in the order that its receivers know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from linkback.core.formats.jf2 import entry
from linkback.core.formats.owner import described
from linkback.core.formats.plain import encoded
from linkback.core.model import Alert, HookForm, Mention, News, NewsKind, Site, Status, Webhook

MEDIA_TYPE = "application/json"
TEST = "test"  # the event of a call that tells of nothing
NOWHERE = "https://nobody.example/test"  # the source of such a call: no mention is of it


@dataclass(frozen=True, slots=True)
class Said:
    """Of which mention a body tells, and whether it may be shown."""

    source: str
    target: str
    shown: bool


def write(webhook: Webhook, news: News, site: Site, mention: Mention) -> bytes:
    """Return what a webhook is told of a mention, as that is now."""
    return FORMS[webhook.form](webhook, news, site, mention)


def write_alert(news: News, site: Site, alert: Alert) -> bytes:
    """Return what a webhook is told of a warning; webmention.io has no form for one."""
    told = {"id": alert.id, "kind": alert.kind, "subject": alert.subject, "message": alert.message}
    times = {"at": alert.at, "last_at": alert.last_at, "count": alert.count}
    return encoded({**_event(news.kind.value, news.id, news.at, site), "mention": None, "alert": {**told, **times}})


def write_test(webhook: Webhook, site: Site, now: datetime) -> bytes:
    """Return what tells of nothing: receivers of webmention.io's form are asked to forget what they never had."""
    if webhook.form is HookForm.WEBMENTION_IO:
        return encoded({**_pair(webhook, NOWHERE, site.url), "deleted": True})
    return encoded({**_event(TEST, 0, now, site), "mention": None})


def says(body: bytes) -> Said | None:
    """Return what a body of ours says of a mention; None where it tells of none."""
    told = msgspec.json.decode(body, type=_Told)
    if told.mention is not None:
        return Said(told.mention.source, told.mention.target, told.mention.status == Status.APPROVED)
    if told.source and told.source != NOWHERE:
        return Said(told.source, told.target, not told.deleted)
    return None


class _Shown(msgspec.Struct, frozen=True):
    source: str
    target: str
    status: str


class _Told(msgspec.Struct, frozen=True):
    mention: _Shown | None = None
    source: str = ""
    target: str = ""
    deleted: bool = False


def _in_our_form(webhook: Webhook, news: News, site: Site, mention: Mention) -> bytes:
    return encoded({**_event(news.kind.value, news.id, news.at, site), "mention": described(mention)})


def _in_theirs(webhook: Webhook, news: News, site: Site, mention: Mention) -> bytes:
    """Return the mention as an entry, or that it is deleted: whatever happened, what is not shown is not there."""
    pair = _pair(webhook, mention.source, mention.target)
    if mention.status is not Status.APPROVED or news.kind not in (NewsKind.PUBLISHED, NewsKind.CHANGED):
        return encoded({**pair, "deleted": True})
    return encoded({**pair, "post": entry(mention, site.lists)})


def _event(name: str, number: int, at: datetime, site: Site) -> dict[str, object]:
    return {"event": name, "id": number, "at": at, "site": site.url}


def _pair(webhook: Webhook, source: str, target: str) -> dict[str, object]:
    return {"secret": webhook.secret, "source": source, "target": target, "private": False}


FORMS: Mapping[HookForm, Callable[[Webhook, News, Site, Mention], bytes]] = {
    HookForm.LINKBACK: _in_our_form,
    HookForm.WEBMENTION_IO: _in_theirs,
}
