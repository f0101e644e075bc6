"""What may go wrong with mail, in words that help whoever set it up, and whether trying again helps.

What a server said is quoted, cleaned and cut; what we said to it never is.
"""

import ssl

import aiosmtplib

from linkback.core.errors import LinkbackError
from linkback.core.text import bounded, clean
from linkback.words import _

LONGEST_QUOTE = 200  # characters of what a server says
FOR_GOOD = 500  # an answer from here on is final (RFC 5321, 4.2.1)
SERVICE_ENDS = 421
STARTTLS_NEEDED = 530


class Trouble(LinkbackError):
    """A letter could not be handed over.

    `permanent` tells whether sending the same letter again is pointless, `refused` that it is because of the address
    it goes to, and `lost` that the connection is of no use any more.
    """

    def __init__(self, message: str, *, permanent: bool = False, refused: bool = False, lost: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.refused = refused
        self.lost = lost


def of_connection(error: Exception, host: str, port: int) -> Trouble:
    """Return what is to be said of a connection that failed; who set it up can mend it, so it is never permanent."""
    place = {"host": host, "port": port}
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        words = _("The mail server refused name and password (mail.user, mail.password): %(answer)s")
        return Trouble(words % {"answer": _quoted(error)}, lost=True)
    if isinstance(error, ssl.SSLCertVerificationError) or isinstance(error.__cause__, ssl.SSLCertVerificationError):
        words = _("The certificate of the mail server %(host)s is not one to be trusted, so nothing was sent.")
        return Trouble(words % place, lost=True)
    if isinstance(error, aiosmtplib.SMTPTimeoutError | TimeoutError):
        return Trouble(_("The mail server %(host)s port %(port)s did not answer in time.") % place, lost=True)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        words = _("The mail server turned us away: %(answer)s")
        return Trouble(words % {"answer": _quoted(error)}, lost=True)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        words = _("No TLS could be agreed on with the mail server %(host)s port %(port)s (mail.security).")
        return Trouble(words % place, lost=True)
    return Trouble(_("The mail server %(host)s port %(port)s cannot be reached.") % place, lost=True)


def of_letter(error: Exception) -> Trouble:
    """Return what is to be said of a letter that was not taken."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        first = error.recipients[0]
        final = first.code >= FOR_GOOD and first.code != STARTTLS_NEEDED
        words = _("The mail server refused the address: %(answer)s") % {"answer": _quoted(first)}
        return Trouble(words, permanent=final, refused=final)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        words = _("The mail server refused the sender (mail.sender): %(answer)s")
        return Trouble(words % {"answer": _quoted(error)}, lost=error.code == SERVICE_ENDS)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        words = _("The mail server refused the letter: %(answer)s") % {"answer": _quoted(error)}
        return Trouble(words, permanent=error.code >= FOR_GOOD, lost=error.code == SERVICE_ENDS)
    return Trouble(_("The mail server hung up, or did not answer in time."), lost=True)


def _quoted(error: aiosmtplib.SMTPResponseException) -> str:
    return bounded(clean(f"{error.code} {error.message}"), LONGEST_QUOTE)
