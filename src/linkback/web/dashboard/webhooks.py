"""The webhooks and the feeds of a site, and the log of calls."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
