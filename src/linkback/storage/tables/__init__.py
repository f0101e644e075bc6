"""The tables, and the forms in which values stand in them. No statements, no connections.

Times are whole microseconds since 1970 UTC (columns named *_at): one integer is the same on every
database and costs nothing to read. Addresses are found by digest, so no index holds a long one.
"""

from linkback.storage.tables.forms import (
    DIGEST_BYTES,
    LARGEST_ID,
    clean,
    digest,
    link_key,
    maybe_stored,
    maybe_time,
    metadata,
    pair_key,
    to_stored,
    to_time,
    url_key,
)
from linkback.storage.tables.judging import (
    actions,
    alerts,
    backlinks,
    decisions,
    lessons,
    listings,
    lore,
    reports,
    tallies,
)
from linkback.storage.tables.keeping import (
    IS_JUNK,
    TAKEN_AWAY,
    WAITING,
    claims,
    events,
    hosts,
    mentions,
    receipts,
    sites,
)
from linkback.storage.tables.people import keys, passes, proposals, seats, sessions, spent, tokens, tries, users
from linkback.storage.tables.sending import attempts, deliveries, feeds, followed_posts
from linkback.storage.tables.telling import calls, letters, news, notices, webhooks

__all__ = [
    "DIGEST_BYTES", "IS_JUNK", "LARGEST_ID", "TAKEN_AWAY", "WAITING", "actions", "alerts", "attempts", "backlinks",
    "calls", "claims", "clean", "decisions", "deliveries", "digest", "events", "feeds", "followed_posts", "hosts",
    "keys", "lessons", "letters", "link_key", "listings", "lore", "maybe_stored", "maybe_time", "mentions",
    "metadata", "news", "notices", "pair_key", "passes", "proposals", "receipts", "reports", "seats", "sessions",
    "sites", "spent", "tallies", "to_stored", "to_time", "tokens", "tries", "url_key", "users", "webhooks",
]  # fmt: skip
