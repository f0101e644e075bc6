"""What became of a page between two looks, and what its owner is told of it. Pure.

A swap is a page that says something else than what was approved: bait and switch. A notice is a
change that leaves the mention where it stands: the link is worth less, or the page has moved.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from linkback.core.changes import WORDS, WORTH
from linkback.core.model import Change, Citation, Event, Mention, Reason, Status, Verdict
from linkback.core.text import bounded
from linkback.core.urls import host_of, registrable_domain

SWAPPED, NOFOLLOW, NOINDEX, MOVED, GONE = "changed", "nofollow", "noindex", "moved", "gone"
SWAP_WEIGHT = 0.2
# With fewer words in common than this share of all words of both, a text was not edited but replaced.
SAME_TEXT = 1 / 3
LONGEST_QUOTED = 60  # characters of a title or sentence in a reason: enough to know it again
# Scripts written without blanks have no words to split at: there, each character stands for one.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W{_SPACELESS}]+")
TEXTS = (Change.TITLE, Change.TEXT, Change.CONTENT)  # what a history tells of the texts of a page
_HIDDEN = Reason(NOINDEX, "The page asks search engines to keep it out now.")


def swaps(before: Citation, after: Citation) -> tuple[Reason, ...]:
    """Return what was replaced, each in a sentence with both versions shortened; none where the page was edited.

    Title, text around the link and the whole text of an answer count each by itself. What appears was
    not there to be replaced, and what disappears is missed only when nothing at all is left. A whole text
    is shown instead of the one around the link, so it may not say something else than that did.
    """
    if (before.title or before.excerpt) and not (after.title or after.excerpt or after.content):
        return (Reason(SWAPPED, f"Title and text are gone: {_quoted(before.title or before.excerpt)}.", SWAP_WEIGHT),)
    texts = (
        ("title", before.title, after.title),
        ("text around the link", before.excerpt, after.excerpt),
        ("text", before.content or before.excerpt, after.content),
    )
    sentences = [
        f"The {what} was replaced: {_quoted(was)} became {_quoted(now)}."
        for what, was, now in texts
        if is_replaced(was, now)
    ]
    return tuple(Reason(SWAPPED, sentence, SWAP_WEIGHT) for sentence in sentences)


def swaps_in_steps(before: Citation, after: Citation, history: Sequence[Event]) -> tuple[Reason, ...]:
    """Return what was replaced since the last approval, though no single look found it so; none without a history."""
    approved = {event.change: event.before for event in reversed(_since_approval(history))}
    return swaps(_told(before, approved), _told(after, {})) if approved else ()


def is_replaced(was: str, now: str) -> bool:
    """Tell whether of two texts the second is another one: fewer than a third of the words in common."""
    if was == now:
        return False
    old, new = _words(was), _words(now)
    return bool(old and new) and len(old & new) < SAME_TEXT * len(old | new)


def notices(mention: Mention, citation: Citation, page: str) -> dict[str, Reason | None]:
    """Return what to tell of a look by rule: a reason that is new, or None for one that holds no longer.

    `page` is where the source was found this time, in full.
    """
    found: dict[str, Reason | None] = {GONE: None}
    was, now = (WORTH.intersection(one.rel) for one in (mention.citation, citation))
    if not now:
        found[NOFOLLOW] = None
    elif now - was:
        found[NOFOLLOW] = Reason(NOFOLLOW, f"The link is marked {' and '.join(sorted(now))} now.")
    if not citation.noindex:
        found[NOINDEX] = None
    elif not mention.citation.noindex:
        found[NOINDEX] = _HIDDEN
    hosts = host_of(mention.source_page or mention.source), host_of(page)
    if hosts[0] != hosts[1] and registrable_domain(hosts[0]) != registrable_domain(hosts[1]):
        found[MOVED] = Reason(MOVED, f"The page has moved from {hosts[0]} to {hosts[1]}.")
    return found


def told(verdict: Verdict, news: dict[str, Reason | None]) -> Verdict:
    """Return a verdict with what is new before its other reasons, and without what holds no longer."""
    fresh = tuple(reason for reason in news.values() if reason is not None)
    return replace(verdict, reasons=(*fresh, *(reason for reason in verdict.reasons if reason.rule not in news)))


def _since_approval(history: Sequence[Event]) -> list[Event]:
    """Return the changes of texts since a mention was approved, or since it was united with another one."""
    begins = (event.at for event in reversed(history) if event.change is Change.MERGED or _approves(event))
    began = next(begins, None)
    return [event for event in history if event.change in TEXTS and (began is None or event.at > began)]


def _approves(event: Event) -> bool:
    return event.change is Change.STATUS and event.after.startswith(Status.APPROVED)


def _told(citation: Citation, instead: Mapping[Change, str]) -> Citation:
    """Return a citation with its texts as a history would tell them, some of them replaced."""
    texts = {change: WORDS[change](citation) for change in TEXTS} | dict(instead)
    return replace(citation, title=texts[Change.TITLE], excerpt=texts[Change.TEXT], content=texts[Change.CONTENT])


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _quoted(text: str) -> str:
    return f"“{bounded(text, LONGEST_QUOTED)}”"
