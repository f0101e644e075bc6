"""How a mention stands in its row, and back."""

from dataclasses import fields

import msgspec

from linkback.core.model import (
    Author,
    Citation,
    Company,
    Evidence,
    Likeness,
    Makeup,
    Mention,
    Reason,
    Receipt,
    Status,
    Verdict,
)
from linkback.core.urls import host_of
from linkback.storage.prepared import Row
from linkback.storage.tables import clean, maybe_stored, maybe_time, mentions, pair_key, to_stored, to_time, url_key

# What a look may change, in the order in which to_mention reads it.
CONTENT = (
    *("status", "kind", "title", "author_name", "author_url", "author_photo", "anchor", "excerpt", "rel", "place"),
    *("language", "published_at", "decision", "score", "reasons", "verified_at", "next_look_at", "looks", "missed_at"),
    *(
        "etag",
        "last_modified",
        "rsvp",
        "photo",
        "content",
        "noindex",
        "source_page",
        "target_page",
        "trouble",
        "evidence",
    ),
)
NAMES = ("id", "site_id", "source", "target", "received_at", "decided_by", *CONTENT, "sponsored")
COLUMNS = tuple(mentions.c[name] for name in NAMES)
_DEFAULTS = {kind: tuple((one.name, one.default) for one in fields(kind)) for kind in (Makeup, Likeness, Company)}


def to_mention(row: Row, receipts: tuple[Receipt, ...]) -> Mention:
    """Return the mention that stands in a row of COLUMNS."""
    (id_, site_id, source, target, received_at, decided_by, status, *told) = row
    (kind, title, name, url, photo, anchor, excerpt, rel, place, language, published_at, *rest) = told
    (decision, score, reasons, verified_at, next_look_at, looks, missed_at, etag, last_modified, *newer) = rest
    (rsvp, picture, text, noindex, source_page, target_page, trouble, evidence, sponsored) = newer
    author = Author(name, url, photo)
    published, links = maybe_time(published_at), tuple(rel.split())
    citation = Citation(
        *(title, author, kind or "mention", published, anchor, excerpt, links, place or "content", language),
        *(rsvp, picture, text, bool(noindex)),
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
        source_page=source_page,
        target_page=target_page,
        trouble=trouble,
        evidence=to_evidence(evidence),
        sponsored=bool(sponsored),
    )


def page_of(mention: Mention) -> tuple[str, str]:
    """Return the pages at which a mention stands: where its source was, and what the own site calls its target."""
    return mention.source_page or mention.source, mention.target_page or mention.target


def host_judged(mention: Mention) -> str:
    """Return the host whose history a mention is part of: that of the page that was finally read.

    Whoever shortens or forwards an address neither earns nor loses by what it leads to.
    """
    return host_of(mention.source_page or mention.source)


def identity(mention: Mention) -> dict[str, object]:
    """Return what a new row has beside its content; without the id, which the database gives."""
    return {
        "site_id": mention.site_id,
        "source": mention.source,
        "target": mention.target,
        "received_at": to_stored(mention.received_at),
        **place(mention),
    }


def place(mention: Mention) -> dict[str, object]:
    """Return where a mention stands, by which it is found, as it is stored."""
    source, target = page_of(mention)
    return {"key": pair_key(source, target), "target_key": url_key(target), "source_host": host_of(source)}


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
        "source_page": mention.source_page,
        "target_page": mention.target_page,
        "trouble": mention.trouble,
        "evidence": stored_evidence(mention.evidence),
    }


def stored_evidence(evidence: Evidence | None) -> str | None:
    """Return evidence as it is stored: JSON of what differs from nothing known; None stays None."""
    if evidence is None:
        return None
    told = (evidence.makeup, evidence.likeness, evidence.company)
    named = [
        {name: value for name, default in _DEFAULTS[type(one)] if (value := getattr(one, name)) != default}
        for one in told
    ]
    return msgspec.json.encode([*named, evidence.via]).decode()


def _told(one: Makeup | Likeness | Company) -> dict[str, object]:
    values = ((name, getattr(one, name), default) for name, default in _DEFAULTS[type(one)])
    return {name: value for name, value, default in values if value != default}


def to_evidence(stored: str | None) -> Evidence | None:
    """Return the evidence that was stored."""
    if stored is None:
        return None
    makeup, likeness, company, via = msgspec.json.decode(stored, type=tuple[Makeup, Likeness, Company, tuple[str, ...]])
    return Evidence(makeup, likeness, company, via)


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
        "rsvp": clean(citation.rsvp),
        "photo": clean(citation.photo),
        "content": clean(citation.content),
        "noindex": citation.noindex,
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
