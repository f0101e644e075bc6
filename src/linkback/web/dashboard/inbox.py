"""The inbox: the mentions of a person's sites, by time, by host or by page, with a search."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
