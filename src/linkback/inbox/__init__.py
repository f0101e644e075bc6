"""The verb look through: a person sees what came to their sites, as a list, by host or by page, and one mention whole.

`inbox` reads, `explaining` says why a mention stands where it stands. Nothing here decides.
"""

from linkback.inbox.explaining import (
    Loudness,
    borders,
    changed_since,
    evidence,
    first_told,
    loudness,
    standing,
    why,
)
from linkback.inbox.inbox import Acted, HostShown, Inbox, MentionShown, PageShown, Shelf, Shown
from linkback.storage.inbox import Grouping
from linkback.storage.listings import Listing

__all__ = [
    "Acted", "Grouping", "HostShown", "Inbox", "Listing", "Loudness", "MentionShown", "PageShown", "Shelf", "Shown",
    "borders", "changed_since", "evidence", "first_told", "loudness", "standing", "why",
]  # fmt: skip
