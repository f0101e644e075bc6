"""Pages with something wrong, what the doctor says of each, and how a mend is pasted into a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from linkback.core.model import Headers, Page
from linkback.core.protocols import PROTOCOLS
from linkback.core.protocols.trackback import rdf
from linkback.doctor import Advice, Finding, Level, page, subject
from linkback.doctor.protocol import EXAMINERS, open_on_encrypted

URL = "https://blog.example/post"
PINGBACK, WEBMENTION = "https://links.example/pingback", "https://links.example/webmention"
TRACKBACK = "https://links.example/trackback?for=https%3A%2F%2Fblog.example%2Fpost"
OTHER = "https://other.example/endpoint"
EXACT = f'<link rel="pingback" href="{PINGBACK}">'
MENTIONS = f'<link rel="webmention" href="{WEBMENTION}">'
BLOCK = rdf.write(TRACKBACK, URL)
RDF = BLOCK.removeprefix("<!--\n").removesuffix("\n-->")
HTML = ("content-type", "text/html; charset=utf-8")
OURS = Advice("https://links.example/")
HEADER = re.compile(r"([A-Z][\w-]*): (.*)")
# A page in order, as our own server would have it advertised.
SOUND = "\n".join(p.advertise(f"https://links.example/{p.NAME}", URL)[1] for p in PROTOCOLS)

GOOD, DOUBTFUL, WRONG = Level.GOOD, Level.DOUBTFUL, Level.WRONG


@dataclass(frozen=True)
class Sick:
    """A page, and the level, the point and some words of what is found."""

    name: str
    head: str
    point: str
    level: Level
    words: str
    headers: Headers = ()
    url: str = URL
    body: str = ""

    def page(self) -> Page:
        return page_of(self.head, self.headers, self.url, self.body)


def page_of(head: str, headers: Headers = (), url: str = URL, body: str = "") -> Page:
    html = (
        f"<!doctype html>\n<html>\n<head>\n<title>A post</title>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    typed = headers if any(name == "content-type" for name, _ in headers) else (HTML, *headers)
    return Page(200, typed, html.encode(), url)


def examined(fetched: Page, advice: Advice = OURS) -> list[Finding]:
    """Return all that is said of a page without asking anybody."""
    read = subject.read(fetched, advice)
    found = [*page.findings(read), *page.offers(read)]
    for examiner in EXAMINERS:
        found += examiner.findings(read)
    return [*found, *open_on_encrypted(read)]


def at(point: str, findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.point == point]


def pasted(fetched: Page, finding: Finding) -> Page:
    """Do what a finding says: as Finding.mend tells it."""
    lines = [HEADER.fullmatch(line) for line in finding.mend.splitlines()]
    if lines[0]:
        headers = fetched.headers
        for header in filter(None, lines):
            headers = _with_header(headers, header[1].lower(), header[2], finding.instead)
        return replace(fetched, headers=headers)
    html = fetched.body.decode()
    if finding.instead:
        before, found, after = html.rpartition(finding.instead)
        assert found, f"{finding.instead!r} is not in the page"
        html = before + finding.mend + after
    else:
        html = html.replace("<head>", f"<head>\n{finding.mend}", 1)
    return replace(fetched, body=html.encode())


def _with_header(headers: Headers, name: str, value: str, instead: str) -> Headers:
    replaced = HEADER.fullmatch(instead)
    gone = (replaced[1].lower(), replaced[2]) if replaced else None
    assert gone is None or gone in headers
    kept = [pair for pair in headers if pair != gone and not (name == "x-pingback" and pair[0] == name)]
    return (*kept, (name, value))


LATE = "<style>" + "p { color: black }\n" * 400 + f"</style>\n{EXACT}"
TWO_ENTRIES = BLOCK.replace(URL, "https://blog.example/another").replace("%2Fpost", "%2Fanother") + "\n" + BLOCK

SICK = (
    # nothing at all
    Sick("nothing", "", "offers", WRONG, "nowhere"),
    Sick("a_text", "", "offers", WRONG, "nowhere", (("content-type", "text/plain"),)),
    # pingback: the header
    Sick("pb_r4_relative_header", "", "X-Pingback address", WRONG, "whole address", (("x-pingback", "/xmlrpc"),)),
    Sick("pb_r4_no_address", "", "X-Pingback address", WRONG, "whole address", (("x-pingback", "yes"),)),
    Sick("pb_r5_two_headers_alike", "", "X-Pingback count", DOUBTFUL, "say the same", (("x-pingback", PINGBACK),) * 2),
    Sick(
        "pb_r5_two_headers_that_differ",
        "",
        "X-Pingback count",
        WRONG,
        "differ",
        (("x-pingback", PINGBACK), ("x-pingback", OTHER)),
    ),
    Sick("pb_r6_header_and_element", EXACT, "header and element", DOUBTFUL, "counts", (("x-pingback", OTHER),)),
    Sick(
        "pb_r7_link_header",
        "",
        "pingback in Link",
        WRONG,
        "header of its own",
        (("link", f'<{PINGBACK}>; rel="pingback"'),),
    ),
    # pingback: the element
    Sick("pb_r8_order", f'<link href="{PINGBACK}" rel="pingback">', "pingback element", DOUBTFUL, "right after"),
    Sick("pb_r8_quotes", f"<link rel='pingback' href='{PINGBACK}'>", "pingback element", DOUBTFUL, "quotes"),
    Sick("pb_r8_no_quotes", f"<link rel=pingback href={PINGBACK}>", "pingback element", DOUBTFUL, "quotes"),
    Sick(
        "pb_r8_more_words", f'<link rel="pingback me" href="{PINGBACK}">', "pingback element", DOUBTFUL, "other words"
    ),
    Sick("pb_r8_a_link", f'<a rel="pingback" href="{PINGBACK}">x</a>', "pingback element", DOUBTFUL, "<a>"),
    Sick("pb_r8_two_blanks", f'<link rel="pingback"  href="{PINGBACK}">', "pingback element", DOUBTFUL, "letter"),
    Sick("pb_r8_capitals", f'<LINK rel="pingback" href="{PINGBACK}">', "pingback element", DOUBTFUL, "right after"),
    Sick("pb_r8_no_href", '<link rel="pingback">', "pingback element", WRONG, "no href"),
    Sick("pb_r10_relative", '<link rel="pingback" href="/xmlrpc">', "pingback element", DOUBTFUL, "not whole"),
    Sick(
        "pb_r11_entity",
        '<link rel="pingback" href="https://links.example/?a=1&#38;b">',
        "pingback characters",
        WRONG,
        "&#38;",
    ),
    Sick(
        "pb_r11_awkward", '<link rel="pingback" href="https://links.example/é">', "pingback characters", DOUBTFUL, "%xx"
    ),
    Sick("pb_r9_comment_after", f"{EXACT}\n<!-- {EXACT} -->", "pingback look-alike", DOUBTFUL, "comment"),
    Sick(
        "pb_r9_comment_before",
        f'<!-- <link rel="pingback" href="{OTHER}"> -->\n{EXACT}',
        "pingback look-alike",
        WRONG,
        "take the first, which is this one",
    ),
    Sick("pb_r9_comment_alone", f"<!-- {EXACT} -->", "pingback look-alike", WRONG, "comment"),
    Sick("pb_r9_alike_before", f"<!-- {EXACT} -->\n{EXACT}", "pingback look-alike", DOUBTFUL, "comment"),
    Sick("pb_r9_script", f"{EXACT}\n<script>x = '{EXACT}'</script>", "pingback look-alike", DOUBTFUL, "script"),
    Sick("pb_r9_script_before", f"<script>x = '{EXACT}'</script>\n{EXACT}", "pingback look-alike", DOUBTFUL, "script"),
    Sick("pb_r9_sample", EXACT, "pingback look-alike", DOUBTFUL, "sample", body=f"<textarea>{EXACT}</textarea>"),
    Sick("pb_r9_template", f"{EXACT}\n<template>{EXACT}</template>", "pingback look-alike", DOUBTFUL, "template"),
    Sick("pb_r9_two_elements", f"{EXACT}\n{EXACT}", "pingback look-alike", DOUBTFUL, "further element"),
    Sick("pb_r9_three_elements", f"{EXACT}\n{EXACT}\n{EXACT}", "pingback look-alike", DOUBTFUL, "further element"),
    Sick("pb_r12_pb_c10_late", LATE, "pingback place", DOUBTFUL, "behind 7 KB"),
    Sick("pb_c10_behind_the_head", "", "pingback place", DOUBTFUL, "behind the head", body=EXACT),
    Sick("pingback_missing", MENTIONS, "pingback", DOUBTFUL, "WordPress"),
    Sick("pingback_misspelt", f'<link rel="ping-back" href="{PINGBACK}">', "pingback rel", WRONG, "very word"),
    # webmention
    Sick("webmention_missing", EXACT, "webmention", DOUBTFUL, "most blogs"),
    Sick(
        "wm_s5_two_links",
        f'{MENTIONS}\n<link rel="webmention" href="{OTHER}">',
        "webmention count",
        DOUBTFUL,
        f"{WEBMENTION} wins",
    ),
    Sick(
        "wm_s5_header_and_element",
        MENTIONS,
        "webmention count",
        DOUBTFUL,
        "header counts before",
        (("link", f'<{OTHER}>; rel="webmention"'),),
    ),
    Sick(
        "wm_s5_two_headers",
        "",
        "webmention count",
        DOUBTFUL,
        "first one counts",
        (("link", f"<{WEBMENTION}>; rel=webmention"), ("link", f"<{OTHER}>; rel=webmention")),
    ),
    Sick(
        "wm_s5_a_before_link",
        MENTIONS,
        "webmention count",
        DOUBTFUL,
        "first one counts",
        body=f'<a rel="webmention" href="{OTHER}">here</a>',
    ),
    Sick("wm_s6_empty_href", '<link rel="webmention" href="">', "webmention address", DOUBTFUL, "the page itself"),
    Sick("wm_s6_no_href", '<link rel="webmention">', "webmention address", WRONG, "no href"),
    Sick("wm_s6_no_href_beside", f'{MENTIONS}\n<link rel="webmention">', "webmention address", DOUBTFUL, "no href"),
    Sick("wm_s6_relative", '<link rel="webmention" href="/wm">', "webmention address", DOUBTFUL, "relative"),
    Sick(
        "wm_s6_script", '<link rel="webmention" href="javascript:x()">', "webmention address", WRONG, "no web address"
    ),
    Sick(
        "wm_s6_relative_header",
        "",
        "webmention header address",
        DOUBTFUL,
        "relative",
        (("link", "</wm>; rel=webmention"),),
    ),
    Sick(
        "wm_s6_bad_header",
        "",
        "webmention header address",
        WRONG,
        "no endpoint",
        (("link", "<mailto:me>; rel=webmention"),),
    ),
    Sick("wm_s5_in_a_comment", f"<!-- {MENTIONS} -->", "webmention hidden", WRONG, "comment"),
    Sick("wm_s5_in_a_template", f"<template>{MENTIONS}</template>", "webmention hidden", WRONG, "<template>"),
    Sick("wm_s5_web_mention", f'<link rel="web-mention" href="{WEBMENTION}">', "webmention rel", WRONG, "web-mention"),
    Sick("wm_s5_webmentions", f'<link rel="webmentions" href="{WEBMENTION}">', "webmention rel", WRONG, "webmentions"),
    Sick(
        "wm_s5_old_name",
        f'<link rel="http://webmention.org/" href="{WEBMENTION}">',
        "webmention rel",
        WRONG,
        "webmention.org",
    ),
    Sick(
        "wm_s5_misspelt_beside",
        f'{MENTIONS}\n<link rel="web-mention" href="{WEBMENTION}">',
        "webmention rel",
        DOUBTFUL,
        "very word",
    ),
    Sick(
        "open_webmention", '<link rel="webmention" href="http://links.example/w">', "webmention https", DOUBTFUL, "way"
    ),
    Sick("open_pingback", '<link rel="pingback" href="http://links.example/p">', "pingback https", DOUBTFUL, "way"),
    Sick("open_pingback_header", "", "pingback https", DOUBTFUL, "way", (("x-pingback", "http://links.example/p"),)),
    Sick("open_trackback", BLOCK.replace('ping="https', 'ping="http'), "trackback https", DOUBTFUL, "way"),
    # trackback
    Sick("tb_c1_broken_block", f"<!-- {RDF.replace('</rdf:RDF>', '')} -->", "RDF block", DOUBTFUL, "no XML"),
    Sick("tb_c1_no_namespaces", BLOCK.replace("xmlns:dc", "xmlns:cd"), "RDF block", DOUBTFUL, "undeclared namespace"),
    Sick("tb_c1_no_ping", BLOCK.replace("trackback:ping=", "x="), "offers", WRONG, "nowhere"),
    Sick("tb_c1_no_identifier", BLOCK.replace("dc:identifier", "dc:x"), "RDF block", WRONG, "lacks dc:identifier"),
    Sick("tb_c2_another_page", BLOCK.replace("/post", "/other"), "RDF identifier", WRONG, "only the block of the page"),
    Sick("tb_c1_no_comment", "", "RDF comment", DOUBTFUL, "comment", body=RDF),
    Sick("tb_c1_two_alike", f"{BLOCK}\n{BLOCK}", "RDF count", DOUBTFUL, "enough"),
    Sick("tb_c1_two_in_one", f"<!--\n{RDF}\n{RDF}\n-->", "RDF count", DOUBTFUL, "enough"),
    Sick("tb_c1_two_that_differ", f"{BLOCK}\n{BLOCK.replace(TRACKBACK, OTHER)}", "RDF count", WRONG, "different"),
    Sick(
        "tb_c4_link_differs",
        f'{BLOCK}\n<link rel="trackback" href="{OTHER}">',
        "trackback agreement",
        DOUBTFUL,
        "do not agree",
    ),
    Sick("trackback_misspelt", f'<link rel="track-back" href="{TRACKBACK}">', "trackback rel", WRONG, "very word"),
)
