"""What an address of the inbox asks for, and the address that asks for something else. Pure.

Nonsense in a query is not there: what is left is shown. Numbers and texts have bounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from linkback.core import urls
from linkback.core.errors import BadURL
from linkback.core.model import Site, Status
from linkback.core.protocols import PROTOCOLS
from linkback.desk import Grouping, Selection

MOST_FIELDS = 50
LONGEST = 200  # characters of what is looked for
LONGEST_ADDRESS = 2000  # characters, what core.urls takes
MOST_DIGITS = 18
KINDS = ("mention", "reply", "like", "repost", "bookmark", "rsvp")
WAITING = (Status.HELD,)
EVERY = "all"  # stands for all statuses, since none named means what waits
PLACES = ("/dashboard/inbox", "/dashboard/hosts/", "/dashboard/pages")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view of the inbox: which mentions, in which order. `upto` is the largest id that is meant by "all"."""

    statuses: tuple[Status, ...] = WAITING
    site: int | None = None
    words: str = ""
    host: str = ""
    target: str = ""
    protocol: str = ""
    kind: str = ""
    changed: bool = False
    group: Grouping | None = None
    before: int | None = None
    upto: int | None = None

    @classmethod
    def read(cls, query: str) -> "Wanted":
        """Return what a query asks for."""
        fields = _fields(query)
        kind, protocol = _last(fields, "kind"), _last(fields, "protocol")
        group = _last(fields, "group")
        return cls(
            statuses=_statuses(fields.get("status", [])),
            site=_number(_last(fields, "site")),
            words=" ".join(_last(fields, "q")[:LONGEST].split()),
            host=_host(_last(fields, "host")),
            target=address_of(_last(fields, "target")),
            protocol=protocol if protocol in {one.NAME for one in PROTOCOLS} else "",
            kind=kind if kind in KINDS else "",
            changed=_last(fields, "changed") == "1",
            group=Grouping(group) if group in set(Grouping) else None,
            before=_number(_last(fields, "before")),
            upto=_number(_last(fields, "upto")),
        )

    @property
    def query(self) -> str:
        """Return the query that asks for this, with nothing in it that need not be said."""
        statuses = [EVERY] if not self.statuses else [] if self.statuses == WAITING else list(self.statuses)
        told: Mapping[str, str | int | None] = {
            "site": self.site,
            "q": self.words,
            "host": self.host,
            "target": self.target,
            "protocol": self.protocol,
            "kind": self.kind,
            "changed": "1" if self.changed else "",
            "group": self.group,
            "before": self.before,
            "upto": self.upto,
        }
        pairs = [("status", str(status)) for status in statuses]
        return urlencode(pairs + [(name, str(value)) for name, value in told.items() if value not in (None, "")])

    @property
    def url(self) -> str:
        """Return the address of this view."""
        return f"/dashboard/inbox?{self.query}" if self.query else "/dashboard/inbox"

    @property
    def first(self) -> "Wanted":
        """Return the view from its newest mention on."""
        return replace(self, before=None, upto=None)

    @property
    def is_narrow(self) -> bool:
        """Tell whether it leaves out any mention for another reason than where it stands and of which site it is."""
        return self.first != Wanted(self.statuses, self.site, group=self.group)

    def selection(self, sites: Sequence[Site], *, everywhere: bool) -> Selection:
        """Return which mentions of some sites are meant; `everywhere` says that these are all sites that there are."""
        named = frozenset(site.id for site in sites if self.site in (None, site.id))
        return Selection(
            frozenset(self.statuses),
            self.host,
            self.target,
            sites=None if everywhere and len(sites) > 1 and self.site is None else named,
            words=self.words,
            protocol=self.protocol,
            kind=self.kind,
            changed=self.changed,
            up_to=self.upto,
        )


def number_of(query: str, name: str) -> int | None:
    """Return a number of a query, None where there is none."""
    return _number(_last(_fields(query), name))


def text_of(query: str, name: str) -> str:
    """Return a text of a query, within bounds."""
    return _last(_fields(query), name)[:LONGEST_ADDRESS]


def _fields(query: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(query)[:MOST_FIELDS] if query.count("&") < MOST_FIELDS else ():
        fields.setdefault(name, []).append(value)
    return fields


def _last(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return fields.get(name, [""])[-1].strip()


def _statuses(names: Iterable[str]) -> tuple[Status, ...]:
    told = set(names)
    if EVERY in told:
        return ()
    return tuple(status for status in Status if status in told) or WAITING


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def _host(text: str) -> str:
    """Return a host as it is stored: what its readers write becomes what machines do."""
    name = text[:LONGEST].strip(". /").lower()
    try:
        return urls.parse(f"http://{name}/").host if name else ""
    except BadURL:
        return name if name.isprintable() and " " not in name else ""


def address_of(text: str) -> str:
    """Return an address as it is stored; empty where the text is none."""
    try:
        return urls.normalize(text[:LONGEST_ADDRESS]) if text else ""
    except BadURL:
        return ""
