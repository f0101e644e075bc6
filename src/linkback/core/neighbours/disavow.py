"""A draft of a disavow file in Google's format, for a person to read, to cut and perhaps to send. Nobody sends it.

`#` begins a comment, `domain:` names a whole domain, one entry a line. What a report says of a domain stands as a
comment above it. Of a domain where anybody may publish only pages are named: a line for the whole of it would take
away the links of strangers. Spec: https://support.google.com/webmasters/answer/2648487
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linkback.core.neighbours.scoring import is_bad
from linkback.core.neighbours.seen import Neighbour
from linkback.core.text import bounded, clean
from linkback.core.urls import registrable_domain

MOST_LINES = 100_000  # Google takes no more, comments and empty lines counted
MOST_BYTES = 2 * 1024 * 1024  # and no larger file
LONGEST_REASON = 300  # characters
MOST_REASONS = 3

# Where strangers publish under one domain that the public suffix list does not part.
SHARED = frozenset({
    "about.me", "archive.org", "bandcamp.com", "blog.jp", "bsky.app", "codeberg.org", "deviantart.com", "disqus.com",
    "facebook.com", "flickr.com", "github.com", "gitlab.com", "goodreads.com", "google.com", "hatena.ne.jp",
    "imgur.com", "instagram.com", "issuu.com", "linkedin.com", "livejournal.com", "mastodon.social", "medium.com",
    "notion.so", "over-blog.com", "pinterest.com", "quora.com", "reddit.com", "scribd.com", "slideshare.net",
    "soundcloud.com", "stackexchange.com", "stackoverflow.com", "substack.com", "telegra.ph", "telegram.org",
    "threads.net", "tiktok.com", "tumblr.com", "twitter.com", "vimeo.com", "vk.com", "wikipedia.org", "wordpress.com",
    "x.com", "ycombinator.com", "youtube.com",
})  # fmt: skip

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
    """A disavow file as text, of how many domains it tells, and how many bad ones it leaves out, by why.

    `spared` have approved mentions, `shared` belong to many and no page of theirs is junk by itself; for `cut` there
    was no room.
    """

    text: str
    domains: int
    spared: int
    cut: int
    shared: int = 0


def disavow(neighbours: Iterable[Neighbour], site: str, day: date, *, approved_too: bool = False) -> Draft:
    """Return a draft with the bad neighbours, the worst first.

    Never one that the owner trusts, nor one with approved mentions still standing, unless they are asked for.
    """
    bad = [one for one in neighbours if is_bad(one) and not one.trusted]
    unspared = [one for one in bad if approved_too or not one.statuses.get("approved")]
    named = [one for one in unspared if one.pages or not is_shared(one.domain)]
    words = "1 domain" if len(named) == 1 else f"{len(named)} domains"
    lines = HEAD.format(site=_comment(site), day=day.isoformat(), domains=words).splitlines(keepends=True)
    taken = _within(lines, [_entry(one) for one in named])
    left = (len(bad) - len(unspared), len(named) - taken, len(unspared) - len(named))
    return Draft("".join(lines), taken, *left)


def is_shared(domain: str) -> bool:
    """Tell whether strangers publish under a domain, or it is no name of a domain at all."""
    return domain in SHARED or registrable_domain(f"x.{domain}") != domain


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
    head = f"# {neighbour.score:.2f}: {_comment(why)}\n"
    if not is_shared(neighbour.domain):
        return [head, f"domain:{neighbour.domain}\n"]
    return [head, *(f"{page}\n" for page in neighbour.pages)]


def _comment(text: str) -> str:
    """Return what may stand in one line of a comment, whatever a stranger wrote."""
    return bounded(" ".join(clean(text).split()), LONGEST_REASON)
