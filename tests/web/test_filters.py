"""What templates ask of a value to show it to people."""

from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.model import Status
from linkback.web.filters import FILTERS, PALE, ago, day, exactly, initials, iso, status_words, tint, unicode_host
from linkback.web.site import TEMPLATES

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_word(status: Status) -> None:
    assert status_words(status).istitle()


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("ana.example", ""),
        ("xn--bcher-kva.example", "bücher.example"),
        ("www.xn--bcher-kva.example", "www.bücher.example"),
        ("xn--grtnerei-0za.example", "gärtnerei.example"),
        ("xn--.example", ""),
        ("xn--a.example", ""),
        ("xn--" + "9" * 59, ""),
        ("xn--e1awd7f.com", "еріс.com"),  # looks like another host, which is why the first form is shown beside it
        ("127.0.0.1", ""),
        ("", ""),
    ],
)
def test_a_host_is_shown_as_its_readers_write_it_where_that_is_something_else(host: str, written: str) -> None:
    assert unicode_host(host) == written


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Lindqvist", "AL"),
        ("ana", "A"),
        ("Ana María del Mar", "AM"),
        ("山田 花子", "山花"),
        ("ليلى حداد", "لح"),
        ("<script>alert(1)</script>", "S"),
        ("👩‍👩‍👧 !!", "·"),
        ("\u202e\u200b", "·"),
        ("ß", "SS"),
        ("", "·"),
    ],
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_always_has_the_same_colour() -> None:
    names = [f"name {number}" for number in range(60)]
    assert [tint(name) for name in names] == [tint(name) for name in names]
    assert {tint(name) for name in names} == set(range(PALE))


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "18 Nov 2026"),
        (timedelta(days=-1), "26 Nov 2026"),
    ],
)
def test_a_moment_is_told_as_how_long_ago_it_was(gone: timedelta, words: str) -> None:
    assert ago(NOW - gone, NOW) == words


def test_a_moment_is_told_exactly_and_in_utc() -> None:
    elsewhere = NOW.astimezone().replace(microsecond=7)
    assert exactly(elsewhere) == "25 Nov 2026, 12:30 UTC"
    assert iso(elsewhere) == "2026-11-25T12:30:00Z"
    assert day(elsewhere) == "25 Nov 2026"


@pytest.mark.parametrize("name", FILTERS)
def test_templates_know_each_of_them(name: str) -> None:
    assert name in TEMPLATES.filters
