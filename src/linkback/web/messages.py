"""The few ASGI messages that the bare endpoints need: a body read within bounds, and a whole response."""

import asyncio

from litestar.types import HTTPScope, Message, Receive, Send

from linkback.core.errors import LinkbackError
from linkback.core.model import Headers, Response

MAX_BODY = 64 * 1024  # bytes; a real ping has some 400
BODY_WITHIN = 10.0  # seconds; a ping fits into one packet

PLAIN_TEXT: Headers = (("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff"))
CLOSE: Headers = (("connection", "close"),)


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The desk has scripts and forms of its own. Its forms say where they come from (Origin), which no-referrer would hide.
DESK_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
DESK = ("/dashboard", "/login", "/logout", "/setup", "/reset", "/invite", "/mail")
NO_GUESSING = (b"x-content-type-options", b"nosniff")
SECURITY_HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    NO_GUESSING,
    (b"referrer-policy", b"no-referrer"),
)
DESK_HEADERS = (
    (b"content-security-policy", DESK_POLICY.encode()),
    NO_GUESSING,
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Refused(LinkbackError):
    """The HTTP request itself is refused, before any protocol looks at it."""

    def __init__(self, status: int, sentence: str, headers: Headers = ()) -> None:
        super().__init__(sentence)
        self.response = Response(status, (*PLAIN_TEXT, *headers), sentence.encode())


def headers_of(scope: HTTPScope) -> Headers:
    """Return the request's headers; names are lower case already."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])


async def read_body(headers: Headers, receive: Receive, *, within: float = BODY_WITHIN) -> bytes:
    """Return the body, at most MAX_BODY bytes; raises Refused for larger, compressed, late or ambiguous ones."""
    _check_framing(headers)
    parts: list[bytes] = []
    room, more = MAX_BODY, True
    try:
        async with asyncio.timeout(within):
            while more and room >= 0:
                part, more = await _next_part(receive)
                parts.append(part)
                room -= len(part)
    except TimeoutError:
        raise Refused(408, "The body did not come in time.\n", CLOSE) from None
    if room < 0:
        raise TOO_LARGE
    return b"".join(parts)


async def _next_part(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] != "http.request":
        raise Refused(400, "The body ended early.\n", CLOSE)
    return message.get("body", b""), message.get("more_body", False)


def _check_framing(headers: Headers) -> None:
    names = [name for name, _ in headers]
    if "transfer-encoding" in names and "content-length" in names:
        raise Refused(400, "A request has a length or is chunked, not both.\n")
    for name, value in headers:
        if name == "content-encoding" and value.strip().lower() not in ("", "identity"):
            raise COMPRESSED
        if name == "content-length" and value.isdecimal() and int(value[:12]) > MAX_BODY:
            raise TOO_LARGE


COMPRESSED = Refused(
    415, "Compressed requests are not read; send the body as it is.\n", (("accept-encoding", "identity"),)
)
TOO_LARGE = Refused(413, f"The body is larger than {MAX_BODY} bytes; no ping is.\n", CLOSE)


async def respond(send: Send, response: Response) -> None:
    """Send a whole response."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": False})


def is_of_the_desk(path: str) -> bool:
    """Tell whether an address is one of the pages for people who are signed in, or about to be."""
    return any(path == room or path.startswith(f"{room}/") for room in DESK)


def safely(send: Send, path: str = "") -> Send:
    """Return a way to send that says with each response what a browser may make of it, unless it says so itself."""
    headers = DESK_HEADERS if is_of_the_desk(path) else SECURITY_HEADERS

    async def send_safely(message: Message) -> None:
        if message["type"] == "http.response.start":
            said = {name for name, _ in message["headers"]}
            missing = [header for header in headers if header[0] not in said]
            message["headers"] = [*message["headers"], *missing]
        await send(message)

    return send_safely
