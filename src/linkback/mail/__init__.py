"""Mail: how a letter is composed, and how it reaches the server that carries it on.

`letter` makes bytes, `templates` texts, `relay` the connection, `postman` sends what is due. What a letter tells, and
to whom, is decided by who writes it.
"""

from linkback.mail.letter import Draft, Stationery
from linkback.mail.postman import Postman, next_postal_try
from linkback.mail.relay import Relay
from linkback.mail.troubles import Trouble

__all__ = ["Draft", "Postman", "Relay", "Stationery", "Trouble", "next_postal_try"]
