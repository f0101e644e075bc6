"""How a mention stands in its row, and back."""

import msgspec

from linkback.core.model import Author, Citation, Mention, Reason, Receipt, Status, Verdict
from linkback.core.urls import host_of
from linkback.storage.prepared import Row
from linkback.storage.tables import clean, maybe_stored, maybe_time, mentions, pair_key, to_stored, to_time, url_key

# What a look may change, in the order in which to_mention reads it.
CONTENT = (
    *("status", "kind", "title", "author_name", "author_url", "author_photo", "anchor", "excerpt", "rel", "place"),
    *("language", "published_at", "decision", "score", "reasons", "verified_at", "next_look_at", "looks", "missed_at"),
    *("etag", "last_modified"),
)
NAMES = ("id", "site_id", "source", "target", "received_at", "decided_by", *CONTENT)
COLUMNS = tuple(mentions.c[name] for name in NAMES)


def to_mention(row: Row, receipts: tuple[Receipt, ...]) -> Mention:
    """Return the mention that stands in a row of COLUMNS."""
    (id_, site_id, source, target, received_at, decided_by, status, *told) = row
    (kind, title, name, url, photo, anchor, excerpt, rel, place, language, published_at, *rest) = told
    (decision, score, reasons, verified_at, next_look_at, looks, missed_at, etag, last_modified) = rest
    author = Author(name, url, photo)
    published, links = maybe_time(published_at), tuple(rel.split())
    citation = Citation(
        title, author, kind or "mention", published, anchor, excerpt, links, place or "content", language
    )
    return Mention(
        id=id_,
        site_id=site_id,
        source=source,
        target=target,
        status=Status(status),
        received_at=to_time(received_at),
        citation=citation,
        verdict=_to_verdict(decision, score, reasons),
        receipts=receipts,
        decided_by=decided_by,
        verified_at=maybe_time(verified_at),
        next_look_at=maybe_time(next_look_at),
        looks=looks,
        missed_at=maybe_time(missed_at),
        etag=etag,
        last_modified=last_modified,
    )


def identity(mention: Mention) -> dict[str, object]:
    """Return what never changes of a mention, as it is stored; without the id, which the database gives."""
    return {
        "site_id": mention.site_id,
        "key": pair_key(mention.source, mention.target),
        "source": mention.source,
        "target": mention.target,
        "target_key": url_key(mention.target),
        "source_host": host_of(mention.source),
        "received_at": to_stored(mention.received_at),
    }


def content(mention: Mention) -> dict[str, object]:
    """Return what a look may change of a mention, as it is stored."""
    return {
        "status": mention.status.value,
        **_citation(mention.citation),
        **_verdict(mention.verdict),
        "verified_at": maybe_stored(mention.verified_at),
        "next_look_at": maybe_stored(mention.next_look_at),
        "looks": mention.looks,
        "missed_at": maybe_stored(mention.missed_at),
        "etag": mention.etag and clean(mention.etag),
        "last_modified": mention.last_modified and clean(mention.last_modified),
    }


def _citation(citation: Citation) -> dict[str, object]:
    author = citation.author
    return {
        "kind": clean(citation.kind),
        "title": clean(citation.title),
        "author_name": clean(author.name),
        "author_url": clean(author.url),
        "author_photo": clean(author.photo),
        "anchor": clean(citation.anchor),
        "excerpt": clean(citation.excerpt),
        "rel": clean(" ".join(citation.rel)),
        "place": clean(citation.place),
        "language": clean(citation.language),
        "published_at": maybe_stored(citation.published),
    }


def _verdict(verdict: Verdict | None) -> dict[str, object]:
    if verdict is None:
        return {"decision": None, "score": None, "reasons": None}
    reasons = [(reason.rule, clean(reason.sentence), reason.weight) for reason in verdict.reasons]
    return {
        "decision": verdict.decision.value,
        "score": verdict.score,
        "reasons": msgspec.json.encode(reasons).decode(),
    }


def _to_verdict(decision: str | None, score: float, reasons: str) -> Verdict | None:
    if decision is None:
        return None
    told = msgspec.json.decode(reasons, type=list[tuple[str, str, float]])
    return Verdict(Status(decision), score, tuple(Reason(*reason) for reason in told))
