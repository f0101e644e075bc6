"""The HTTP server: bare ping endpoints in front, Litestar for everything else, uvicorn underneath."""

import asyncio
import logging
import resource
import typing
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from math import ceil
from typing import Any, runtime_checkable

import uvicorn
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from linkback.app import App, open_app
from linkback.core.errors import LinkbackError
from linkback.core.protocols import Protocol, pingback, trackback, webmention
from linkback.settings import Settings
from linkback.web.dashboard.live import Pulse
from linkback.web.endpoints import PingEndpoint
from linkback.web.messages import BODY_WITHIN, safely
from linkback.web.site import build_site, render
from linkback.web.wire import BoundedProtocol
from linkback.web.wording import WebmentionWords

ROUTES: Mapping[str, Protocol] = {
    "/webmention": webmention,
    "/pingback": pingback,
    "/xmlrpc": pingback,
    "/trackback": trackback,
}
NAMED = {"webmention", "xmlrpc"}  # also as /{name}/webmention, for the sites of a name
READING = {"GET", "HEAD"}
BACKLOG = 1024  # connections that wait to be accepted; a burst of pings is normal
MOST_FILES = 65_536  # connections, most of all; each costs a few KB
KEEP_ALIVE = 15  # seconds; pingers come once, proxies keep their connections busy
SHUTDOWN_MARGIN = 3  # seconds beyond the longest wait, for callers to get their answer


@runtime_checkable
class Streaming(typing.Protocol):
    """An application that knows how to end the answers that go on until the reader leaves."""

    def end_streams(self) -> None:
        """End them, soon."""


class Server:
    """The ASGI application. The parts behind it live as long as its lifespan."""

    def __init__(self, settings: Settings, *, body_within: float = BODY_WITHIN) -> None:
        self.settings = settings
        self.body_within = body_within
        self.endpoints: dict[str, PingEndpoint] = {}
        self.site: Litestar = build_site(self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the ping endpoints, or to the site."""
        if scope["type"] != ScopeType.HTTP:
            await self.site(scope, receive, send)
            return
        if endpoint := self.endpoints.get(scope["path"]):
            name = None
        else:
            endpoint, name = self._endpoint_below(scope["path"])
        if endpoint and not (scope["method"] in READING and endpoint.shown):
            await endpoint(scope, receive, send, name)
            return
        if scope["method"] == "HEAD":  # answered like GET; whoever runs this application leaves the body out
            scope = {**scope, "method": "GET"}
        await self.site(scope, receive, safely(send, scope["path"]))

    def end_streams(self) -> None:
        """End all answers that go on until the reader leaves: whoever runs this application waits for them."""
        if "pulse" in self.site.state:
            self.site.state.pulse.close()

    def _endpoint_below(self, path: str) -> tuple[PingEndpoint | None, str | None]:
        """Return the endpoint whose address has more to it, and the name that is in it, if any."""
        if path.startswith("/trackback/"):
            return self.endpoints.get("/trackback"), None
        name, _, last = path[1:].partition("/")
        if name and last in NAMED:
            return self.endpoints.get(f"/{last}"), name.lower()
        return None, None

    def _endpoint(self, protocol: Protocol, app: App) -> PingEndpoint:
        word = WebmentionWords(render) if protocol is webmention else None
        return PingEndpoint(protocol, app, word=word, body_within=self.body_within)

    @asynccontextmanager
    async def _lifespan(self, site: Litestar) -> AsyncIterator[None]:
        async with open_app(self.settings) as app:
            self.endpoints = {path: self._endpoint(protocol, app) for path, protocol in ROUTES.items()}
            site.state.app = app
            site.state.pulse = Pulse(app.inbox)
            work = asyncio.get_running_loop().create_task(app.worker.run())
            try:
                yield
            finally:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work


class Runner(uvicorn.Server):
    """Runs an application, and has its endless answers end first when it is told to stop itself."""

    async def shutdown(self, sockets: Any = None) -> None:
        """Stop; what is under way is answered, within bounds."""
        if isinstance(self.config.app, Streaming):
            self.config.app.end_streams()
        await super().shutdown(sockets)


class Listener:
    """A listening socket, bound before anything else is told its address; port 0 takes a free one."""

    def __init__(self, host: str, port: int, *, wire: type[BoundedProtocol] = BoundedProtocol) -> None:
        """Bind; raises LinkbackError when the address cannot be had."""
        self._config = uvicorn.Config(_not_yet, host=host, port=port, http=wire, **HOW_UVICORN_RUNS)
        try:
            with _in_silence():
                self.socket = self._config.bind_socket()
                self.socket.listen(BACKLOG)  # who comes before we are ready waits instead of being turned away
        except (SystemExit, OSError, UnicodeError) as error:
            raise LinkbackError(
                f"Nobody can listen on {host} port {port}: another program does, or the address is not this machine's."
            ) from error
        host, port = self.socket.getsockname()[:2]
        self.url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def server_for(self, application: ASGIApp) -> uvicorn.Server:
        """Return the server that will run an application on this socket."""
        self._config.app = application
        return Runner(self._config)

    def run(self, settings: Settings) -> bool:
        """Serve until told to stop; returns whether it ever started."""
        self._config.timeout_graceful_shutdown = ceil(settings.pingback_wait) + SHUTDOWN_MARGIN
        _allow_many_connections()
        server = self.server_for(Server(settings))
        with suppress(KeyboardInterrupt):
            server.run(sockets=[self.socket])
        return server.started


HOW_UVICORN_RUNS: Mapping[str, Any] = {
    "loop": "uvloop",
    "ws": "none",
    "lifespan": "on",
    "access_log": False,
    "log_config": None,
    "log_level": "error",  # that strangers send nonsense is no news
    "proxy_headers": False,
    "server_header": False,
    "backlog": BACKLOG,
    "timeout_keep_alive": KEEP_ALIVE,
    "timeout_graceful_shutdown": SHUTDOWN_MARGIN,
}


def _allow_many_connections() -> None:
    """Raise the number of files this process may open: with the usual 1024, a thousand idle callers lock all out."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def _in_silence() -> Iterator[None]:
    """Keep uvicorn from saying what we say better."""
    logger = logging.getLogger("uvicorn.error")
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


async def _not_yet(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in for the application until the address is known."""
