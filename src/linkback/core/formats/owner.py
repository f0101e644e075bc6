"""A mention as programs of its owner see it: all that is known of it, those that wait too.

Pure. The same shape for `linkback mentions list --json`, for the owner's API and for webhooks.
"""

from collections.abc import Iterable

from linkback.core.formats.plain import encoded
from linkback.core.model import Event, Mention, Receipt, Verdict

MEDIA_TYPE = "application/json"


def write(mentions: Iterable[Mention], after: str | None) -> bytes:
    """Return a page of mentions; `after` is where the next one is, None on the last."""
    return encoded({"mentions": list(map(described, mentions)), "next": after})


def write_one(mention: Mention, events: Iterable[Event]) -> bytes:
    """Return a mention with what changed of it."""
    return encoded({**described(mention), "events": list(map(changed, events))})


def write_done(action_id: int | None, mention: Mention) -> bytes:
    """Return what became of a decision: the action by which it can be taken back, and the mention as it is now."""
    return encoded({"action": action_id, "mention": described(mention)})


def described(mention: Mention) -> dict[str, object]:
    """Return a mention as a document."""
    citation = mention.citation
    return {
        "id": mention.id,
        "source": mention.source,
        "target": mention.target,
        "source_page": mention.source_page,
        "target_page": mention.target_page,
        "protocols": mention.protocols,
        "receipts": [_receipt(receipt) for receipt in mention.receipts],
        "status": mention.status,
        "kind": citation.kind,
        "rsvp": citation.rsvp,
        "title": citation.title,
        "excerpt": citation.excerpt,
        "content": citation.content,
        "anchor": citation.anchor,
        "author": {"name": citation.author.name, "url": citation.author.url, "photo": citation.author.photo},
        "photo": citation.photo,
        "rel": citation.rel,
        "noindex": citation.noindex,
        "place": citation.place,
        "language": citation.language,
        "published": citation.published,
        "received_at": mention.received_at,
        "verified_at": mention.verified_at,
        "next_look_at": mention.next_look_at,
        "decided_by": mention.decided_by,
        "trouble": mention.trouble,
        "sponsored": mention.sponsored,
        "verdict": _verdict(mention.verdict),
        "evidence": mention.evidence,
    }


def changed(event: Event) -> dict[str, object]:
    """Return a change of a mention as a document."""
    told = {"change": event.change, "before": event.before, "after": event.after}
    return {"at": event.at, **told, "by": event.by}


def _receipt(receipt: Receipt) -> dict[str, object]:
    times = {"first_at": receipt.first_at, "last_at": receipt.last_at, "times": receipt.times}
    return {"protocol": receipt.protocol, **times}


def _verdict(verdict: Verdict | None) -> dict[str, object] | None:
    if verdict is None:
        return None
    reasons = [reason.sentence for reason in verdict.reasons]
    weights = [{"rule": reason.rule, "weight": reason.weight} for reason in verdict.reasons]
    return {"decision": verdict.decision, "score": verdict.score, "reasons": reasons, "weights": weights}
