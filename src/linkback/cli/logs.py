"""Logs as JSON, one event a line, on standard error: what outsiders wrote stays inside its quotes."""

import logging
import re
import sys
from typing import Literal

import msgspec
import structlog

Level = Literal["info", "warning"]
# What acts on a terminal, turns a line around or hides in it, besides the controls that JSON escapes by itself.
ACTING = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


class StandardError:
    """Writes lines to standard error, whichever it is at that moment."""

    def msg(self, line: bytes) -> None:
        """Write one event."""
        sys.stderr.buffer.write(line + b"\n")
        sys.stderr.buffer.flush()

    debug = info = warning = warn = error = exception = critical = fatal = failure = log = msg


class JSONLines(logging.Handler):
    """Writes what libraries log like our own events."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line of JSON."""
        event = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info:
            event["exception"] = logging.Formatter().formatException(record.exc_info)
        StandardError().msg(_encoded(event))


def log_to_stderr(level: Level = "info") -> None:
    """Set logging up: from `level` on for our own events, from warnings on for those of libraries."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: StandardError(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[JSONLines()], level=logging.WARNING)


def _encoded(event: object, **_: object) -> bytes:
    return ACTING.sub(_escaped, msgspec.json.encode(event, enc_hook=str).decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
