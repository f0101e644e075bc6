"""Attacks on the endpoints for webmentions and trackbacks, on status pages, named sites and the read API."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from linkback.core.model import Author, Citation
from tests.attacks.victim import NAME, SITE, Victim, request
from tests.web.running import BROWSER, FORM, Answer, exchange, post

TARGET = quote(f"{SITE}post", safe="")
SPOILT = b"MARKER-of-the-attack"
WEBMENTION = ("/webmention", f"/{NAME}/webmention")
TRACKBACK = (f"/trackback?for={TARGET}", f"/trackback/{SITE}post")
MULTIPART = "multipart/form-data; boundary=x"
NUMBER = 200_000  # fields; the whole must not be read


def part(name: bytes, value: bytes) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"


# Bodies as both protocols take them: SOURCE stands for the name of the field with the source's address.
FORMS: dict[str, tuple[bytes, str]] = {
    "semicolons": (b"a;" * 32_000, FORM),
    "ampersands": (b"a&" * 32_000, FORM),
    "fields": (b"a=1&" * 16_000, FORM),
    "the source behind a thousand fields": (b"a=1&" * 1000 + b"SOURCE=http://a.example/", FORM),
    "equals": (b"=" * 60_000, FORM),
    "percents": (b"%" * 60_000, FORM),
    "half escapes": (b"SOURCE=%&target=%zz&url=%u0041", FORM),
    "NUL bytes": (b"\0" * 60_000, FORM),
    "NUL in the source": (b"SOURCE=http://a.example/%00" + SPOILT, FORM),
    "line breaks in the source": (b"SOURCE=http://a.example/%0d%0aX-Spoilt:" + SPOILT, FORM),
    "overlong UTF-8, escaped": (b"SOURCE=http://a.example/%C0%AF%E0%80%AF" + SPOILT, FORM + "; charset=utf-8"),
    "overlong UTF-8": (b"SOURCE=http://a.example/\xc0\xaf" + SPOILT, FORM + "; charset=utf-8"),
    "half a character": (b"SOURCE=http://a.example/%ED%A0%80", FORM + "; charset=utf-8"),
    "a huge source": (b"SOURCE=http://a.example/" + SPOILT * 3000, FORM),
    "a huge host": (b"SOURCE=http://" + b"a" * 60_000 + b".example/", FORM),
    "a huge host in another script": (b"SOURCE=http://" + b"%C3%BC" * 9000 + b".example/", FORM),
    "a huge name of a field": (b"a" * 60_000 + b"=1", FORM),
    "UTF-7": (b"SOURCE=+AGgAdAB0AHA-://a.example/", FORM + "; charset=utf-7"),
    "a list of charsets": (b"SOURCE=http://a.example/", FORM + "; charset=" + "UTF-8," * 4000),
    "many charsets": (b"SOURCE=http://a.example/", FORM + "; charset=x; charset=y" * 800),
    **{
        f"the codec {codec}": (b"SOURCE=http://a.example/", f"{FORM}; charset={codec}")
        for codec in ("zlib_codec", "bz2", "punycode", "idna", "unicode_escape", "utf-16", "rot13", "undefined", "../a")
    },
    "several parts": (part(b"SOURCE", b"http://a.example/") + part(b"target", SITE.encode()) + b"--x--", MULTIPART),
    "endless parts": (part(b"a", b"") * 1000, MULTIPART),
    "a file": (b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../b"\r\n\r\nc\r\n--x--', MULTIPART),
    "no boundary": (b"--\r\n" * 1000, "multipart/form-data"),
    "JSON": (b"[" * 60_000, "application/json"),
    "XML": (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "text/xml"),
    "fields in lists": (b"SOURCE[]=http://a.example/&SOURCE[0]=b&target[]=" + TARGET.encode(), FORM),
}
FOR_WEBMENTIONS: dict[str, tuple[bytes, str]] = {
    "two sources": (b"source=http://a.example/&source=http://b.example/&target=" + TARGET.encode(), FORM),
    "two targets": (b"source=http://a.example/&target=http://b.example/&target=" + TARGET.encode(), FORM),
    "a thousand targets": (b"source=http://a.example/" + b"&target=http://b.example/" * 90, FORM),
}
FOR_TRACKBACKS: dict[str, tuple[bytes, str]] = {
    "a list of charsets in a field": (b"charset=" + b"UTF-8," * 9000 + b"&url=http://a.example/", FORM),
    "a codec in a field": (b"charset=zlib_codec&url=http://a.example/", FORM),
    "UTF-7 in a field": (b"charset=utf-7&url=+AGgAdAB0AHA-://a.example/", FORM),
    "a huge title": (b"title=" + b"%3Cb%3E" * 8000 + b"&url=ftp://a.example/", FORM),
    "a title of entities": (b"title=" + b"%26amp%3B" * 6000 + b"&url=ftp://a.example/", FORM),
    "a huge excerpt": (b"excerpt=" + b"%26%2360%3B" * 5000 + b"&url=ftp://a.example/", FORM),
}


def refusals(answers: list[Answer]) -> None:
    """Fail unless every answer is a refusal that holds nothing of the request."""
    assert all(400 <= answer.status < 500 for answer in answers)
    assert not any(word in answer.body for answer in answers for word in (b"MARKER", b"evil", b"Traceback"))
    assert not any("MARKER" in value for answer in answers for _, value in answer.headers)


@pytest.mark.parametrize("path", WEBMENTION)
@pytest.mark.parametrize(("body", "kind"), (both := FORMS | FOR_WEBMENTIONS).values(), ids=both)
def test_a_form_that_is_an_attack_is_no_webmention(victim: Victim, path: str, body: bytes, kind: str) -> None:
    body = body.replace(b"SOURCE", b"source") + (b"" if b"target" in body else b"&target=" + TARGET.encode())
    (answer,) = exchange(victim.port, post(path, body[: 1 << 16], f"Content-Type: {kind}"))
    refusals([answer])
    assert answer.status == 400
    assert re.fullmatch(r"[a-z_]+", json.loads(answer.body)["error"])
    assert victim.is_well()


@pytest.mark.parametrize("path", TRACKBACK)
@pytest.mark.parametrize(("body", "kind"), (both := FORMS | FOR_TRACKBACKS).values(), ids=both)
def test_a_form_that_is_an_attack_is_no_trackback(victim: Victim, path: str, body: bytes, kind: str) -> None:
    (answer,) = exchange(victim.port, post(path, body.replace(b"SOURCE", b"url"), f"Content-Type: {kind}"))
    assert answer.status == 200
    assert re.search(rb"<error>1</error>\n<message>[A-Z][^<>]+\.</message>", answer.body)
    assert b"MARKER" not in answer.body
    assert victim.is_well()


@pytest.mark.parametrize("path", [*WEBMENTION, *TRACKBACK, f"/{NAME}/xmlrpc"])
def test_what_is_too_large_is_not_read_on_any_endpoint(victim: Victim, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nConnection: close\r\n"
    chunk = b"100000\r\n" + b"a" * (1 << 20) + b"\r\n"
    answers = exchange(victim.port, f"{head}Content-Length: {60 << 20}\r\n\r\n".encode(), *[b"a" * (1 << 20)] * 60)
    answers += exchange(victim.port, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), *[chunk] * 60)
    answers += exchange(victim.port, post(path, b"a;" * NUMBER, f"Content-Type: {FORM}"))
    answers += exchange(victim.port, post(path, b"a=1&" * NUMBER, f"Content-Type: {FORM}"))
    assert {answer.status for answer in answers} <= {413}
    assert victim.is_well()


TOKENS = {
    "unknown": "0" * 40,
    "of another alphabet": "٣" * 40,
    "with a sign": "+" + "0" * 39,
    "with blanks": "%20" + "0" * 39,
    "NUL": "0" * 39 + "%00",
    "half escape": "0" * 38 + "%zz",
    "a way up": "../webmention/" + "0" * 40,
    "a way up, escaped": "..%2f..%2fetc%2fpasswd",
    "a way up, escaped twice": "%252e%252e%252f",
    "SQL": "'%20OR%201=1--",
    "a template": "{{7*7}}",
    "not UTF-8": "%ff" * 20,
    "a wildcard": "%25" * 40,
    "long": "0" * 20_000,
    "a megabyte": "0" * (1 << 20),
}


@pytest.mark.parametrize("accept", ["*/*", BROWSER, "a/b;q=" + "9" * 20_000])
@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_a_token_that_nobody_was_given_has_no_page(victim: Victim, token: str, accept: str) -> None:
    answers = exchange(victim.port, request(f"GET /webmention/{token} HTTP/1.1".encode(), f"Accept: {accept}".encode()))
    refusals(answers)
    assert not any(word in answer.body for answer in answers for word in (b"49", b"root:", b"OR 1"))
    assert victim.is_well()


NAMES = [
    "..", "%2e%2e", "%00", "%ff", "a" * 4000, "{{7*7}}", "%3Cscript%3E", f"{NAME}%0d%0aX-Spoilt:MARKER", f"{NAME}%2f..",
    f"{NAME}%00", f"{NAME}.", f"{NAME}%20", "%EF%BD%82%EF%BD%85%EF%BD%8E", "'", "%25", "*", f"{NAME}\\", "MARKER",
    "static", "api", "health", "webmention", "%F0%9F%92%A9" * 300,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_strange_name_takes_no_pings(victim: Victim, name: str) -> None:
    body = b"source=http://a.example/&target=" + TARGET.encode()
    for last in ("webmention", "xmlrpc"):
        (answer,) = exchange(victim.port, post(f"/{name}/{last}", body, f"Content-Type: {FORM}"))
        refusals([answer])
        assert not answer.header("x-spoilt")
    refusals(exchange(victim.port, request(f"GET /{name}/webmention HTTP/1.1".encode(), b"Accept: text/html")))
    assert victim.is_well()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_ping_in_the_address_of_a_get_is_none(victim: Victim, method: str) -> None:
    source = quote("http://get.example/", safe="")
    paths = [f"{path}?source={source}&target={TARGET}" for path in WEBMENTION]
    paths += [f"/trackback?for={TARGET}&url={source}&title=a&__mode=rss", f"/trackback/{SITE}post?url={source}"]
    for path in paths:
        (answer,) = exchange(victim.port, request(f"{method} {path} HTTP/1.1".encode()))
        assert answer.status in (200, 302)
        assert b"get.example" not in answer.body
    assert "http://get.example/" not in victim.sources()


HOSTILE = '"}],"x":[{</script><script>alert(1)</script>\u2028\u2029]]>\\"\\u003c\x1f\u202e\U000e0041&amp;{{7*7}}'
QUERIES = {
    "a thousand targets": "&".join(["target[]=http://127.0.4.9/" + str(number) for number in range(1000)]),
    "fields": "a&" * 15_000,
    "semicolons": "a;" * 15_000,
    "no address": "target=MARKER",
    "a script": "target=javascript:MARKER",
    "NUL": f"target={TARGET}%00",
    "a huge target": f"target={TARGET}{'a' * 20_000}",
    "an index without end": f"target[{'9' * 20_000}]={TARGET}",
    "not UTF-8": "target=%ff%fe",
}
NUMBERS = {
    "a huge page": "page=" + "9" * 31,
    "a page without end": "page=" + "9" * 20_000,
    "a page before the first": "page=-1",
    "no page": "page=%00",
    "a page in other digits": "page=%D9%A3",
    "nothing on a page": "per-page=0",
    "less than nothing": "per-page=-1",
    "everything on a page": "per-page=" + "9" * 31,
    "half a one": "per-page=0.5",
    "a word": "per-page=MARKER",
    "strange order": "sort-by=MARKER&sort-dir=MARKER",
    "strange kinds": "wm-property=MARKER" + "&wm-property[]=a" * 150,
}


@pytest.fixture(scope="module")
def published(victim: Victim) -> str:
    """A page with an approved mention whose every text is an attack."""
    author = Author(HOSTILE, "javascript:alert(1)", "data:text/html,x")
    texts = Citation(kind="reply", title=HOSTILE, author=author, excerpt=HOSTILE, content=HOSTILE)
    victim.mention("http://a.example/hostile", f"{SITE}hostile", texts)
    return quote(f"{SITE}hostile", safe="")


def read(victim: Victim, form: str, query: str) -> Answer:
    (answer,) = exchange(victim.port, request(f"GET /api/mentions.{form}?{query} HTTP/1.1".encode()))
    assert b"MARKER" not in answer.body
    assert victim.is_well()
    return answer


@pytest.mark.parametrize("form", ["jf2", "html"])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_that_is_an_attack_is_refused(victim: Victim, form: str, query: str) -> None:
    refusals([read(victim, form, query)])


@pytest.mark.parametrize("form", ["jf2", "html"])
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_are_none_are_passed_over(victim: Victim, published: str, form: str, numbers: str) -> None:
    assert read(victim, form, f"target={published}&{numbers}").status == 200


def test_no_text_breaks_out_of_json(victim: Victim, published: str) -> None:
    answer = read(victim, "jf2", f"target={published}")
    feed = json.loads(answer.body)
    (child,) = feed["children"]
    assert not {*b"<>&"} & {*answer.body}
    assert "x" not in {*feed, *child}
    assert "alert(1)" in child["name"]
    assert (child["author"]["url"], child["author"]["photo"]) == ("", "")


class Tags(HTMLParser):
    """The tags of a page and their attributes."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def links(self) -> Iterator[str]:
        return (attributes["href"] or "" for tag, attributes in self.seen if tag == "a" and "href" in attributes)


def test_no_text_breaks_out_of_html(victim: Victim, published: str) -> None:
    page = Tags(read(victim, "html", f"target={published}"))
    assert not {tag for tag, _ in page.seen} & {"script", "style", "iframe", "object"}
    assert not [name for _, attributes in page.seen for name in attributes if name.startswith("on")]
    assert all(not link.startswith(("javascript", "data")) for link in page.links())
