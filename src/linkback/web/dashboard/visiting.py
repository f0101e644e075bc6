"""Who visits the desk: the gate that every page of it passes, and how a page and a way on are answered.

A page asks `visitor_of` first, which believes no form but one of our own pages; `sent_form` returns what stands in
it. What a person may not see does not exist for them: `site_for` answers 404 for it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.response import Redirect, Template

from linkback.core import signing
from linkback.core.addresses import parse_networks
from linkback.core.errors import LinkbackError
from linkback.core.model import Role, Session, Site, User
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.cookies import FORM, KNOWN, SESSION, cookie, forgotten, read_cookie
from linkback.web.dashboard.forms import MOST_DIGITS, Form, form_from_here, read_form
from linkback.web.dashboard.said import SAID
from linkback.web.messages import headers_of
from linkback.web.refusals import SignInFirst
from linkback.web.senders import sender_of
from linkback.words import _

__all__ = [
    "Form", "Undoable", "Visitor", "address_of", "browser_of", "moved", "own_path", "page", "read_form", "sent_form",
    "signed_in", "signed_out", "site_for", "stranger_form", "stranger_page", "visitor_of",
]  # fmt: skip

FIRST_ROOM = "/dashboard"
FORM_LASTS = timedelta(hours=12)  # a sign-in page may stand open overnight
FORMS = "forms"
NO_STORE = {"cache-control": "no-store"}
# Codes of SAID for decisions, and for what was undone; nothing else has an action to undo.
UNDOABLE = frozenset(
    {"approved", "blocked", "called-spam", "muted", "paid", "put-back", "removed", "trusted", "unpaid"}
)
UNDOABLE |= {"more-left", "partly-undone", "undone"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, signed in: the sites they may see, by address, and what they are there, by the site's id.

    `waiting` is how many mentions wait for a decision at these sites.
    """

    user: User
    session: Session
    sites: tuple[Site, ...]
    roles: Mapping[int, Role]
    waiting: int = 0

    def may_own(self, site_id: int) -> bool:
        """Tell whether the person may change a site's settings."""
        return self.roles.get(site_id) is Role.OWNER


@dataclass(frozen=True, slots=True)
class Undoable:
    """An action that was just done, and may be undone; whether this person may is asked when they do."""

    id: int


async def visitor_of(request: Asked) -> Visitor:
    """Return who asks; raises SignInFirst, which leads a reader to the sign-in page and back.

    Whatever is not only read is believed here or refused by a 403 page, so that no page can forget to ask.
    """
    visit = await app_of(request).accounts.visit(read_cookie(request, SESSION))
    if visit is None:
        raise SignInFirst(_here(request) if request.method == "GET" else "")
    if request.method != "GET":
        request.state.form = await form_from_here(request, visit.session.form_key)
    roles = {site.id: role for site, role in visit.seats}
    waiting = await app_of(request).inbox.waiting(roles)
    return Visitor(visit.user, visit.session, visit.sites, roles, waiting)


async def sent_form(request: Asked, visitor: Visitor | None) -> Form:
    """Return the form that a visitor sent, which `visitor_of` believed already; without one, `stranger_form`."""
    if visitor is None:
        return await stranger_form(request)
    form: Form = request.state.form
    return form


def site_for(visitor: Visitor, site_id: int, *, owner: bool = False) -> Site:
    """Return a site that the person may see, or own where that is asked; raises a 404 page, which tells nothing."""
    site = next((site for site in visitor.sites if site.id == site_id), None)
    if site is None or (owner and not visitor.may_own(site_id)):
        raise NotFoundException
    return site


def page(
    request: Asked, name: str, visitor: Visitor | None, *, status: int = 200, retry_after: int = 0, **context: object
) -> Template:
    """Return a page made of a template, which gets `visitor`, `form_key`, `here`, `said` and `done` besides."""
    key = visitor.session.form_key if visitor else ""
    return _page(request, name, {"visitor": visitor, "form_key": key, **context}, status, retry_after)


async def stranger_form(request: Asked) -> Form:
    """Return a form of who is not signed in: its key has to be that of a cookie, signed by us; raises a 403 page."""
    key = await _key_of_stranger(request)
    if not key:
        raise PermissionDeniedException
    return await form_from_here(request, key)


async def stranger_page(
    request: Asked, name: str, *, status: int = 200, retry_after: int = 0, **context: object
) -> Template:
    """Return a page for who is not signed in, with a key for its forms in a cookie."""
    key = await _key_of_stranger(request) or await _new_key(request)
    answer = _page(request, name, {"visitor": None, "form_key": key, **context}, status, retry_after)
    answer.cookies.append(cookie(request, FORM, key, FORM_LASTS))
    return answer


async def signed_in(
    request: Asked, secret: str, to: str = FIRST_ROOM, *, said: str = "", proven: bool = True
) -> Redirect:
    """Lead somebody on whose session has begun; the one that the browser had before ends.

    The browser is known to be theirs from then on, unless nothing was `proven`: who took a session over gets no more
    tries by it.
    """
    accounts = app_of(request).accounts
    if before := read_cookie(request, SESSION):
        await accounts.sign_out(before)
    visit = await accounts.visit(secret) if proven else None
    kept = [cookie(request, SESSION, secret), forgotten(request, FORM)]
    if visit is not None:
        kept.append(cookie(request, KNOWN, await accounts.know_browser(visit.user)))
    return moved(to, said=said, cookies=kept)


async def signed_out(request: Asked, to: str = "/login", *, said: str = "") -> Redirect:
    """End the session, and lead to where strangers may be."""
    await app_of(request).accounts.sign_out(read_cookie(request, SESSION))
    return moved(to, said=said, cookies=[forgotten(request, SESSION)])


def moved(to: str, *, said: str = "", done: int | None = None, cookies: list[Cookie] | None = None) -> Redirect:
    """Lead to another page of ours, which says what was done (a code of SAID) and offers to undo it."""
    parts = urlsplit(own_path(to))
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name not in ("said", "done")]
    more = [("said", said)] if said else []
    more += [("done", str(done))] if done is not None else []
    path = urlunsplit(("", "", parts.path, urlencode(kept + more), parts.fragment))
    return Redirect(path, status_code=303, cookies=cookies or [], headers=NO_STORE)


def own_path(text: str, default: str = FIRST_ROOM) -> str:
    """Return an address as it is when it is a path of this server, else the default: nobody is led elsewhere."""
    is_path = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if is_path and text.isascii() and text.isprintable() and " " not in text else default


def address_of(request: Asked) -> str | None:
    """Return the address of who asks, None when it cannot be told: for counting tries."""
    networks = parse_networks(app_of(request).settings.server_trusted_proxies)
    return sender_of(request.scope, headers_of(request.scope), networks)


def browser_of(request: Asked) -> str:
    """Return what tells by whom the browser was used before, or nothing: for counting tries."""
    return read_cookie(request, KNOWN)


def _page(request: Asked, name: str, context: dict[str, object], status: int, retry_after: int) -> Template:
    words = SAID.get(request.query_params.get("said", ""))
    told = {
        "here": _here(request),
        "said": _(words) if words else "",
        "done": _undoable(request.query_params),
    }
    headers = {**NO_STORE, **({"retry-after": str(retry_after)} if retry_after else {})}
    return Template(name, context={**told, **context}, status_code=status, headers=headers)


def _undoable(query: Mapping[str, str]) -> Undoable | None:
    """Return the action that a page offers to undo: only beside words that say what was done."""
    done = query.get("done", "")
    is_id = done.isascii() and done.isdecimal() and len(done) <= MOST_DIGITS
    return Undoable(int(done)) if is_id and query.get("said", "") in UNDOABLE else None


def _here(request: Asked) -> str:
    """Return the path of a request with its query, less what was said of the request before."""
    asked = parse_qsl(request.url.query, keep_blank_values=True)
    query = urlencode([(name, value) for name, value in asked if name not in ("said", "done")])
    path = quote(request.url.path)
    return f"{path}?{query}" if query else path


async def _key_of_stranger(request: Asked) -> str:
    """Return the key of the forms that a stranger's browser has, when it is one of ours; else nothing."""
    app, key = app_of(request), read_cookie(request, FORM)
    try:
        signing.read(await app.accounts.key(FORMS), FORMS, key, app.accounts.now())
    except LinkbackError:
        return ""
    return key


async def _new_key(request: Asked) -> str:
    accounts = app_of(request).accounts
    return signing.sign(await accounts.key(FORMS), FORMS, secrets.token_urlsafe(16), accounts.now() + FORM_LASTS)
