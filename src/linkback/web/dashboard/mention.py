"""A mention with its evidence and its history, and what its host and its target have besides."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
