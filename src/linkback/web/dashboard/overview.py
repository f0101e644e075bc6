"""The overview: how mentions come, from where, to which pages, and what was kept away."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
