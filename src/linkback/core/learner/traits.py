"""The features of a candidate: what is learned from, and what the prior weighs. Only of what is kept with a mention.

Words have a prefix: `w:` of title, anchor, excerpt and author, `h:` of the host, `p:` of the path. The rest is
`name:step`; a step that says nothing has no name, so that most mentions have few of them:

    place kind lang script tld            as the citation, the page, the host say
    rel       nofollow ugc sponsored noindex
    title     none same (as the target's) loud          anchor  none address long       text  none
    author    none named                                date    none given
    sign      money percent shout                       scheme  http
    path      root deep query                           host    number digits hyphens deep foreign
    via       one many                                  odds    language script (not the target's)
    words     none tiny few many book                   links   none some many list farm
    hosts     some many list farm                       linked  much mostly
    relevance nearness    none low some high            copied  part most
    template wording      shared many                   rush    domain target site
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain, islice

from linkback.core.learner.words import features_of
from linkback.core.model import Candidate, Citation, Company, Evidence, Likeness, Makeup
from linkback.core.urls import host_of

MOST = 80  # features of one candidate
MOST_WORDS = 44  # of its texts
MOST_OF_ADDRESS = 14  # words of host and path
MOST_OF_SHORT = 8  # words of the anchor and of the author's name each, so that the title finds room
LONG_ANCHOR = 60  # characters
DEEP_PATH = 5  # slashes
DEEP_HOST = 3  # dots
MANY_HYPHENS = 2
LONGEST_ADDRESS = 300  # characters read
LONGEST_LABEL = 24

PLACES = frozenset({"content", "sidebar", "navigation", "header", "footer", "comments", "hidden"})
KINDS = frozenset({"mention", "reply", "like", "repost", "bookmark", "rsvp"})
RELS = frozenset({"nofollow", "ugc", "sponsored"})
_LANGUAGE = re.compile("[a-z]{2,3}(?![a-z])")
_NAME = re.compile("[a-z]{2,30}")
_HOST_WORD = re.compile("[a-z]{3,}")
_PATH_WORD = re.compile("[a-zA-Z]{3,}")
_DIGIT = re.compile("[0-9]")
_MONEY = re.compile("[$€£¥₽₹₿]")


class _Steps:
    """A number, told in steps: the feature for what is below the first bound, for what is below the second, and on."""

    __slots__ = ("_bounds", "_features")

    def __init__(self, name: str, *steps: str, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._features = tuple(f"{name}:{step}" if step else "" for step in steps)

    def of(self, value: float) -> str:
        """Return the feature of a value, empty where it says nothing."""
        return self._features[bisect_right(self._bounds, value)]


_WORDS = _Steps("words", "none", "tiny", "few", "", "many", "book", bounds=(1, 50, 200, 1500, 5000))
_LINKS = _Steps("links", "none", "", "some", "many", "list", "farm", bounds=(1, 4, 11, 31, 101))
_HOSTS = _Steps("hosts", "", "some", "many", "list", "farm", bounds=(4, 11, 31, 101))
_LINKED = _Steps("linked", "", "much", "mostly", bounds=(0.3, 0.6))
_RELEVANCE = _Steps("relevance", "none", "low", "some", "high", bounds=(0.03, 0.1, 0.25))
_NEARNESS = _Steps("nearness", "none", "low", "some", "high", bounds=(0.03, 0.1, 0.25))
_COPIED = _Steps("copied", "", "part", "most", bounds=(0.2, 0.6))
_TEMPLATE = _Steps("template", "", "shared", "many", bounds=(1, 5))
_WORDING = _Steps("wording", "", "shared", "many", bounds=(1, 5))
_VIA = _Steps("via", "", "one", "many", bounds=(1, 2))
_RUSHES = (
    ("of_domain", _Steps("rush", "", "domain", bounds=(3,))),
    ("at_target", _Steps("rush", "", "target", bounds=(6,))),
    ("new_at_site", _Steps("rush", "", "site", bounds=(20,))),
)
_NO_COMPANY = Company()
_UNREAD = Makeup()


def features(candidate: Candidate) -> tuple[str, ...]:
    """Return what is learned from in a candidate, each once: words, and what its evidence says, in steps.

    None of them holds a blank; at most MOST, however long the page.
    """
    citation = candidate.citation
    said = (_of_evidence(candidate.evidence, citation), _of_citation(citation), _of_address(candidate.source))
    found = dict.fromkeys(chain(*said))
    found.pop("", None)
    return tuple(islice(chain(found, islice(_of_texts(citation), MOST_WORDS)), MOST))


def _of_texts(citation: Citation) -> dict[str, None]:
    """Return the words of what a citation says, each once; short texts first, so that they find room."""
    short = [islice(features_of(text), MOST_OF_SHORT) for text in (citation.anchor, citation.author.name)]
    return dict.fromkeys(chain(*short, features_of(citation.title), features_of(citation.excerpt)))


def _of_address(source: str) -> Iterator[str]:
    host, rest = host_of(source), source[source.find("/", 8) :][:LONGEST_ADDRESS]
    path, mark, _ = rest.partition("?")
    if source.startswith("http://"):
        yield "scheme:http"
    if mark:
        yield "path:query"
    if len(path) <= 1:
        yield "path:root"
    elif path.count("/") >= DEEP_PATH:
        yield "path:deep"
    yield from _of_host(host)
    words = [f"h:{word[:LONGEST_LABEL]}" for word in _HOST_WORD.findall(host.rpartition(".")[0]) if word != "www"]
    words += [f"p:{word[:LONGEST_LABEL]}" for word in _PATH_WORD.findall(path.lower())]
    yield from words[:MOST_OF_ADDRESS]


def _of_host(host: str) -> Iterator[str]:
    name, _, tld = host.rpartition(".")
    if tld.isdecimal() or ":" in host:
        yield "host:number"
        return
    if _NAME.fullmatch(tld):
        yield f"tld:{tld}"
    if "xn--" in host:
        yield "host:foreign"
    elif _DIGIT.search(name):
        yield "host:digits"
    if name.count("-") >= MANY_HYPHENS:
        yield "host:hyphens"
    if name.count(".") >= DEEP_HOST:
        yield "host:deep"


def _of_citation(citation: Citation) -> Iterator[str]:
    if citation.place in PLACES:
        yield f"place:{citation.place}"
    if citation.kind in KINDS:
        yield f"kind:{citation.kind}"
    if language := _subtag(citation.language):
        yield f"lang:{language}"
    for word in citation.rel:
        if word in RELS:
            yield f"rel:{word}"
    if citation.noindex:
        yield "rel:noindex"
    yield "author:named" if citation.author.name else "author:none"
    yield "date:none" if citation.published is None else "date:given"
    yield from _of_looks(citation.title, citation.anchor, citation.excerpt)


def _of_looks(title: str, anchor: str, excerpt: str) -> Iterator[str]:
    """Yield how title, anchor and excerpt look, whatever their words."""
    if not title:
        yield "title:none"
    elif title.isupper():
        yield "title:loud"
    if not anchor:
        yield "anchor:none"
    elif anchor.startswith(("http://", "https://", "www.")):
        yield "anchor:address"
    elif len(anchor) >= LONG_ANCHOR:
        yield "anchor:long"
    if not excerpt:
        yield "text:none"
    text = f"{title} {excerpt}"
    if _MONEY.search(text):
        yield "sign:money"
    if "%" in text:
        yield "sign:percent"
    if "!!" in text or "!" in title:
        yield "sign:shout"


def _of_evidence(evidence: Evidence, citation: Citation) -> Iterator[str]:
    yield _VIA.of(len(evidence.via))
    yield from _of_makeup(evidence.makeup)
    yield from _of_likeness(evidence.likeness, _subtag(citation.language), evidence.makeup.script)
    if evidence.company != _NO_COMPANY:
        yield from _of_company(evidence.company)


def _of_makeup(makeup: Makeup) -> Iterator[str]:
    if makeup == _UNREAD:
        return
    yield _WORDS.of(makeup.words)
    yield _LINKS.of(makeup.links)
    yield _HOSTS.of(makeup.hosts)
    yield _LINKED.of(makeup.linked)
    if makeup.script.isalpha():
        yield f"script:{makeup.script[:LONGEST_LABEL]}"


def _of_likeness(likeness: Likeness, language: str, script: str) -> Iterator[str]:
    if likeness.relevance is not None:
        yield _RELEVANCE.of(likeness.relevance)
    if likeness.nearness is not None:
        yield _NEARNESS.of(likeness.nearness)
    if likeness.copied is not None:
        yield _COPIED.of(likeness.copied)
    if likeness.same_title:
        yield "title:same"
    if language and likeness.language and language != _subtag(likeness.language):
        yield "odds:language"
    if script and likeness.script and script != likeness.script:
        yield "odds:script"


def _of_company(company: Company) -> Iterator[str]:
    yield _TEMPLATE.of(company.template_hosts)
    yield _WORDING.of(company.wording_hosts)
    for name, steps in _RUSHES:
        yield steps.of(getattr(company, name))


def _subtag(language: str) -> str:
    """Return the primary subtag of a language tag ("de" of "de-AT"), empty where that is none."""
    found = _LANGUAGE.match(language.lower())
    return found[0] if found else ""
