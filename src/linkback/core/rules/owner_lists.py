"""The owner's own lists: hosts, paths, words and networks to block, mute, hold or trust. They settle.

Hard, so it has no levels and no weight. Block goes before mute, mute before hold, hold before trust; of several
entries of one kind the most specific one is named. An entry that cannot be read matches nothing. What is followed
(FOLLOW) says nothing of a verdict.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from linkback.core import urls
from linkback.core.errors import BadURL
from linkback.core.model import Candidate, Citation, HostHistory, Listed, ListedAction, ListedKind, Signal, Status

LEVELS: tuple[str, ...] = ()
ORDER = (ListedAction.BLOCK, ListedAction.MUTE, ListedAction.HOLD, ListedAction.TRUST)
SETTLES = {
    ListedAction.BLOCK: Status.SPAM,
    ListedAction.MUTE: Status.REMOVED,
    ListedAction.HOLD: Status.HELD,
    ListedAction.TRUST: Status.APPROVED,
}
VERBS = {
    ListedAction.BLOCK: "block",
    ListedAction.MUTE: "mute",
    ListedAction.HOLD: "hold",
    ListedAction.TRUST: "trust",
}
WHAT = {
    ListedKind.HOST: "everything from {}",
    ListedKind.PATH: "every page like {}",
    ListedKind.WORD: "whatever says “{}”",
    ListedKind.NETWORK: "everything that is sent from {}",
}
# Which of two entries says more of a page: one that names pages before one that names hosts, and so on.
RANKS = {ListedKind.PATH: 3, ListedKind.HOST: 2, ListedKind.WORD: 1, ListedKind.NETWORK: 0}
REMEMBERED = 1024  # lists of sites made ready

Network = IPv4Network | IPv6Network

# Marks that spell words of India, the Near East and Indochina are no letters to `\w`.
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u200c\u200d"
_WORDS = re.compile(f"[\\w{_MARKS}]+")
_ODD = re.compile(f"[^\\w{_MARKS}\\s'’.,-]")  # such as + and $: what is more than words and the blanks between them
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Settle what the owner named. Hosts that redirected to a page may be blocked, muted or held, never trusted."""
    if not candidate.lists:
        return None
    source, lists = candidate.source, candidate.lists
    found = listed(source, candidate.sender, lists, citation=candidate.citation, via=candidate.evidence.via)
    if found is None:
        return None
    what = WHAT[found.kind].format(found.pattern)
    return Signal("owner_lists", f"You {VERBS[found.action]} {what}.", settles=SETTLES[found.action])


def listed(
    source: str,
    sender: str | None,
    lists: Sequence[Listed],
    *,
    citation: Citation | None = None,
    via: Sequence[str] = (),
) -> Listed | None:
    """Return the entry that settles a source, None when the lists say nothing of it. Never raises.

    Usable before a page is read: without a citation words say nothing. `sender` is an address as the socket gave
    it; `via` are the hosts that redirected to the source.
    """
    if not lists:
        return None
    ready = _ready(_Lists(tuple(lists) if not isinstance(lists, tuple) else lists))
    page = _Page.of(source, sender, citation, via)
    for action in ORDER:
        if (entries := ready.get(action)) and (found := entries.found(page, action is not ListedAction.TRUST)):
            return found
    return None


def followed(source: str, lists: Sequence[Listed]) -> Listed | None:
    """Return the entry by which links to a source are shown without nofollow, None when there is none."""
    if not any(entry.action is ListedAction.FOLLOW for entry in lists):
        return None
    ready = _ready(_Lists(tuple(lists) if not isinstance(lists, tuple) else lists))
    return ready[ListedAction.FOLLOW].found(_Page.of(source, None, None, ()), False)


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """The lists of a site as a key that is one with itself only: to hash two thousand entries would cost a ping."""

    entries: tuple[Listed, ...]

    def __hash__(self) -> int:
        return id(self.entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lists) and other.entries is self.entries


@dataclass(frozen=True, slots=True)
class _Page:
    """What entries are compared with. `words` and `text` are folded, empty where no page was read."""

    host: str
    path: str
    sender: str | None
    via: tuple[str, ...]
    text: str

    @classmethod
    def of(cls, source: str, sender: str | None, citation: Citation | None, via: Sequence[str]) -> "_Page":
        """Take a source apart; one that is no address has a host like no other."""
        text = "" if citation is None else _said(citation)
        rest = source.partition("://")[2].partition("#")[0]
        return cls(urls.host_of(source).lower(), rest.casefold(), sender, tuple(via), text)


@dataclass(slots=True)
class _Entries:
    """The entries of one action, made ready to be compared."""

    hosts: dict[str, Listed] = field(default_factory=dict)
    paths: list[tuple[re.Pattern[str], Listed]] = field(default_factory=list)
    words: dict[str, Listed] = field(default_factory=dict)
    phrases: list[tuple[str, Listed]] = field(default_factory=list)
    parts: list[tuple[str, Listed]] = field(default_factory=list)
    networks: list[tuple[Network, Listed]] = field(default_factory=list)

    def found(self, page: _Page, with_via: bool) -> Listed | None:
        """Return the most specific entry that names a page."""
        matches = [*self._by_path(page), *self._by_host(page, with_via), *self._by_word(page), *self._by_network(page)]
        return max(matches, key=_weight_of_name, default=None)

    def _by_host(self, page: _Page, with_via: bool) -> Iterator[Listed]:
        if self.hosts:
            for host in (page.host, *(page.via if with_via else ())):
                yield from (self.hosts[name] for name in _and_above(host.lower()) if name in self.hosts)

    def _by_path(self, page: _Page) -> Iterator[Listed]:
        return (entry for pattern, entry in self.paths if pattern.match(page.path))

    def _by_word(self, page: _Page) -> Iterator[Listed]:
        if page.text and (self.words or self.phrases or self.parts):
            text = _folded(page.text)
            words = _WORDS.findall(text)
            spaced = f" {' '.join(words)} "
            yield from (self.words[word] for word in self.words.keys() & words)
            yield from (entry for phrase, entry in self.phrases if phrase in spaced)
            yield from (entry for part, entry in self.parts if part in text)

    def _by_network(self, page: _Page) -> Iterator[Listed]:
        if self.networks and page.sender and (address := _address(page.sender)):
            yield from (entry for network, entry in self.networks if address in network)


@lru_cache(REMEMBERED)
def _ready(lists: _Lists) -> dict[ListedAction, _Entries]:
    ready: dict[ListedAction, _Entries] = {}
    for entry in lists.entries:
        _ADDING[entry.kind](ready.setdefault(entry.action, _Entries()), entry)
    return ready


def _add_host(entries: _Entries, entry: Listed) -> None:
    name = entry.pattern.strip().removeprefix("*").removeprefix(".")
    try:
        url = urls.parse(name if "://" in name else f"http://{name}/")
    except BadURL:
        return
    if url.path == "/" and not url.query:
        entries.hosts.setdefault(url.host, entry)


def _add_path(entries: _Entries, entry: Listed) -> None:
    pattern = entry.pattern.strip().casefold()
    pattern = pattern.partition("://")[2] if pattern.startswith(("http://", "https://")) else pattern
    if pattern.strip("/"):
        entries.paths.append((re.compile(translate(pattern)), entry))


def _add_word(entries: _Entries, entry: Listed) -> None:
    text = _folded(entry.pattern.strip())
    words = _WORDS.findall(text)
    if _ODD.search(text) or _SPACELESS.search(text):
        entries.parts.append((text, entry))
    elif len(words) == 1:
        entries.words.setdefault(words[0], entry)
    elif words:
        entries.phrases.append((f" {' '.join(words)} ", entry))


def _add_network(entries: _Entries, entry: Listed) -> None:
    try:
        network = ip_network(entry.pattern.strip(), strict=False)
    except ValueError:
        return
    entries.networks.append((_unwrapped(network), entry))


_ADDING = {
    ListedKind.HOST: _add_host,
    ListedKind.PATH: _add_path,
    ListedKind.WORD: _add_word,
    ListedKind.NETWORK: _add_network,
}


def _unwrapped(network: Network) -> Network:
    """Return the IPv4 network that one of mapped addresses stands for, as core.addresses does for an address."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < 96:
        return network
    return IPv4Network((int(mapped), network.prefixlen - 96))


def _address(sender: str) -> object:
    """Return an address as ipaddress has it, mapped ones unwrapped, None for what is none."""
    try:
        address = ip_address(sender.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _and_above(host: str) -> Iterator[str]:
    """Yield a host and each that it lies below: a.b.example, b.example, example."""
    while host:
        yield host
        host = host.partition(".")[2]


def _said(citation: Citation) -> str:
    return "\n".join((citation.title, citation.author.name, citation.anchor, citation.excerpt, citation.content))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _weight_of_name(entry: Listed) -> tuple[int, int]:
    return RANKS[entry.kind], len(entry.pattern.replace("*", ""))
