"""Pingback 1.0, section 2: what a page that takes pingbacks must look like (PB-R)."""

import re

import pytest

from linkback.core.protocols import pingback

ENDPOINTS = ["https://links.example/pingback", "https://links.example/rpc?a=1&b=<2>&c=%22", "http://links.example/é x"]
LEGAL = re.compile(r'<link rel="pingback" href="(?:[^"&<>]|&(?:amp|lt|gt|quot);)+"(?: /)?>')


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_pb_r1_r6_header_and_element_say_the_same(endpoint: str) -> None:
    (name, value), element = pingback.advertise(endpoint, "http://blog.example/post")
    assert name == "X-Pingback"
    written = element.removeprefix('<link rel="pingback" href="').removesuffix('">')
    for entity, character in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")]:
        written = written.replace(entity, character)
    assert written == value


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_pb_r4_r10_both_are_absolute(endpoint: str) -> None:
    (_, value), element = pingback.advertise(endpoint, "http://blog.example/post")
    assert value.startswith(("https://links.example/", "http://links.example/"))
    assert 'href="http' in element


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_pb_r7_nothing_is_said_in_a_link_header(endpoint: str) -> None:
    header, _ = pingback.advertise(endpoint, "http://blog.example/post")
    assert header[0].lower() != "link"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_pb_r8_r11_the_element_has_one_of_the_two_forms_and_no_other_entities(endpoint: str) -> None:
    _, element = pingback.advertise(endpoint, "http://blog.example/post")
    assert LEGAL.fullmatch(element)
    assert element.isascii()
    assert element.count(" ") == 2
