"""Linkback tells the owner of a site who links to it, and tells other sites when their owner links to them.

What stands in __all__ is what other programs may count on; the rest may change. Each name is imported
when it is first used, so that `import linkback` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkback.app import open_app
    from linkback.core.errors import BadPing, FetchError, LinkbackError, Problem
    from linkback.core.model import Mention, Ping, Reply
    from linkback.core.protocols import PROTOCOLS, pingback, trackback, webmention
    from linkback.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "PROTOCOLS",
    "BadPing",
    "FetchError",
    "LinkbackError",
    "Mention",
    "Ping",
    "Problem",
    "Reply",
    "Settings",
    "__version__",
    "open_app",
    "pingback",
    "trackback",
    "webmention",
]

_WHERE = {
    "linkback.app": ("open_app",),
    "linkback.core.errors": ("BadPing", "FetchError", "LinkbackError", "Problem"),
    "linkback.core.model": ("Mention", "Ping", "Reply"),
    "linkback.core.protocols": ("PROTOCOLS", "pingback", "trackback", "webmention"),
    "linkback.settings": ("Settings",),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'linkback' has no attribute {name!r}")
    value: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported yet or not."""
    return sorted({*globals(), *__all__})
