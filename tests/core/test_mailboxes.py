"""Which addresses mail can be sent to."""

import pytest

from linkback.core.mailboxes import can_be_written_to


@pytest.mark.parametrize(
    ("address", "fit"),
    [
        ("ana@me.example", True),
        ("ana.b+c@me.example", True),
        ("ana@bücher.example", True),
        ("änne@me.example", False),
        ("ana@me.example\r\nBcc: x@y.example", False),
        ("ana@me.example, ben@me.example", False),
        ("<ana@me.example>", False),
        (".ana@me.example", False),
        ("ana@me..example", False),
        ("ana", False),
        ("", False),
    ],
)
def test_letters_go_to_addresses_that_every_server_takes(address: str, fit: bool) -> None:
    assert can_be_written_to(address) is fit
