"""The nouns. Frozen values; None means "unknown", never "error"; times are aware UTC.

A value is named for its moment: a Ping is claimed, a Mention is kept, a Citation is read.
"""

from linkback.core.model.mentions import (
    Change,
    Event,
    HostHistory,
    Mention,
    Moderation,
    Reason,
    Receipt,
    Site,
    Status,
    Verdict,
)
from linkback.core.model.messages import Headers, Page, Request, Response, first_header, retry_after
from linkback.core.model.pings import Answer, Author, Candidate, Citation, Endpoint, Link, Ping, Question, Reply
from linkback.core.model.sending import Attempt, Delivery, DeliveryStatus, Entry, Feed, FollowedPost

__all__ = [
    "Answer", "Attempt", "Author", "Candidate", "Change", "Citation", "Delivery", "DeliveryStatus",
    "Endpoint", "Entry", "Event", "Feed", "FollowedPost", "Headers", "HostHistory", "Link", "Mention",
    "Moderation", "Page", "Ping", "Question", "Reason", "Receipt", "Reply", "Request", "Response", "Site",
    "Status", "Verdict", "first_header", "retry_after",
]  # fmt: skip
