"""Addresses of web pages: read strictly, compare exactly.

Strings in, strings out. The raw text is held to a strict grammar first, since the
WHATWG parser mends what it should refuse: it turns backslashes into slashes and drops
tabs, newlines and an empty host. What a host really is (127.0.0.1 in any disguise) is
then for WHATWG to say, and for core.addresses to judge. Never looks a name up.
Spec: https://url.spec.whatwg.org/ and RFC 3986 section 6.2.2
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ada_url import URL, join_url
from publicsuffixlist import PublicSuffixList

from linkback.core.errors import BadURL

MAX_URL_LENGTH = 2000  # characters; what browsers, proxies and search engines all still carry, and an index can hold
MAX_HOST_LENGTH = 253  # characters; RFC 1035 allows 255 bytes on the wire
MAX_REFERENCE_LENGTH = 2 * MAX_URL_LENGTH  # white space, line breaks and ../ fold away
REMEMBERED = 1024  # addresses; at 2000 characters each, about 8 MB at the very worst

DEFAULT_PORTS = {"http": 80, "https": 443}

_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.ASCII | re.IGNORECASE)
_AUTHORITY = re.compile(r"https?://([^/?#]*)", re.ASCII | re.IGNORECASE)
_HOST_IN_MARKUP = re.compile(r"[\x00-\x20]*(?:[a-z][a-z0-9+.-]*:[/\\]*|[/\\]{2,})([^/\\?#]*)", re.ASCII | re.IGNORECASE)
_LINE_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))
_PORT = re.compile(r":([^:\]]*)\Z")
_NAME = re.compile(r"(?:[^.]{1,63}\.)*[^.]{1,63}")  # RFC 1035: no empty label, none over 63
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?|[\[\]|^`{}\"<>]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986 section 2.3

_EXAMPLE = "such as https://example.org/post"
EMPTY = f"The address is empty; write it in full, {_EXAMPLE}."
TOO_LONG = f"The address is too long; at most {MAX_URL_LENGTH} characters are taken, escapes counted."
WHITE_SPACE = "The address holds white space; write a blank inside of it as %20 and none around it."
CONTROL = "The address holds a control character; leave it out, or write it as a %-escape."
BACKSLASH = "The address holds a backslash; write / between its parts, or %5C for the character itself."
SURROGATE = "The address holds half a character (a lone surrogate); write it in whole characters."
NOT_ABSOLUTE = f"The address is not absolute; write it in full, {_EXAMPLE}."
OTHER_SCHEME = "The address is not of the web; it must begin with http:// or https://."
CREDENTIALS = "The address holds a user name or password before its host; leave out everything up to the @."
NO_HOST = f"The address names no host; write it in full, {_EXAMPLE}."
BAD_PORT = "The port is not a number from 1 to 65535; correct it, or leave it out."
NO_BASE = "A site is named by its base address, without query and fragment: http://blog.example/ ."
BAD_HOST = "The host is no valid name or IP address; write it like example.org, 192.0.2.1 or [2001:db8::1]."


@dataclass(frozen=True, slots=True)
class Url:
    """An address of a web page, taken apart.

    `href` is the WHATWG form, fragment kept. `host` is ASCII (punycode), without brackets
    and without a dot at the end: what is looked up and counted. `port` is the default one
    where none is written. `path` begins with a slash; `query` and `fragment` come without
    their marks, and are empty when there is none.
    """

    href: str
    scheme: str
    host: str
    port: int
    path: str
    query: str
    fragment: str

    @property
    def origin(self) -> str:
        """Return scheme, host and port, such as "https://example.org"; a default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@lru_cache(REMEMBERED)
def parse(text: str) -> Url:
    """Take an address apart, or raise BadURL with a sentence that says what would be right.

    Refused although WHATWG would mend it: white space, controls, backslashes, `http:/host`,
    an empty host. Refused although WHATWG allows it: credentials, port 0, and names that the
    DNS cannot hold. Whatever is taken is at most MAX_URL_LENGTH characters long in each form.
    """
    _hold_to_the_grammar(text)
    try:
        href = URL(text).href
    except ValueError:
        raise BadURL(text, BAD_HOST) from None
    return _take_apart(text, href)


def normalize(text: str) -> str:
    """Return the form in which an address is stored: WHATWG, fragment kept."""
    return parse(text).href


@lru_cache(REMEMBERED)
def comparable(text: str) -> str:
    """Return the form in which two addresses are compared.

    WHATWG and RFC 3986 6.2.2.2: no fragment, no default port, no dot after the host, no `?`
    without a query; escapes in capitals, and only where they matter. A bare % and characters
    that no URI may hold ([, ], |, ...) compare as their escapes, since only some browsers
    write them so. Scheme and trailing slash stay: folding those is policy, not equality.
    """
    return _comparable(parse(text))


@lru_cache(REMEMBERED)
def identity(text: str) -> str:
    """Return what names the page of an address, by our policy: comparable(), without scheme and slash at the end.

    Two mentions whose pages have the same names are one. A link is never compared like this:
    for verification the documents ask for the very address.
    """
    plain = comparable(text).partition("://")[2]
    page, mark, query = plain.partition("?")
    return page.rstrip("/") + mark + query


def same_page(a: str, b: str) -> bool:
    """Tell whether two addresses are those of one page, as comparable() sees it.

    Whole addresses are compared: neither a prefix nor a mention inside of a query counts.
    """
    return comparable(a) == comparable(b)


def same_site(url: str, base: str) -> bool:
    """Tell whether an address lies inside the registered site that begins at base.

    /blog holds /blog, /blog/x and /blog?x, not /blog-2; a slash at the end of base changes
    nothing, nor do its query and fragment. http and https on their default ports are one
    site; hosts are compared whole, so www. is another site.
    """
    page, site = parse(url), parse(base)
    if page.host != site.host or _explicit_port(page) != _explicit_port(site):
        return False
    root = _escaped_alike(site.path).rstrip("/")
    return f"{_escaped_alike(page.path)}/".startswith(f"{root}/")


def base_of(url: str) -> str:
    """Return the base address of a site in its one form: no query, no fragment, a slash at the end. Raises BadURL."""
    address = parse(url)
    if address.query or address.fragment:
        raise BadURL(url, NO_BASE)
    return normalize(f"{address.origin}{address.path.rstrip('/')}/")


def resolve(base: str, reference: str) -> str | None:
    """Return where a reference found on the page `base` leads, or None where it is no web page.

    The WHATWG reading applies, since this is markup: white space around and line breaks
    inside are dropped, backslashes are slashes. The fragment is kept. What is returned
    always passes parse(), so what parse() refuses is None here; nothing is ever raised.
    """
    if len(reference) > MAX_REFERENCE_LENGTH or _names_an_endless_host(reference):
        return None
    try:
        href = join_url(base, reference).replace("\\", "%5C")  # query and fragment may hold one
        return _take_apart(reference, href).href if href.startswith(("http://", "https://")) else None
    except (ValueError, BadURL):
        return None


@lru_cache(REMEMBERED)
def registrable_domain(host: str) -> str:
    """Return the part of a host name that somebody registered: example.co.uk of a.b.example.co.uk.

    An IP address, a single label and a public suffix are their own. The first call reads
    the public suffix list, which takes about 0.1 s.
    """
    name = host.lower().rstrip(".")
    if ":" in name or name.rpartition(".")[2].isdigit():
        return name
    return _public_suffixes().privatesuffix(name) or name


def host_of(url: str) -> str:
    """Return the host of an address that went through normalize(), like Url.host."""
    authority = url.partition("://")[2].partition("/")[0]
    return _host_and_port(authority)[0]


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _hold_to_the_grammar(text: str) -> None:
    """Raise BadURL for raw text that is no absolute http(s) address, whatever a browser would make of it."""
    if not text:
        raise BadURL(text, EMPTY)
    if len(text) > MAX_URL_LENGTH:
        raise BadURL(text, TOO_LONG)
    if found := _FORBIDDEN.search(text):
        raise BadURL(text, _why_forbidden(found[0]))
    match = _AUTHORITY.match(text)
    if match is None:
        raise BadURL(text, _why_not_http(text))
    authority = match[1]
    if "@" in authority:
        raise BadURL(text, CREDENTIALS)
    port = _PORT.search(authority)
    if not authority[: port.start() if port else None]:
        raise BadURL(text, NO_HOST)
    if port and port[1] and not _is_port(port[1]):
        raise BadURL(text, BAD_PORT)
    if _is_endless(authority):
        raise BadURL(text, BAD_HOST)


def _why_forbidden(character: str) -> str:
    if character == "\\":
        return BACKSLASH
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85":
        return WHITE_SPACE
    return SURROGATE if character >= "\ud800" else CONTROL


def _why_not_http(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() in DEFAULT_PORTS:
        return NOT_ABSOLUTE
    return OTHER_SCHEME


def _is_endless(authority: str) -> bool:
    """Tell whether a host is longer than any can be, each escape counted as one character.

    Asked before WHATWG sees it: punycode takes quadratic time, 8 ms for 2000 characters.
    """
    return len(authority) - 2 * authority.count("%") > MAX_HOST_LENGTH + len(":65535")


def _names_an_endless_host(reference: str) -> bool:
    if reference.isascii():  # then there is no punycode to write
        return False
    found = _HOST_IN_MARKUP.match(reference.translate(_LINE_BREAKS))
    return found is not None and _is_endless(found[1])


def _is_port(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and 0 < int(digits) < 1 << 16


def _take_apart(text: str, href: str) -> Url:
    """Cut a WHATWG href at its marks, or raise BadURL for what WHATWG allows and we do not."""
    scheme, _, rest = href.partition("://")
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    if "@" in authority:  # only markup comes this far with one
        raise BadURL(text, CREDENTIALS)
    host, port = _host_and_port(authority)
    url = Url(href, scheme, host, int(port or DEFAULT_PORTS[scheme]), f"/{path}", query, fragment)
    if problem := _why_not_ours(url):
        raise BadURL(text, problem)
    return url


def _why_not_ours(url: Url) -> str | None:
    if url.port == 0:
        return BAD_PORT
    if ":" not in url.host and not (_NAME.fullmatch(url.host) and len(url.host) <= MAX_HOST_LENGTH):
        return BAD_HOST
    # Escaping at most triples a URL, so only a long one has to be tried.
    longest = len(url.href) if 3 * len(url.href) <= MAX_URL_LENGTH else max(len(url.href), len(_comparable(url)))
    return TOO_LONG if longest > MAX_URL_LENGTH else None


def _host_and_port(authority: str) -> tuple[str, str]:
    """Split "host:port" of an href; brackets and a dot at the end of the host are dropped."""
    if authority.startswith("["):
        host, _, port = authority[1:].partition("]")
        return host, port[1:]
    host, _, port = authority.partition(":")
    return host.removesuffix("."), port


def _explicit_port(url: Url) -> int | None:
    return None if url.port == DEFAULT_PORTS[url.scheme] else url.port


def _comparable(url: Url) -> str:
    query = f"?{url.query}" if url.query else ""
    return url.origin + _escaped_alike(url.path + query)


def _escaped_alike(text: str) -> str:
    """Write a path or query so that equal ones look equal: RFC 3986 6.2.2.1 and 6.2.2.2."""
    return _ESCAPE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    digits = found[1]
    if digits is None:
        return f"%{ord(found[0]):02X}"  # a bare % too: else %%34%31 would turn into an escape
    character = chr(int(digits, 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()
