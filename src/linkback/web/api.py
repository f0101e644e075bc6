"""The read API: the approved mentions of pages, for programs as jf2 and for people as HTML.

Public, and the same for everybody: any page anywhere may ask (CORS), and nothing is remembered of who did.
Contract: webmention.io's, see docs/howto/show-mentions.md.
"""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Response, get, route
from litestar.response import Template

from linkback.app import Shown
from linkback.core.formats import Paging, jf2
from linkback.web.asking import Asked, app_of
from linkback.web.entries import entries
from linkback.web.queries import BadQuery, Query, read_query

OPEN_TO_ALL: Mapping[str, str] = {"access-control-allow-origin": "*", "cache-control": "no-store"}
PREFLIGHT: Mapping[str, str] = {
    **OPEN_TO_ALL,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
    "allow": "GET, HEAD, OPTIONS",
}
JF2 = ["/api/mentions.jf2", "/api/links.jf2"]
HTML = ["/api/mentions.html", "/api/links.html"]
ELSEWHERE = ["/api/mentions", "/api/links", "/api/mentions.json", "/api/links.json"]


@get(JF2)
async def mentions_as_jf2(request: Asked) -> Response[bytes]:
    """Return a page of mentions as jf2."""
    try:
        query = read_query(request.url.query)
    except BadQuery as error:
        return _refused("invalid_input", str(error), HTTPStatus.BAD_REQUEST)
    shown, paging = await _published(request, query)
    body = jf2.write(shown.mentions, paging, shown.lists)
    return Response(body, media_type=jf2.MEDIA_TYPE, headers=dict(OPEN_TO_ALL))


@get(HTML)
async def mentions_as_html(request: Asked) -> Response[bytes] | Template:
    """Return a page of mentions for people: a whole document, or what goes into one with fragment=1."""
    try:
        query = read_query(request.url.query)
    except BadQuery as error:
        return _refused("invalid_input", str(error), HTTPStatus.BAD_REQUEST)
    shown, paging = await _published(request, query)
    context = {
        "entries": entries(shown.mentions, shown.lists),
        "targets": query.targets,
        "paging": paging,
        "previous": _page_of(query, query.page - 1) if query.page else "",
        "next": _page_of(query, query.page + 1) if query.page + 1 < paging.pages else "",
    }
    name = "mentions-fragment.html" if query.fragment else "mentions.html"
    return Template(name, context=context, headers=dict(OPEN_TO_ALL), media_type=MediaType.HTML)


@get(ELSEWHERE, sync_to_thread=False)
def mentions_as_what(request: Asked) -> Response[bytes]:
    """Say under which addresses mentions are there: the older JSON is not written here."""
    sentence = "Mentions are at /api/mentions.jf2 and /api/mentions.html."
    return _refused("not_found", sentence, HTTPStatus.NOT_FOUND)


@route([*JF2, *HTML, *ELSEWHERE], http_method=["OPTIONS"], sync_to_thread=False)
def allow_all(request: Asked) -> Response[None]:
    """Let every page read (CORS)."""
    return Response(None, status_code=HTTPStatus.NO_CONTENT, headers=dict(PREFLIGHT))


async def _published(request: Asked, query: Query) -> tuple[Shown, Paging]:
    shown = await app_of(request).showcase.published(
        query.targets,
        jf2.kinds_of(query.properties),
        order=query.order,
        oldest_first=query.oldest_first,
        page=query.page,
        per_page=query.per_page,
    )
    return shown, Paging(query.page, query.per_page, shown.total)


def _refused(word: str, sentence: str, status: HTTPStatus) -> Response[bytes]:
    body = msgspec.json.encode({"error": word, "error_description": sentence})
    return Response(body, status_code=status, media_type=jf2.MEDIA_TYPE, headers=dict(OPEN_TO_ALL))


def _page_of(query: Query, page: int) -> str:
    """Return the query string that asks for another page of the same list."""
    pairs = [("target[]", target) for target in query.targets]
    pairs += [("wm-property[]", name) for name in query.properties]
    pairs += [("sort-by", query.order.value), ("sort-dir", "up" if query.oldest_first else "down")]
    return "?" + urlencode([*pairs, ("per-page", str(query.per_page)), ("page", str(page))])


ROUTES = (allow_all, mentions_as_jf2, mentions_as_html, mentions_as_what)
