"""Seats: what each person is at each site. Who has none there may not see it; an admin needs none."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, exists, select

from linkback.core.model import Role, Seat, Site, User
from linkback.storage import sites as all_sites
from linkback.storage import users as people
from linkback.storage.prepared import Insert, insert_for
from linkback.storage.tables import seats, sites, users


def _set(dialect: str) -> Insert:
    statement = insert_for(dialect, seats)
    return statement.on_conflict_do_update(
        index_elements=["user_id", "site_id"], set_={"role": statement.excluded.role}
    )


SET = {dialect: _set(dialect) for dialect in ("sqlite", "postgresql")}
REMOVE = delete(seats).where(seats.c.user_id == bindparam("user"), seats.c.site_id == bindparam("site"))
COLUMNS = (seats.c.user_id, seats.c.site_id, seats.c.role)
AT = select(*COLUMNS).where(seats.c.site_id == bindparam("site")).order_by(seats.c.user_id)
TEAM = (
    select(seats.c.role, *people.COLUMNS)
    .join_from(seats, users, seats.c.user_id == users.c.id)
    .where(seats.c.site_id == bindparam("site"))
    .order_by(users.c.fold)
)
OF_EACH = (
    select(seats.c.user_id, seats.c.role, sites.c.id, sites.c.url)
    .join_from(seats, sites, seats.c.site_id == sites.c.id)
    .where(seats.c.user_id.in_(bindparam("people", expanding=True)))
    .order_by(sites.c.url)
)
OF = (
    select(seats.c.role, *all_sites.COLUMNS)
    .join_from(seats, sites, seats.c.site_id == sites.c.id)
    .where(seats.c.user_id == bindparam("user"))
    .order_by(sites.c.url)
)
IS_OWNER = seats.c.role == Role.OWNER.value
OWNERS = (
    select(users.c.id, users.c.admin)
    .join_from(seats, users, seats.c.user_id == users.c.id)
    .where(seats.c.site_id == bindparam("site"), IS_OWNER)
)
ADMINS = select(users.c.id, users.c.admin).where(users.c.admin)
OWNED = select(seats.c.site_id).where(seats.c.user_id.in_(bindparam("people", expanding=True)), IS_OWNER)
NOBODYS = select(sites.c.id).where(~exists().where(seats.c.site_id == sites.c.id, IS_OWNER))


def put(connection: Connection, seat: Seat) -> None:
    """Say what a person is at a site; what they were there before is forgotten."""
    values = {"user_id": seat.user_id, "site_id": seat.site_id, "role": seat.role.value}
    connection.execute(SET[connection.dialect.name], values)


def remove(connection: Connection, user_id: int, site_id: int) -> None:
    """Take a person's seat at a site away, if they have one."""
    connection.execute(REMOVE, {"user": user_id, "site": site_id})


def at(connection: Connection, site_id: int) -> list[Seat]:
    """Return the seats at a site."""
    rows = connection.execute(AT, {"site": site_id})
    return [Seat(user_id, site, Role(role)) for user_id, site, role in rows]


def team(connection: Connection, site_id: int) -> list[tuple[User, Role]]:
    """Return the people who have a seat at a site, by name, and what they are there."""
    rows = connection.execute(TEAM, {"site": site_id})
    return [(people.to_user(row), Role(role)) for role, *row in rows]


def of_each(connection: Connection, user_ids: Iterable[int]) -> list[tuple[Seat, str]]:
    """Return the seats of several people with the address of each site, by address."""
    rows = connection.execute(OF_EACH, {"people": list(user_ids)})
    return [(Seat(user_id, site_id, Role(role)), url) for user_id, role, site_id, url in rows]


def akin(connection: Connection, site_id: int | None) -> frozenset[int]:
    """Return the sites that have an owner in common with a site; None stands for an address in no site.

    What nobody owns by a seat is the operator's, and so every admin's.
    """
    owners = connection.execute(OWNERS, {"site": site_id}).all() if site_id is not None else []
    people = owners or connection.execute(ADMINS).all()
    found = set(connection.execute(OWNED, {"people": [row.id for row in people]}).scalars())
    if not owners or any(row.admin for row in owners):
        found |= set(connection.execute(NOBODYS).scalars())
    return frozenset(found)


def of(connection: Connection, user: User) -> list[tuple[Site, Role]]:
    """Return the sites that a person may see, by address, and what they are there: an admin owns them all."""
    if user.admin:
        return [(site, Role.OWNER) for site in all_sites.every(connection)]
    rows = connection.execute(OF, {"user": user.id})
    return [(all_sites.to_site(row), Role(role)) for role, *row in rows]
