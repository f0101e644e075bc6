"""The lines of the how-to verify what is really sent, and refuse what is not."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from linkback.channels.signing import headers_of
from linkback.core.model import Call, HookForm, NewsKind, Webhook

HOW_TO = Path(__file__).parent.parent.parent / "docs" / "howto" / "webhooks-and-feeds.md"
BODY = '{"event":"published","title":"Grüße"}'.encode()
MADE = datetime(2026, 11, 1, tzinfo=UTC)
WEBHOOK = Webhook(3, 7, "https://hooks.example/in", "sesame")
CALL = Call(12, 3, NewsKind.PUBLISHED, BODY, MADE)


@pytest.fixture
def is_genuine() -> Callable[[str, str, bytes], bool]:
    """The function that the how-to gives to receivers."""
    (lines,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), flags=re.DOTALL)
    receiver = ModuleType("receiver")
    exec(lines, receiver.__dict__)  # the lines are ours, and are what is tested
    function: Callable[[str, str, bytes], bool] = receiver.__dict__["is_genuine"]
    return function


def signature(age: timedelta = timedelta(), webhook: Webhook = WEBHOOK) -> str:
    """Return the signature of a call that was tried so long ago."""
    return dict(headers_of(webhook, CALL, datetime.now(UTC) - age))["x-linkback-signature"]


@pytest.mark.parametrize("form", HookForm)
def test_the_lines_of_the_how_to_know_our_calls(is_genuine: Callable[..., bool], form: HookForm) -> None:
    assert is_genuine("sesame", signature(webhook=replace(WEBHOOK, form=form)), BODY)


@pytest.mark.parametrize(
    ("secret", "sent", "body"),
    [
        ("another", signature, BODY),
        ("sesame", signature, BODY + b" "),
        ("sesame", lambda: signature(webhook=replace(WEBHOOK, secret="another")), BODY),
        ("sesame", lambda: signature(timedelta(hours=1)), BODY),
        ("sesame", lambda: signature(timedelta(hours=-1)), BODY),
        ("sesame", lambda: re.sub(r"(?<=t=)\d+", lambda at: str(int(at.group()) + 1), signature()), BODY),
    ],
    ids=["secret", "body", "signer", "old", "of the future", "time"],
)
def test_they_refuse_what_is_forged_or_old(
    is_genuine: Callable[..., bool], secret: str, sent: Callable[[], str], body: bytes
) -> None:
    assert not is_genuine(secret, sent(), body)


def test_the_how_to_names_the_headers_that_are_sent() -> None:
    told = HOW_TO.read_text(encoding="utf-8").lower()
    names = {name for name, _ in headers_of(replace(WEBHOOK, form=HookForm.WEBMENTION_IO), CALL, MADE)}
    assert {name for name in names if name.startswith("x-")} == {
        *("x-linkback-event", "x-linkback-delivery", "x-linkback-signature", "x-webmention-signature"),
    }
    assert not [name for name in names if name.startswith("x-") and name not in told]
