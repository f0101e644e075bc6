"""Proposals: sites that somebody wants to add, and has not proven to own yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from linkback.core.errors import NotFound
from linkback.storage.prepared import Insert, Row, insert_for
from linkback.storage.tables import LARGEST_ID, clean, proposals, to_stored, to_time


@dataclass(frozen=True, slots=True)
class ProposedSite:
    """A site that a person wants to add, and the word it has to say; `troubles` are what the last look was short of."""

    id: int
    user_id: int
    url: str
    word: str
    created_at: datetime
    troubles: tuple[str, ...] = ()


def _add(dialect: str) -> Insert:
    return insert_for(dialect, proposals).on_conflict_do_nothing(index_elements=["user_id", "url"])


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
THEIRS = proposals.c.user_id == bindparam("user")
COLUMNS = tuple(proposals.c[name] for name in ("id", "user_id", "url", "word", "created_at", "trouble"))
OF = select(*COLUMNS).where(THEIRS).order_by(proposals.c.id)
BY_URL = select(*COLUMNS).where(THEIRS, proposals.c.url == bindparam("address"))
BY_ID = select(*COLUMNS).where(THEIRS, proposals.c.id == bindparam("proposal"))
COUNT = select(func.count()).select_from(proposals).where(THEIRS)
NOTE = update(proposals).where(proposals.c.id == bindparam("proposal")).values(trouble=bindparam("said"))
DROP = delete(proposals).where(proposals.c.id == bindparam("proposal"))
FORGET = delete(proposals).where(proposals.c.created_at <= bindparam("moment"))


def add(connection: Connection, proposed: ProposedSite) -> ProposedSite:
    """Keep a proposal, whatever its id, and return it; one that the person made before stays as it is."""
    values = {"user_id": proposed.user_id, "url": proposed.url, "word": proposed.word}
    connection.execute(ADD[connection.dialect.name], {**values, "created_at": to_stored(proposed.created_at)})
    row = connection.execute(BY_URL, {"user": proposed.user_id, "address": proposed.url}).one()
    return to_proposal(row)


def of(connection: Connection, user_id: int) -> list[ProposedSite]:
    """Return what a person proposed, oldest first."""
    return list(map(to_proposal, connection.execute(OF, {"user": user_id})))


def count(connection: Connection, user_id: int) -> int:
    """Return how many sites a person proposed."""
    return connection.execute(COUNT, {"user": user_id}).scalar_one()


def get(connection: Connection, user_id: int, proposal_id: int) -> ProposedSite:
    """Return a proposal of a person; raises NotFound, for those of others too."""
    known = 0 < proposal_id <= LARGEST_ID
    row = connection.execute(BY_ID, {"user": user_id, "proposal": proposal_id}).one_or_none() if known else None
    if row is None:
        raise NotFound("proposal", proposal_id)
    return to_proposal(row)


def note(connection: Connection, proposal_id: int, troubles: tuple[str, ...]) -> None:
    """Write what a look was short of, a line for each."""
    said = "\n".join(" ".join(clean(trouble).split()) for trouble in troubles)
    connection.execute(NOTE, {"proposal": proposal_id, "said": said})


def drop(connection: Connection, proposal_id: int) -> None:
    """Forget a proposal."""
    connection.execute(DROP, {"proposal": proposal_id})


def forget(connection: Connection, until: datetime) -> int:
    """Forget the proposals that were made until then, and return how many."""
    return int(connection.execute(FORGET, {"moment": to_stored(until)}).rowcount)


def to_proposal(row: Row) -> ProposedSite:
    """Return the proposal that stands in a row of COLUMNS."""
    id_, user_id, url, word, created_at, trouble = row
    return ProposedSite(id_, user_id, url, word, to_time(created_at), tuple(trouble.split("\n")) if trouble else ())
