"""What templates ask of a value to show it to people: names of hosts, moments, initials, words of a status.

Pure but for the clock that `ago` is told. What comes out is text, and escaped where it is put.
"""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import ada_url

from linkback.core.model import Status
from linkback.words import _, later, n_

PALE = 6  # so many colours has the ground of initials
RECENTLY = timedelta(days=7)  # after that a date says more than a number of days

STATUS_WORDS: Mapping[str, str] = {
    Status.RECEIVED: later("Received"),
    Status.HELD: later("Held"),
    Status.APPROVED: later("Approved"),
    Status.SPAM: later("Spam"),
    Status.REMOVED: later("Removed"),
    Status.GONE: later("Gone"),
    Status.INVALID: later("Invalid"),
}
MONTHS = (
    *(later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun")),
    *(later("Jul"), later("Aug"), later("Sep"), later("Oct"), later("Nov"), later("Dec")),
)


def status_words(status: str) -> str:
    """Return what people call a status."""
    words = STATUS_WORDS.get(status)
    return _(words) if words else status


def unicode_host(host: str) -> str:
    """Return a host as its readers write it: xn--bcher-kva.example becomes bücher.example.

    Empty where that says no more than the host itself, or cannot be told: then there is only one form to show.
    """
    if "xn--" not in host:
        return ""
    written = ada_url.idna_to_unicode(host.encode("ascii", "ignore"))
    return written if written != host and all(map(_is_visible, written)) else ""


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def initials(name: str) -> str:
    """Return one or two letters that stand for a name; a dot where it has none."""
    parts = [letter for word in name.split() if (letter := _first_letter(word))]
    if not parts:
        return "·"
    return (parts[0] + (parts[-1] if len(parts) > 1 else "")).upper()[:2]


def _first_letter(word: str) -> str:
    return next((character for character in word if character.isalnum()), "")


def tint(name: str) -> int:
    """Return the number of the colour that a name always has."""
    return sum(name.encode()) % PALE


def iso(moment: datetime) -> str:
    """Return a moment as programs read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime) -> str:
    """Return the day of a moment, as people write it."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_(MONTHS[moment.month - 1])} {moment.year}"


def exactly(moment: datetime) -> str:
    """Return day and time of a moment, UTC."""
    return _("%(day)s, %(time)s UTC") % {"day": day(moment), "time": f"{moment.astimezone(UTC):%H:%M}"}


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago a moment was; its day when that is more than a week, or still to come."""
    gone = (now or datetime.now(UTC)) - moment
    if not timedelta(0) <= gone < RECENTLY:
        return day(moment)
    if gone < timedelta(minutes=1):
        return _("just now")
    if gone < timedelta(hours=1):
        minutes = gone.seconds // 60
        return n_("%(number)s minute ago", "%(number)s minutes ago", minutes) % {"number": minutes}
    if gone < timedelta(days=1):
        hours = gone.seconds // 3600
        return n_("%(number)s hour ago", "%(number)s hours ago", hours) % {"number": hours}
    return n_("%(number)s day ago", "%(number)s days ago", gone.days) % {"number": gone.days}


FILTERS: Mapping[str, Callable[..., object]] = {
    "status_words": status_words,
    "unicode_host": unicode_host,
    "initials": initials,
    "tint": tint,
    "iso": iso,
    "day": day,
    "exactly": exactly,
    "ago": ago,
}
