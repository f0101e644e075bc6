"""When to look at a source again, and when to try a delivery again.

Pure functions of how often, how old and what the other side asked for; the clock is the caller's.
"""

from datetime import datetime, timedelta

from linkback.core.model import Status

# An approved link is looked at again after a day, and then ever more rarely: most links that go, go early.
APPROVED_GAPS = (1, 3, 7, 14, 30, 60, 90)
# A held one waits for its owner; it is enough to know that it still stands when the owner looks.
HELD_GAPS = (3, 7, 30)
# A link that went may come back: a blog is restored, a post is edited twice. After a few looks nobody expects it.
GONE_GAPS = (7, 30, 90)
# What could not be verified yet is tried within minutes, then hours, then days: about nine days in all.
VERIFY_GAPS_MINUTES = (1, 5, 30, 120, 480, 1440, 2880, 2880, 5760)
# A delivery that failed for now is tried again over about three days.
DELIVERY_GAPS_MINUTES = (1, 10, 60, 240, 720, 1440, 2160)
# Whoever claimed a delivery has it for this long: two fetches of ten seconds each, and patience with a host that had
# enough of us.
DELIVERY_LEASE = timedelta(minutes=5)
# A call to a webhook that failed for now is tried again over about fourteen hours: webmention.io's gaps.
CALL_GAPS_MINUTES = (1, 5, 30, 120, 720)
# One 404 may be a deploy: it takes a second one, a day later, to believe it.
SECOND_MISS_AFTER = timedelta(days=1)
# A known source that pings again is looked at again, but not more often than this.
RELOOK_AFTER = timedelta(minutes=10)
LONGEST_RETRY_AFTER = timedelta(days=2)
# A post of the own site that cannot be read is tried within minutes, in the end once a week: it may come back.
READ_GAPS_MINUTES = (2, 10, 60, 360, 1440, 2880, 10080)
# A feed that fails is asked half as often each time, but once a day, so that its recovery is seen.
LONGEST_POLL_GAP = timedelta(days=1)
# Static hosts name an age for all files alike; its owner wants to be told of sooner than the longest of them.
LONGEST_FEED_AGE = timedelta(hours=1)
MOST_DOUBLINGS = 12  # of a minute, more than a day


def next_look(status: Status, age: timedelta, now: datetime) -> datetime | None:
    """Return when to look at a verified mention again, None for never.

    Gaps grow with the age of the mention: the look after `age` is the first step of the
    table that is still ahead, and the last gap repeats for ever.
    """
    gaps = {Status.APPROVED: APPROVED_GAPS, Status.HELD: HELD_GAPS}.get(status)
    if gaps is None:
        return None
    passed = timedelta()
    for days in gaps:
        if age < passed + timedelta(days=days):
            return now + timedelta(days=days)
        passed += timedelta(days=days)
    return now + timedelta(days=gaps[-1])


def next_verification(looks: int, now: datetime, retry_after: float | None = None) -> datetime | None:
    """Return when to try again what was never verified, after `looks` tries in vain; None to give up."""
    return _after(VERIFY_GAPS_MINUTES, looks, now, retry_after)


def next_return(looks: int, now: datetime) -> datetime | None:
    """Return when to look whether what is gone has come back, after `looks` such looks in vain; None for never."""
    return now + timedelta(days=GONE_GAPS[looks]) if looks < len(GONE_GAPS) else None


def next_attempt(looks: int, now: datetime, retry_after: float | None = None) -> datetime:
    """Return when to look again at what was there once, after `looks` looks that told nothing; it is never given up."""
    again = _after(VERIFY_GAPS_MINUTES, min(looks, len(VERIFY_GAPS_MINUTES)), now, retry_after)
    return again or now + timedelta(minutes=VERIFY_GAPS_MINUTES[-1])


def next_try(attempts: int, now: datetime, retry_after: float | None = None) -> datetime | None:
    """Return when to try a delivery again after `attempts` tries in vain; None to give up.

    The other side's Retry-After (seconds) makes the gap longer, never shorter, up to two days.
    """
    return _after(DELIVERY_GAPS_MINUTES, attempts, now, retry_after)


def next_call(tries: int, now: datetime, retry_after: float | None = None) -> datetime | None:
    """Return when to try a call to a webhook again after `tries` in vain; None to give up. Retry-After as above."""
    return _after(CALL_GAPS_MINUTES, tries, now, retry_after)


def next_reading(tries: int, now: datetime, retry_after: float | None = None) -> datetime:
    """Return when to try again to read a post after `tries` tries in vain; the last gap repeats for ever."""
    again = _after(READ_GAPS_MINUTES, min(tries, len(READ_GAPS_MINUTES)), now, retry_after)
    return again or now + timedelta(minutes=READ_GAPS_MINUTES[-1])


def next_poll(
    failures: int, minutes: int, now: datetime, *, retry_after: float | None = None, max_age: float | None = None
) -> datetime:
    """Return when to ask for a feed again that is asked for every so many minutes.

    The gap doubles with each of the `failures` in a row, up to a day. Retry-After and max-age (seconds)
    make it longer, never shorter: up to a day and up to an hour.
    """
    usual = timedelta(minutes=max(minutes, 1))
    longest = max(usual, LONGEST_POLL_GAP)
    gap = min(usual * (1 << min(failures, MOST_DOUBLINGS)), longest)
    asked = timedelta(seconds=min(retry_after or 0, longest.total_seconds()))
    fresh = timedelta(seconds=min(max_age or 0, LONGEST_FEED_AGE.total_seconds()))
    return now + max(gap, asked, fresh)


def _after(gaps: tuple[int, ...], tries: int, now: datetime, retry_after: float | None) -> datetime | None:
    if tries > len(gaps):
        return None
    gap = timedelta(minutes=gaps[max(tries, 1) - 1])
    asked = timedelta(seconds=min(retry_after or 0, LONGEST_RETRY_AFTER.total_seconds()))
    return now + max(gap, asked)
