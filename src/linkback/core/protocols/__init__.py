"""The shape every protocol has, and the protocols in order of preference.

A protocol is a module; the module itself is the object. Protocol modules never import
each other, and nobody else needs to know which one a ping came by.
"""

from collections.abc import Sequence
from typing import Protocol as Shape

from linkback.core.model import Answer, Citation, Endpoint, Page, Ping, Question, Reply, Request, Response
from linkback.core.protocols import pingback, trackback, webmention


class Protocol(Shape):
    """What a protocol module offers. All of it is pure."""

    NAME: str

    def advertise(self, endpoint: str, target: str) -> tuple[tuple[str, str], str]:
        """Return the HTTP header (name, value) and the HTML that advertise an endpoint on target."""

    def discover(self, page: Page, *, strict: bool = False) -> Endpoint | None:
        """Return where the page takes pings of this protocol."""

    def build_request(self, endpoint: str, ping: Ping, citation: Citation) -> Request:
        """Return the request that tells endpoint of the ping."""

    def parse_request(self, request: Request) -> Ping | Question | Answer:
        """Return what a request says; raises BadPing for what cannot be read."""

    def build_response(self, reply: Reply | Answer) -> Response:
        """Return the response that words a reply."""

    def parse_response(self, response: Response) -> Reply:
        """Return what a response says; raises BadReply for what is no answer."""


PROTOCOLS: tuple[Protocol, ...] = (webmention, pingback, trackback)


def discover(page: Page, protocols: Sequence[Protocol] = PROTOCOLS, *, strict: bool = False) -> Endpoint | None:
    """Return the first offer of a page, in the order of preference of the protocols."""
    return next((offer for protocol in protocols if (offer := protocol.discover(page, strict=strict))), None)
