"""How a reply to a webmention leaves: in JSON to programs, on a page to people who sent it by a form."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

import msgspec

from linkback.core.model import Answer, Headers, Ping, Question, Reply, Request, Response, first_header
from linkback.core.protocols import webmention
from linkback.web.asking import prefers_html
from linkback.web.messages import SECURITY_HEADERS
from linkback.words import _, chosen_of, speaking

Claim = Ping | Question | Answer
Word = Callable[[Request, Claim | None, Reply | Answer], Response]
Render = Callable[[str, dict[str, object]], bytes]

HTML: Headers = (
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    *((name.decode(), value.decode()) for name, value in SECURITY_HEADERS),
)


@dataclass(frozen=True, slots=True)
class WebmentionWords:
    """Words replies to webmentions; `render` makes a page of a template's name and what goes into it."""

    render: Render

    def __call__(self, request: Request, claim: Claim | None, reply: Reply | Answer) -> Response:
        """Return the response to one webmention: what the protocol says, with the claim in it, or a page."""
        response = webmention.build_response(reply)
        said = msgspec.json.decode(response.body, type=dict[str, str])
        if prefers_html(first_header(request.headers, "accept") or ""):
            with speaking(chosen_of(first_header(request.headers, "accept-language") or "")):
                return self._for_people(request, response, said)
        if response.status < HTTPStatus.BAD_REQUEST and isinstance(claim, Ping):
            said |= {"source": claim.source, "target": claim.target}
            return replace(response, body=msgspec.json.encode(said))
        return response

    def _for_people(self, request: Request, response: Response, said: dict[str, str]) -> Response:
        """Lead to the page that tells more, or say what there is to say."""
        if location := first_header(response.headers, "location"):
            return Response(HTTPStatus.SEE_OTHER, (("location", _from(request.url, location)), *HTML))
        taken = response.status < HTTPStatus.BAD_REQUEST
        title = _("Thank you") if taken else _("This was not taken")
        sentence = said.get("error_description") or said["summary"]
        page = self.render("refused.html", {"title": title, "sentence": sentence, "back": True})
        again = tuple(header for header in response.headers if header[0] == "retry-after")
        return Response(response.status, (*HTML, *again), page)


def _from(path: str, location: str) -> str:
    """Return the way from the form at path to its status page.

    Relative, so that a form works under whatever name the server is reached: browsers that go to
    another origin from there would break the page's form-action.
    """
    up = "../" * (path.partition("?")[0].count("/") - 1)
    return up + "/".join(location.split("/")[-2:])
