"""How news reach people and webhooks: a unit of work that claims some, says who hears of each, and forgets them.

Nobody is told of what they decided themselves. What a letter says of a mention is looked up when it is written, so
what was decided or undone meanwhile is told as it stands then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from linkback.channels import calls_for
from linkback.core.mailboxes import can_be_written_to
from linkback.core.model import Alert, News, NewsKind, User
from linkback.notify.pacing import next_mail
from linkback.storage import alerts, letters, news, notices, told

NEWS_AT_ONCE = 500  # handed out in one unit of work: some milliseconds


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of some news: how many were told, and the warnings among them that nobody had heard of.

    `troubles` are why others could not be told.
    """

    count: int = 0
    warnings: tuple[Alert, ...] = ()
    troubles: tuple[Exception, ...] = ()


def hand_out(connection: Connection, now: datetime, *, by_mail: bool = True, most: int = NEWS_AT_ONCE) -> Handed:
    """Tell people and webhooks of the news that are due, as many as fit into one unit of work."""
    due = news.due(connection, now, most)
    if not due:
        return Handed()
    if by_mail:
        _note_for_people(connection, due, now)
    hooked = news.hooked(connection, [one.site_id for one in due])
    for one in due:
        if one.site_id in hooked:
            calls_for(connection, one, now)
    news.drop(connection, due)
    return Handed(len(due), tuple(_new_warnings(connection, due, now)))


def _note_for_people(connection: Connection, due: Sequence[News], now: datetime) -> None:
    listening = notices.listeners(connection, [one.site_id for one in due])
    if not any(listening.values()):
        return
    by = told.deciders(connection, due)
    wanted = [(user, one) for one in due for user in listening[one.site_id] if not _is_own(one, user, by)]
    reached = {user: _is_reached(connection, user) for user in {user for user, _ in wanted}}
    notices.add(connection, [(user.id, one) for user, one in wanted if reached[user]])
    for user in sorted((user for user, is_reached in reached.items() if is_reached), key=lambda user: user.id):
        at = next_mail(user, now, letters.last_at(connection, user.id))
        if at is not None:
            notices.ring(connection, user.id, at)


def _is_own(one: News, user: User, by: Mapping[tuple[int, datetime], str]) -> bool:
    return one.mention_id is not None and by.get((one.mention_id, one.at)) == user.name


def _is_reached(connection: Connection, user: User) -> bool:
    return can_be_written_to(user.email) and not letters.trouble_with(connection, user.id, user.email)


def _new_warnings(connection: Connection, due: Sequence[News], now: datetime) -> list[Alert]:
    ids = [one.alert_id for one in due if one.kind is NewsKind.WARNING and one.alert_id is not None]
    raised = told.alerts_of(connection, ids)
    return [alert for alert in raised if alerts.mark_told(connection, [alert.id], now)]
