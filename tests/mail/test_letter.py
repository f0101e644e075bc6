"""What a letter looks like on the wire, and what strangers cannot do to it."""

from datetime import UTC, datetime

import pytest

from linkback.mail import Draft, Stationery
from linkback.mail.letter import compose
from linkback.mail.templates import render
from tests.mail.servers import html_of, read, text_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OURS = Stationery("links@links.example", "links.example")
DRAFT = Draft(
    "ana@me.example", "Mentions", "Text.\n", "<p>HTML</p>\n", "k1", "page-1", "https://links.example/mail/stop/x"
)


def test_a_letter_has_the_headers_that_machines_look_for() -> None:
    message = read(compose(DRAFT, OURS, NOW))
    assert {name: message[name] for name in message if not name.startswith(("Content", "MIME"))} == {
        "From": "Linkback <links@links.example>",
        "To": "ana@me.example",
        "Subject": "Mentions",
        "Date": "Tue, 24 Nov 2026 12:00:00 +0000",
        "Message-ID": "<k1@links.example>",
        "In-Reply-To": "<page-1@links.example>",
        "References": "<page-1@links.example>",
        "Auto-Submitted": "auto-generated",
        "List-Id": "Linkback <news.links.example>",
        "List-Unsubscribe": "<https://links.example/mail/stop/x>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert message.get_content_type() == "multipart/alternative"
    assert (text_of(message), html_of(message)) == ("Text.\n", "<p>HTML</p>\n")


@pytest.mark.parametrize(
    ("host", "domain"),
    [("links.example", "links.example"), ("127.0.0.1", "[127.0.0.1]"), ("[::1]", "[IPv6:::1]")],
)
def test_a_message_id_is_one_wherever_the_server_stands(host: str, domain: str) -> None:
    assert read(compose(DRAFT, Stationery("a@b.example", host), NOW))["Message-ID"] == f"<k1@{domain}>"


HOSTILE = [
    "A\r\nBcc: all@victim.example\r\n\r\nBuy",
    "A\nX-Evil: 1",
    "A\0\x1b]0;title\x07",
    "\u202egnp.exe\u2066 \u200b",
    "=?utf-8?q?A=0ABcc:_x?=",
    "x" * 5000,
    "\ud83d\ude00 ü" + "é" * 300,
]


@pytest.mark.parametrize("subject", HOSTILE)
def test_a_subject_stays_one_header_whatever_it_says(subject: str) -> None:
    subject = subject.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    raw = compose(Draft("ana@me.example", subject, "T\n", "<p>", "k"), OURS, NOW)
    message = read(raw)
    assert [name for name in message if name not in ("Content-Type", "MIME-Version")] == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    ]
    assert len(message["Subject"]) <= 120
    assert str(message["Subject"]).isprintable()
    assert all(len(line) <= 998 for line in raw.splitlines())
    assert "\u202e" not in str(message["Subject"])


def test_a_letter_to_no_address_is_not_composed() -> None:
    with pytest.raises(ValueError, match="no address"):
        compose(Draft("ana@me.example\nBcc: x@y.example", "A", "T", "<p>", "k"), OURS, NOW)


def test_a_name_beyond_ascii_is_written_as_name_servers_know_it() -> None:
    assert (
        read(compose(Draft("ana@bücher.example", "A", "T", "<p>", "k"), OURS, NOW))["To"] == "ana@xn--bcher-kva.example"
    )


def test_html_is_escaped_and_text_is_not() -> None:
    text, html = render("plain", subject="<b>A & B", lines=["<script>x</script>"], link="")
    assert "<script>x</script>" in text
    assert "<script>" not in html
    assert "&lt;b&gt;A &amp; B" in html
