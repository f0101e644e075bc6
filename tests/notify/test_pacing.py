"""When the next letter to a person is due."""

from datetime import UTC, datetime

import pytest

from linkback.core.model import Pace, User
from linkback.notify.pacing import next_mail


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("pace", "now", "last", "due"),
    [
        (Pace.NEVER, "2026-11-24 12:10", None, None),
        (Pace.EACH, "2026-11-24 12:10:00", None, "2026-11-24 12:10:30"),
        (Pace.EACH, "2026-11-24 12:10:00", "2026-11-24 12:09:00", "2026-11-24 12:14:00"),
        (Pace.EACH, "2026-11-24 12:10:00", "2026-11-24 11:00:00", "2026-11-24 12:10:30"),
        (Pace.HOURLY, "2026-11-24 12:10", None, "2026-11-24 13:00"),
        (Pace.HOURLY, "2026-11-24 23:59", None, "2026-11-25 00:00"),
        (Pace.DAILY, "2026-11-24 06:59", None, "2026-11-24 07:00"),
        (Pace.DAILY, "2026-11-24 07:00", None, "2026-11-25 07:00"),
        (Pace.DAILY, "2026-12-31 12:00", None, "2027-01-01 07:00"),
        (Pace.WEEKLY, "2026-11-24 12:00", None, "2026-11-30 07:00"),  # a Tuesday
        (Pace.WEEKLY, "2026-11-23 06:00", None, "2026-11-23 07:00"),  # a Monday, before breakfast
        (Pace.WEEKLY, "2026-11-23 08:00", None, "2026-11-30 07:00"),
    ],
)
def test_a_letter_is_due_at_the_pace_that_was_chosen(pace: Pace, now: str, last: str | None, due: str | None) -> None:
    found = next_mail(User(1, "ana", pace=pace, mail_at=7), at(now), at(last) if last else None)
    assert found == (at(due) if due else None)
