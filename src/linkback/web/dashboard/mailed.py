"""Where the links in mails lead: GET shows what would be done, POST does it, once."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
