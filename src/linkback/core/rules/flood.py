"""Many mentions by domains that are new here, within an hour, are a burst of junk more often than fame.

Levels: `page` (ten to one page, most of them by new domains), `busy` (30 by new domains at the site), `burst` (200).
Silent about hosts that were approved here: fame and bursts pass them by.
"""

from linkback.core.model import Candidate, Company, HostHistory, Signal, Status

LEVELS = ("page", "busy", "burst")
STEPS = ((200, "burst"), (30, "busy"))
TO_ONE_PAGE = 10


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against a new host that comes amid many others."""
    company = candidate.evidence.company
    if history.count(Status.APPROVED):
        return None
    for least, level in STEPS:
        if company.new_at_site >= least:
            return Signal("flood", f"It came amid {company.new_at_site} mentions by new domains within an hour.", level)
    if _is_rushed_at(company):
        return Signal("flood", f"{company.at_target} other mentions of the same page came within an hour.", "page")
    return None


def _is_rushed_at(company: Company) -> bool:
    """Tell whether many come to one page while most of what comes to the site is by new domains."""
    return company.at_target >= TO_ONE_PAGE and 2 * company.new_at_site >= company.at_site
