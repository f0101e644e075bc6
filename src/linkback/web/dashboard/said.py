"""What a page says of what was just done, by the code that `moved(…, said=CODE)` puts into the address.

A table, so that an address can make a page say nothing else. Each page adds its rows; sorted by code.
"""

from collections.abc import Mapping

from linkback.words import later

SAID: Mapping[str, str] = {
    "alone": later("All other browsers are signed out."),
    "already-undone": later("That was undone already."),
    "approved": later("Approved."),
    "blocked": later("Blocked, and marked as spam."),
    "call-again": later("The call is on its way once more; the log shows what becomes of it."),
    "called-spam": later("Marked as spam."),
    "delivery-again": later("It is tried again in a moment; its page shows what becomes of it."),
    "feed-asked": later("The feed is asked for its posts in a moment."),
    "feed-deleted": later("That address of the feeds is good for nothing any more."),
    "feed-dropped": later("That feed is watched no longer. What was sent stays in the ledger."),
    "feed-watched": later("The feed is watched from now on."),
    "hook-added": later("The webhook is there. Send it a test, to see whether it works."),
    "hook-deleted": later("The webhook is deleted, and so is its log."),
    "hook-paused": later("The webhook is paused: it hears of nothing."),
    "hook-resumed": later("The webhook hears again of what happens from now on."),
    "hook-tested": later("A test is on its way; in a moment the log shows what became of it."),
    "more-left": later("Done with the newest 5,000 of them. Do it again for the rest."),
    "muted": later("Muted, and removed."),
    "neighbourhood-looked": later("Some of the listed pages were looked at."),
    "neighbourhood-remembered": later("From now on, what is new is told against today."),
    "nothing-chosen": later("Choose mentions first."),
    "nothing-done": later("There was nothing to do."),
    "page-closed": later("That page takes no pings any more."),
    "paid": later("Marked as paid for."),
    "partly-undone": later("Undone, but for what was decided anew since."),
    "password-changed": later("Your password is changed, and all other browsers are signed out."),
    "password-chosen": later("Your password is kept, and you are signed in."),
    "person-removed": later("That person is forgotten."),
    "put-back": later("Put back."),
    "removed": later("Removed."),
    "reset-asked": later("If somebody here has this name or address, a letter is on its way."),
    "rule-added": later("The rule is kept, and holds for what comes from now on."),
    "rule-removed": later("The rule is gone."),
    "saved": later("Saved."),
    "scores-saved": later("The borders are kept, and hold for what comes from now on."),
    "seat-taken": later("That person no longer looks after this site."),
    "sending": later("It is on its way; the list shows what becomes of it."),
    "set-up": later("Welcome. Add your site next."),
    "signed-out": later("You are signed out."),
    "site-added": later("The site is added. These lines make its pages say where pings go."),
    "site-given-up": later("That site is not added."),
    "site-proven": later("The site is yours. These lines make its pages say where pings go."),
    "site-removed": later("The site and all its mentions are forgotten."),
    "token-dropped": later("That token is good for nothing any more."),
    "too-much-listed": later("Those are too many hosts for a list. Nothing was done."),
    "trusted": later("Trusted, and approved."),
    "undone": later("Undone."),
    "unpaid": later("No longer marked as paid for."),
}
