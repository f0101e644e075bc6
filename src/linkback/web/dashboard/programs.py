"""What programs of a person may ask and do, with a token: the owner's API."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
