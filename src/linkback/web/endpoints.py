"""The ping endpoint: one ASGI application for every protocol, with no middleware in front.

A protocol module reads the request and words the reply; the receiver decides.
"""

import structlog
from litestar.types import HTTPScope, Receive, Send

from linkback.app import App
from linkback.core.addresses import parse_networks
from linkback.core.errors import BadPing, LinkbackError, Problem
from linkback.core.model import Answer, Ping, Question, Reply, Request, Response
from linkback.core.protocols import Protocol
from linkback.web.messages import BODY_WITHIN, Refused, headers_of, read_body, respond
from linkback.web.senders import sender_of

log = structlog.get_logger()

POST_ONLY = Refused(
    405,
    "This is an endpoint for pings: programs POST to it when a page links to a page of this site.\n"
    "There is nothing to see here; the first page of this server says more.\n",
    (("allow", "POST"),),
).response


class PingEndpoint:
    """Takes the pings of one protocol."""

    def __init__(self, protocol: Protocol, app: App, *, body_within: float = BODY_WITHIN) -> None:
        self.protocol = protocol
        self.body_within = body_within
        self.receiver = app.receiver
        self.trusted_proxies = parse_networks(app.settings.server_trusted_proxies)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request; no exception leaves, and no reply tells of one."""
        try:
            response = await self._respond_to(scope, receive)
        except Refused as refused:
            response = refused.response
        await respond(send, response)

    async def _respond_to(self, scope: HTTPScope, receive: Receive) -> Response:
        if scope["method"] != "POST":
            return POST_ONLY
        headers = headers_of(scope)
        body = await read_body(headers, receive, within=self.body_within)
        sender = sender_of(scope, headers, self.trusted_proxies)
        return await self.answer(Request("POST", scope["path"], headers, body, sender))

    async def answer(self, request: Request) -> Response:
        """Read a request and word the reply to it."""
        try:
            asked = self.protocol.parse_request(request)
            reply = await self._reply(asked)
        except BadPing as error:
            reply = Reply(error.problem, error.sentence)
            log.info("request refused", protocol=self.protocol.NAME, problem=error.problem)
        except Exception as error:
            log.error("request failed", protocol=self.protocol.NAME, error=str(error), exc_info=_is_surprise(error))
            reply = Reply(Problem.INTERNAL)
        return self.protocol.build_response(reply)

    async def _reply(self, asked: Ping | Question | Answer) -> Reply | Answer:
        if isinstance(asked, Answer):
            return asked
        if isinstance(asked, Question):
            return Answer(await self.receiver.sources_of(asked.target))
        reply = await self.receiver.accept(asked)
        log.info("ping answered", source=asked.source, target=asked.target, problem=reply.problem)
        return reply


def _is_surprise(error: Exception) -> bool:
    return not isinstance(error, LinkbackError)
