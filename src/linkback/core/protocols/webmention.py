"""Webmention: one form with two fields, source and target, posted to where the target says.

Pure: bytes in, values out. What a stranger wrote leaves here as one line of plain text, and
what we answer never holds anything of the source, an address of ours or an exception.
Spec: https://www.w3.org/TR/webmention/
"""

import json
import re
from functools import lru_cache
from html import escape
from itertools import islice
from math import ceil

from linkback.core.errors import BadPing, BadReply, BadURL, Problem
from linkback.core.linkheader import header_safe, is_of, read_links, write_link
from linkback.core.model import (
    Answer,
    Citation,
    Endpoint,
    Headers,
    Page,
    Ping,
    Question,
    Reply,
    Request,
    Response,
    first_header,
    retry_after,
)
from linkback.core.pages import document, encoding
from linkback.core.protocols.forms import MEDIA_TYPE, Form, read_form, write_form
from linkback.core.text import bounded, clean
from linkback.core.urls import parse, resolve

NAME = "webmention"
CONTENT_TYPE = "application/json"
ACCEPT = "application/json, text/plain;q=0.9, */*;q=0.1"  # an answer in words; some send browsers elsewhere
HTML_TYPES = {"text/html", "application/xhtml+xml", ""}  # "": the body decides; feeds have links of their own kind
OFFERS = f':is(a, link)[rel~="{NAME}" i][href]'
MAX_OFFERS = 100  # elements looked at; a page has one, and more that lead nowhere are made to cost time
MAX_MESSAGE = 300  # characters of what a stranger answered; a sentence or two
MAX_ANSWER = 1 << 16  # bytes of an answer that are read; a status page in JSON is below 10 KB
PAUSE = 60.0  # seconds where we name no time ourselves

# Every refusal is the sender's to mend (section 3.2.3) but these.
STATUS = {Problem.TOO_MANY: 429, Problem.INTERNAL: 500}
# webmention.io's words, which senders know, where it has one.
WORDS: dict[Problem, str] = {
    Problem.SOURCE_NOT_FOUND: "source_not_found",
    Problem.NO_LINK: "no_link_found",
    Problem.TARGET_NOT_FOUND: "target_not_found",
    Problem.TARGET_NOT_ACCEPTED: "invalid_target",
    Problem.ALREADY_REGISTERED: "already_registered",
    Problem.ACCESS_DENIED: "blocked",
    Problem.SAME_PAGE: "same_page",
    Problem.SELF_PING: "self_ping",
    Problem.TOO_MANY: "rate_limit_exceeded",
    Problem.SOURCE_TROUBLE: "source_trouble",
    Problem.NOT_WELL_FORMED: "invalid_request",
    Problem.UNSUPPORTED_ENCODING: "invalid_request",
    Problem.BAD_CHARACTER: "invalid_request",
    Problem.NOT_CONFORMING: "invalid_request",
    Problem.METHOD_NOT_FOUND: "invalid_request",
    Problem.BAD_PARAMETERS: "invalid_request",
    Problem.INTERNAL: "unknown_error",
}
SENTENCES: dict[Problem, str] = {
    Problem.SOURCE_NOT_FOUND: "The source cannot be read. It must be a public web page that answers with text.",
    Problem.NO_LINK: "The source has no link to the target. Link to exactly this address, then send it again.",
    Problem.TARGET_NOT_FOUND: "The target does not exist.",
    Problem.TARGET_NOT_ACCEPTED: "The target takes no webmentions here. It must be a page of a site that is "
    "registered here, open to webmentions and advertising this endpoint.",
    Problem.ALREADY_REGISTERED: "This webmention is registered already. Nothing more needs to be done.",
    Problem.ACCESS_DENIED: "This webmention is refused.",
    Problem.SAME_PAGE: "Source and target are the same page. The source must be another page that links to the target.",
    Problem.SELF_PING: "Source and target belong to the same site, which takes no webmentions from itself.",
    Problem.TOO_MANY: "Too many webmentions for now. Send this one again later.",
    Problem.SOURCE_TROUBLE: "The source's server has trouble at the moment. The source is looked at again later.",
    Problem.NOT_WELL_FORMED: "The request cannot be read.",
    Problem.UNSUPPORTED_ENCODING: "The request's charset is not taken. Use UTF-8.",
    Problem.BAD_CHARACTER: "The request holds bytes that its charset does not have.",
    Problem.NOT_CONFORMING: f"The request is no webmention. Send source and target as {MEDIA_TYPE}.",
    Problem.METHOD_NOT_FOUND: "There is no such thing here. POST source and target.",
    Problem.BAD_PARAMETERS: "A webmention has two fields: source and target, each the full address of a web page.",
    Problem.INTERNAL: "Something went wrong here. Send the webmention again later.",
}
SUCCESS = "The webmention is queued. Its source is looked at soon."

# The other way: what a word means that came in.
PROBLEMS: dict[str, Problem] = {word: problem for problem, word in WORDS.items()} | {
    "invalid_request": Problem.BAD_PARAMETERS,
    "invalid_source": Problem.SOURCE_NOT_FOUND,
    "target_not_supported": Problem.TARGET_NOT_ACCEPTED,  # webmention.io of old
}
WORD_KEYS = ("error", "code")  # webmention.io and OAuth; WordPress
SENTENCE_KEYS = ("error_description", "summary", "message", "detail")  # and problem+json (RFC 9457)
# What a status says that came without a word.
UNSAID = {
    401: "the endpoint wants a password",
    403: "the endpoint lets nobody in",
    404: "the endpoint does not exist",
    405: "the endpoint takes no POST",
    410: "the endpoint is gone",
    429: "too many for now",
    449: "the endpoint wants somebody to vouch for the source",
    503: "too busy",
}
BUSY = {408, 425, 429, 503}  # each says: not now
WHITE = " \t\r\n"

_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json|text/json")
_TAG = re.compile(r"<(?=[A-Za-z/!?])[^<>]*+>?")


def advertise(endpoint: str, target: str) -> tuple[tuple[str, str], str]:
    """Return the Link header and the `<link>` that tell senders where to send (section 3.1.2)."""
    return ("Link", write_link(endpoint, NAME)), f'<link rel="{NAME}" href="{escape(header_safe(endpoint))}">'


def discover(page: Page, *, strict: bool = False) -> Endpoint | None:
    """Return where the page takes webmentions (section 3.1.2): its first Link header, else its first element.

    The first `<link>` or `<a>` in the document with the very rel token counts, of HTML only.
    Addresses are resolved against the page's final one. An element without href, and what leads
    to no http(s) address, counts as not said. The document has one form, so strict changes nothing.
    """
    if url := _in_header(page):
        return Endpoint(url, NAME, "header")
    return _in_document(page)


def build_request(endpoint: str, ping: Ping, citation: Citation) -> Request:
    """Return the POST that tells endpoint of the ping; a query of the endpoint's stays in its address."""
    body = write_form((("source", ping.source), ("target", ping.target)))
    return Request("POST", endpoint, (("content-type", MEDIA_TYPE), ("accept", ACCEPT)), body)


def parse_request(request: Request) -> Ping | Question | Answer:
    """Return the Ping that a form says; other fields (vouch, code, ...) are passed over.

    Raises BadPing with a sentence for the caller; a source or target that is given twice, and
    differently, is refused, since programs disagree on which one counts.
    """
    form = read_form(request.body, first_header(request.headers, "content-type"))
    return Ping(_only(form, "source"), _only(form, "target"), NAME, request.sender, waits=False)


def build_response(reply: Reply | Answer) -> Response:
    """Return the response that words a reply: 201 with the status page's Location, or 202; 400, 429 or 500.

    Never 200, which would say that the source has been looked at (section 3.2). What is known
    already is taken once more, as an update (section 3.2.4).
    """
    if isinstance(reply, Answer):
        return Response(200, (("content-type", CONTENT_TYPE),), json.dumps(reply.value).encode())
    if reply.ok or reply.problem is Problem.ALREADY_REGISTERED:
        return _taken(reply)
    problem = reply.problem or Problem.INTERNAL
    headers: Headers = (("content-type", CONTENT_TYPE),)
    if problem is Problem.TOO_MANY:
        seconds = max(1, ceil(PAUSE if reply.retry_after is None else reply.retry_after))
        headers = (*headers, ("retry-after", str(seconds)))
    return Response(STATUS.get(problem, 400), headers, _worded(problem, reply.message))


def parse_response(response: Response) -> Reply:
    """Return what an endpoint answered: any 2xx is success, whatever it holds (section 3.1.3).

    `location` is the status page of a 201. TOO_MANY (429, 503), INTERNAL (other 5xx) and
    SOURCE_TROUBLE mean later; other answers are a refusal, by its word where that is known.
    Raises BadReply for what is neither success nor an error.
    """
    status = response.status
    word, said = _said(response)
    if 200 <= status < 300:
        return Reply(message=said, location=_status_page(response) if status == 201 else "")
    if not 400 <= status < 600:
        raise BadReply(f"HTTP {status}: the endpoint neither took the webmention nor refused it.")
    problem = _problem(status, word)
    wait = retry_after(response.headers) if problem is Problem.TOO_MANY else None
    return Reply(problem, said or _unsaid(status, word), wait, status)


def _in_header(page: Page) -> str | None:
    links = (link for link in read_links(page.headers) if NAME in link.rels and is_of(link, page.url))
    return next((url for link in links if (url := resolve(page.url, link.target))), None)


def _in_document(page: Page) -> Endpoint | None:
    if encoding.content_type(page) not in HTML_TYPES or not _may_offer(page.body):
        return None
    if document.media_of(page) != document.HTML:
        return None
    for element in islice(document.read(page).tree.select(OFFERS), MAX_OFFERS):
        url = None if document.in_template(element) else resolve(page.url, element.attr("href") or "")
        if url:
            return Endpoint(url, NAME, "link" if element.tag == "link" else "anchor")
    return None


def _may_offer(body: bytes) -> bool:
    """Tell whether a page may hold the token at all: as it is, by number, or in another encoding.

    Most pages of the web do not, and need no parsing.
    """
    return b"&#" in body or b"\0" in body or b"\x1b" in body or b"webmention" in body.lower()


def _only(form: Form, name: str) -> str:
    given = {value.strip(WHITE) for value in form.values(name)} - {""}
    if not given:
        raise BadPing(Problem.BAD_PARAMETERS, f"The field {name} is missing. {SENTENCES[Problem.BAD_PARAMETERS]}")
    if len(given) > 1:
        raise BadPing(Problem.BAD_PARAMETERS, f"The field {name} is there twice. Send one webmention for each pair.")
    return given.pop()


def _taken(reply: Reply) -> Response:
    summary = {"status": "queued", "summary": reply.message if reply.ok and reply.message else SUCCESS}
    headers: Headers = (("content-type", CONTENT_TYPE),)
    if not reply.location:
        return Response(202, headers, json.dumps(summary).encode())
    location = header_safe(reply.location)
    return Response(201, (*headers, ("location", location)), json.dumps(summary | {"location": location}).encode())


@lru_cache(256)
def _worded(problem: Problem, message: str) -> bytes:
    return json.dumps({"error": WORDS[problem], "error_description": message or SENTENCES[problem]}).encode()


def _problem(status: int, word: str) -> Problem:
    named = PROBLEMS.get(word)
    if status in BUSY:
        return Problem.TOO_MANY
    if status >= 500:
        return Problem.SOURCE_TROUBLE if named is Problem.SOURCE_TROUBLE else Problem.INTERNAL
    return named or Problem.ACCESS_DENIED


def _unsaid(status: int, word: str) -> str:
    if word in PROBLEMS:
        return SENTENCES[PROBLEMS[word]]
    return f"HTTP {status}: {UNSAID.get(status, 'the endpoint has trouble' if status >= 500 else 'refused')}."


def _said(response: Response) -> tuple[str, str]:
    """Return the word and the sentence of an answer, each empty where there is none; of HTML there is none."""
    media = (first_header(response.headers, "content-type") or "").partition(";")[0].strip().lower()
    body = response.body[:MAX_ANSWER]
    if _JSON.fullmatch(media):
        return _said_in_json(body)
    # Programs that say text/html of a bare sentence are many, since PHP does so for them.
    if media == "text/plain" or (media in ("", "text/html") and b"<" not in body):
        return "", _plain(body.decode("utf-8", "replace"))
    return "", ""


def _said_in_json(body: bytes) -> tuple[str, str]:
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(said, dict):
        return "", _plain(said) if isinstance(said, str) else ""
    texts = {key: value for key, value in said.items() if isinstance(value, str)}
    words = [texts[key] for key in WORD_KEYS if key in texts]
    word = next((word for word in words if word in PROBLEMS), "")
    sentences = (_plain(texts[key]) for key in SENTENCE_KEYS if key in texts)
    # Some write their sentence where others have the word.
    return word, next(filter(None, sentences), "") or next((_plain(text) for text in words if " " in text), "")


def _plain(text: str) -> str:
    return bounded(clean(_TAG.sub(" ", text[: 10 * MAX_MESSAGE])), MAX_MESSAGE)


def _status_page(response: Response) -> str:
    location = (first_header(response.headers, "location") or "").strip()
    try:
        parse(location)
    except BadURL:
        return ""
    return location
