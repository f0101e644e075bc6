"""The report on who links to a site, with the lists that it is drafted from."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
