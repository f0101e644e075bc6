"""Two local blogs, Linkback between them, and one real ping over real sockets.

Ana's post links to a post of Ben. Linkback tells Ben's blog, whose pages advertise Linkback itself by
all protocols: so one run shows both directions, and the mention below Ben's post once he approves it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from linkback.app import App
from linkback.core.errors import LinkbackError
from linkback.core.hygiene import rel_of
from linkback.core.model import Delivery, Listed, Mention, Response, Status
from linkback.core.protocols import PROTOCOLS
from linkback.settings import Settings
from linkback.web.messages import respond
from linkback.web.server import Listener, Server

HOST = "127.0.0.1"
START_WITHIN = 20.0  # seconds; a cold start on a slow disk takes about three
CHECKED_WITHIN = 20.0  # seconds; the worker has nothing else to do
GLANCE = 0.02  # seconds between two looks at whether it has come so far

ANA = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Why bread needs time</title></head>
<body><article class="h-entry"><h1 class="p-name">Why bread needs time</h1>
<p>By <a class="p-author h-card" href="/">Ana</a>,
<time class="dt-published" datetime="2026-11-20">20 November</time></p>
<div class="e-content"><p>Flour and water are patient. When I bake, I keep to
<a href="{target}">Ben's notes on sourdough</a>, which got me through my first winter. Try them.</p></div>
</article></body></html>"""

BEN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notes on sourdough</title>{elements}</head>
<body><article><h1>Notes on sourdough</h1><p>Feed it, wait, and feed it again.</p></article>
<section><h2>Who links here</h2><ul>{mentions}</ul></section></body></html>"""

SHOWN = '<li><a rel="{rel}" href="{url}">{title}</a>, {author}: <q>{excerpt}</q></li>'
NOBODY = "<li>Nobody yet whom Ben has approved.</li>"


@dataclass(frozen=True, slots=True)
class Told:
    """What one run of the demonstration came to; `desk` leads in: it makes the first account."""

    delivery: Delivery
    mention: Mention
    desk: str


class Demo:
    """The two blogs and Linkback: one process, three sockets."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.linkback, self.ana, self.ben = Listener(HOST, port), Listener(HOST, 0), Listener(HOST, 0)
        self.post, self.notes = self.ana.url + "bread", self.ben.url + "sourdough"
        self.settings = Settings(
            database=f"sqlite:///{folder}/demo.db", public_url=self.linkback.url, network_allow=("127.0.0.0/8",)
        )
        self._inner = Server(self.settings)
        self._server = self.linkback.server_for(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for whichever of the three was asked."""
        asked = scope["server"][1] if scope["type"] == ScopeType.HTTP and scope["server"] else None
        if asked == self.ana.socket.getsockname()[1]:
            await respond(send, _page(ANA.format(target=self.notes)))
        elif asked == self.ben.socket.getsockname()[1]:
            await respond(send, await self._bens_page())
        else:
            await self._inner(scope, receive, send)

    async def run(self, told: Callable[[Told], None], *, once: bool) -> None:
        """Start all three, send the ping, hand over what happened; go on serving unless `once`."""
        serving = asyncio.get_running_loop().create_task(
            self._server.serve(sockets=[self.linkback.socket, self.ana.socket, self.ben.socket])
        )
        try:
            await self._started(serving)
            told(await self._tell())
        except BaseException:
            self.stop()
            await serving
            raise
        self._server.should_exit = once
        await serving

    def end_streams(self) -> None:
        """End all answers that go on until the reader leaves."""
        self._inner.end_streams()

    def stop(self) -> None:
        """End a run that would go on."""
        self._server.should_exit = True

    @property
    def app(self) -> App:
        """Return the parts of the running Linkback."""
        app = self._inner.site.state.app
        assert isinstance(app, App)
        return app

    async def _started(self, serving: asyncio.Task[None]) -> None:
        async with asyncio.timeout(START_WITHIN):
            while not self._server.started:
                if serving.done():
                    raise LinkbackError("The demonstration could not start.")
                await asyncio.sleep(GLANCE)

    async def _tell(self) -> Told:
        """Register Ben's blog, and tell whom Ana's post links to."""
        await self.app.registrar.add(self.ben.url)
        sender = self.app.sender
        deliveries = await sender.send(await sender.read(self.post))
        if not await self.app.moderator.listing(target=self.notes):
            raise LinkbackError(
                f"The ping did not arrive: {deliveries[0].message if deliveries else 'nothing was sent'}"
            )
        key = await self.app.accounts.open_setup()
        return Told(deliveries[0], await self._checked(), f"{self.linkback.url}setup?key={key}")

    async def _checked(self) -> Mention:
        """Wait until the worker has looked at Ana's post, and return the mention as it is then."""
        async with asyncio.timeout(CHECKED_WITHIN):
            while True:
                (mention,) = await self.app.moderator.listing(target=self.notes)
                if mention.status is not Status.RECEIVED:
                    return mention
                await asyncio.sleep(GLANCE)

    async def _bens_page(self) -> Response:
        offers = [protocol.advertise(self.linkback.url + protocol.NAME, self.notes) for protocol in PROTOCOLS]
        shown = await self.app.showcase.published([self.notes])
        mentions = "".join(_shown(one, shown.lists.get(one.site_id, ())) for one in shown.mentions) or NOBODY
        page = _page(BEN.format(elements="".join(html for _, html in offers), mentions=mentions))
        return replace(page, headers=(*page.headers, *(header for header, _ in offers)))


def _page(html: str) -> Response:
    return Response(200, (("content-type", "text/html; charset=utf-8"),), html.encode())


def _shown(mention: Mention, lists: Sequence[Listed]) -> str:
    citation = mention.citation
    return SHOWN.format(
        rel=rel_of(mention, lists),
        url=escape(mention.source),
        title=escape(citation.title),
        author=escape(citation.author.name),
        excerpt=escape(citation.excerpt),
    )
