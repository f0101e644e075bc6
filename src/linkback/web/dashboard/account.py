"""A person's own page: name, password, mail, and the tokens of their programs."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
