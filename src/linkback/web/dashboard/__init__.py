"""The owner's desk: pages for people who are signed in, one module each. ROUTES are those of them all."""

from litestar.handlers import HTTPRouteHandler

from linkback.web.dashboard import (
    account,
    deciding,
    feeds,
    inbox,
    live,
    login,
    mailed,
    mention,
    neighbourhood,
    overview,
    passwords,
    people,
    programs,
    rules,
    sending,
    sites,
    switches,
    team,
    webhooks,
)

ROUTES: tuple[HTTPRouteHandler, ...] = (
    *login.ROUTES,
    *passwords.ROUTES,
    *account.ROUTES,
    *people.ROUTES,
    *team.ROUTES,
    *overview.ROUTES,
    *neighbourhood.ROUTES,
    *inbox.ROUTES,
    *mention.ROUTES,
    *deciding.ROUTES,
    *live.ROUTES,
    *sites.ROUTES,
    *switches.ROUTES,
    *rules.ROUTES,
    *sending.ROUTES,
    *webhooks.ROUTES,
    *mailed.ROUTES,
    *feeds.ROUTES,
    *programs.ROUTES,
)
