"""What people and monitors look at: what this server is, /health and /ready, and the files that pages need."""

import asyncio
import mimetypes
from http import HTTPStatus

from litestar import MediaType, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.app import App
from linkback.core.errors import LinkbackError
from linkback.core.protocols import PROTOCOLS
from linkback.web.asking import Asked, app_of
from linkback.words import _, later

STATIC_CACHE = "public, max-age=86400"  # their address names the version they belong to
A_PAGE = "https://YOUR-SITE/YOUR-PAGE"  # stands for the page of whoever reads the first page

# What each protocol is for, in a few words that help to choose.
ABOUT = {
    "webmention": ("Webmention", later("What most blogs and services speak today. The same on every page.")),
    "pingback": ("Pingback", later("What WordPress and older blogs speak. The same on every page.")),
    "trackback": (
        "TrackBack",
        later("What the oldest blogs speak. Each page has its own, with its own address in it."),
    ),
}


@get("/", sync_to_thread=False)
def front_door() -> Redirect:
    """Lead to the desk, where its owner is asked to sign in."""
    return Redirect("/dashboard", status_code=303)


@get("/about", sync_to_thread=False)
def first_page(request: Asked) -> Template:
    """Say what this server is, how pages advertise its endpoints, and how they show their mentions."""
    url = app_of(request).settings.public_url
    base = url.rstrip("/") + "/" if url else ""
    return Template("first.html", context={"base": base, "page": A_PAGE, "offers": _offers(base) if base else ()})


def _offers(base: str) -> list[tuple[str, str, str, str]]:
    """Return of each protocol its name, what it is for, the header line and the markup."""
    offers = []
    for protocol in PROTOCOLS:
        (name, value), html = protocol.advertise(base + protocol.NAME, A_PAGE)
        title, about = ABOUT[protocol.NAME]
        offers.append((title, _(about), f"{name}: {value}", html))
    return offers


@get("/health", media_type=MediaType.TEXT, sync_to_thread=False)
def health() -> str:
    """Say that the process lives."""
    return "ok\n"


@get("/ready", media_type=MediaType.TEXT)
async def ready(state: State) -> Response[str]:
    """Say whether pings can be taken: the database answers, and its tables are of the right version."""
    app: App = state.app
    try:
        current, needed = await asyncio.to_thread(app.database.revision)
    except LinkbackError:
        return Response("The database does not answer.\n", status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    if current != needed:
        return Response("The tables are not those of this version.\n", status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    return Response("ready\n")


@get("/static/{name:str}", sync_to_thread=False)
def static_file(state: State, name: FromPath[str]) -> Response[bytes]:
    """Return a file of ours; they are few and small, so no name from outside ever reaches the disk."""
    files: dict[str, bytes] = state.static_files
    if name not in files:
        raise NotFoundException
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(files[name], media_type=media_type, headers={"cache-control": STATIC_CACHE})


ROUTES = (front_door, first_page, health, ready, static_file)
