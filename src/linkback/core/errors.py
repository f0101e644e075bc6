"""What can go wrong, sorted by two questions: whose fault is it, and does trying again help?

Expected outcomes of a ping are values (`Problem`, `Reply`); what is raised here is
a surprise, or travels from the depth of a parser to the verb that answers for it.
"""

from enum import StrEnum


class Problem(StrEnum):
    """Why a ping or a call is refused; each protocol words it in a table of its own."""

    SOURCE_NOT_FOUND = "source_not_found"
    NO_LINK = "no_link"
    TARGET_NOT_FOUND = "target_not_found"
    TARGET_NOT_ACCEPTED = "target_not_accepted"
    ALREADY_REGISTERED = "already_registered"
    ACCESS_DENIED = "access_denied"
    SAME_PAGE = "same_page"
    SELF_PING = "self_ping"
    TOO_MANY = "too_many"
    SOURCE_TROUBLE = "source_trouble"
    NOT_WELL_FORMED = "not_well_formed"
    UNSUPPORTED_ENCODING = "unsupported_encoding"
    BAD_CHARACTER = "bad_character"
    NOT_CONFORMING = "not_conforming"
    METHOD_NOT_FOUND = "method_not_found"
    BAD_PARAMETERS = "bad_parameters"
    INTERNAL = "internal"


class LinkbackError(Exception):
    """Something went wrong in Linkback."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])


class BadPing(LinkbackError):
    """They sent us something we refuse; `sentence` is empty where the protocol's own words will do."""

    def __init__(self, problem: Problem, sentence: str = "") -> None:
        super().__init__(sentence or problem.value)
        self.problem = problem
        self.sentence = sentence


class BadReply(LinkbackError):
    """They answered a ping of ours with something that is no answer."""


class BadURL(LinkbackError):
    """This is not an address of a web page."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(message)
        self.url = url


class BadFeed(LinkbackError):
    """This is no feed or sitemap; the message says what would be one."""


class FetchError(LinkbackError):
    """A page could not be fetched.

    `permanent` tells whether trying again is pointless; `retry_after` is in seconds,
    and None where nobody named a time.
    """

    permanent = False

    def __init__(self, url: str, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.url = url
        self.retry_after = retry_after


class Forbidden(FetchError):
    """The address is not one that may be fetched: not public, not http, or not a web port."""

    permanent = True


class Unreachable(FetchError):
    """No HTTP answer came: no such name, refused, reset, bad TLS, or no sense in what was said."""


class TimedOut(FetchError):
    """The other side did not finish its answer in time."""


class TooLarge(FetchError):
    """The answer is larger than what is read."""

    permanent = True


class TooBusy(FetchError):
    """The host has had as many requests from us as it may have for now; `retry_after` is set."""


class NotFound(LinkbackError):
    """There is no such thing here."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"There is no {kind} {key}.")
        self.kind = kind
        self.key = key


class AlreadyUndone(LinkbackError):
    """What should be taken back was taken back before, by another action that can be undone itself."""

    def __init__(self, action_id: int, undone_by: int | None) -> None:
        again = f" Undo {undone_by} to do it again." if undone_by else ""
        super().__init__(f"Action {action_id} has been undone already.{again}")
        self.action_id = action_id
        self.undone_by = undone_by


class StorageError(LinkbackError):
    """The database failed; `permanent` tells whether trying again is pointless."""

    def __init__(self, message: str = "", *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class SettingsError(LinkbackError):
    """A setting has a value that makes no sense; the message says which would."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class Unfit(LinkbackError):
    """Somebody wrote what will not do; `field` says where, and the message what would."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class SignInRefused(LinkbackError):
    """The name or the password is not right."""


class TooManyTries(LinkbackError):
    """Too many tries went wrong; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many tries went wrong. Try again in {-(-retry_after // 60)} minutes.")
        self.retry_after = retry_after


class PassRefused(LinkbackError):
    """This link has been used, or is too old."""


class LastAdmin(LinkbackError):
    """Somebody has to look after this server: make another person admin first."""
