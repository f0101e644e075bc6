"""Pingback 1.0, section 2: what a page that takes pingbacks must look like (PB-R)."""

import re

import pytest
import turbohtml

from linkback.core.model import Endpoint, Page
from linkback.core.protocols import PROTOCOLS, pingback

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


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_pb_r2_what_is_handed_out_is_valid(endpoint: str) -> None:
    handed_out = "\n".join(protocol.advertise(endpoint, "http://blog.example/a--b")[1] for protocol in PROTOCOLS)
    page = f"<!DOCTYPE html><html lang=en><head><title>x</title>{handed_out}</head><body></body></html>"
    assert turbohtml.parse(page).errors == []


def test_pb_r3_a_picture_takes_pings_by_its_header() -> None:
    (name, value), _ = pingback.advertise(ENDPOINTS[0], "http://blog.example/cat.png")
    picture = Page(
        200, (("content-type", "image/png"), (name.lower(), value)), b"\x89PNG", url="http://blog.example/cat.png"
    )
    assert pingback.discover(picture, strict=True) == Endpoint(ENDPOINTS[0], "pingback", "header")


@pytest.mark.parametrize("endpoint", [*ENDPOINTS, "https://links.example/\r\nX-Pingback: https://links.example/other"])
def test_pb_r5_a_page_gets_one_header_and_nothing_makes_two_of_it(endpoint: str) -> None:
    headers = [protocol.advertise(endpoint, "http://blog.example/post")[0] for protocol in PROTOCOLS]
    assert [name for name, _ in headers].count("X-Pingback") == 1
    assert all(value.isprintable() for _, value in headers)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("target", ["http://blog.example/post", 'http://blog.example/<link rel="pingback" href="x">'])
def test_pb_r9_all_that_a_page_gets_matches_the_expression_once(endpoint: str, target: str) -> None:
    handed_out = "\n".join(protocol.advertise(endpoint, target)[1] for protocol in PROTOCOLS)
    assert len(re.findall(r'<link rel="pingback" href="([^"]+)" ?/?>', handed_out)) == 1
