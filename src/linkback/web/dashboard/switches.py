"""How a site takes pings: protocols, moderation, closed pages, who may send."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
