"""What a person gets who opens the address for trackbacks to a page: that page, if it is one of ours."""

from http import HTTPStatus

from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from linkback.core import urls
from linkback.core.errors import BadPing, BadURL
from linkback.core.model import Request
from linkback.core.protocols import trackback
from linkback.web.asking import Asked, app_of
from linkback.web.endpoints import url_of

ANY_SOURCE = b"url=https%3A%2F%2Fexample.org%2F"


@get("/trackback")
async def by_query(request: Asked) -> Response[str]:
    """Lead from /trackback?for=TARGET to the target."""
    return await _to_target(request)


@get("/trackback/{rest:path}")
async def by_path(request: Asked, rest: FromPath[str]) -> Response[str]:
    """Lead from /trackback/TARGET to the target."""
    return await _to_target(request)


async def _to_target(request: Asked) -> Response[str]:
    """Redirect to a page of a registered site and to no other: a link here must not lead anywhere a stranger wants."""
    target = _target(request)
    if target is None or await app_of(request).sites.of(target) is None:
        raise NotFoundException
    headers = {"location": target, "cache-control": "no-store"}
    return Response("", status_code=HTTPStatus.FOUND, headers=headers, media_type=MediaType.TEXT)


def _target(request: Asked) -> str | None:
    """Return which page this address is for: the protocol says so of a ping to it, whatever its source."""
    try:
        return urls.normalize(trackback.parse_request(Request("POST", url_of(request.scope), (), ANY_SOURCE)).target)
    except (BadPing, BadURL):
        return None


ROUTES = (by_query, by_path)
