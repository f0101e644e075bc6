"""A browser for tests over HTTP, and people who are signed in at a running Linkback.

`signed_in(linkback)` makes an owner and returns their browser, `token_of` a token for a program of theirs.
"""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from linkback.accounts import Accounts, admission
from linkback.core.model import Role, Scope, Seat, User
from linkback.desk import open_database, utc_now
from linkback.storage import seats, sites, users
from tests.web.running import BROWSER, FORM, PATIENCE, Running

FORM_KEY = re.compile(r'name="form_key" value="([^"]*)"')
MOST_REDIRECTS = 5
Fields = Mapping[str, str | int | Sequence[str | int]]
Headers = Mapping[str, str]
NO_HEADERS: Headers = MappingProxyType({})
NOTHING: Fields = MappingProxyType({})
NO_ROLES: Mapping[str, Role] = MappingProxyType({})


@dataclass(frozen=True)
class Shown:
    """A page as it came: its status, its headers (lower case), its text, and the address that it was found at."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    path: str

    def header(self, name: str) -> str:
        """Return a header, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def location(self) -> str:
        """Return where the page leads, or nothing."""
        return self.header("location")

    @property
    def form_key(self) -> str:
        """Return the key of the page's forms."""
        found = FORM_KEY.search(self.text)
        assert found, f"no form on {self.path} ({self.status})"
        return unescape(found.group(1))


@dataclass
class Browser:
    """Keeps cookies, remembers the last page, and sends what a browser does; follows redirects only when asked."""

    linkback: Running
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    last: Shown | None = None
    key: str = ""

    def get(self, path: str, *, follow: bool = False, headers: Headers = NO_HEADERS) -> Shown:
        """Open an address."""
        return self._shown(self._ask("GET", path, None, headers), follow)

    def post(
        self,
        path: str,
        fields: Fields = NOTHING,
        *,
        form_key: str | None = None,
        follow: bool = False,
        headers: Headers = NO_HEADERS,
    ) -> Shown:
        """Send a form, with the key given, that of the last page, or that of the session."""
        key = form_key if form_key is not None else self._key()
        sent = {**({"form_key": key} if key else {}), **fields}
        body = urlencode(sent, doseq=True).encode()
        return self._shown(self._ask("POST", path, body, {"Content-Type": FORM, **headers}), follow)

    def _key(self) -> str:
        found = FORM_KEY.search(self.last.text) if self.last else None
        return unescape(found.group(1)) if found else self.key

    def _shown(self, shown: Shown, follow: bool) -> Shown:
        for _ in range(MOST_REDIRECTS if follow else 0):
            if not shown.location:
                break
            shown = self._ask("GET", shown.location, None, {})
        self.last = shown
        return shown

    def _ask(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Shown:
        connection = HTTPConnection("127.0.0.1", self.linkback.port, timeout=PATIENCE)
        headers = {"Accept": BROWSER, **self.headers, **more}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            got = tuple((name.lower(), value) for name, value in answer.getheaders())
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        self._keep([value for name, value in got if name == "set-cookie"])
        return Shown(answer.status, got, text, path)

    def _keep(self, set_cookies: Sequence[str]) -> None:
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                    continue
                self.cookies[name] = morsel.value


def signed_in(
    linkback: Running, name: str = "ana", *, admin: bool = True, roles: Mapping[str, Role] = NO_ROLES, email: str = ""
) -> Browser:
    """Return the browser of a person, who is made where they are not known; `roles` are by the address of a site."""
    secret, form_key = asyncio.run(_signed_in(linkback, User(0, name, email, admin=admin), roles))
    prefix = "__Host-" if urlsplit(linkback.settings.public_url).scheme == "https" else ""
    return Browser(linkback, {f"{prefix}linkback": secret}, key=form_key)


async def _signed_in(linkback: Running, person: User, roles: Mapping[str, Role]) -> tuple[str, str]:
    async with open_database(linkback.settings) as database:
        user = await database.read(users.find, person.name)
        if user is None:
            user = await database.write(users.add, person, "", utc_now())
        for url, role in roles.items():
            site = await database.read(sites.get, url)
            await database.write(seats.put, Seat(user.id, site.id, role))
        secret = await database.write(admission.open_session, user.id, utc_now())
        visit = await database.read(admission.visit, secret, utc_now())
        assert visit is not None
        return secret, visit.session.form_key


def token_of(linkback: Running, name: str, scopes: Collection[Scope]) -> str:
    """Return a new token of a person who is known, for some things at all of their sites."""

    async def made() -> str:
        async with open_database(linkback.settings) as database:
            accounts = Accounts(database, utc_now)
            return (await accounts.add_token(await accounts.get(name), "a program", scopes))[1]

    return asyncio.run(made())
