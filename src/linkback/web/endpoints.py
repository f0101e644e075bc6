"""The ping endpoint: one ASGI application for every protocol, with no middleware in front.

A protocol module reads the request and words the reply; the receiver decides.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import structlog
from litestar.types import HTTPScope, Receive, Send

from linkback.app import App
from linkback.core import urls
from linkback.core.addresses import parse_networks
from linkback.core.errors import BadPing, BadURL, LinkbackError, Problem
from linkback.core.model import Answer, Ping, Question, Reply, Request, Response, Site
from linkback.core.protocols import Protocol, pingback, trackback, webmention
from linkback.web.messages import BODY_WITHIN, Refused, headers_of, read_body, respond
from linkback.web.senders import sender_of
from linkback.web.wording import Word

log = structlog.get_logger()

NO_PING = (
    "This is an endpoint for pings: programs POST to it when a page links to a page of this site.\n"
    "There is nothing to see here; /about on this server says more.\n"
)
SHOWN = {webmention.NAME, trackback.NAME}  # people who open these addresses get a page, which is not made here

# What is answered for a name that no site has: 404, as senders know it from webmention.io, with a body that
# they can read. Its XML had fault 0, which says nothing; 33 is what the document has for such a target.
NO_SUCH_SITE = "No site of this name takes pings here."
UNKNOWN_NAME = {
    webmention.NAME: Response(
        404,
        (("content-type", webmention.CONTENT_TYPE),),
        msgspec.json.encode({"error": "not_found", "error_description": NO_SUCH_SITE}),
    ),
    pingback.NAME: replace(pingback.build_response(Reply(Problem.TARGET_NOT_ACCEPTED, NO_SUCH_SITE)), status=404),
}


class PingEndpoint:
    """Takes the pings of one protocol. `word` turns a reply into a response, where the protocol's own will not do."""

    def __init__(
        self, protocol: Protocol, app: App, *, word: Word | None = None, body_within: float = BODY_WITHIN
    ) -> None:
        self.protocol = protocol
        self.shown = protocol.NAME in SHOWN
        self.word = word or self._as_the_protocol_words_it
        self.body_within = body_within
        self.receiver = app.receiver
        self.sites = app.sites
        self.trusted_proxies = parse_networks(app.settings.server_trusted_proxies)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send, name: str | None = None) -> None:
        """Answer one request, which is for the sites of a name where there is one.

        No exception leaves, and no reply tells of one.
        """
        try:
            response = await self._respond_to(scope, receive, name)
        except Refused as refused:
            response = refused.response
        await respond(send, response)

    async def _respond_to(self, scope: HTTPScope, receive: Receive, name: str | None) -> Response:
        if scope["method"] != "POST":
            raise Refused(405, NO_PING, (("allow", "GET, HEAD, POST" if self.shown else "POST"),))
        headers = headers_of(scope)
        body = await read_body(headers, receive, within=self.body_within)
        sender = sender_of(scope, headers, self.trusted_proxies)
        return await self.answer(Request("POST", url_of(scope), headers, body, sender), name)

    async def answer(self, request: Request, name: str | None = None) -> Response:
        """Read a request and word the reply to it."""
        asked: Ping | Question | Answer | None = None
        try:
            sites = None if name is None else await self.sites.named(name)
            if sites == []:
                return UNKNOWN_NAME[self.protocol.NAME]
            asked = self.protocol.parse_request(request)
            reply = await self._reply(asked, sites)
        except BadPing as error:
            reply = Reply(error.problem, error.sentence)
            log.info("request refused", protocol=self.protocol.NAME, problem=error.problem)
        except Exception as error:
            log.error("request failed", protocol=self.protocol.NAME, error=str(error), exc_info=_is_surprise(error))
            reply = Reply(Problem.INTERNAL)
        return self.word(request, asked, reply)

    async def _reply(self, asked: Ping | Question | Answer, sites: Sequence[Site] | None) -> Reply | Answer:
        if isinstance(asked, Answer):
            return asked
        if sites is not None and not _is_within(asked.target, sites):
            raise BadPing(Problem.TARGET_NOT_ACCEPTED)
        if isinstance(asked, Question):
            return Answer(await self.receiver.sources_of(asked.target))
        reply = await self.receiver.accept(asked)
        log.info("ping answered", source=asked.source, target=asked.target, problem=reply.problem)
        return reply

    def _as_the_protocol_words_it(self, _: Request, __: object, reply: Reply | Answer) -> Response:
        return self.protocol.build_response(reply)


def url_of(scope: HTTPScope) -> str:
    """Return path and query as they were asked for, nothing decoded."""
    path = scope["raw_path"].decode("latin-1") if scope.get("raw_path") else scope["path"]
    return f"{path}?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else path


def _is_within(target: str, sites: Sequence[Site]) -> bool:
    """Tell whether a target lies in one of these sites; what is no address is for the receiver to refuse."""
    try:
        return any(urls.same_site(target, site.url) for site in sites)
    except BadURL:
        return True


def _is_surprise(error: Exception) -> bool:
    return not isinstance(error, LinkbackError)
