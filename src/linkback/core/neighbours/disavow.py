"""A draft of a disavow file in Google's format, for a person to read, to cut and perhaps to send. Nobody sends it.

`#` begins a comment, `domain:` names a whole domain, one entry a line. What a report says of a domain stands as a
comment above it. Spec: https://support.google.com/webmasters/answer/2648487
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linkback.core.neighbours.scoring import is_bad
from linkback.core.neighbours.seen import Neighbour
from linkback.core.text import bounded, clean

MOST_LINES = 100_000  # Google takes no more, comments and empty lines counted
MOST_BYTES = 2 * 1024 * 1024  # and no larger file
LONGEST_REASON = 300  # characters
MOST_REASONS = 3

HEAD = """\
# A draft by Linkback for {site}, {day}: {domains}. Nothing was sent to anybody.
#
# Read this before you use it. Google says that most sites never need a disavow file: its systems ignore spam links by
# themselves. The tool is meant for sites with many bought or artificial links, where a manual action was taken or is
# likely. Used wrongly it can harm how your site ranks, as each line takes the weight of every link of a domain away,
# the good ones too. Look at each domain, delete every line you are not sure of, and if in doubt, do not send the file.
#
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A disavow file as text, how many domains it names, and how many bad ones it leaves out, by why."""

    text: str
    domains: int
    spared: int
    cut: int


def disavow(neighbours: Iterable[Neighbour], site: str, day: date, *, approved_too: bool = False) -> Draft:
    """Return a draft with the bad neighbours, the worst first.

    Never one that the owner trusts, nor one with approved mentions still standing, unless they are asked for.
    """
    bad = [one for one in neighbours if is_bad(one) and not one.trusted]
    named = [one for one in bad if approved_too or not one.statuses.get("approved")]
    words = "1 domain" if len(named) == 1 else f"{len(named)} domains"
    lines = HEAD.format(site=_comment(site), day=day.isoformat(), domains=words).splitlines(keepends=True)
    taken = _within(lines, [_entry(one) for one in named])
    return Draft("".join(lines), taken, len(bad) - len(named), len(named) - taken)


def _within(lines: list[str], entries: Sequence[list[str]]) -> int:
    """Append entries as long as the file may grow, and return how many there was room for."""
    size = sum(len(line.encode()) for line in lines)
    for taken, entry in enumerate(entries):
        size += sum(len(line.encode()) for line in entry)
        if size > MOST_BYTES or len(lines) + len(entry) > MOST_LINES:
            return taken
        lines += entry
    return len(entries)


def _entry(neighbour: Neighbour) -> list[str]:
    spoken = [reason.sentence for reason in neighbour.reasons if reason.weight >= 0][:MOST_REASONS]
    why = " ".join(spoken)
    return [f"# {neighbour.score:.2f}: {_comment(why)}\n", f"domain:{neighbour.domain}\n"]


def _comment(text: str) -> str:
    """Return what may stand in one line of a comment, whatever a stranger wrote."""
    return bounded(" ".join(clean(text).split()), LONGEST_REASON)
