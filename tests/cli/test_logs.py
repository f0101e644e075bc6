"""What strangers wrote stays inside its quotes in the log: one line of JSON an event, and nothing that acts."""

import json
import logging
import unicodedata
from collections.abc import Callable, Iterator

import pytest
import structlog

from linkback.cli.logs import log_to_stderr

HOSTILE = (
    '\u00e9x\r\n{"event": "forged"}\x1b[2J\x9b31m\x00\x7f\u2028\u2029\x85\u202egnp.exe'
    "\u2066\u200f\u061c\u200b\ufeff\xad\U000e0041</script>"
)
Log = Callable[[str], None]


def as_event(text: str) -> None:
    structlog.get_logger().info("mention looked at", source=f"https://evil.example/{text}", title=text)


def as_trouble(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger().exception("failed")


def of_a_library(text: str) -> None:
    logging.getLogger("library").warning("said %s", text)


def as_trouble_of_a_library(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("library").exception("failed")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave logging as other tests know it."""
    former = structlog.get_config()
    yield
    structlog.configure(**former)


@pytest.mark.parametrize("log", [as_event, as_trouble, of_a_library, as_trouble_of_a_library])
def test_hostile_texts_are_inert_in_the_log(
    log: Log, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    log_to_stderr()
    log(HOSTILE)
    written = capfdbinary.readouterr().err.decode()
    assert written.endswith("\n")
    line = written.removesuffix("\n")
    assert not {character for character in line if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    told = json.loads(line)
    assert told["event"] != "forged"
    assert any(HOSTILE in str(value) for value in told.values())
