"""What the doctor says of pages, and that what it tells people to paste mends them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkback.core.model import Page
from linkback.core.protocols import PROTOCOLS
from linkback.doctor import Advice, Level
from linkback.doctor.protocol import EXAMINERS
from linkback.doctor.subject import PLACEHOLDER, read
from tests.doctor.sick_pages import (
    BLOCK,
    EXACT,
    GOOD,
    MENTIONS,
    OTHER,
    OURS,
    PINGBACK,
    SICK,
    SOUND,
    TWO_ENTRIES,
    URL,
    Sick,
    at,
    examined,
    page_of,
    pasted,
)


@pytest.mark.parametrize("sick", SICK, ids=lambda sick: sick.name)
def test_what_is_wrong_with_a_page_is_found(sick: Sick) -> None:
    found = at(sick.point, examined(sick.page()))
    assert found
    assert found[-1].level is sick.level
    assert sick.words in found[-1].sentence


@pytest.mark.parametrize("sick", SICK, ids=lambda sick: sick.name)
def test_what_is_to_be_pasted_mends_what_was_found(sick: Sick) -> None:
    fetched = sick.page()
    bad = [finding for finding in examined(fetched) if finding.level is not GOOD]
    for point in {finding.point for finding in bad}:
        mended = fetched
        for finding in at(point, bad):
            assert finding.mend, finding
            mended = pasted(mended, finding)
        left = at(point, examined(mended))
        assert [finding for finding in left if finding.level is not GOOD] == []


@pytest.mark.parametrize("sick", SICK, ids=lambda sick: sick.name)
def test_a_page_that_is_mended_again_and_again_is_sound_in_the_end(sick: Sick) -> None:
    fetched = sick.page()
    for _ in range(12):
        bad = [finding for finding in examined(fetched) if finding.level is not GOOD]
        if not bad:
            return
        fetched = pasted(fetched, bad[0])
    raise AssertionError(bad)


@pytest.mark.parametrize("sick", SICK, ids=lambda sick: sick.name)
def test_the_first_offer_listed_is_the_one_that_senders_use(sick: Sick) -> None:
    fetched = sick.page()
    for examiner, protocol in zip(EXAMINERS, PROTOCOLS, strict=True):
        endpoint = protocol.discover(fetched)
        listed = [(offer.url, offer.found_in) for offer in examiner.offers(read(fetched, OURS))]
        assert listed[:1] == ([(endpoint.url, endpoint.found_in)] if endpoint else [])


@pytest.mark.parametrize(("parameter", "places"), [("", ["header"]), ('; anchor="/another"', [])])
def test_a_trackback_header_of_this_page_is_an_offer(parameter: str, places: list[str]) -> None:
    fetched = page_of("", (("link", f'<https://theirs.example/tb>; rel="trackback"{parameter}'),))
    offers = EXAMINERS[2].offers(read(fetched, OURS))
    assert [offer.found_in for offer in offers] == places


def test_nothing_is_wrong_with_what_our_own_server_hands_out() -> None:
    found = examined(page_of(SOUND))
    assert {finding.level for finding in found} == {GOOD}
    assert {"webmention", "pingback", "trackback", "pingback element", "RDF block"} <= {one.point for one in found}


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(f"{EXACT}\n{MENTIONS}\n{TWO_ENTRIES}", id="tb_c2_one_block_for_each_entry"),
        pytest.param(f'<link rel="pingback" href="{PINGBACK}" />\n{MENTIONS}\n{BLOCK}', id="pb_r8_other_form"),
        pytest.param(f"{EXACT}\n{MENTIONS}\n{MENTIONS}\n{BLOCK}", id="webmention_said_twice"),
        pytest.param(f"{EXACT}\n{MENTIONS}\n{BLOCK}\n<!-- about webmention -->", id="a_word_in_a_comment"),
    ],
)
def test_what_is_in_order_is_left_alone(head: str) -> None:
    assert [finding for finding in examined(page_of(head)) if finding.level is not GOOD] == []


def test_pb_r6_header_and_element_that_agree_are_good() -> None:
    (found,) = at("header and element", examined(page_of(EXACT, (("x-pingback", PINGBACK),))))
    assert found.level is GOOD


@pytest.mark.parametrize("href", ["/other", ""])
def test_an_element_that_is_never_used_is_mended_in_one_way_only(href: str) -> None:
    element = f'<link rel="webmention" href="{href}">'
    fetched = page_of(element, (("link", f"<{OURS.endpoint('webmention')}>; rel=webmention"),))
    (found,) = [finding for finding in examined(fetched) if finding.instead == element]
    assert found.point == "webmention count"


def test_pb_r3_a_picture_is_told_of_headers() -> None:
    picture = Page(200, (("content-type", "image/png"),), b"\x89PNG", URL)
    (found,) = at("offers", examined(picture))
    assert found.mend.splitlines()[1] == f"X-Pingback: {PINGBACK}"


def test_where_no_server_is_known_a_placeholder_shows_that_it_is_one() -> None:
    (found,) = at("offers", examined(page_of(""), Advice()))
    assert found.mend.count(PLACEHOLDER) == 2
    assert "YOUR-LINKBACK" in PLACEHOLDER


@pytest.mark.parametrize(
    ("page", "point", "level", "words"),
    [
        (Page(404, (), b"", URL), "page", Level.WRONG, "404"),
        (Page(503, (), b"", URL), "page", Level.WRONG, "503"),
        (Page(200, (), b"", URL), "page", Level.GOOD, "200"),
        (Page(200, (), b"", URL, ("http://blog.example/post",)), "redirects", Level.GOOD, "encrypted"),
        (Page(200, (), b"", URL, ("https://www.blog.example/post",)), "redirects", Level.GOOD, "senders follow"),
        (Page(200, (), b"", URL, ("https://old.example/post",)), "redirects", Level.DOUBTFUL, "another site"),
        (Page(200, (), b"", "http://blog.example/post"), "TLS", Level.DOUBTFUL, "open connection"),
        (Page(200, (), b"", URL), "TLS", Level.GOOD, "certificate"),
        (Page(200, (("content-type", "text/html"),), b"", URL), "type", Level.GOOD, "HTML"),
        (Page(200, (("content-type", "text/plain"),), b"", URL), "type", Level.GOOD, "only headers"),
        (Page(200, (("content-type", "image/png"),), b"", URL), "type", Level.GOOD, "no text"),
    ],
)
def test_a_page_is_looked_at_before_any_protocol(page: Page, point: str, level: Level, words: str) -> None:
    (found,) = at(point, examined(page))
    assert found.level is level
    assert words in found.sentence


@pytest.mark.parametrize("status", [404, 500])
def test_what_an_error_page_offers_is_not_asked_for(status: int) -> None:
    assert not at("offers", examined(Page(status, (), b"", URL)))


@example(
    ['<link rel="webmention" href="http://links.example/w">', f'{MENTIONS}\n<link rel="webmention" href="{OTHER}">']
)
@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from([*(sick.head for sick in SICK), *(sick.body for sick in SICK)]), max_size=4))
def test_pages_that_are_wrong_in_several_ways_are_mended_point_by_point(parts: list[str]) -> None:
    fetched = page_of("\n".join(parts))
    for _ in range(60):
        bad = [finding for finding in examined(fetched) if finding.level is not GOOD]
        if not bad:
            return
        fetched = pasted(fetched, bad[0])
    raise AssertionError(bad[0])


@settings(deadline=None)
@given(st.text(alphabet="<>!-/=\"' \n&;rellinkahfpgb", max_size=200))
def test_any_text_is_examined_without_an_error(text: str) -> None:
    for finding in examined(page_of(text)):
        assert finding.sentence.endswith(".")
        assert re.fullmatch(r"[\w -]+", finding.point)
