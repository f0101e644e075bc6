"""What people see of webmentions: the form to send one by, and the page that tells what became of it.

Nothing here says anything of the source beyond its address, and all states look alike.
"""

from typing import NamedTuple

import msgspec
from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from linkback.core.urls import MAX_URL_LENGTH
from linkback.web.asking import Asked, app_of, prefers_html
from linkback.web.messages import CONTENT_SECURITY_POLICY
from linkback.words import _, later

FORM_POLICY = CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'")
STATUS_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow", "vary": "accept"}


class State(NamedTuple):
    """How far a webmention has come: what that is called, and what it means to who sent it."""

    title: str
    sentence: str


STATES: dict[str, State] = {
    "pending": State(
        later("It waits to be checked"),
        later(
            "The source is about to be read. That happens within minutes, or later where its server does not answer."
        ),
    ),
    "accepted": State(
        later("The link was found"),
        later(
            "The source was read, and it links to the target. Whether the link is shown there is for the owner to say."
        ),
    ),
    "no_link": State(
        later("There is no link"),
        later(
            "The source was read, and it has no link to the target. Link to exactly this address, and send it again."
        ),
    ),
    "source_not_found": State(
        later("There is no such source"),
        later("The source does not exist, or is no page of text that anybody may read. Mend that, and send it again."),
    ),
    "unreachable": State(
        later("The source gave no answer"),
        later("The source's server was asked more than once and gave no answer of use. Send it again when it is back."),
    ),
}


@get("/webmention", sync_to_thread=False)
def form() -> Template:
    """Show the form by which people send a webmention."""
    return _form("")


@get("/{name:str}/webmention")
async def form_of(request: Asked, name: FromPath[str]) -> Template:
    """Show the same form for the sites of a name."""
    if not await app_of(request).sites.named(name.lower()):
        raise NotFoundException
    return _form(name.lower())


@get("/webmention/{token:str}")
async def status_page(request: Asked, token: FromPath[str]) -> Response[bytes] | Template:
    """Tell what became of a webmention: to people on a page, to programs in JSON."""
    claim = await app_of(request).receiver.state_of(token)
    if claim is None:
        raise NotFoundException
    state = STATES[claim.word]
    told = {"source": claim.source, "target": claim.target}
    if prefers_html(request.headers.get("accept", "")):
        context = {"word": claim.word, "title": _(state.title), "sentence": _(state.sentence), **told}
        return Template("status.html", context=context, headers=STATUS_HEADERS)
    body = msgspec.json.encode({"status": claim.word, "summary": state.sentence, **told})
    return Response(body, media_type=MediaType.JSON, headers=STATUS_HEADERS)


def _form(name: str) -> Template:
    context = {"name": name, "longest": MAX_URL_LENGTH}
    return Template("form.html", context=context, headers={"content-security-policy": FORM_POLICY})


ROUTES = (form, form_of, status_page)
