"""Settings from one TOML file, LINKBACK_… variables and flags; SETTINGS is the table of them all.

The command line's help, the example file and the reference are made from the table.
A later source wins: default, file, variable, flag.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import msgspec

from linkback.core import addresses, urls
from linkback.core.errors import BadURL, SettingsError

DEFAULT_FILE = Path("linkback.toml")


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
    Setting("server.trusted_proxies", list[str], [], "networks of proxies whose X-Forwarded-For is believed"),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
LARGEST_WAIT = 30.0  # seconds; no caller waits longer, whatever the file says


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
    server_trusted_proxies: tuple[str, ...] = ()

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
        values = _from_file(file)
        values |= _from_variables(environ or {})
        values |= {name: value for name, value in (flags or {}).items() if value not in (None, [], ())}
        return checked(cls(**{BY_NAME[name].field: _typed(BY_NAME[name], value) for name, value in values.items()}))


def _from_file(file: Path | None) -> dict[str, object]:
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(str(path), f"the file cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), f"this is not TOML: {error}") from error
    return dict(_flat(document, ""))


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


def _from_variables(environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for setting in SETTINGS:
        if (text := environ.get(setting.variable)) is None:
            continue
        is_list = getattr(setting.type, "__origin__", None) is list
        found[setting.name] = [part.strip() for part in text.split(",") if part.strip()] if is_list else text
    return found


def _typed(setting: Setting, value: object) -> Any:
    given = list(value) if isinstance(value, tuple) else value
    try:
        typed = msgspec.convert(given, setting.type, strict=False)
    except msgspec.ValidationError:
        kind = getattr(setting.type, "__name__", "list") if setting.type in (str, bool, int, float) else "list"
        right = f"wanted is {KINDS[kind]}, such as {msgspec.json.encode(setting.default).decode()}."
        raise SettingsError(setting.name, f"{value!r} makes no sense; {right}") from None
    return tuple(typed) if isinstance(typed, list) else typed


KINDS = {"str": "a text", "bool": "true or false", "int": "a whole number", "float": "a number", "list": "a list"}


def checked(settings: Settings) -> Settings:
    """Return the settings if their values make sense together; raises SettingsError."""
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if isinstance(value, int | float) and value < 0:
            raise SettingsError(field.name, f"{value} is below nought; 0 switches a limit off.")
    if settings.pingback_wait > LARGEST_WAIT:
        raise SettingsError("pingback_wait", f"{settings.pingback_wait:g} s is too long; at most {LARGEST_WAIT:g}.")
    for name, url in [("public_url", settings.public_url), *(("endpoints", url) for url in settings.endpoints)]:
        try:
            url and urls.parse(url)
        except BadURL as error:
            raise SettingsError(name, f"{url!r}: {error}") from error
    addresses.parse_networks(settings.network_allow)
    addresses.parse_networks(settings.server_trusted_proxies)
    return settings
