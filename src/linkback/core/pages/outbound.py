"""The links of a page as the judge counts them: how many lead to other sites, how much they say, which advertise.

The parser is asked once for what each link leads to and says. Bounded by the number of links, and nothing raises.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from turbohtml import Element

from linkback.core.pages import document as documents
from linkback.core.pages.document import Document
from linkback.core.urls import host_of, registrable_domain
from linkback.core.vocabulary import INSIDE, selling

SCHEME = 10  # characters in which an absolute address has its two slashes: "https://" after a blank or two
MAX_LISTED = 5000  # links that are counted; a page with as many is a list of links
MAX_MEASURED = 300  # links whose text is measured; the rest is taken to be like them
MAX_HEARD = 150  # links at the beginning, and as many at the end, whose words are heard: footers are sold too
MAX_ANCHOR = 120  # characters of a link that are heard
MAX_SELLING = 10  # links that advertise are counted up to this; more are no worse
SOFTER = 2  # of the softer words that sell in one link: one stands in any
REMEMBERED = 4096  # hosts, about 1 MB; pages of one kind link to the same ones

_ADDRESS = re.compile(r"https?://([^\s/?#\"'<>\\]{1,253})", re.IGNORECASE)
_HOST = re.compile(r"(?:[^@]*@)?([^@:?#\s\[\]\\]{1,253})")
_PLAIN_HOST = re.compile(r"[a-z0-9-]{1,63}\.[a-z]{2,24}")


@dataclass(frozen=True, slots=True)
class Outbound:
    """What the links of a page come to.

    `links` lead to other sites, `hosts` are the registrable domains of these, each once, `selling` how many of them
    advertise (MAX_SELLING at most), `linked` the share (0 … 1) of the text of the page that stands in links.
    """

    links: int = 0
    hosts: int = 0
    selling: int = 0
    linked: float = 0.0


def outbound(document: Document, size: int) -> Outbound:
    """Count the links of a page whose text has so many characters."""
    own = registrable_domain(host_of(document.url))
    if document.media != documents.HTML:
        links, hosts = _counted([found[1] for found in islice(_ADDRESS.finditer(document.text), MAX_LISTED)], own)
        return Outbound(links, hosts)
    elements = document.tree.select("a")
    if not elements:
        return Outbound()
    authorities = _authorities(elements[:MAX_LISTED])
    texts = [element.text for element in elements[:MAX_MEASURED]]
    links, hosts = _counted(authorities, own)
    linked = _linked(texts, len(elements), size)
    if not links:
        return Outbound(linked=linked)
    told = list(zip(authorities[:MAX_MEASURED], texts, strict=True))
    if len(elements) > MAX_MEASURED:
        last = elements[-MAX_HEARD:]
        told[MAX_HEARD:] = zip(_authorities(last), [element.text for element in last], strict=True)
    return Outbound(links, hosts, _selling(told, own), linked)


def _authorities(elements: Sequence[Element]) -> list[str]:
    """Return what stands for a host, with its port, in the address of each link; "" for one within the site."""
    references = [element.attr("href") or "" for element in elements]
    return [one.split("/", 3)[2] if "//" in one[:SCHEME] else "" for one in references]


def _counted(authorities: list[str], own: str) -> tuple[int, int]:
    """Return how many of some links lead to other sites than the own, and to how many."""
    domains = list(map(_domain_in, authorities))
    return len(domains) - domains.count(own) - domains.count(""), len({*domains} - {own, ""})


@lru_cache(REMEMBERED)
def _domain_in(authority: str) -> str:
    """Return the registrable domain of what stands for a host in an address, with its port; "" if it is none."""
    if not authority:
        return ""
    # Of two labels nobody has to look up what was registered, and the list of suffixes takes ten times as long.
    if _PLAIN_HOST.fullmatch(authority):
        return authority
    found = _HOST.match(authority)
    return registrable_domain(found[1].lower()) if found else ""


def _linked(texts: list[str], count: int, size: int) -> float:
    measured = sum(map(len, map(str.strip, texts)))
    return round(min(1.0, measured * max(1.0, count / MAX_MEASURED) / size), 3) if size else 0.0


def _selling(told: Sequence[tuple[str, str]], own: str) -> int:
    """Return how many links to other sites advertise, by their text or by the name of the host that they lead to."""
    told = [(authority, text[:MAX_ANCHOR]) for authority, text in told if authority]
    words = _sold(" ".join({part for pair in told for part in pair}))
    if not words:
        return 0
    # Most links have none of the words that any has, which is told faster than what a link sells.
    lines = ((authority, f"{authority} {text}") for authority, text in told)
    likely = ((authority, line) for authority, line in lines if any(map(line.casefold().__contains__, words)))
    selling_ones = (line for authority, line in likely if _sold(line) and _domain_in(authority) != own)
    return sum(1 for _ in islice(selling_ones, MAX_SELLING))


def _sold(text: str) -> tuple[str, ...]:
    """Return the words by which a text advertises: a loud one, or two of the softer ones; nothing where it does not."""
    loud, soft = selling(text)
    inside = [word for word in INSIDE if word in text]
    return (*loud, *soft, *inside) if loud or inside or len(soft) >= SOFTER else ()
