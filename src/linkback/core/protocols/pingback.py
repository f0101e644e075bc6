"""Pingback 1.0: one XML-RPC call, pingback.ping(source, target).

Pure: bytes in, values out. What a stranger wrote leaves here as one line of plain text,
and what we answer never holds anything of the source, an address or an exception.
Spec: https://www.hixie.ch/specs/pingback/pingback
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from urllib.parse import quote

from linkback.core.errors import BadPing, BadReply, BadURL, Problem
from linkback.core.model import (
    Answer,
    Citation,
    Endpoint,
    Page,
    Ping,
    Question,
    Reply,
    Request,
    Response,
    first_header,
    retry_after,
)
from linkback.core.pages import document
from linkback.core.protocols import xmlrpc
from linkback.core.text import bounded, clean
from linkback.core.urls import MAX_URL_LENGTH, parse

NAME = "pingback"
CONTENT_TYPE = "text/xml; charset=utf-8"
REQUEST_TYPE = "text/xml"  # without charset, as WordPress sends it; every receiver knows that form
MAX_ESCAPED = 6 * MAX_URL_LENGTH  # characters of an address in a page, should each be a quote: &quot;
MAX_MESSAGE = 300  # characters of what a stranger answered; a sentence or two
PAUSE = 60.0  # seconds where nobody named a time; WordPress takes one ping in 15 s for the whole blog

FAULT_CODES: dict[Problem, int] = {
    Problem.SOURCE_NOT_FOUND: 16,
    Problem.NO_LINK: 17,
    Problem.TARGET_NOT_FOUND: 32,
    Problem.TARGET_NOT_ACCEPTED: 33,
    Problem.ALREADY_REGISTERED: 48,
    Problem.ACCESS_DENIED: 49,
    Problem.SAME_PAGE: 49,
    Problem.SELF_PING: 49,
    Problem.TOO_MANY: 49,
    Problem.SOURCE_TROUBLE: 50,
    Problem.NOT_WELL_FORMED: -32700,
    Problem.UNSUPPORTED_ENCODING: -32701,
    Problem.BAD_CHARACTER: -32702,
    Problem.NOT_CONFORMING: -32600,
    Problem.METHOD_NOT_FOUND: -32601,
    Problem.BAD_PARAMETERS: -32602,
    Problem.INTERNAL: -32603,
}
SENTENCES: dict[Problem, str] = {
    Problem.SOURCE_NOT_FOUND: "The source cannot be read. It must be a public web page that answers with text.",
    Problem.NO_LINK: "The source has no link to the target. Link to exactly this address, then send the ping again.",
    Problem.TARGET_NOT_FOUND: "The target does not exist.",
    Problem.TARGET_NOT_ACCEPTED: "The target takes no pingbacks here. It must be a page of a site that is registered "
    "here, open to pings and advertising this endpoint.",
    Problem.ALREADY_REGISTERED: "This pingback is registered already. Nothing more needs to be done.",
    Problem.ACCESS_DENIED: "This pingback is refused.",
    Problem.SAME_PAGE: "Source and target are the same page. The source must be another page that links to the target.",
    Problem.SELF_PING: "Source and target belong to the same site, which does not take pings from itself.",
    Problem.TOO_MANY: "Too many pings for now. Send this one again later.",
    Problem.SOURCE_TROUBLE: "The source's server has trouble at the moment. The source is looked at again later.",
    Problem.NOT_WELL_FORMED: "The request is not well-formed XML.",
    Problem.UNSUPPORTED_ENCODING: "The request's encoding is not taken. Use UTF-8.",
    Problem.BAD_CHARACTER: "The request holds bytes that its encoding does not have.",
    Problem.NOT_CONFORMING: "The request is no XML-RPC call.",
    Problem.METHOD_NOT_FOUND: "There is no such method here. system.listMethods tells which there are.",
    Problem.BAD_PARAMETERS: "The parameters do not fit the method. pingback.ping takes two strings: source, target.",
    Problem.INTERNAL: "Something went wrong here. Send the ping again later.",
}
SUCCESS = "The pingback is accepted. Thank you."

# The other way: what a code means that came in. Where several share one, the plainest.
PROBLEMS: dict[int, Problem] = {code: problem for problem, code in reversed(FAULT_CODES.items())} | {
    49: Problem.ACCESS_DENIED,
    409: Problem.ALREADY_REGISTERED,  # WordPress: duplicate comment
    429: Problem.TOO_MANY,  # WordPress: "Slow down."
}
# What an HTTP status says that came without any XML-RPC.
NO_ANSWER = {
    401: "the endpoint wants a password",
    403: "the endpoint lets nobody in",
    404: "the endpoint does not exist",
    405: "the endpoint takes no POST",
    410: "the endpoint is gone",
}
BUSY = {429, 503}

# Pingback 1.0, section 2.3. Possessive, so that a page of unclosed quotes costs one pass.
LINK = re.compile(rb'<link rel="pingback" href="([^"]++)" ?/?>')
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"'}
ENTITY = re.compile("|".join(ENTITIES))
ESCAPES = str.maketrans({character: entity for entity, character in ENTITIES.items()})
READABLE = re.compile(r"\s*(?:text/|application/(?:[\w.-]+\+)?xml\b|$)", re.IGNORECASE)
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
URL_CHARACTERS = "!#$%&'()*+,/:;<=>?@[]~\""  # what quote leaves alone besides letters, digits and _.-~


def advertise(endpoint: str, target: str) -> tuple[tuple[str, str], str]:
    """Return the X-Pingback header and the `<link>` in the one form that every client finds (sections 2.1, 2.2)."""
    endpoint = quote(endpoint, safe=URL_CHARACTERS)
    return ("X-Pingback", endpoint), f'<link rel="pingback" href="{endpoint.translate(ESCAPES)}">'


def discover(page: Page, *, strict: bool = False) -> Endpoint | None:
    """Return where the page takes pingbacks: by its header, by the expression of section 2.3, or by a lenient look.

    The lenient look takes the first `<link>` or `<a>` of the parsed page with the rel token
    pingback, however it is written; strict leaves it out. What is no http(s) address counts as
    not said. Never looks at the Link header (section 2.1).
    """
    header = first_header(page.headers, "x-pingback")
    url = _address(header.strip()) if header else None
    if url:
        return Endpoint(url, NAME, "header")
    if not READABLE.match(first_header(page.headers, "content-type") or ""):
        return None
    url = _linked(page.body)
    if url:
        return Endpoint(url, NAME, "link")
    return None if strict else _offered(page)


def build_request(endpoint: str, ping: Ping, citation: Citation) -> Request:
    """Return the POST that tells endpoint of the ping; the citation is not part of this protocol."""
    body = xmlrpc.write_call("pingback.ping", (ping.source, ping.target))
    return Request("POST", endpoint, (("content-type", REQUEST_TYPE),), body)


def parse_request(request: Request) -> Ping | Question | Answer:
    """Return what a call says: a Ping, a Question (getPingbacks), or the Answer to a system.* method.

    Raises BadPing with a sentence for the caller. system.multicall is not there: a batch would
    count as one request, and each ping costs a fetch.
    """
    call = xmlrpc.read_call(request.body, first_header(request.headers, "content-type"))
    return _method(call.method).read(call.params, request.sender)


def build_response(reply: Reply | Answer) -> Response:
    """Return the response that words a reply: 200 for faults too, 429 with Retry-After for TOO_MANY."""
    if isinstance(reply, Answer):
        return Response(200, (("content-type", CONTENT_TYPE),), xmlrpc.write_response(reply.value))
    body = _worded(reply.problem, reply.message)
    if reply.problem is Problem.TOO_MANY:
        seconds = max(1, ceil(PAUSE if reply.retry_after is None else reply.retry_after))
        return Response(429, (("content-type", CONTENT_TYPE), ("retry-after", str(seconds))), body)
    return Response(200, (("content-type", CONTENT_TYPE),), body)


def parse_response(response: Response) -> Reply:
    """Return what an endpoint answered; a value without a fault is success (section 3).

    ALREADY_REGISTERED means that the work is done; TOO_MANY that it is to be done later, after
    retry_after seconds where a time was named. Raises BadReply for what is no XML-RPC response.
    """
    try:
        value = xmlrpc.read_response(response.body, first_header(response.headers, "content-type"))
    except BadReply as error:
        if response.status in BUSY:
            return Reply(Problem.TOO_MANY, f"HTTP {response.status}: too busy.", retry_after(response.headers))
        raise BadReply(_no_answer(response.status, str(error))) from error
    if not isinstance(value, xmlrpc.Fault):
        return Reply(message=_plain(value) if isinstance(value, str) else "")
    problem = Problem.TOO_MANY if response.status in BUSY else PROBLEMS.get(value.code, Problem.ACCESS_DENIED)
    wait = retry_after(response.headers)
    if value.code == 429 and wait is None:
        wait = PAUSE
    return Reply(problem, _fault_sentence(value), wait if problem is Problem.TOO_MANY else None, value.code)


def _address(text: str) -> str | None:
    try:
        return parse(text).href
    except BadURL:
        return None


def _linked(body: bytes) -> str | None:
    """Return the address in the first match of the expression, entities expanded in one pass (section 2.3)."""
    if body.startswith(UTF_16_MARKS):
        body = body.decode("utf-16", "replace").encode()
    match = LINK.search(body)
    if match is None or len(match[1]) > MAX_ESCAPED:
        return None
    return _address(ENTITY.sub(lambda entity: ENTITIES[entity[0]], match[1].decode("utf-8", "replace")))


def _offered(page: Page) -> Endpoint | None:
    offers = document.read(page).offers(NAME)
    return Endpoint(offers[0], NAME, "lenient") if offers else None


@lru_cache(256)
def _worded(problem: Problem | None, message: str) -> bytes:
    if problem is None:
        return xmlrpc.write_response(message or SUCCESS)
    return xmlrpc.write_fault(FAULT_CODES[problem], message or SENTENCES[problem])


def _fault_sentence(fault: xmlrpc.Fault) -> str:
    said = _plain(fault.sentence)
    if fault.code in PROBLEMS:
        return said or SENTENCES[PROBLEMS[fault.code]]
    if fault.code == 0:
        return said or "Refused without a reason (fault 0)."
    return f"Refused with fault {fault.code}" + (f": {said}" if said else ", which no document names.")


def _plain(text: str) -> str:
    return bounded(clean(text[: 10 * MAX_MESSAGE]), MAX_MESSAGE)


def _no_answer(status: int, sentence: str) -> str:
    if 200 <= status < 300:
        return sentence
    return f"HTTP {status}: {NO_ANSWER.get(status, 'the endpoint failed')}. {sentence}"


Params = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A method that can be called: what it takes and returns (result first), what it is for, how a call is read."""

    signature: tuple[str, ...]
    purpose: str
    read: Callable[[Params, str | None], Ping | Question | Answer]


def _strings(params: Params, count: int, wanted: str) -> tuple[str, ...]:
    """Return the first parameters, trimmed; WordPress takes more of them too, so none is ever one too many."""
    strings = tuple(value.strip(xmlrpc.WHITE) for value in params[:count] if isinstance(value, str))
    if len(strings) < count:
        raise BadPing(Problem.BAD_PARAMETERS, f"The parameters do not fit the method, which takes {wanted}.")
    return strings


def _ping(params: Params, sender: str | None) -> Ping:
    source, target = _strings(params, 2, "two strings: the source's address, then the target's")
    return Ping(source, target, NAME, sender)


def _question(params: Params, _sender: str | None) -> Question:
    return Question(*_strings(params, 1, "one string: the target's address"))


def _list_methods(_params: Params, _sender: str | None) -> Answer:
    return Answer(list(METHODS))


def _method_signature(params: Params, _sender: str | None) -> Answer:
    return Answer([list(_named(params).signature)])


def _method_help(params: Params, _sender: str | None) -> Answer:
    return Answer(_named(params).purpose)


def _capabilities(_params: Params, _sender: str | None) -> Answer:
    return Answer({name: {"specUrl": url, "specVersion": version} for name, url, version in CAPABILITIES})


def _named(params: Params) -> Method:
    return _method(*_strings(params, 1, "one string: the name of a method"))


def _method(name: str) -> Method:
    if name not in METHODS:
        raise BadPing(Problem.METHOD_NOT_FOUND, SENTENCES[Problem.METHOD_NOT_FOUND])
    return METHODS[name]


CAPABILITIES = (
    ("xmlrpc", "http://www.xmlrpc.com/spec", 1),
    ("introspect", "http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html", 1),
    ("faults_interop", "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20010516),
    ("pingback", "https://www.hixie.ch/specs/pingback/pingback", 1),
)
METHODS = {
    "pingback.ping": Method(
        ("string", "string", "string"),
        "Tells that the page source links to the page target; takes the two addresses in this order.",
        _ping,
    ),
    "pingback.extensions.getPingbacks": Method(
        ("array", "string"),
        "Returns the addresses of the pages whose pingbacks to the page target are published, oldest first.",
        _question,
    ),
    "system.listMethods": Method(("array",), "Returns the names of all methods.", _list_methods),
    "system.methodSignature": Method(
        ("array", "string"), "Returns the types a method returns and takes, the result's first.", _method_signature
    ),
    "system.methodHelp": Method(("string", "string"), "Returns what a method is for.", _method_help),
    "system.getCapabilities": Method(("struct",), "Returns which documents this server keeps to.", _capabilities),
}
