"""What people and monitors look at: the first page, /health and /ready, and the words for what is not there."""

import asyncio
import mimetypes
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from pathlib import Path

import structlog
from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template.config import TemplateConfig

from linkback import __version__
from linkback.app import App
from linkback.core.errors import LinkbackError
from linkback.core.protocols import pingback

log = structlog.get_logger()

HERE = Path(__file__).parent
SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address can only be read.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here. It has been noted.",
}
STATIC_CACHE = "public, max-age=86400"  # their address names the version they belong to
REFUSED = "This request makes no sense here."

Asked = Request[object, object, State]


@get("/", sync_to_thread=False)
def first_page(request: Asked) -> Template:
    """Say what this server is, and how a page advertises its endpoint."""
    app: App = request.app.state.app
    url = app.settings.public_url
    endpoint = url.rstrip("/") + "/pingback" if url else ""
    header, element = pingback.advertise(endpoint, "")
    context = {"endpoint": endpoint, "header": header, "element": element, "version": __version__}
    return Template("first.html", context=context)


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


def refuse(request: Asked, error: HTTPException) -> Response[object]:
    """Say in a sentence what is wrong with a request, and nothing of the request."""
    told = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return _worded(request, error.status_code, told)


def apologise(request: Asked, error: Exception) -> Response[object]:
    """Log a surprise, and say nothing of it."""
    log.error("page failed", path=request.url.path, error=repr(error), exc_info=error)
    return _worded(request, HTTPStatus.INTERNAL_SERVER_ERROR, {})


def _worded(request: Asked, status: int, headers: dict[str, str]) -> Response[object]:
    """Return a page to a browser, a problem (RFC 9457) to a program that wants JSON, else a line of text."""
    title = HTTPStatus(status).phrase
    sentence = SENTENCES.get(HTTPStatus(status), REFUSED)
    accept = request.headers.get("accept", "")
    if "text/html" in accept:
        context = {"title": title, "sentence": sentence, "version": __version__}
        page = request.app.template_engine.get_template("refused.html").render(**context)  # type: ignore[union-attr]  # build_site sets it
        return Response(page, status_code=status, headers=headers, media_type=MediaType.HTML)
    if "json" in accept:
        problem = {"type": "about:blank", "title": title, "status": int(status), "detail": sentence}
        return Response(problem, status_code=status, headers=headers, media_type="application/problem+json")
    return Response(sentence + "\n", status_code=status, headers=headers, media_type=MediaType.TEXT)


def build_site(lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]]) -> Litestar:
    """Return the Litestar application."""
    return Litestar(
        route_handlers=[first_page, health, ready, static_file],
        state=State({"static_files": {path.name: path.read_bytes() for path in (HERE / "static").iterdir()}}),
        lifespan=[lifespan],
        template_config=TemplateConfig(directory=HERE / "templates", engine=JinjaTemplateEngine),
        exception_handlers={HTTPException: refuse, Exception: apologise},
        openapi_config=None,
        logging_config=None,
    )
