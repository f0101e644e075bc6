"""What went wrong outside, in our words: one table from foreign errors to FetchError.

The sentences are for an owner's ledger. Whoever answers a stranger must not repeat them,
since they tell what listens where.
"""

import ssl

from linkback.core.errors import BadURL, FetchError, Forbidden, TooLarge, Unreachable
from linkback.fetch.body import PackingError
from linkback.fetch.dialing import NotEncryptedError, NotTakenError
from linkback.fetch.guard import NotPublicError
from linkback.fetch.reading import BrokenError, FloodError, HungUpError, NonsenseError
from linkback.fetch.resolver import NoSuchNameError

MAX_CAUSES = 8  # links of a chain of causes that are looked at

BAD_CERTIFICATE = "The certificate of the host is not valid."
NOT_ENCRYPTED = "No encrypted connection came about."
TLS_TROUBLE = frozenset({BAD_CERTIFICATE, NOT_ENCRYPTED})

# The first that fits counts, so the special ones stand before the general ones.
WORDS: tuple[tuple[type[BaseException], type[FetchError], str], ...] = (
    (BadURL, Forbidden, "This is not the address of a web page."),
    (NotPublicError, Forbidden, "The address is not public, or not a web port."),
    (FloodError, TooLarge, "The head of the answer is larger than what is read."),
    (PackingError, Unreachable, "The page is packed in a way that cannot be read."),
    (NoSuchNameError, Unreachable, "There is no host of this name."),
    (ssl.SSLCertVerificationError, Unreachable, BAD_CERTIFICATE),
    (NotEncryptedError, Unreachable, NOT_ENCRYPTED),
    (NotTakenError, Unreachable, "The host does not take the connection."),
    (NonsenseError, Unreachable, "The host answered with something that is not HTTP."),
    (BrokenError, Unreachable, "The connection broke in the middle of the page."),
    (HungUpError, Unreachable, "The host hung up without an answer."),
    (OSError, Unreachable, "The connection broke."),
)
OTHERWISE = "No answer came that makes sense."


def to_fetch_error(url: str, error: BaseException) -> FetchError:
    """Return what to raise instead of a foreign error."""
    causes = _causes(error)
    for kind, ours, sentence in WORDS:
        if any(isinstance(cause, kind) for cause in causes):
            return ours(url, sentence)
    return Unreachable(url, OTHERWISE)


def _causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(causes) < MAX_CAUSES:
        causes.append(current)
        current = current.__cause__
    return causes
