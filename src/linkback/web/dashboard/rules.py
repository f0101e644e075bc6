"""The lists and thresholds of a site, and what a change would do before it is saved."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
