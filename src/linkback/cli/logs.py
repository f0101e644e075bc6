"""Logs as JSON, one event a line, on standard error: what outsiders wrote stays inside its quotes."""

import sys

import msgspec
import structlog


def log_to_stderr(level: str = "info") -> None:
    """Set structlog up for a program that goes on running; events below the level are left out."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


def _encoded(event: object, **_: object) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)
