"""What an owner's rules may say, and how they stand in a file (TOML). Pure.

A file names what it changes; what it does not name stays. A list that it names is the whole list:

    moderation = "judge"
    spam_from = 0.95

    [block]
    hosts = ["casino.example"]
    words = ["payday loan"]
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_network

import msgspec

from linkback.core import urls
from linkback.core.errors import BadURL, LinkbackError
from linkback.core.model import MOST_LISTED, Listed, ListedAction, ListedKind, Moderation, Site

LONGEST_PATTERN = 200  # characters
SCORES = ("approve_up_to", "spam_from")
PLURALS = {"hosts": ListedKind.HOST, "paths": ListedKind.PATH, "words": ListedKind.WORD, "networks": ListedKind.NETWORK}
SINGULARS = {kind: plural for plural, kind in PLURALS.items()}


class BadRule(LinkbackError):
    """This is no rule; the message says what would be one."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a site's rules; None leaves what there is. A score below nought means the default of the mode."""

    moderation: Moderation | None = None
    approve_up_to: float | None = None
    spam_from: float | None = None
    lists: tuple[Listed, ...] | None = None

    def applied(self, site: Site) -> Site:
        """Return the site as it would be; raises BadRule for thresholds in the wrong order."""
        lists = site.lists if self.lists is None else _with_notes(self.lists, site.lists)
        changed = replace(
            site,
            moderation=self.moderation or site.moderation,
            approve_up_to=_score(self.approve_up_to, site.approve_up_to),
            spam_from=_score(self.spam_from, site.spam_from),
            lists=lists,
        )
        good, junk = changed.approve_up_to, changed.spam_from
        if good is not None and junk is not None and good >= junk:
            raise BadRule(f"approve_up_to ({good}) must lie below spam_from ({junk}).")
        if len(changed.lists) > MOST_LISTED:
            raise BadRule(f"A site may list {MOST_LISTED} hosts, paths, words and networks; here are {len(lists)}.")
        return changed

    @classmethod
    def parse(cls, text: str) -> "Proposal":
        """Read a file; raises BadRule with a sentence that says what is wrong and what would be right."""
        try:
            told = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadRule(f"The file is no TOML: {error}.") from error
        known = {"moderation", *SCORES, *(action.value for action in ListedAction)}
        if wrong := sorted(told.keys() - known):
            raise BadRule(f"{wrong[0]!r} is no rule; there are {', '.join(sorted(known))}.")
        named = [action for action in ListedAction if action.value in told]
        lists = tuple(one for action in named for one in _entries(action, told[action.value])) if named else None
        good, junk = (_number(name, told.get(name)) for name in SCORES)
        return cls(_moderation(told.get("moderation")), good, junk, lists)


def entry(action: str, kind: str, pattern: str, note: str = "") -> Listed:
    """Return one entry of a list in its one form; raises BadRule."""
    try:
        named = ListedAction(action), ListedKind(kind)
    except ValueError as error:
        kinds = ", ".join(one.value for one in ListedKind)
        raise BadRule(f"{action} {kind} is no rule: say {' | '.join(ListedAction)}, and one of {kinds}.") from error
    if named[0] is ListedAction.FOLLOW and named[1] is not ListedKind.HOST:
        raise BadRule("Links can be shown without nofollow for hosts only: follow host NAME.")
    text = " ".join(pattern.split())
    if not text or len(text) > LONGEST_PATTERN:
        raise BadRule(f"A rule names 1 to {LONGEST_PATTERN} characters; these are {len(text)}.")
    return Listed(*named, _FORMS[named[1]](text), " ".join(note.split())[:LONGEST_PATTERN])


def written(site: Site) -> str:
    """Return the rules of a site as a file that parse() reads."""
    lines = [f'moderation = "{site.moderation}"']
    lines += [f"{name} = {value}" for name in SCORES if (value := getattr(site, name)) is not None]
    for action in ListedAction:
        lines += _section(action, [one for one in site.lists if one.action is action])
    return "\n".join(lines) + "\n"


def _section(action: ListedAction, entries: Iterable[Listed]) -> Iterable[str]:
    by_kind: dict[ListedKind, list[Listed]] = {}
    for one in entries:
        by_kind.setdefault(one.kind, []).append(one)
    yield from ("", f"[{action}]") if by_kind else ()
    for kind, listed in by_kind.items():
        yield f"{SINGULARS[kind]} = ["
        yield from (f"  {_quoted(one.pattern)}," + (f"  # {one.note}" if one.note else "") for one in listed)
        yield "]"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")  # a JSON string is a TOML one but for DEL


def _entries(action: ListedAction, told: object) -> Iterable[Listed]:
    if not isinstance(told, Mapping):
        raise BadRule(f'[{action}] holds lists: hosts = ["casino.example"], paths, words or networks.')
    for plural, patterns in told.items():
        if plural not in PLURALS:
            raise BadRule(f"{plural!r} under [{action}] is nothing that can be listed; there are {', '.join(PLURALS)}.")
        if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
            raise BadRule(f'{plural} under [{action}] is a list of texts: {plural} = ["…"].')
        yield from (entry(action, PLURALS[plural], one) for one in patterns)


def _with_notes(lists: Iterable[Listed], known: Iterable[Listed]) -> tuple[Listed, ...]:
    """Return a list without repeats; an entry that was known keeps its note."""
    notes = {(one.action, one.kind, one.pattern): one.note for one in known}
    found = {(one.action, one.kind, one.pattern): one for one in lists}
    return tuple(replace(one, note=one.note or notes.get(key, "")) for key, one in found.items())


def _score(told: float | None, known: float | None) -> float | None:
    return known if told is None else None if told < 0 else told


def _number(name: str, told: object) -> float | None:
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 1:
        raise BadRule(f"{name} is a score from 0 (honest) to 1 (junk), not {told!r}.")
    return float(told)


def _moderation(told: object) -> Moderation | None:
    if told is None:
        return None
    if told not in list(Moderation):
        raise BadRule(f"{told!r} is no way to moderate; there are {', '.join(Moderation)}.")
    return Moderation(str(told))


def _host(text: str) -> str:
    """Return a host as sources name it; a whole address stands for its host."""
    named = text if "://" in text else f"http://{text.removeprefix('*.').removeprefix('.')}/"
    try:
        return urls.host_of(urls.normalize(named))
    except BadURL as error:
        raise BadRule(f"{text!r} is no host; one is written as casino.example.") from error


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise BadRule(f"{text!r} is no network; one is written as 203.0.113.0/24.") from error


def _path(text: str) -> str:
    if "/" not in text:
        raise BadRule(f"{text!r} is no path: it begins with a host or a pattern of one, as in *.example/tag/* .")
    return text


_FORMS = {ListedKind.HOST: _host, ListedKind.NETWORK: _network, ListedKind.PATH: _path, ListedKind.WORD: str.casefold}
