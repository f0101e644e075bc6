"""Settings from one TOML file, LINKBACK_… variables and flags; SETTINGS is the table of them all.

The command line's help, the example file and the reference are made from the table.
A later source wins: default, file, variable, flag.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from linkback.core import addresses, urls
from linkback.core.errors import BadURL, SettingsError

DEFAULT_FILE = Path("linkback.toml")


KINDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", list: "a list"}
EXAMPLES: dict[str, object] = {  # of those that are empty unless somebody fills them
    "public_url": "https://links.example/",
    "endpoints": ["https://blog.example/xmlrpc.php"],
    "network.allow": ["10.1.0.0/16"],
    "network.contact": "https://blog.example/about",
    "server.trusted_proxies": ["127.0.0.1"],
    "mail.server": "smtp.example:587",
    "mail.sender": "links@links.example",
    "mail.user": "links",
    "mail.password": "not this one",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table: a dotted name, its type, its default and one line of help."""

    name: str
    type: Any
    default: Any
    help: str

    @property
    def field(self) -> str:
        """Return the name of the field of Settings."""
        return self.name.replace(".", "_")

    @property
    def is_list(self) -> bool:
        """Tell whether it holds several values; a variable has them with commas between."""
        return isinstance(self.default, list)

    @property
    def kind(self) -> str:
        """Return what a value is, in words."""
        return KINDS[type(self.default)]

    @property
    def example(self) -> str:
        """Return a value as it is written in the file."""
        return msgspec.json.encode(self.default or EXAMPLES.get(self.name, self.default)).decode()

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return "LINKBACK_" + self.field.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database", str, "sqlite:///linkback.db", "where everything is kept; or postgresql+psycopg://user@host/name"
    ),
    Setting("public_url", str, "", "where the world reaches this server (default: the address it listens on)"),
    Setting("pingback_wait", float, 2.0, "seconds a caller waits for the verdict"),
    Setting("require_advertised", bool, True, "only pages that advertise an endpoint of ours take pings"),
    Setting("endpoints", list[str], [], "further addresses under which our endpoints are advertised"),
    Setting("strict_discovery", bool, False, "only the header and the exact expression of Pingback 1.0 count"),
    Setting("network.allow", list[str], [], "private networks that may be fetched all the same, on any port"),
    Setting("network.ports", list[int], [80, 443, 8080, 8443], "ports of public addresses that may be fetched"),
    Setting("network.contact", str, "", "an address for complaints; goes into the User-Agent"),
    Setting("limits.sender_per_minute", int, 60, "pings from one address"),
    Setting("limits.host_per_minute", int, 60, "fetches from one registrable domain"),
    Setting("limits.host_burst", int, 30, "of these, within 10 seconds"),
    Setting("limits.host_connections", int, 2, "connections to one registrable domain at once"),
    Setting("limits.inline", int, 200, "callers waiting for a verdict at once"),
    Setting("limits.held_per_host", int, 200, "mentions of one host that may wait for the owner of a site"),
    Setting("limits.held_per_page", int, 2_000, "mentions of one page that may, before strangers come later"),
    Setting("limits.held_per_site", int, 20_000, "mentions of one site that may, before strangers come later"),
    Setting("send.own_links", bool, False, "tell pages of the post's own site too"),
    Setting("send.nofollow", bool, True, "tell pages that a post links to with rel=nofollow too"),
    Setting("watch.minutes", int, 15, "minutes between two looks at a feed; 0: only when linkback watch run is called"),
    Setting("server.trusted_proxies", list[str], [], "networks of proxies whose X-Forwarded-For is believed"),
    Setting("mail.server", str, "", "the SMTP server that takes mail, with its port; empty: no mail is sent"),
    Setting("mail.security", str, "starttls", "how the connection to it is kept secret: starttls, tls or none"),
    Setting("mail.user", str, "", "the name that it asks for, if any"),
    Setting("mail.password", str, "", "the password that goes with it; better kept in the variable than in the file"),
    Setting("mail.sender", str, "", "the address that mail comes from; where nobody reads, bounces end"),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
LARGEST = 1_000_000_000
LAST_PORT = 65_535
MAIL_SECURITY = ("starttls", "tls", "none")
_ADDRESS = re.compile(
    r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}"
)  # one that goes into a header as it is
LARGEST_WAIT = 5.0  # seconds; callers hang up after three to five, and a server must be able to end


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value; limits of 0 are off."""

    database: str = "sqlite:///linkback.db"
    public_url: str = ""
    pingback_wait: float = 2.0
    require_advertised: bool = True
    endpoints: tuple[str, ...] = ()
    strict_discovery: bool = False
    network_allow: tuple[str, ...] = ()
    network_ports: tuple[int, ...] = (80, 443, 8080, 8443)
    network_contact: str = ""
    limits_sender_per_minute: int = 60
    limits_host_per_minute: int = 60
    limits_host_burst: int = 30
    limits_host_connections: int = 2
    limits_inline: int = 200
    limits_held_per_host: int = 200
    limits_held_per_page: int = 2_000
    limits_held_per_site: int = 20_000
    send_own_links: bool = False
    send_nofollow: bool = True
    watch_minutes: int = 15
    server_trusted_proxies: tuple[str, ...] = ()
    mail_server: str = ""
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_sender: str = ""

    @classmethod
    def load(
        cls,
        file: Path | None = None,
        environ: Mapping[str, str] | None = None,
        flags: Mapping[str, object] | None = None,
    ) -> "Settings":
        """Read the settings; a file that was named must exist, the default one need not.

        `flags` maps dotted names to values; None means the flag was not given. Raises
        SettingsError, which names the setting, the value, and what would be right.
        """
        given = _from_file(file) | _from_variables(environ or {}) | _from_flags(flags or {})
        return checked(cls(**{value.setting.field: _typed(value) for value in given.values()}))


@dataclass(frozen=True, slots=True)
class Given:
    """A value as somebody wrote it, and where."""

    setting: Setting
    value: object
    where: str

    def refused(self, why: str) -> SettingsError:
        """Return the error that says so."""
        return SettingsError(self.setting.name, f"{self.value!r} {self.where} {why}")


def _from_file(file: Path | None) -> dict[str, Given]:
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(str(path), f"the file cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), f"this is not TOML: {error}") from error
    return {name: Given(BY_NAME[name], value, f"in {path}") for name, value in _flat(document, "")}


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for key, value in table.items():
        name = prefix + key
        if isinstance(value, Mapping) and name not in BY_NAME:
            rows += _flat(value, name + ".")
            continue
        if name not in BY_NAME:
            near = difflib.get_close_matches(name, BY_NAME, n=1)
            raise SettingsError(name, "there is no such setting" + (f"; did you mean {near[0]}?" if near else "."))
        rows.append((name, value))
    return rows


def _from_variables(environ: Mapping[str, str]) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for setting in SETTINGS:
        if (text := environ.get(setting.variable)) is None:
            continue
        parts = [part.strip() for part in text.split(",") if part.strip()]
        found[setting.name] = Given(setting, parts if setting.is_list else text.strip(), f"in {setting.variable}")
    return found


def _from_flags(flags: Mapping[str, object]) -> dict[str, Given]:
    said = {name: value for name, value in flags.items() if value not in (None, [], ())}
    return {name: Given(BY_NAME[name], value, "on the command line") for name, value in said.items()}


def _typed(given: Given) -> Any:
    value = list(given.value) if isinstance(given.value, tuple) else given.value
    try:
        typed = msgspec.convert(value, given.setting.type, strict=False)
    except msgspec.ValidationError:
        raise given.refused(f"makes no sense; write {given.setting.kind}, such as {given.setting.example}.") from None
    return tuple(typed) if isinstance(typed, list) else typed


def checked(settings: Settings) -> Settings:
    """Return the settings if their values make sense together; raises SettingsError."""
    for setting in SETTINGS:
        value = getattr(settings, setting.field)
        if isinstance(value, int | float) and not 0 <= value <= LARGEST:
            raise SettingsError(setting.name, f"{value} is out of bounds; 0 switches a limit off.")
    if settings.pingback_wait > LARGEST_WAIT:
        raise SettingsError("pingback_wait", f"{settings.pingback_wait:g} s is too long; at most {LARGEST_WAIT:g}.")
    if wrong := [port for port in settings.network_ports if not 0 < port <= LAST_PORT]:
        raise SettingsError("network.ports", f"{wrong[0]} is no port; there are 1 to {LAST_PORT}.")
    for name, url in [("public_url", settings.public_url), *(("endpoints", url) for url in settings.endpoints)]:
        _check_address(name, url)
    if "?" in settings.public_url or "#" in settings.public_url:
        raise SettingsError("public_url", f"{settings.public_url!r} goes on after its path; end it with a slash.")
    _check_networks("network.allow", settings.network_allow)
    _check_networks("server.trusted_proxies", settings.server_trusted_proxies)
    _check_mail(settings)
    return settings


def _check_mail(settings: Settings) -> None:
    if settings.mail_security not in MAIL_SECURITY:
        raise SettingsError("mail.security", f"{settings.mail_security!r} is none of {', '.join(MAIL_SECURITY)}.")
    if not settings.mail_server:
        return
    host, _, port = settings.mail_server.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= LAST_PORT:
        raise SettingsError("mail.server", f"{settings.mail_server!r} is no server; write smtp.example:587.")
    if not _ADDRESS.fullmatch(settings.mail_sender):
        raise SettingsError("mail.sender", f"{settings.mail_sender!r} is no address; write links@links.example.")


def _check_address(name: str, url: str) -> None:
    try:
        url and urls.parse(url)
    except BadURL as error:
        raise SettingsError(name, f"{url!r}: {error}") from error


def _check_networks(name: str, networks: tuple[str, ...]) -> None:
    try:
        addresses.parse_networks(networks)
    except SettingsError as error:
        raise SettingsError(name, str(error).removeprefix(f"{error.name}: ")) from error
