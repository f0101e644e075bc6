"""The mentions of a site as Atom and JSON feeds, for who has a token.

The address is the secret: no cookie is read or set, and a token that is good for nothing is a 404 like any other.
Only GET; asked again, it answers 304 as long as nothing changed (RFC 9110 13). By its tag alone: what is decided of a
mention changes a feed and no date of it.
"""

from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from types import ModuleType

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from linkback.app import Program
from linkback.core.formats import atom, jsonfeed
from linkback.core.formats.atom import Frame
from linkback.core.model import Mention, Scope, Status
from linkback.core.urls import host_of
from linkback.desk import Selection
from linkback.web.asking import Asked, app_of
from linkback.words import _

NEWEST = 50  # mentions; who reads once a day misses nothing unless a page becomes famous
FORMATS: dict[str, ModuleType] = {"atom": atom, "json": jsonfeed}
HEADERS = {"cache-control": "private, no-cache", "x-robots-tag": "noindex"}
WAITING = "held"
MOST_TAGS = 20  # of an If-None-Match header; readers send one


@get("/feeds/{name:str}")
async def feed(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """Return the newest mentions of the sites of a token; with `status=held` those that wait too."""
    token, _dot, ending = name.rpartition(".")
    form = FORMATS.get(ending)
    program = await app_of(request).accounts.token(token, Scope.FEED) if form else None
    if form is None or program is None:
        raise NotFoundException
    found = await _newest(request, program)
    frame = _frame(request, program, found)
    body: bytes = form.write(found, frame)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "etag": tag}
    if _is_known(request, tag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=form.MEDIA_TYPE, headers=headers)


async def _newest(request: Asked, program: Program) -> Sequence[Mention]:
    waiting = {Status.HELD} if request.query_params.get("status") == WAITING else set[Status]()
    wanted = Selection(
        frozenset({Status.APPROVED, *waiting}), sites=frozenset(site.id for site, _role in program.seats)
    )
    return (await app_of(request).inbox.portion(wanted, limit=NEWEST)).mentions


def _frame(request: Asked, program: Program, found: Sequence[Mention]) -> Frame:
    """Return what the feed says of itself: of one site its name, of several how many they are."""
    base = app_of(request).settings.public_url.rstrip("/") + "/"
    one = program.seats[0][0].url if len(program.seats) == 1 else ""
    title = _("Mentions of %(host)s") % {"host": host_of(one)} if one else _("Mentions of your sites")
    times = [time for mention in found for time in (mention.received_at, mention.verified_at) if time]
    updated = max(times, default=program.token.created_at).replace(microsecond=0)
    query = f"?{request.url.query}" if request.url.query else ""
    return Frame(title, base, f"{base}{request.url.path.lstrip('/')}{query}", one or base, updated)


def _is_known(request: Asked, tag: str) -> bool:
    """Tell whether the reader has this already."""
    tags = request.headers.get("if-none-match", "")
    return tag in {one.strip().removeprefix("W/") for one in tags.split(",", MOST_TAGS)}


ROUTES: tuple[HTTPRouteHandler, ...] = (feed,)
