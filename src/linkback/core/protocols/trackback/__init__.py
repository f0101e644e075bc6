"""TrackBack 1.2: a form with the source's address, posted to an address of the target's own.

Pure: bytes in, values out. The source is verified like that of any other ping, although the
document asks for nothing of the kind; what the sender tells of it is only ever a claim.
Spec: TrackBack Technical Specification 1.2 (Six Apart, 2004); rel=trackback of the IETF draft of 2005
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from itertools import islice
from math import ceil
from urllib.parse import quote, unquote

import turbohtml

from linkback.core import linkheader
from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.model import (
    Answer,
    Author,
    Citation,
    Endpoint,
    Page,
    Ping,
    Reply,
    Request,
    Response,
    first_header,
    retry_after,
)
from linkback.core.pages import document
from linkback.core.pages.excerpt import MAX_EXCERPT
from linkback.core.pages.facts import MAX_NAME
from linkback.core.pages.flow import text_inside
from linkback.core.protocols import forms
from linkback.core.protocols.trackback import answer, rdf
from linkback.core.text import bounded, clean
from linkback.core.urls import resolve

NAME = "trackback"
CONTENT_TYPE = "text/xml; charset=utf-8"
REQUEST_TYPE = f"{forms.MEDIA_TYPE}; charset=utf-8"
OFFERS = f':is(a, link)[rel~="{NAME}" i][href]'
MAX_OFFERS = 100  # elements looked at; a page has one, and more that lead nowhere are made to cost time
MAX_MESSAGE = 300  # characters of what a stranger answered; a sentence or two
MAX_CODE = 20  # characters of an error code that is no number
MAX_TOLD = 20  # characters of raw text read for each that is kept: markup and escapes fall away
PAUSE = 60.0  # seconds where nobody named a time; WordPress takes one ping in 15 s for the whole blog

SENTENCES: dict[Problem, str] = {
    Problem.SOURCE_NOT_FOUND: "The page at url cannot be read. It must be a public web page that answers with text.",
    Problem.NO_LINK: "The page at url has no link to this entry. Link to exactly its address, then send this again.",
    Problem.TARGET_NOT_FOUND: "This entry does not exist.",
    Problem.TARGET_NOT_ACCEPTED: "This entry takes no trackbacks here. It must be a page of a site that is registered "
    "here, open to pings and advertising this endpoint.",
    Problem.ALREADY_REGISTERED: "This trackback is registered already. Nothing more needs to be done.",
    Problem.ACCESS_DENIED: "This trackback is refused.",
    Problem.SAME_PAGE: "The page at url is this entry itself. It must be another page that links to this entry.",
    Problem.SELF_PING: "The page at url belongs to the same site, which does not take pings from itself.",
    Problem.TOO_MANY: "Too many pings for now. Send this one again later.",
    Problem.SOURCE_TROUBLE: "The server of url has trouble at the moment. The page is looked at again later.",
    Problem.NOT_WELL_FORMED: "The request cannot be read.",
    Problem.UNSUPPORTED_ENCODING: "The form's charset is not taken. Use UTF-8.",
    Problem.BAD_CHARACTER: "The form holds bytes that its charset does not have.",
    Problem.NOT_CONFORMING: "The request is no form. A trackback is a POST of a form with the field url.",
    Problem.METHOD_NOT_FOUND: "There is no such method here.",
    Problem.BAD_PARAMETERS: "The form has no field url. It is the address of the page that links to this entry.",
    Problem.INTERNAL: "Something went wrong here. Send the trackback again later.",
}
NO_TARGET = "The address that this was sent to does not name the entry. It must end in ?for= and the entry's address."

# Tried in turn where nobody names a charset. Windows-1252 has no 0x81, which Japanese text is full of.
GUESSES = ("utf-8", "windows-1252", "shift_jis")
BUSY = {429, 503}
# What an HTTP status says of a refusal; WordPress also writes it into its other form.
STATUSES = {409: Problem.ALREADY_REGISTERED, 429: Problem.TOO_MANY, 503: Problem.TOO_MANY}
ALREADY = re.compile(r"\balready a ping\b|\balready (?:been )?registered\b|\bduplicate\b", re.IGNORECASE)

_SUCCESS = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>'
_FAILURE = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>1</error>\n<message>{}</message>\n</response>'
_NAMED_CHARSET = re.compile(rb"(?:\A|&)charset=([^&]++)")
_RAW = re.compile(r"(https?):/{1,2}(?!/)(.*)", re.IGNORECASE | re.DOTALL)
_PATH_FORM = "/trackback/"


def advertise(endpoint: str, target: str) -> tuple[tuple[str, str], str]:
    """Return the Link header, and the RDF block with a `<link>`, that say where trackbacks to target go.

    The address is the endpoint with ?for= and the target, so each page has its own.
    """
    target = linkheader.header_safe(target)
    mark = "&" if "?" in endpoint else "?"
    ping_url = f"{linkheader.header_safe(endpoint)}{mark}for={quote(target, safe='')}"
    html = f'{rdf.write(ping_url, target)}\n<link rel="trackback" href="{rdf.escaped(ping_url)}">'
    return ("Link", linkheader.write_link(ping_url, NAME)), html


def discover(page: Page, *, strict: bool = False) -> Endpoint | None:
    """Return where trackbacks to the page go: by its RDF block, its Link header, or the first `<link>` or `<a>`.

    The block is the document's own way and names the entry, so it wins; a page that two ways
    disagree on is mostly one whose theme says it for the whole page. strict makes no difference here.
    """
    url = rdf.find(page)
    if url:
        return Endpoint(url, NAME, "rdf")
    return next(_in_headers(page), None) or next(_in_elements(page), None)


def build_request(endpoint: str, ping: Ping, citation: Citation) -> Request:
    """Return the form that tells endpoint of the source, in UTF-8; fields that the citation does not fill are left out.

    The target is not in it: the endpoint stands for one entry.
    """
    told = (("title", citation.title), ("excerpt", citation.excerpt), ("blog_name", citation.author.name))
    body = forms.write_form((("url", ping.source), *((name, text) for name, text in told if text)))
    return Request("POST", endpoint, (("content-type", REQUEST_TYPE),), body)


def parse_request(request: Request) -> Ping:
    """Return the ping of a form; the target is named by the address that it was posted to.

    Raises BadPing with a sentence: no target, no url, no form, a charset that is not taken.
    """
    target = _target(request.url)
    form = _form(request)
    source = form.get("url").strip()
    if not source:
        raise BadPing(Problem.BAD_PARAMETERS, SENTENCES[Problem.BAD_PARAMETERS])
    told = Citation(
        title=_plain(form.get("title"), document.MAX_TITLE),
        excerpt=_plain(form.get("excerpt"), MAX_EXCERPT),
        author=Author(name=_plain(form.get("blog_name"), MAX_NAME)),
    )
    return Ping(source, target, NAME, request.sender, told=told)


def build_response(reply: Reply | Answer) -> Response:
    """Return the response that words a reply: 200 for refusals too, 429 with Retry-After for TOO_MANY.

    A trackback that is registered already is a success: who repeats it wants nothing else.
    """
    if isinstance(reply, Answer) or reply.ok or reply.problem is Problem.ALREADY_REGISTERED:
        return Response(200, (("content-type", CONTENT_TYPE),), _SUCCESS.encode())
    body = _refusal(reply.message or SENTENCES[reply.problem or Problem.INTERNAL])
    if reply.problem is Problem.TOO_MANY:
        seconds = max(1, ceil(PAUSE if reply.retry_after is None else reply.retry_after))
        return Response(429, (("content-type", CONTENT_TYPE), ("retry-after", str(seconds))), body)
    return Response(200, (("content-type", CONTENT_TYPE),), body)


def parse_response(response: Response) -> Reply:
    """Return what an endpoint answered: error 0 is success, anything else a refusal.

    ALREADY_REGISTERED means that the work is done; TOO_MANY that it is to be done later, after
    retry_after seconds where a time was named. Raises BadReply for what is no TrackBack answer,
    and for one without an `<error>` or with an empty one.
    """
    try:
        said = answer.read(response.body, first_header(response.headers, "content-type") or "")
    except BadReply as error:
        if response.status in BUSY:
            return Reply(Problem.TOO_MANY, f"HTTP {response.status}: too busy.", retry_after(response.headers))
        raise BadReply(_no_answer(response.status, str(error))) from error
    if not said.error:
        raise BadReply("The answer has no error code: <error> is missing or empty.")
    message = _plain(said.message, MAX_MESSAGE)
    return Reply(message=message) if said.error == "0" else _refused(response, said, message)


def _refused(response: Response, said: answer.Said, message: str) -> Reply:
    problem = STATUSES.get(response.status) or STATUSES.get(_number(said.status) or 0)
    if problem is None:
        problem = Problem.ALREADY_REGISTERED if ALREADY.search(message) else Problem.ACCESS_DENIED
    wait = None
    if problem is Problem.TOO_MANY:
        named = retry_after(response.headers)
        wait = PAUSE if named is None else named
    error = said.error or ""
    message = message or f"Refused without a reason (error {_plain(error, MAX_CODE)})."
    return Reply(problem, message, wait, _number(error))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII) else None


def _no_answer(status: int, sentence: str) -> str:
    return sentence if 200 <= status < 300 else f"HTTP {status}. {sentence}"


def _target(url: str) -> str:
    """Return the entry that a ping address stands for, by its path or else by ?for=; raises BadPing where by neither.

    In the path it stands whole, escaped once or not at all; what is not escaped may have a query
    of its own, and may have lost a slash to a proxy that thinks two are one.
    """
    path, _, query = url.partition("?")
    behind = path.partition(_PATH_FORM)[2]
    raw = _RAW.fullmatch(behind)
    if raw:
        return _whole(raw) + (f"?{query}" if query else "")
    named = unquote(behind) or next((value for name, value in _parameters(query) if name == "for"), "")
    if not named:
        raise BadPing(Problem.TARGET_NOT_FOUND, NO_TARGET)
    raw = _RAW.fullmatch(named)
    return _whole(raw) if raw else named


def _whole(raw: re.Match[str]) -> str:
    return f"{raw[1]}://{raw[2]}"


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    for parameter in query.split("&", forms.MAX_FIELDS):
        name, _, value = parameter.partition("=")
        yield name, unquote(value)  # a plus stays one: no address has a blank


def _form(request: Request) -> forms.Form:
    """Return the form, in the charset that the Content-Type names, else a field, else the first that fits."""
    content_type = first_header(request.headers, "content-type")
    if forms.charset_of(content_type) is not None:
        return forms.read_form(request.body, content_type)
    named = _NAMED_CHARSET.search(request.body)
    charsets = (unquote(named[1].decode("latin-1")).strip(),) if named else GUESSES
    for charset in charsets[:-1]:
        try:
            return forms.read_form(request.body, content_type, charset=charset)
        except BadPing as error:
            if error.problem is not Problem.BAD_CHARACTER:
                raise
    return forms.read_form(request.body, content_type, charset=charsets[-1])


def _plain(text: str, limit: int) -> str:
    """Return what a stranger wrote as one line of plain text: no markup, and what is escaped twice is read twice."""
    text = text[: MAX_TOLD * limit]
    if "<" in text or "&" in text:
        body = turbohtml.parse(f"<!doctype html><body>{text}").select_one("body")
        text = unescape(text_inside(body)) if body else ""
    return bounded(clean(text), limit)


@lru_cache(256)
def _refusal(message: str) -> bytes:
    return _FAILURE.format(escape(clean(message), quote=False)).encode()


def _in_headers(page: Page) -> Iterator[Endpoint]:
    for link in linkheader.read_links(page.headers):
        url = resolve(page.url, link.target) if NAME in link.rels and linkheader.is_of(link, page.url) else None
        if url:
            yield Endpoint(url, NAME, "header")


def _in_elements(page: Page) -> Iterator[Endpoint]:
    if b"trackback" not in page.body.lower() and b"\0" not in page.body:
        return
    for element in islice(document.read(page).tree.select(OFFERS), MAX_OFFERS):
        url = None if document.in_template(element) else resolve(page.url, element.attr("href") or "")
        if url:
            yield Endpoint(url, NAME, "link" if element.tag == "link" else "anchor")
