"""What the judge learns and what it warns of: lessons, actions of people, tallies, alerts, backlinks, reports."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

from linkback.storage.tables.forms import Id, metadata, text_columns, time_column

# What the owner's decisions taught the judge: one row a decided mention, so that it can be unlearned.
lessons = Table(
    "lessons",
    metadata,
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("junk", Boolean, nullable=False),
    Column("features", Text, nullable=False),
    time_column("at"),
    sqlite_with_rowid=False,
)
Index("lessons_by_site", lessons.c.site_id, lessons.c.at)

# The sum of a site's lessons. The version grows with every change.
lore = Table(
    "lore",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What people did in one go, with what stood there before: so that it can be undone. To undo is an action too, which
# names the one that it took back.
actions = Table(
    "actions",
    metadata,
    Column("id", Id, primary_key=True),
    time_column("at"),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    time_column("undone_at", nullable=True),
    Column("undoes", Id, ForeignKey("actions.id", ondelete="CASCADE")),
    sqlite_autoincrement=True,
)
Index("actions_undoing", actions.c.undoes)
decisions = Table(
    "decisions",
    metadata,
    Column("action_id", Id, ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True),
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True),
    Column("status", Text, nullable=False),
    Column("decided_by", Text),
    time_column("decided_at", nullable=True),
    Column("former_status", Text, nullable=False),
    Column("former_decided_by", Text),
    time_column("former_decided_at", nullable=True),
    time_column("former_next_look_at", nullable=True),
    Column("former_junk", Boolean),  # what had been taught of it, None for nothing
    Column("sponsored", Boolean),  # where this was decided, and not the status
    sqlite_with_rowid=False,
)
Index("decisions_by_mention", decisions.c.mention_id)

# What an action put on the lists of sites (`added`), or took from them.
listings = Table(
    "listings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("action_id", Id, ForeignKey("actions.id", ondelete="CASCADE"), nullable=False),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("listed", Text, nullable=False),
    Column("added", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index("listings_by_action", listings.c.action_id)

# Junk that is kept no more, only counted: a row a site, a day and the rule that spoke the loudest.
tallies = Table(
    "tallies",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970 UTC
    Column("rule", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message", Text, nullable=False),
    time_column("at"),
    time_column("last_at"),
    Column("count", Integer, nullable=False),
    time_column("told_at", nullable=True),
    sqlite_autoincrement=True,
)
Index("alerts_by_site", alerts.c.site_id, alerts.c.kind, alerts.c.subject, alerts.c.last_at)

# Links to a site that somebody else knows of (a list of a search engine), and what a look at each found.
backlinks = Table(
    "backlinks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("host", Text, nullable=False),
    *text_columns(("target", "state", "anchor", "rel", "place", "title", "language")),
    Column("evidence", Text),
    Column("decision", Text),
    Column("score", Float),
    Column("reasons", Text),
    time_column("imported_at"),
    time_column("seen_at", nullable=True),  # as the list says
    time_column("fetched_at", nullable=True),
    time_column("next_fetch_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
Index("backlinks_by_key", backlinks.c.site_id, backlinks.c.key, unique=True)
Index(
    "backlinks_due",
    backlinks.c.next_fetch_at,
    sqlite_where=backlinks.c.next_fetch_at.is_not(None),
    postgresql_where=backlinks.c.next_fetch_at.is_not(None),
)

# What a report on the neighbourhood said, so that the next one can say what is new.
reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    time_column("at"),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index("reports_by_site", reports.c.site_id, reports.c.at)
