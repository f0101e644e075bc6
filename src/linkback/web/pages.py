"""What people and monitors look at: the first page, /health and /ready."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from litestar import Litestar, MediaType, Request, Response, get
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.datastructures import State
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from linkback import __version__
from linkback.app import App
from linkback.core.errors import LinkbackError
from linkback.core.protocols import pingback

HERE = Path(__file__).parent
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@get("/", sync_to_thread=False)
def first_page(request: Request[object, object, State]) -> Template:
    """Say what this server is, and how a page advertises its endpoint."""
    app: App = request.app.state.app
    endpoint = app.settings.public_url.rstrip("/") + "/pingback"
    header, element = pingback.advertise(endpoint, "")
    return Template("first.html", context={"header": header, "element": element, "version": __version__})


@get("/health", media_type=MediaType.TEXT, sync_to_thread=False)
def health() -> str:
    """Say that the process lives."""
    return "ok\n"


@get("/ready", media_type=MediaType.TEXT)
async def ready(state: State) -> Response[str]:
    """Say whether pings can be taken: the database answers and is of the right version."""
    app: App = state.app
    try:
        await app.database.read(_answers)
    except LinkbackError:
        return Response("the database does not answer\n", status_code=503)
    return Response("ready\n")


def _answers(connection: object) -> None:
    """Ask nothing: to be given a connection is the answer."""


def build_site(lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]]) -> Litestar:
    """Return the Litestar application."""
    return Litestar(
        route_handlers=[
            first_page,
            health,
            ready,
            create_static_files_router(path="/static", directories=[HERE / "static"], include_in_schema=False),
        ],
        lifespan=[lifespan],
        template_config=TemplateConfig(directory=HERE / "templates", engine=JinjaTemplateEngine),
        response_headers=SECURITY_HEADERS,
        openapi_config=None,
        logging_config=None,
    )
