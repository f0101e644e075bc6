"""What a page says of what was just done, by the code that `moved(…, said=CODE)` puts into the address.

A table, so that an address can make a page say nothing else. Each page adds its rows; sorted by code.
"""

from collections.abc import Mapping

from linkback.words import later

SAID: Mapping[str, str] = {
    "call-again": later("The call is on its way once more; the log shows what becomes of it."),
    "feed-deleted": later("That address of the feeds is good for nothing any more."),
    "hook-added": later("The webhook is there. Send it a test, to see whether it works."),
    "hook-deleted": later("The webhook is deleted, and so is its log."),
    "hook-paused": later("The webhook is paused: it hears of nothing."),
    "hook-resumed": later("The webhook hears again of what happens from now on."),
    "hook-tested": later("A test is on its way; in a moment the log shows what became of it."),
    "saved": later("Saved."),
    "signed-out": later("You are signed out."),
    "undone": later("Undone."),
}
