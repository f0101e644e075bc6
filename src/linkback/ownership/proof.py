"""What counts as a proof that a site is somebody's: a word that only who runs the site can make it say. Pure.

Whatever visitors of a site can write must not prove anything: a link in a comment, a page of a wiki, an answer that
repeats the address that was asked for. So an element is a `<link>`, and a file is plain text that is the word alone.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from urllib.parse import parse_qsl

from linkback.core import urls
from linkback.core.model import Endpoint, Page, first_header
from linkback.core.pages import encoding
from linkback.core.protocols import PROTOCOLS

FIELD = "site"  # of an endpoint's query
PLAIN = "text/plain"
# Where the page itself speaks. Of `anchor`, `rdf` and `lenient` it may be a visitor who does.
OF_THE_PAGE = frozenset({"header", "link"})

IsOurs = Callable[[str], bool]

ELSEWHERE = "It leads to {}, which is another site. Add that one, if it is yours."
ANSWERED = "It answers with status {}."
NOT_OURS = "The page names no endpoint of this server, in a header or in a <link>."
NO_WORD = "The page names our endpoint, but without the word. On this server that proves nothing, since others do too."
NOT_TEXT = "The file comes as {}; it has to come as text/plain, as a file that ends in .txt does."
OTHER_TEXT = "The file says something else; the word has to be all that stands in it."
NO_NAME = "An address has no records of its own; this way is for names."
NO_ANSWER = "No name server answered."
NO_RECORD = "There is no such record yet. A new one may take an hour to be seen everywhere."
OTHER_RECORD = "There is a record, but it says something else."


def endpoint_with(endpoint: str, word: str) -> str:
    """Return an endpoint as the page has to name it; it takes pings like the plain one."""
    return f"{endpoint}?{FIELD}={word}"


def file_name(word: str) -> str:
    """Return the name of the file, at the site's base address."""
    return f"linkback-{word}.txt"


def record_name(host: str) -> str:
    """Return the name of the TXT record of a host; empty for an address, which can have none."""
    try:
        ip_address(host)
    except ValueError:
        return f"_linkback.{host}"
    return ""


def record_text(word: str) -> str:
    """Return what the TXT record has to say."""
    return f"linkback={word}"


def why_not_page(page: Page, site: str, word: str, is_ours: IsOurs, *, plain: bool) -> str:
    """Say what the page at the site's base address is short of; empty when it names our endpoint with the word.

    With `plain`, our endpoint proves enough without it.
    """
    if trouble := _why_not_there(page, site):
        return trouble
    offers = [offer for protocol in PROTOCOLS if (offer := protocol.discover(page)) and _is_ours(offer, is_ours)]
    if any(word in _words_of(offer.url) for offer in offers):
        return ""
    if not offers:
        return NOT_OURS
    return "" if plain else NO_WORD


def why_not_file(page: Page, site: str, word: str) -> str:
    """Say what the file is short of; empty when it says the word."""
    if trouble := _why_not_there(page, site):
        return trouble
    media = (first_header(page.headers, "content-type") or "").partition(";")[0].strip().lower()
    if media != PLAIN:
        return NOT_TEXT.format(media[:60] or "nothing in particular")
    said = encoding.text_of(page).strip("\ufeff \t\r\n")
    return "" if said == word and not page.truncated else OTHER_TEXT


def why_not_record(records: Iterable[str] | None, word: str) -> str:
    """Say what the TXT records are short of, None where nobody answered; empty when one says the word."""
    if records is None:
        return NO_ANSWER
    said = [record.strip() for record in records]
    if record_text(word) in said:
        return ""
    return OTHER_RECORD if said else NO_RECORD


def _why_not_there(page: Page, site: str) -> str:
    passed = (*page.redirects, page.url)
    if foreign := next((url for url in passed if not urls.same_site(url, site)), None):
        return ELSEWHERE.format(foreign)
    return "" if page.status == 200 else ANSWERED.format(page.status)


def _is_ours(offer: Endpoint, is_ours: IsOurs) -> bool:
    return offer.found_in in OF_THE_PAGE and is_ours(offer.url)


def _words_of(endpoint: str) -> list[str]:
    """Return the words that the query of an endpoint names; a page may add to the query, as TrackBack does."""
    return [value for name, value in parse_qsl(urls.parse(endpoint).query) if name == FIELD]
