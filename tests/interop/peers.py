"""Programs of others that speak Webmention, from PyPI, in an environment of their own: ./dev test makes it.

`webmentions` takes and sends; `ronkyuu` sends.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ROOT = Path(__file__).parent.parent.parent
PYTHON = Path(os.environ.get("LINKBACK_TEST_PEERS", ROOT / ".venv-peers" / "bin" / "python"))
PROGRAMS = Path(__file__).parent / "peer_programs"
ANSWERS_WITHIN = 30.0  # seconds; their first request imports half of the world
RONKYUU = """
import sys, ronkyuu
answer = ronkyuu.sendWebmention(sys.argv[1], sys.argv[2], test_urls=False, timeout=20)
print(answer.status_code if answer is not None else 0, answer.headers.get("Location", "") if answer is not None else "")
"""


def is_here() -> bool:
    """Tell whether the peers' environment was made."""
    return PYTHON.exists()


@dataclass(frozen=True)
class Blog:
    """A blog that runs the package `webmentions`."""

    url: str

    @property
    def endpoint(self) -> str:
        return f"{self.url}webmentions"

    def put(self, path: str, html: str) -> str:
        """Put a page at a path without its first slash, and return its address."""
        self._ask(Request(self.url + path, html.encode(), method="PUT"))
        return self.url + path

    def taken(self, target: str) -> list[dict[str, Any]]:
        """Return the mentions of a page that it took."""
        asked = urlencode({"resource": target, "direction": "incoming"})
        return cast(list[dict[str, Any]], json.loads(self._ask(Request(f"{self.endpoint}?{asked}"))))

    def tell(self, source: str) -> None:
        """Have it tell all that a page of its own links to."""
        self._ask(Request(f"{self.url}tell", urlencode({"source": source}).encode()))

    def _ask(self, request: Request) -> bytes:
        with urlopen(request, timeout=ANSWERS_WITHIN) as answer:
            return cast(bytes, answer.read())


@contextmanager
def a_blog(address: str) -> Iterator[Blog]:
    """Run the blog at an address of the loopback network, on a free port."""
    process = subprocess.Popen(
        [PYTHON, PROGRAMS / "webmention_blog.py", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), "the blog did not start"
        yield Blog(url)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def ronkyuu(source: str, target: str) -> tuple[int, str]:
    """Send a webmention by `ronkyuu`, which looks for the endpoint itself; returns the status and the Location."""
    done = subprocess.run(
        [PYTHON, "-c", RONKYUU, source, target], stdin=subprocess.DEVNULL, text=True, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    status, _, location = done.stdout.strip().partition(" ")
    return int(status), location
