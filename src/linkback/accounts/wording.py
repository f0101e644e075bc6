"""What will do as a name, a password, an address for mail: pure, and the sentences for what will not.

Source: NIST SP 800-63B section 5.1.1 (length counts, recipes do not)
"""

import unicodedata

from linkback.core.errors import Unfit
from linkback.core.mailboxes import can_be_written_to
from linkback.words import later

LONGEST_NAME = 64  # characters
SHORTEST_PASSWORD = 10  # characters; guesses are slowed down to a thousand a day
LONGEST_PASSWORD = 1024  # bytes; a hash of more is work that a stranger asks for
LONGEST_EMAIL = 254  # RFC 5321 section 4.5.3.1: what a path may hold
INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}  # control, format (bidi too), unassigned, private, line ends

# Whole sentences, numbers too, so that they stand in the catalogues: the pages say them in the reader's language.
NAME = later("A name has 1 to 64 characters, all of them visible.")
TAKEN = later("Somebody has this name already. Choose another one.")
TOO_SHORT = later("A password has at least 10 characters. A few words in a row are easy to remember.")
TOO_LONG = later("A password has at most 1024 bytes.")
SAME = later("The password must not be the name.")
WRONG = later("This is not your password.")
EMAIL = later("This is no address for mail. Write one such as ana@example.org, or nothing.")
HOUR = later("An hour is a number from 0 to 23.")
NO_SCOPE = later("Say what the token is for: at least one thing.")
TOO_MANY = later("A person has at most 100 tokens. Drop one that is not used any more.")


def fit_name(text: str) -> str:
    """Return a name in its composed form, without spaces around it; raises Unfit."""
    name = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(name) <= LONGEST_NAME or any(unicodedata.category(letter) in INVISIBLE for letter in name):
        raise Unfit("name", NAME)
    return name


def fit_password(text: str, name: str) -> str:
    """Return a password that will do for this person; raises Unfit."""
    if len(text) < SHORTEST_PASSWORD:
        raise Unfit("password", TOO_SHORT)
    if len(composed(text)) > LONGEST_PASSWORD:
        raise Unfit("password", TOO_LONG)
    if text.casefold() == name.casefold():
        raise Unfit("password", SAME)
    return text


def fit_email(text: str) -> str:
    """Return an address for mail, or nothing; raises Unfit."""
    email = text.strip()
    if email and (len(email) > LONGEST_EMAIL or not email.isprintable() or not can_be_written_to(email)):
        raise Unfit("email", EMAIL)
    return email


def composed(password: str) -> bytes:
    """Return a password as it is hashed: the same however a keyboard puts its letters together."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
