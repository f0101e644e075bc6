"""Whether our own server would take what the page's endpoints promise.

Pure: what the settings and the database say comes in as values.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linkback.core.protocols import PROTOCOLS
from linkback.core.urls import parse
from linkback.doctor.findings import Finding, doubtful, good, wrong
from linkback.doctor.protocol import used
from linkback.doctor.subject import Subject

POINT = "own server"
NAMES = tuple(protocol.NAME for protocol in PROTOCOLS)


@dataclass(frozen=True, slots=True)
class OwnServer:
    """What our own server knows of a page. `site` is the base of the site it lies in, "" where it lies in none.

    `is_ours` tells whether an endpoint is one of ours; `names_proxies` whether server.trusted_proxies names any.
    """

    is_ours: Callable[[str], bool]
    site: str = ""
    protocols: frozenset[str] = frozenset(NAMES)
    is_closed: bool = False
    names_proxies: bool = True


def findings(subject: Subject, own: OwnServer) -> Iterator[Finding]:
    """Return what is to be said of our own set-up; nothing where the page names no endpoint of ours."""
    ours = [examiner.NAME for examiner, endpoint in used(subject.page) if own.is_ours(endpoint.url)]
    if not ours:
        return
    if not own.site:
        base = parse(subject.page.url).origin + "/"
        words = "The endpoint is ours, and the page lies in no site that is registered here: every ping is refused."
        yield wrong(POINT, words, f"linkback sites add {base}")
        return
    yield from _taken(own, ours)
    if own.is_closed:
        words = "The page is closed for pings (linkback sites list shows by which pattern of "
        words += f"{own.site}), and names our endpoint."
        yield wrong(POINT, words, f"linkback sites set {own.site} --open PATTERN")
    if not own.names_proxies:
        words = "server.trusted_proxies names no proxy. If one stands in front of this server, pings "
        words += "that come through it have no budget per sender."
        yield doubtful("proxies", words, '[server]\ntrusted_proxies = ["127.0.0.1"]')


def _taken(own: OwnServer, ours: list[str]) -> Iterator[Finding]:
    refused = [name for name in ours if name not in own.protocols]
    if not refused:
        yield good(POINT, f"The endpoint is ours, and {own.site} is registered and takes {', '.join(ours)}.")
    for name in refused:
        wanted = ",".join(other for other in NAMES if other in own.protocols or other == name)
        words = f"The page offers {name}, which is switched off for {own.site}: every one is refused."
        yield wrong(POINT, words, f"linkback sites set {own.site} --protocols {wanted}")
