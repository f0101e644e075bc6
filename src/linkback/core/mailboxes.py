"""Which addresses mail can be sent to, and how their names stand in letters: one rule for who is asked and who writes.

Specs: RFC 5322 section 3.4.1 (a dot-atom before the at sign), RFC 3490 (names of hosts beyond ASCII)
"""

import re

# It goes into a header as it is. Names of hosts have letters, digits and hyphens.
_ADDRESS = re.compile(r"(?!\.)(?!.*(?:\.[.@]|@\.))[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)


def can_be_written_to(address: str) -> bool:
    """Tell whether an address is one that every mail server takes; letters beyond ASCII before the at sign are not."""
    return _ADDRESS.fullmatch(in_ascii(address)) is not None


def in_ascii(address: str) -> str:
    """Return an address with its domain as name servers know it; as it is where that cannot be told."""
    name, at, domain = address.rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
