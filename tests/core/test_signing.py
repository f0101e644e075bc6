"""Signed texts: nobody else makes one, none is good for anything else, and each ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.signing import Expired, Forged, read, sign

KEY = bytes(range(32))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TOKEN = sign(KEY, "mail", "approve 7", LATER)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@settings(max_examples=30)
@given(st.text(), st.text(max_size=40))
def test_a_text_comes_back_as_it_was_signed(text: str, purpose: str) -> None:
    assert read(KEY, purpose, sign(KEY, purpose, text, LATER), NOW) == text


def test_a_token_stands_in_an_address_as_it_is() -> None:
    assert set(sign(KEY, "mail", "äöü ?&/+=#", LATER)) <= set(LETTERS)


def test_a_token_is_good_until_its_time_and_no_longer() -> None:
    assert read(KEY, "mail", TOKEN, LATER - timedelta(seconds=1)) == "approve 7"
    with pytest.raises(Expired):
        read(KEY, "mail", TOKEN, LATER)


@pytest.mark.parametrize("place", range(len(TOKEN)))
def test_a_token_with_another_letter_anywhere_is_forged(place: int) -> None:
    for other in (LETTERS[LETTERS.index(TOKEN[place]) - 1], "A" if TOKEN[place] != "A" else "B"):
        with pytest.raises(Forged):
            read(KEY, "mail", TOKEN[:place] + other + TOKEN[place + 1 :], NOW)


@pytest.mark.parametrize(
    "token",
    [
        "", "A", "=", TOKEN[:-1], TOKEN[1:], f"{TOKEN}A", f"{TOKEN}=", f"{TOKEN}\n", f" {TOKEN}",
        f"{TOKEN[:9]}.{TOKEN[9:]}", TOKEN.replace(TOKEN[3], "ä"), "A" * 60, "A" * 5000, "\ud800",
    ],
)  # fmt: skip
def test_what_is_not_exactly_a_token_is_forged(token: str) -> None:
    with pytest.raises(Forged):
        read(KEY, "mail", token, NOW)


def test_a_token_is_good_for_its_purpose_and_its_key_alone() -> None:
    for key, purpose in ((KEY, "mai"), (KEY, "mail "), (KEY, ""), (bytes(32), "mail")):
        with pytest.raises(Forged):
            read(key, purpose, TOKEN, NOW)


def test_no_part_of_a_text_passes_for_a_part_of_its_purpose() -> None:
    assert sign(KEY, "ab", "c", LATER) != sign(KEY, "a", "bc", LATER)
    for purpose in ("a", "abc"):
        with pytest.raises(Forged):
            read(KEY, purpose, sign(KEY, "ab", "c", LATER), NOW)


def test_a_forged_token_is_not_said_to_be_too_old() -> None:
    with pytest.raises(Forged):
        read(bytes(32), "mail", TOKEN, LATER + timedelta(days=1))
