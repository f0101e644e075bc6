"""What the commands say of a delivery, in one sentence or two."""

from datetime import datetime

import pytest

from linkback.cli.output import delivery_words
from linkback.core.model import Delivery, DeliveryStatus

NOON = datetime(2026, 11, 25, 12).astimezone()
ENDPOINT = "https://theirs.example/endpoint"


@pytest.mark.parametrize(
    ("message", "endpoint", "is_due", "words"),
    [
        ("Taken: Thanks", ENDPOINT, False, "Taken: Thanks"),
        ("", ENDPOINT, False, f"To {ENDPOINT}"),
        ("", None, False, ""),
        ("", None, True, "Next try: 2026-11-25 12:00."),
        ("Not now, they say: slow down", ENDPOINT, True, "Not now, they say: slow down. Next try: 2026-11-25 12:00."),
        ("The page answers 503 for now.", None, True, "The page answers 503 for now. Next try: 2026-11-25 12:00."),
    ],
)
def test_a_delivery_is_told_in_sentences(message: str, endpoint: str | None, is_due: bool, words: str) -> None:
    delivery = Delivery(
        *(1, "https://me.example/post", "https://theirs.example/", DeliveryStatus.WAITING, NOON),
        endpoint=endpoint,
        message=message,
        next_try_at=NOON if is_due else None,
    )
    assert delivery_words(delivery) == words
