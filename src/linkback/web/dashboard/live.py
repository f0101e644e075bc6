"""What is new, told to open pages as it happens (server-sent events)."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
