"""What programs of a person may ask and do, with a token: the owner's API.

A token comes in the Authorization header alone. Cookies are not looked at, so no page can make a browser act here.
Mentions are in the shape of `linkback mentions list --json`; refusals are problems (RFC 9457).
Reference: docs/reference/owner-api.md
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Response, get, post
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from linkback.app import Program
from linkback.core.errors import AlreadyUndone, BadURL, NotFound
from linkback.core.formats import owner
from linkback.core.model import Mention, Scope, Status
from linkback.core.urls import normalize
from linkback.desk import STATUS_OF, Selection, What
from linkback.web.asking import Asked, app_of

MOST = 200  # mentions in one answer, about 400 KB
USUALLY = 50
MOST_FIELDS = 50
MOST_DIGITS = 18  # of a number: it fits into every database
MOST_WORDS = 200  # characters of a search
MOST_SHOWN = 40  # characters of a word that means nothing
SCHEME = "bearer "
CHALLENGE = 'Bearer realm="linkback"'
DEEDS: Mapping[str, What] = {what.value: what for what in STATUS_OF}
FIELDS = ("status", "site", "host", "target", "q", "protocol", "kind", "changed", "before", "limit")
PROBLEM = "application/problem+json"
NO_STORE = {"cache-control": "no-store"}

NO_TOKEN = 'Send a token, as in "Authorization: Bearer TOKEN". People make them at /dashboard/account.'
BAD_TOKEN = "This token is good for nothing: it is misspelt, or it was taken back."
NOT_FOR_THIS = 'This token is not for that. It needs the scope "{scope}".'
NO_DEED = "A mention is approved, held, removed or called spam: approve, hold, remove, spam."
TOO_MANY = f"At most {MOST_FIELDS} fields are read."
NO_MENTION = "There is no such mention at the sites of this token."
NO_ACTION = "There is no such action that this token may undo."


class Refusal(HTTPException):
    """A request of a program that is refused, with a sentence for who wrote the program."""

    def __init__(self, status: HTTPStatus, sentence: str, challenge: str = "") -> None:
        super().__init__(status_code=status, detail=sentence)
        self.challenge = challenge


def say_no(request: Asked, refusal: Refusal) -> Response[bytes]:
    """Return a refusal as a problem."""
    status = HTTPStatus(refusal.status_code)
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": refusal.detail}
    headers = {**NO_STORE, **({"www-authenticate": refusal.challenge} if refusal.challenge else {})}
    return Response(msgspec.json.encode(told), status_code=status, media_type=PROBLEM, headers=headers)


SAYS_NO: ExceptionHandlersMap = {Refusal: say_no}


@get("/api/owner/mentions", exception_handlers=SAYS_NO)
async def mentions(request: Asked) -> Response[bytes]:
    """Return mentions, newest first; `next` is the address of the next page, null on the last one."""
    program = await _program(request, Scope.READ)
    asked = _fields(request)
    limit = min(_number(asked, "limit") or USUALLY, MOST)
    wanted, before = _selection(program, asked), _number(asked, "before")
    found = await app_of(request).inbox.portion(wanted, before=before, limit=limit)
    return _answer(owner.write(found.mentions, _next(request, asked, found.before)))


@get("/api/owner/mentions/{mention_id:int}", exception_handlers=SAYS_NO)
async def mention(request: Asked, mention_id: FromPath[int]) -> Response[bytes]:
    """Return a mention with what changed of it."""
    program = await _program(request, Scope.READ)
    found = await _mention(request, program, mention_id)
    return _answer(owner.write_one(found, await app_of(request).moderator.history(found.id)))


@post("/api/owner/mentions/{mention_id:int}/{what:str}", status_code=HTTPStatus.OK, exception_handlers=SAYS_NO)
async def decide(request: Asked, mention_id: FromPath[int], what: FromPath[str]) -> Response[bytes]:
    """Decide of a mention in the name of the token's owner; `action` undoes it, null where it was so already."""
    program = await _program(request, Scope.DECIDE)
    deed = DEEDS.get(what)
    if deed is None:
        raise Refusal(HTTPStatus.NOT_FOUND, NO_DEED)
    found = await _mention(request, program, mention_id)
    moderator = app_of(request).moderator
    done = await moderator.decide(deed, [found.id], by=program.user.name)
    return _answer(owner.write_done(done.action_id, await moderator.show(found.id)))


@post("/api/owner/undo/{action_id:int}", status_code=HTTPStatus.OK, exception_handlers=SAYS_NO)
async def undo(request: Asked, action_id: FromPath[int]) -> Response[bytes]:
    """Take an action back, whoever did it; `action` is the one that does so, and can be undone itself."""
    program = await _program(request, Scope.DECIDE)
    moderator = app_of(request).moderator
    try:
        undone = await moderator.undo(action_id, by=program.user.name, within=_sites(program))
    except NotFound:
        raise Refusal(HTTPStatus.NOT_FOUND, NO_ACTION) from None
    except AlreadyUndone as error:
        raise Refusal(HTTPStatus.CONFLICT, str(error)) from error
    told = {"action": undone.action_id, "undid": undone.action.id, "count": undone.count, "left": undone.left}
    return _answer(msgspec.json.encode(told))


async def _program(request: Asked, scope: Scope) -> Program:
    """Return who asks; raises Refusal for a token that is missing, unknown, or not for this."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(SCHEME):
        raise Refusal(HTTPStatus.UNAUTHORIZED, NO_TOKEN, CHALLENGE)
    token, accounts = header[len(SCHEME) :].strip(), app_of(request).accounts
    if program := await accounts.token(token, scope):
        return program
    if any([await accounts.token(token, other) for other in Scope]):
        told = f'{CHALLENGE}, error="insufficient_scope", scope="{scope.value}"'
        raise Refusal(HTTPStatus.FORBIDDEN, NOT_FOR_THIS.format(scope=scope.value), told)
    raise Refusal(HTTPStatus.UNAUTHORIZED, BAD_TOKEN, f'{CHALLENGE}, error="invalid_token"')


async def _mention(request: Asked, program: Program, mention_id: int) -> Mention:
    """Return a mention of the token's sites; those of others do not exist for it."""
    with suppress(NotFound):
        found = await app_of(request).moderator.show(mention_id)
        if found.site_id in _sites(program):
            return found
    raise Refusal(HTTPStatus.NOT_FOUND, NO_MENTION)


def _sites(program: Program) -> frozenset[int]:
    return frozenset(site.id for site, _role in program.seats)


def _fields(request: Asked) -> list[tuple[str, str]]:
    """Return what a query says; raises Refusal for words that mean nothing here."""
    try:
        fields = parse_qsl(request.url.query, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, TOO_MANY) from None
    if unknown := next((name for name, _text in fields if name not in FIELDS), None):
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{unknown[:MOST_SHOWN]!r} is no filter. There are {', '.join(FIELDS)}.")
    return fields


def _selection(program: Program, asked: Sequence[tuple[str, str]]) -> Selection:
    """Return which mentions are meant, none but those of the token's sites."""
    said = dict(asked)
    try:
        statuses = frozenset(Status(text) for name, text in asked if name == "status")
        target = normalize(said["target"]) if said.get("target") else ""
    except (ValueError, BadURL) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"This filter makes no sense: {error}.") from None
    sites = {site.id for site, _role in program.seats if "site" not in said or said["site"] in (str(site.id), site.url)}
    return Selection(
        statuses,
        host=said.get("host", "").strip().lower(),
        target=target,
        words=said.get("q", "")[:MOST_WORDS],
        protocol=said.get("protocol", ""),
        kind=said.get("kind", ""),
        changed=said.get("changed", "0") not in ("", "0"),
        sites=frozenset(sites),
    )


def _number(asked: Sequence[tuple[str, str]], name: str) -> int | None:
    text = dict(asked).get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS and int(text)):
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{name} is a whole number from 1 on.")
    return int(text)


def _next(request: Asked, asked: Sequence[tuple[str, str]], before: int | None) -> str | None:
    """Return the address of the page that goes on before a mention, if there is one."""
    if before is None:
        return None
    kept = [(name, text) for name, text in asked if name != "before"]
    base = app_of(request).settings.public_url.rstrip("/")
    return f"{base}{request.url.path}?{urlencode([*kept, ('before', str(before))])}"


def _answer(body: bytes) -> Response[bytes]:
    return Response(body, media_type=owner.MEDIA_TYPE, headers=dict(NO_STORE))


ROUTES: tuple[HTTPRouteHandler, ...] = (mentions, mention, decide, undo)
