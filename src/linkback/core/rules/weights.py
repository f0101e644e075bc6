"""What each signal weighs, in log-odds: positive for junk, negative for honest.

Measured and not guessed: `bench/judge` fits them on pages of its own and writes this table.
"""

from collections.abc import Mapping

# Before anything is known of a page.
BIAS = 0.0

WEIGHTS: Mapping[str, float] = {
    "first_time": 0.2,
    "held_before": 1.7,
    "trusted_host": -1.7,
}
