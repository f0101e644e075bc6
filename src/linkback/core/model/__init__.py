"""The nouns. Frozen values; None means "unknown", never "error"; times are aware UTC.

A value is named for its moment: a Ping is claimed, a Mention is kept, a Citation is read.
"""

from linkback.core.model.judging import (
    MOST_LISTED,
    AlertKind,
    Candidate,
    Company,
    Evidence,
    Likeness,
    Listed,
    ListedAction,
    ListedKind,
    Makeup,
    Policy,
    Reason,
    Signal,
    Verdict,
)
from linkback.core.model.mentions import Alert, Change, Event, HostHistory, Mention, Receipt, Site
from linkback.core.model.messages import Headers, Page, Request, Response, first_header, retry_after
from linkback.core.model.people import ApiToken, Pace, Pass, Purpose, Role, Scope, Seat, Session, User
from linkback.core.model.pings import Answer, Author, Citation, Endpoint, Link, Ping, Question, Reply
from linkback.core.model.sending import Attempt, Delivery, DeliveryStatus, Entry, Feed, FollowedPost
from linkback.core.model.statuses import Moderation, Status
from linkback.core.model.telling import Call, HookForm, Letter, News, NewsKind, Notice, Webhook

__all__ = [
    "MOST_LISTED", "Alert", "AlertKind", "Answer", "ApiToken", "Attempt", "Author", "Call", "Candidate", "Change",
    "Citation", "Company", "Delivery", "DeliveryStatus", "Endpoint", "Entry", "Event", "Evidence", "Feed",
    "FollowedPost", "Headers", "HookForm", "HostHistory", "Letter", "Likeness", "Link", "Listed", "ListedAction",
    "ListedKind", "Makeup", "Mention", "Moderation", "News", "NewsKind", "Notice", "Pace", "Page", "Pass", "Ping",
    "Policy", "Purpose", "Question", "Reason", "Receipt", "Reply", "Request", "Response", "Role", "Scope", "Seat",
    "Session", "Signal", "Site", "Status", "User", "Verdict", "Webhook", "first_header", "retry_after",
]  # fmt: skip
