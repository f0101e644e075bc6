"""Notices: what one person is to hear of in the next letter, and when that letter is due.

When it is due stands on the row of the person. A person is claimed with a lease before the letter is written: a
worker that dies loses nothing, since notices go away together with the letter's coming to be.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update

from linkback.core.model import News, NewsKind, Notice, Pace, User
from linkback.storage.prepared import Row, always
from linkback.storage.tables import maybe_time, notices, seats, to_stored, to_time, users

WANTS_MAIL = (users.c.email != "", users.c.pace != Pace.NEVER.value)
PERSON = (users.c.id, users.c.name, users.c.email, users.c.admin, users.c.pace, users.c.mail_at)
SEATED = select(seats.c.site_id, *PERSON).join(users, users.c.id == seats.c.user_id).where(*WANTS_MAIL)
AT_SITES = SEATED.where(seats.c.site_id.in_(bindparam("sites", expanding=True)))
# An admin who sits nowhere looks after everything; one who does has said what is of interest.
ADMINS = select(*PERSON).where(
    users.c.admin, *WANTS_MAIL, ~select(seats.c.user_id).where(seats.c.user_id == users.c.id).exists()
)
SITES_OF = select(seats.c.site_id).where(seats.c.user_id == bindparam("person")).order_by(seats.c.site_id)

NAMES = ("user_id", "site_id", "kind", "at", "mention_id", "alert_id")
ADD = insert(notices)
MINE = notices.c.user_id == bindparam("person")
OF = (
    select(notices.c.id, notices.c.site_id, notices.c.kind, notices.c.at, notices.c.mention_id, notices.c.alert_id)
    .where(MINE)
    .order_by(notices.c.id)
    .limit(bindparam("most"))
)
DROP = delete(notices).where(MINE, notices.c.id <= bindparam("last"))
HAND_OVER = always(
    update(notices).where(notices.c.mention_id == bindparam("mention")).values(mention_id=bindparam("heir"))
)

THIS = users.c.id == bindparam("person")
# Whatever it says already, the row is locked: who writes a letter at this moment is done before, or sees these notices.
SOONER = case((users.c.next_mail_at <= bindparam("at"), users.c.next_mail_at), else_=bindparam("at"))
RING = update(users).where(THIS).values(next_mail_at=SOONER)
REST = update(users).where(THIS).values(next_mail_at=None)
DUE = (
    select(*PERSON)
    .where(users.c.next_mail_at <= bindparam("now"))
    .order_by(users.c.next_mail_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = (
    update(users).where(users.c.id.in_(bindparam("ids", expanding=True))).values(next_mail_at=bindparam("lease_until"))
)
HOLD = select(*PERSON).where(THIS, *WANTS_MAIL).with_for_update()
NEXT_DUE = always(select(func.min(users.c.next_mail_at)).where(users.c.next_mail_at.is_not(None)))


def listeners(connection: Connection, site_ids: Iterable[int]) -> Mapping[int, Sequence[User]]:
    """Return of each of some sites the people who hear of it by mail."""
    wanted = sorted(set(site_ids))
    found: defaultdict[int, list[User]] = defaultdict(list)
    for site_id, *person in connection.execute(AT_SITES, {"sites": wanted}):
        found[site_id].append(_to_user(person))
    everywhere = [_to_user(row) for row in connection.execute(ADMINS)]
    return {site_id: [*found[site_id], *everywhere] for site_id in wanted}


def sites_of(connection: Connection, user: User) -> tuple[int, ...] | None:
    """Return the ids of the sites that a person hears of; None for all that there are."""
    found = tuple(connection.execute(SITES_OF, {"person": user.id}).scalars())
    return None if user.admin and not found else found


def add(connection: Connection, told: Iterable[tuple[int, News]]) -> None:
    """Keep news for people, by their ids, until their next letter."""
    rows = [
        (user_id, one.site_id, one.kind.value, to_stored(one.at), one.mention_id, one.alert_id) for user_id, one in told
    ]
    if rows:
        connection.execute(ADD, [dict(zip(NAMES, row, strict=True)) for row in rows])


def of(connection: Connection, user_id: int, limit: int) -> list[Notice]:
    """Return what a person is to hear of, oldest first."""
    rows = connection.execute(OF, {"person": user_id, "most": limit})
    return [
        Notice(id_, user_id, News(id_, site_id, NewsKind(kind), to_time(at), *about))
        for id_, site_id, kind, at, *about in rows
    ]


def drop(connection: Connection, user_id: int, last: int) -> None:
    """Forget the notices of a person up to the one with this id."""
    connection.execute(DROP, {"person": user_id, "last": last})


def hand_over(connection: Connection, mention_id: int, heir: int) -> None:
    """Make the notices of one mention such of another."""
    HAND_OVER.run(connection, {"mention": mention_id, "heir": heir})


def ring(connection: Connection, user_id: int, at: datetime) -> None:
    """Have a letter written to a person at this time, unless one is sooner."""
    connection.execute(RING, {"person": user_id, "at": to_stored(at)})


def rest(connection: Connection, user_id: int) -> None:
    """Have no letter written to a person until there are news."""
    connection.execute(REST, {"person": user_id})


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[User]:
    """Return people whose letter is due, longest due first, and make it due again only when the lease is over."""
    found = [_to_user(row) for row in connection.execute(DUE, {"now": to_stored(now), "most": limit})]
    if found:
        connection.execute(LEASE, {"ids": [user.id for user in found], "lease_until": to_stored(lease_until)})
    return found


def hold(connection: Connection, user_id: int) -> User | None:
    """Return a person as they are now, whom nobody else writes to meanwhile; None when there is no mail for them."""
    row = connection.execute(HOLD, {"person": user_id}).one_or_none()
    return None if row is None else _to_user(row)


def next_due(connection: Connection) -> datetime | None:
    """Return when the next letter is to be written, None when there is none."""
    return maybe_time(NEXT_DUE.rows(connection, {})[0][0])


def _to_user(row: Row) -> User:
    id_, name, email, admin, pace, mail_at = row
    return User(id_, name, email, bool(admin), Pace(pace), mail_at)
