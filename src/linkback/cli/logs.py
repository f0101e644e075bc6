"""Logs as JSON, one event a line, on standard error: what outsiders wrote stays inside its quotes."""

import logging
import sys
from typing import Literal

import msgspec
import structlog

Level = Literal["info", "warning"]


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
    return msgspec.json.encode(event, enc_hook=str)
