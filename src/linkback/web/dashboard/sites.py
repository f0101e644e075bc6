"""The sites of a person, and how one is added and proven to be theirs."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
