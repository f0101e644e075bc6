"""A mail server on loopback that keeps what it is sent, in a thread of its own."""

import asyncio
import email.policy
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

PATIENCE = 20.0


@dataclass
class MailServer:
    """What a mail server got, and what it says: `refusals` by recipient, `at_end` after a letter."""

    port: int = 0
    letters: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    refusals: dict[str, str] = field(default_factory=dict)
    at_end: str = "250 OK"

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:  # noqa: N802  # aiosmtpd names it
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802  # aiosmtpd names it
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd names it
        self.letters.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.signed_in.append(bool(session.authenticated))
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.at_end

    @property
    def address(self) -> str:
        """What the setting mail.server says."""
        return f"127.0.0.1:{self.port}"

    def messages(self) -> list[EmailMessage]:
        """Return the letters, read."""
        return [read(raw) for raw in self.letters]


def read(raw: bytes) -> EmailMessage:
    """Read a letter as a mail program does."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a letter."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """Return the HTML of a letter."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, password: str = ""
) -> Iterator[MailServer]:
    """Run a mail server: with TLS from the start, with STARTTLS (then required), with a name and password (ana)."""
    kept, loop = MailServer(), asyncio.new_event_loop()

    def check(server: SMTP, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        good = (given.login, given.password) == (b"ana", password.encode())
        return AuthResult(success=good, handled=False)

    def protocol() -> SMTP:
        return SMTP(
            kept,
            loop=loop,
            hostname="relay.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=check if password else None,
            auth_required=bool(password),
        )

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(PATIENCE)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@dataclass(frozen=True)
class Certified:
    """The two sides of TLS: what a server shows, and what a client that believes it trusts."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certified() -> Certified:
    """Return a certificate for 127.0.0.1 and who vouches for it."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Certified(server, client)
