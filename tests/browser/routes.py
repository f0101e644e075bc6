"""The addresses that people can open, taken from the router, and what is filled into them.

A new route is covered by itself. One with a parameter of a new name needs a row in PARAMETERS, or in EXAMPLES
where it means something only with a query.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import quote

from linkback.accounts import Accounts
from linkback.core.model import Role, Scope, Status
from linkback.desk import open_database, utc_now
from linkback.notify.links import Deed, Link, signed, signed_stop
from linkback.settings import Settings
from linkback.storage import proposals
from linkback.storage.keys import key_for
from linkback.storage.proposals import ProposedSite
from linkback.storage.tables import pair_key
from linkback.web.server import Server
from tests.browser.people import OWNER, invitation_key, reset_key
from tests.browser.scene import GARDEN, HARMFUL, HONEST, Scene
from tests.web.running import BROWSER, PATIENCE, Running

PARAMETER = re.compile(r"\{(\w+):\w+\}")
NONSENSE = {"int": "987654321", "str": "nonsense", "path": "/nonsense", "uuid": "nonsense"}
QUERY_OF_NONSENSE = (
    "status=x&site=-1&page=%00&before=%ff&after=x&q=" + "x" * 300 + "&group=1&url=::&key=x&id=x&said=x&done=x"
)


class Desk(Protocol):
    """A running Linkback and what is in it."""

    @property
    def linkback(self) -> Running: ...

    @property
    def scene(self) -> Scene: ...

    @property
    def cookie(self) -> tuple[str, str]: ...


Fill = Callable[[Desk], Awaitable[str]]


def constant(text: str) -> Fill:
    """Return what fills in the same everywhere."""

    async def fill(_desk: Desk) -> str:
        return text

    return fill


def _mention_of(desk: Desk) -> int:
    return desk.scene.mentions.get(Status.HELD, [1])[0]


async def _mention(desk: Desk) -> str:
    return str(_mention_of(desk))


async def _host(desk: Desk) -> str:
    return "evil.example" if desk.scene.scenery is HARMFUL else "ana.example"


async def _reset_key(desk: Desk) -> str:
    return await reset_key(desk.linkback.settings)


async def _invitation(desk: Desk) -> str:
    return await invitation_key(desk.linkback.settings)


async def _site(desk: Desk) -> str:
    return str(desk.scene.sites[GARDEN])


async def _webhook(desk: Desk) -> str:
    return str(desk.scene.webhook)


async def _call(desk: Desk) -> str:
    return str(desk.scene.call)


async def _token(desk: Desk) -> str:
    async with open_database(desk.linkback.settings) as database:
        accounts = Accounts(database, utc_now)
        token, _secret = await accounts.add_token(await accounts.get(OWNER), "A program", [Scope.FEED])
        return str(token.id)


async def _person(desk: Desk) -> str:
    async with open_database(desk.linkback.settings) as database:
        accounts = Accounts(database, utc_now)
        user, _key = await accounts.add(f"guest-{len(await accounts.every())}", "guest@example.com")
        await accounts.seat(user.id, desk.scene.sites[GARDEN], Role.MODERATOR)
        return str(user.id)


async def _proposal(desk: Desk) -> str:
    async with open_database(desk.linkback.settings) as database:
        owner = await Accounts(database, utc_now).get(OWNER)
        proposed = ProposedSite(0, owner.id, "https://meadow.example/", "a-word-of-twenty-two-letters", utc_now())
        return str((await database.write(proposals.add, proposed)).id)


async def _claim(desk: Desk) -> str:
    told = (desk.scene.scenery.told or HONEST)[0]
    return pair_key(told.source, told.target).hex()


async def _link_in_mail(desk: Desk) -> str:
    return await _signed(desk, lambda key, user: signed(key, Link(user, Deed.SPAM, _mention_of(desk)), utc_now()))


async def _link_to_stop(desk: Desk) -> str:
    return await _signed(desk, lambda key, user: signed_stop(key, user, utc_now()))


async def _signed(desk: Desk, sign: Callable[[bytes, int], str]) -> str:
    async with open_database(desk.linkback.settings) as database:
        key = await database.write(key_for, "mail")
        return sign(key, (await Accounts(database, utc_now).get(OWNER)).id)


# By the name of the parameter, or by the whole address where that decides what a name means.
PARAMETERS: Mapping[str, Fill] = {
    "site_id": _site,
    "mention_id": _mention,
    "hook_id": _webhook,
    "call_id": _call,
    "token_id": _token,
    "user_id": _person,
    "proposal_id": _proposal,
    "delivery_id": constant("1"),
    "feed_id": constant("1"),
    "host": _host,
    "name": constant("linkback.css"),
    "rest": constant("https:/nowhere.example/"),
    "/reset/{key:str}": _reset_key,
    "/invite/{key:str}": _invitation,
    "/webmention/{token:str}": _claim,
    "/mail/{token:str}": _link_in_mail,
    "/mail/stop/{token:str}": _link_to_stop,
}
# Queries that give an address its meaning.
EXAMPLES: Mapping[str, str] = {
    "/api/mentions.html": f"?target={quote(GARDEN, '')}moss",
    "/dashboard/pages": f"?url={quote(GARDEN, '')}moss",
    "/dashboard/inbox": "?status=held&status=approved&status=spam",
}


def addresses(method: str) -> list[str]:
    """Return the addresses of the router that take a method, with their parameters unfilled."""
    routes = Server(Settings()).site.routes
    return sorted({route.path for route in routes if method in getattr(route, "methods", ())})


async def filled(address: str, desk: Desk) -> str:
    """Return an address with what its parameters stand for."""
    for match in PARAMETER.finditer(address):
        name = match.group(1)
        fill = PARAMETERS.get(address) or PARAMETERS.get(name)
        assert fill, f"{address}: what is {{{name}}}? Add a row to PARAMETERS in {__name__}"
        address = address.replace(match.group(), quote(await fill(desk), ""))
    return address + EXAMPLES.get(address, "")


def nonsense(address: str) -> str:
    """Return an address filled with what is not there, and a query that means nothing."""
    path = re.sub(r"\{\w+:(\w+)\}", lambda match: NONSENSE[match.group(1)], address)
    return f"{path}?{QUERY_OF_NONSENSE}"


def page_at(desk: Desk, path: str) -> bytes:
    """Return the markup of a page for people; nothing where an address leads on, or is for programs."""
    connection = HTTPConnection("127.0.0.1", desk.linkback.port, timeout=PATIENCE)
    name, value = desk.cookie
    try:
        connection.request("GET", path, headers={"Accept": BROWSER, "Cookie": f"{name}={value}"})
        answer = connection.getresponse()  # its head alone at first: some answers never end
        is_page = (answer.getheader("content-type") or "").startswith("text/html") and not answer.getheader("location")
        return answer.read() if is_page else b""
    finally:
        connection.close()
