"""When the next letter to a person is due. Pure: the pace, the clock, and when the last one was written."""

from datetime import datetime, timedelta

from linkback.core.model import Pace, User

SETTLE = timedelta(seconds=30)  # what comes in a burst is told in one letter, and most of what is undone in none
PAUSE = timedelta(minutes=5)  # between two letters of somebody who wants to hear of each
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = 0


def next_mail(user: User, now: datetime, last_at: datetime | None) -> datetime | None:
    """Return when to write to a person for whom there are news now; None for never."""
    if user.pace is Pace.NEVER:
        return None
    if user.pace is Pace.EACH:
        return max(now + SETTLE, last_at + PAUSE) if last_at else now + SETTLE
    if user.pace is Pace.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + HOUR
    today = now.replace(hour=user.mail_at, minute=0, second=0, microsecond=0)
    due = today if today > now else today + DAY
    while user.pace is Pace.WEEKLY and due.weekday() != MONDAY:
        due += DAY
    return due
