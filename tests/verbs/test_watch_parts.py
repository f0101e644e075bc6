"""What a poll brought is written in parts where it is much, so that no ping waits for it."""

from datetime import UTC, datetime

import pytest

from linkback.core.model import FollowedPost
from linkback.watch.sorting import Sorted
from linkback.watch.watcher import WRITTEN_AT_ONCE

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def posts(count: int) -> tuple[FollowedPost, ...]:
    return tuple(FollowedPost(0, 1, f"https://me.example/{number}", "x", next_send_at=NOW) for number in range(count))


@pytest.mark.parametrize(("added", "changed"), [(0, 0), (1, 0), (3, 2), (2, 3), (12, 0), (0, 12), (7, 11)])
def test_all_parts_together_are_what_was_brought(added: int, changed: int) -> None:
    whole = Sorted(posts(added), posts(changed))
    parts = whole.parts(5)
    assert tuple(post for part in parts for post in part.added) == whole.added
    assert tuple(post for part in parts for post in part.changed) == whole.changed
    assert max(len(part.added) + len(part.changed) for part in parts) <= 5


def test_what_an_ordinary_feed_brings_is_one_part() -> None:
    whole = Sorted(posts(20), posts(WRITTEN_AT_ONCE - 20))
    assert whole.parts(WRITTEN_AT_ONCE) == [whole]
