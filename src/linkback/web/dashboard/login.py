"""Signing in and out, the first account, and a new password: what is there for who is not signed in."""

from litestar.handlers import HTTPRouteHandler

ROUTES: tuple[HTTPRouteHandler, ...] = ()
