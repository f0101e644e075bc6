"""What a person decides of mentions, one or thousands, and how it is taken back."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
