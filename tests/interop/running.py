"""Linkback as its users run it: a process that serves, and commands beside it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

PROGRAM = Path(sys.executable).with_name("linkback")
LISTENS = re.compile(r"listens on (http://\S+)")
OPEN = ("--allow-network", "127.0.0.0/8")
STARTS_WITHIN = 30.0  # seconds, on a machine that is busy with other tests
ENDS_WITHIN = 30.0
COMES_WITHIN = 20.0

Found = TypeVar("Found")


def wait_for(what: Callable[[], Found | None], *, within: float = COMES_WITHIN) -> Found:
    """Return what() as soon as it is something; fails when that takes too long."""
    until = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < until, f"nothing came within {within:g} s"
        time.sleep(0.05)
    return found


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    output: str
    words: str

    @property
    def document(self) -> Any:
        """Return the JSON document that was printed."""
        return json.loads(self.output)


@dataclass(frozen=True)
class Linkback:
    """A database of Linkback's in a folder; url is where it is served, when it is.

    `compiled` is where Python keeps what it compiled: so many commands are run that it counts.
    """

    folder: Path
    compiled: Path
    url: str = ""

    @property
    def endpoint(self) -> str:
        return f"{self.url}pingback"

    @property
    def database(self) -> Path:
        return self.folder / "linkback.db"

    def run(self, *words: str) -> Done:
        """Run a command to its end."""
        done = subprocess.run(
            [PROGRAM, *words],
            cwd=self.folder,
            env=_environment(self.compiled),
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def discover(self, url: str) -> list[dict[str, str]]:
        """Return what `linkback discover URL --json` says that a page accepts."""
        return cast(list[dict[str, str]], self.run("discover", url, "--json", *OPEN).document["endpoints"])

    def send(self, source: str) -> tuple[int, dict[str, dict[str, Any]]]:
        """Return the exit status of `linkback send SOURCE --json` and its ledger by target."""
        done = self.run("send", source, "--json", *OPEN)
        assert done.output, done.words
        return done.status, {row["target"]: row for row in done.document["deliveries"]}

    def mentions(self, target: str | None = None) -> list[dict[str, Any]]:
        """Return what `linkback mentions list --json` prints."""
        words = ("--target", target) if target else ()
        return cast(list[dict[str, Any]], self.run("mentions", "list", "--json", *words).document)

    def mention(self, target: str) -> dict[str, Any]:
        """Return the one mention that a page has."""
        (found,) = self.mentions(target)
        return found

    def decide(self, how: str, mention: dict[str, Any]) -> None:
        """Approve, spam or remove a mention."""
        done = self.run("mentions", how, str(mention["id"]))
        assert done.status == 0, done.words

    def long_ago(self, mention_id: int) -> None:
        """Let the last look at a mention be so long ago that a new ping leads to another one at once."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute("UPDATE mentions SET verified_at = verified_at - 3600000000 WHERE id = ?", (mention_id,))

    def answers(self, target: str) -> list[str | None]:
        """Return what each ping to a target was answered, as the server's log has it: a problem, or None."""
        lines = (self.folder / "log").read_text().splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return [e["problem"] for e in events if e["event"] == "ping answered" and e["target"] == target]


@contextmanager
def serving(folder: Path, compiled: Path, site: str) -> Iterator[Linkback]:
    """Serve a site; at the end the server is interrupted, as by Ctrl-C, and must end well."""
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--site", site, *OPEN],
            cwd=folder,
            env=_environment(compiled),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Linkback(folder, compiled, _ready(process, log))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            status = process.wait(ENDS_WITHIN)
        finally:
            process.kill()
            process.wait()
    assert status == 0, log.read_text()[-2000:]
    assert "Traceback" not in log.read_text()


def _ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return where the server listens, once it answers."""

    def listens() -> re.Match[str] | None:
        assert process.poll() is None, log.read_text()
        return LISTENS.search(log.read_text())

    url: str = wait_for(listens, within=STARTS_WITHIN)[1]
    wait_for(lambda: _status(url, "/health") == 200, within=STARTS_WITHIN)
    return url


def _status(url: str, path: str) -> int:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=STARTS_WITHIN)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _environment(compiled: Path) -> dict[str, str]:
    """Return an environment in which nothing but the command says how Linkback is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINKBACK_", "PYTHON"))}
    return kept | {"LINKBACK_DATABASE": "sqlite:///linkback.db", "PYTHONPYCACHEPREFIX": str(compiled)}
