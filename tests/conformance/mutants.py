"""Runs tests against changed copies of the code. Started once; each run is a fork, so little is loaded anew.

Reads lines of JSON, {"source": the folder with linkback in it, "tests": node ids, "output": a file}, and answers
each with pytest's exit code: 0 passed, 1 failed, others tell of a test that could not be run.
"""

import importlib
import json
import os
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 60  # seconds for one run
BROKEN = 98  # the run itself went wrong
ANOTHER_COPY = 99  # what was tested is not what was changed
# What every copy would load, and what starts no thread by that; nothing of ours.
LOADED = (
    *("ada_url", "aiodns", "alembic.command", "click", "httptools", "hypothesis", "jinja2", "litestar", "msgspec"),
    *("publicsuffixlist", "rich", "sqlalchemy.dialects.sqlite", "structlog", "turbohtml.detect", "uvicorn", "uvloop"),
)
OPTIONS = ["-x", "-q", "--tb=short", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]


def main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(f"{run(order['source'], order['tests'], order['output'])}\n")
        sys.stdout.flush()


def run(source: str, tests: list[str], output: str) -> int:
    """Run tests in a fork, its words going to a file."""
    child = os.fork()
    if not child:
        try:
            os._exit(tested(source, tests, output))
        finally:  # whatever was raised: this is no place to go on from
            os._exit(BROKEN)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def tested(source: str, tests: list[str], output: str) -> int:
    signal.alarm(LONGEST)
    words = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(words, stream)
    sys.path.insert(0, source)
    code = int(
        pytest.main([*OPTIONS, "-o", "pythonpath=.", f"--rootdir={ROOT}", *(str(ROOT / test) for test in tests)])
    )
    sys.stdout.flush()
    module = sys.modules.get("linkback")
    if module is None or not str(module.__file__).startswith(source):
        return ANOTHER_COPY
    return code


if __name__ == "__main__":
    main()
