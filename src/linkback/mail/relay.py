"""The mail server that carries our letters on: how it is reached, and how one letter is handed to it.

The one place that speaks SMTP. What goes wrong comes out as a Trouble, in words without the password.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiosmtplib

from linkback.mail.troubles import Trouble, of_connection, of_letter
from linkback.words import _, later

PATIENCE = 30.0  # seconds for each answer; servers that look senders up take ten
TLS, STARTTLS = "tls", "starttls"
NO_STARTTLS = later("The mail server %(host)s offers no STARTTLS, so nothing was sent (mail.security).")
NO_AUTH = later("The mail server %(host)s asks for no name and password, or only after TLS (mail.user, mail.security).")


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server of the operator's choice. `security` is starttls, tls or none; `trust` whose certificates count.

    `sender` is the address that mail comes from, the envelope too, where bounces end: nothing is ever sent because of
    them. `name` is what we call ourselves there.
    """

    host: str
    port: int
    sender: str
    security: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "localhost"
    trust: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    patience: float = PATIENCE

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["Connection"]:
        """Connect and sign in for as long as the block lasts; raises Trouble."""
        client = self._client()
        try:
            await self._open(client)
        except Trouble:
            client.close()
            raise
        except Exception as error:
            client.close()
            raise of_connection(error, self.host, self.port) from error
        try:
            yield Connection(client, self.sender)
        finally:
            await _leave(client)

    async def _open(self, client: aiosmtplib.SMTP) -> None:
        """Connect, go over to TLS where that is asked for, and sign in; what a server lacks is never done without."""
        place = {"host": self.host}
        await client.connect()
        await client.ehlo()
        if self.security == STARTTLS:
            if not client.supports_extension("starttls"):
                raise Trouble(_(NO_STARTTLS) % place, lost=True)
            await client.starttls()
            await client.ehlo()
        if self.user:
            if not client.supported_auth_methods:
                raise Trouble(_(NO_AUTH) % place, lost=True)
            await client.login(self.user, self.password)

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            local_hostname=self.name,
            timeout=self.patience,
            use_tls=self.security == TLS,
            start_tls=False,
            tls_context=self.trust,
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection, on which letters are sent one after the other."""

    client: aiosmtplib.SMTP
    sender: str

    async def send(self, recipient: str, message: bytes) -> None:
        """Hand over one letter; raises Trouble, after which the connection may be of no use (`lost`)."""
        try:
            await self.client.sendmail(self.sender, [recipient], message)
        except Exception as error:
            raise of_letter(error) from error


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say goodbye to a server that still listens; whatever it answers, we are gone."""
    try:
        if client.is_connected:
            await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        pass  # it hung up first, which comes to the same
    finally:
        client.close()
