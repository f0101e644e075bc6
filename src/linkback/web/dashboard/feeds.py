"""The mentions of a site as Atom and JSON feeds, for who has a token."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
