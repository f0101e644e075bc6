"""The feeds that are watched, and the ledger of what was sent."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
