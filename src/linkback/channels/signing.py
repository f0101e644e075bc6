"""How a receiver knows that a call is ours, and a fresh one. Pure: values in, headers out.

How to verify stands in docs/howto/webhooks-and-feeds.md; what is signed is a promise and never changes under v1.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from hmac import new as hmac

from linkback.core.formats.hook import MEDIA_TYPE, TEST
from linkback.core.model import Call, Headers, HookForm, Webhook


def headers_of(webhook: Webhook, call: Call, now: datetime) -> Headers:
    """Return the headers of a call that is made now; each try has a timestamp of its own."""
    signed = SIGNED[webhook.form](webhook.secret, call.body, int(now.timestamp()))
    event = call.kind.value if call.kind else TEST
    told = (("x-linkback-event", event), ("x-linkback-delivery", str(call.id)))
    return (("content-type", MEDIA_TYPE), ("accept", "*/*;q=0.1"), *told, *signed)


def _ours(secret: str, body: bytes, moment: int) -> Headers:
    return (("x-linkback-signature", f"t={moment},v1={_digest(secret, b'%d.%b' % (moment, body))}"),)


def _theirs(secret: str, body: bytes, moment: int) -> Headers:
    return (*_ours(secret, body, moment), ("x-webmention-signature", f"sha256={_digest(secret, body)}"))


def _digest(secret: str, signed: bytes) -> str:
    return hmac(secret.encode(), signed, sha256).hexdigest()


SIGNED: Mapping[HookForm, Callable[[str, bytes, int], Headers]] = {
    HookForm.LINKBACK: _ours,
    HookForm.WEBMENTION_IO: _theirs,
}
