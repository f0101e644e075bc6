"""How often, at most: sliding windows of a minute and of ten seconds, per key.

Counts and a clock, nothing else. The door counts requests per registrable domain with
it, and whoever takes pings counts them per sender.
"""

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

MINUTE = 60.0
BURST_SECONDS = 10.0
MAX_KEYS = 50_000  # about 10 MB; past that the one that was quiet for longest is forgotten


class Budget:
    """An allowance per key: `per_minute` in any 60 s, and `burst` of these in any 10 s; 0 is no limit.

    Memory: a number for each take of the last minute, for at most MAX_KEYS keys.
    """

    def __init__(self, per_minute: int, burst: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = tuple((limit, span) for limit, span in ((per_minute, MINUTE), (burst, BURST_SECONDS)) if limit)
        self._clock = clock
        self._taken: OrderedDict[str, list[float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._taken)

    def take(self, key: str) -> float:
        """Use up one of the key's allowance and return 0.0, or use up nothing and return the seconds to wait."""
        if not self._windows:
            return 0.0
        now = self._clock()
        times = self._times(key, now)
        if wait := self._wait(times, now):
            return wait
        times.append(now)
        self._taken[key] = times
        self._taken.move_to_end(key)
        self._forget(now)
        return 0.0

    def wait_for(self, key: str) -> float:
        """Return the seconds until take() would succeed, without using up anything."""
        if not self._windows:
            return 0.0
        now = self._clock()
        return self._wait(self._times(key, now), now)

    def _times(self, key: str, now: float) -> list[float]:
        """Return when the key was taken within the last minute, oldest first."""
        times = self._taken.get(key, [])
        del times[: bisect_right(times, now - MINUTE)]
        return times

    def _wait(self, times: list[float], now: float) -> float:
        """Return how long until, in each window, fewer than its limit were taken."""
        waits = [times[-limit] + span - now for limit, span in self._windows if len(times) >= limit]
        return max(0.0, *waits) if waits else 0.0

    def _forget(self, now: float) -> None:
        """Drop a few keys that have been quiet for a minute, and the quietest one when there are too many."""
        # The order is that of the last take, so the quiet ones stand in front; two per take keep up with any growth.
        for key in list(islice(self._taken, 2)):
            if self._taken[key][-1] <= now - MINUTE or len(self._taken) > MAX_KEYS:
                del self._taken[key]
