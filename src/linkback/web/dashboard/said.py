"""What a page says of what was just done, by the code that `moved(…, said=CODE)` puts into the address.

A table, so that an address can make a page say nothing else. Each page adds its rows; sorted by code.
"""

from collections.abc import Mapping

from linkback.words import later

SAID: Mapping[str, str] = {
    "saved": later("Saved."),
    "signed-out": later("You are signed out."),
    "undone": later("Undone."),
}
