"""What a query of the read API asks for, within bounds. Contract: webmention.io's parameters, in all their spellings.

Numbers that are none count as not said, as clients of ten years expect; an address that is none is refused.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from linkback.core.errors import BadURL, LinkbackError
from linkback.core.formats import Order
from linkback.core.urls import normalize

MOST_TARGETS = 50
MOST_FIELDS = 200  # 50 targets, and room for what we do not know
MOST_PER_PAGE = 1000  # about a megabyte
PER_PAGE = 20
LAST_PAGE = 1_000_000

NO_TARGET = "A target URL is required."
TOO_MANY_TARGETS = f"At most {MOST_TARGETS} targets are looked up at once."
TOO_MANY_FIELDS = f"At most {MOST_FIELDS} fields are read."
NO_WEB_PAGE = "A target is no address of a web page."

_INDEX = re.compile(r"\[\d{0,4}\]\Z")  # target[] and target[0] are lists in PHP and Ruby


class BadQuery(LinkbackError):
    """A query asks for nothing that can be answered; the message says why, in a sentence for who asks."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which mentions are wanted; `page` counts from 0, and `targets` are addresses as they may be stored."""

    targets: tuple[str, ...]
    properties: tuple[str, ...] = ()
    order: Order = Order.CREATED
    oldest_first: bool = False
    page: int = 0
    per_page: int = PER_PAGE
    fragment: bool = False


def read_query(text: str) -> Query:
    """Return what a query string asks for; raises BadQuery."""
    fields = _fields(text)
    targets = tuple(dict.fromkeys(_address(value) for value in fields.get("target", ()) if value.strip()))
    if not targets:
        raise BadQuery(NO_TARGET)
    if len(targets) > MOST_TARGETS:
        raise BadQuery(TOO_MANY_TARGETS)
    per_page = fields.get("per-page") or fields.get("perPage", [])
    return Query(
        targets,
        tuple(fields.get("wm-property", ())),
        Order.PUBLISHED if _last(fields, "sort-by") == Order.PUBLISHED else Order.CREATED,
        oldest_first=_last(fields, "sort-dir") not in ("", "down"),
        page=_number(fields.get("page", []), 0, LAST_PAGE, default=0),
        per_page=_number(per_page, 1, MOST_PER_PAGE, default=PER_PAGE),
        fragment=_last(fields, "fragment") not in ("", "0"),
    )


def _fields(text: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadQuery(TOO_MANY_FIELDS) from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(_INDEX.sub("", name), []).append(value)
    return fields


def _address(text: str) -> str:
    """Return a target's address; one without a scheme, as //host/page, stands for both."""
    text = text.strip()
    try:
        return normalize(f"https:{text}" if text.startswith("//") else text)
    except BadURL:
        raise BadQuery(NO_WEB_PAGE) from None


def _last(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[-1]


def _number(values: list[str], least: int, most: int, *, default: int) -> int:
    text = values[-1].strip() if values else ""
    if not (text.isascii() and text.isdecimal()):
        return default
    return min(max(int(text[:10]), least), most)
