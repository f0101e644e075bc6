"""Why a mention stands where it stands, in sentences an owner understands. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from linkback.core.changes import OF_THE_PAGE
from linkback.core.model import Change, Event, Evidence, Mention, Moderation, Reason, Site, Status
from linkback.core.rules import APPROVE_UP_TO, SPAM_FROM
from linkback.core.urls import host_of

Fact = tuple[str, str]


class Loudness(StrEnum):
    """How loudly a reason speaks for or against a mention."""

    STRONG = "strongly "
    PLAIN = ""
    FAINT = "a little "


# From how many log-odds on a reason speaks so loudly.
LOUD = ((1.5, Loudness.STRONG), (0.5, Loudness.PLAIN), (0.0, Loudness.FAINT))
# Who or what put a mention where it stands, by the first of these rules that is among its reasons.
DECIDED_BY = {
    "owner_lists": "by your lists",
    "changed": "since the page changed",
    "came_back": "since its link had gone and came back",
    "moderation": "by this site's policy",
}
JUDGED = frozenset({Status.APPROVED, Status.HELD, Status.SPAM, Status.REMOVED})
# What an owner may say to a host, by where its mention stands.
ANSWERS = {
    Status.HELD: ("trust", "block"),
    Status.SPAM: ("trust",),
    Status.APPROVED: ("follow", "block"),
    Status.REMOVED: ("block",),
}
SAID = {
    "trust": "let everything from this host through",
    "block": "have nothing to do with this host",
    "follow": "show its links without nofollow",
}
WAYS = {
    Moderation.HOLD: "holds every mention",
    Moderation.FIRST_TIME: "holds the first mention of each host",
    Moderation.JUDGE: "publishes what the judge finds good",
}


def loudness(reason: Reason) -> Loudness:
    """Return how loudly a reason speaks."""
    return next(word for least, word in LOUD if abs(reason.weight) >= least)


def borders(site: Site) -> tuple[float, float]:
    """Return up to which score a site takes a mention for good, and from which on for junk."""
    good = APPROVE_UP_TO if site.approve_up_to is None else site.approve_up_to
    return good, SPAM_FROM if site.spam_from is None else site.spam_from


def first_told(reasons: Sequence[Reason]) -> list[Reason]:
    """Return reasons as they are told: what has no weight decided by itself, so it comes first."""
    return sorted(reasons, key=lambda one: one.weight != 0)


def changed_since(history: Sequence[Event], decided_at: datetime | None = None) -> tuple[Event, ...]:
    """Return what the page says otherwise than when a person decided or the mention was approved, or than at first.

    The later of both counts, as it does in a selection of what changed.
    """
    moments = [event.at for event in history if _approves(event)]
    since = max([*moments, *([decided_at] if decided_at else [])], default=None)
    return tuple(event for event in history if event.change in OF_THE_PAGE and (since is None or event.at > since))


def _approves(event: Event) -> bool:
    return event.change is Change.STATUS and event.after.partition(":")[0] == Status.APPROVED


def standing(mention: Mention) -> str:
    """Return where a mention stands, and who or what put it there."""
    status = mention.status.value
    if mention.decided_by:
        return f"{status}, decided by {mention.decided_by}"
    if mention.verdict is None or mention.status not in JUDGED:
        return status
    rules = {reason.rule for reason in mention.verdict.reasons}
    how = (words for rule, words in DECIDED_BY.items() if rule in rules)
    return f"{status}, {next(how, 'by the judge')}"


def why(mention: Mention, site: Site) -> Iterator[Fact]:
    """Yield what the judge thinks and why, what it was told by, and what the owner may say to it."""
    verdict = mention.verdict
    if verdict is not None:
        good, junk = borders(site)
        told = f"good up to {good:g}, junk from {junk:g}; this site {WAYS[site.moderation]}"
        yield "score", f"{verdict.score:.2f} (0 honest … 1 junk; {told})"
        # What a person decided stands for no reason of ours.
        label = "noticed" if mention.decided_by else "because"
        yield from ((label, _weighed(one)) for one in first_told(verdict.reasons))
    if mention.evidence is not None:
        yield from evidence(mention.evidence)
    host = host_of(mention.source_page or mention.source)
    for action in ANSWERS.get(mention.status, ()):
        yield "you may", f"linkback rules add {action} host {host}    ({SAID[action]})"


def evidence(known: Evidence) -> Iterator[Fact]:
    """Yield what was counted, compared and remembered of a source."""
    makeup, likeness, company = known.makeup, known.likeness, known.company
    if makeup.words:
        links = f"{_counted(makeup.links, 'link')} to {_counted(makeup.hosts, 'other site')}"
        yield "page", f"{_counted(makeup.words, 'word')}, {links}, {makeup.linked:.0%} of its text in links"
    shares = (
        ("about the same", likeness.relevance),
        ("around the link", likeness.nearness),
        ("copied", likeness.copied),
    )
    if told := ", ".join(f"{share:.0%} {words}" for words, share in shares if share is not None):
        yield "like yours", told
    seen = ((company.template_hosts, "template"), (company.wording_hosts, "text"))
    if told := ", ".join(f"its {what} on {_counted(count, 'other domain')}" for count, what in seen if count):
        yield "seen too", told
    came = ((company.of_domain, "from its domain"), (company.at_target, "to this page"), (company.at_site, "in all"))
    if told := ", ".join(f"{count} {words}" for count, words in came if count):
        yield "that hour", f"other mentions: {told}"
    if known.via:
        yield "by way of", ", ".join(known.via)


def _weighed(reason: Reason) -> str:
    """Return a reason with how loudly it speaks; a rule that decides alone has no weight."""
    if not reason.weight:
        return reason.sentence
    return f"{reason.sentence} ({loudness(reason)}{'like junk' if reason.weight > 0 else 'like an honest one'})"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
