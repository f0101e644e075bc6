"""What is said of a decision that was just made, with how many mentions it was about."""

from collections.abc import Mapping, Sequence

from linkback.core.errors import NotFound
from linkback.core.model import ListedAction
from linkback.desk import Acted, What
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.said import SAID
from linkback.web.dashboard.visiting import Visitor
from linkback.web.dashboard.wanted import number_of
from linkback.words import _, later, n_

# Code of SAID for what was done.
CODES: Mapping[What, str] = {
    What.APPROVE: "approved",
    What.SPAM: "called-spam",
    What.REMOVE: "removed",
    What.HOLD: "put-back",
    What.SPONSORED: "paid",
    What.UNSPONSORED: "unpaid",
    What.TRUST: "trusted",
    What.BLOCK: "blocked",
    What.MUTE: "muted",
}
LISTED: Mapping[ListedAction, str] = {
    ListedAction.TRUST: later("Trusted %(hosts)s."),
    ListedAction.BLOCK: later("Blocked %(hosts)s."),
    ListedAction.MUTE: later("Muted %(hosts)s."),
}
MOST_NAMED = 3  # hosts; who wants to know of more looks at the lists


async def said_of(request: Asked, visitor: Visitor) -> str:
    """Return what the page says of what led to it: of a decision with its number, else the words of the code.

    What stands in the address is not believed: the sentence is made of the action itself.
    """
    done, said = number_of(request.url.query, "done"), request.query_params.get("said", "")
    words = SAID.get(said, "")
    if done is None or said not in CODES.values():
        return _(words) if words else ""
    try:
        return sentence(await app_of(request).inbox.acted(done, None if visitor.user.admin else visitor.roles))
    except NotFound:
        return _(words)


def sentence(acted: Acted) -> str:
    """Return what an action did."""
    hosts = list(dict.fromkeys(one.listed.pattern for one in acted.listed if one.added))
    words = next((LISTED[one.listed.action] for one in acted.listed if one.added and one.listed.action in LISTED), "")
    told = [_(words) % {"hosts": _named(hosts)}] if words else []
    if acted.action.count or not told:
        told.append(_counted(acted.action.what, acted.action.count))
    return " ".join(told)


def _named(hosts: Sequence[str]) -> str:
    named = ", ".join(hosts[:MOST_NAMED])
    more = len(hosts) - MOST_NAMED
    if more <= 0:
        return named
    return n_("%(hosts)s and %(number)s more", "%(hosts)s and %(number)s more", more) % {"hosts": named, "number": more}


def _counted(what: What, count: int) -> str:
    number = {"number": count}
    if what in (What.APPROVE, What.TRUST):
        return n_("Approved %(number)s mention.", "Approved %(number)s mentions.", count) % number
    if what in (What.SPAM, What.BLOCK):
        return n_("Marked %(number)s mention as spam.", "Marked %(number)s mentions as spam.", count) % number
    if what in (What.REMOVE, What.MUTE):
        return n_("Removed %(number)s mention.", "Removed %(number)s mentions.", count) % number
    if what is What.HOLD:
        return n_("Put %(number)s mention back.", "Put %(number)s mentions back.", count) % number
    return n_("Changed %(number)s mention.", "Changed %(number)s mentions.", count) % number
