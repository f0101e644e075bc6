"""Child processes: started on their core, waited for, and ended; only ever our own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

START_WITHIN = 60.0  # seconds; a cold start without compiled files takes 15 on a busy machine
END_WITHIN = 10.0  # seconds; Linkback gives its callers five
ROOT = Path(__file__).parent.parent

Child = subprocess.Popen[bytes]


class ChildFailed(Exception):
    """A process of the measurement ended early or does not answer; says which, and its last words."""


def module(name: str, orders: object) -> list[str]:
    """Return the command that runs a module of this package with its orders."""
    return [sys.executable, "-m", f"bench.{name}", msgspec.json.encode(orders).decode()]


@contextmanager
def running(command: list[str], core: int | None, words: Path, *, piped: bool = False) -> Iterator[Child]:
    """Run a program on a core until the block ends; `words` is the file for what it says."""
    with words.open("wb") as file, _affinity(core):
        child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if piped else file, stderr=file,
            start_new_session=True,  # so that Ctrl-C is ours alone, and children end in order
        )  # fmt: skip
    try:
        yield child
    finally:
        end(child)


def end(child: Child) -> None:
    """End a child, kindly first, and free what it held."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.stdout:
        child.stdout.close()


def wait_for_port(child: Child, host: str, port: int, words: Path) -> None:
    """Wait until a child takes connections; raises ChildFailed when it does not."""
    give_up = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up and child.poll() is None:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise ChildFailed(f"{_name(child)} does not answer on {host}:{port}. {last_words(words)}")


def line_from(child: Child, words: Path) -> bytes:
    """Return the next line that a piped child writes; raises ChildFailed when it ended instead."""
    line = _stdout(child).readline()
    if not line:
        raise ChildFailed(f"{_name(child)} ended early. {last_words(words)}")
    return line.strip()


def rest_from(child: Child, words: Path) -> bytes:
    """Return what a piped child writes until it ends; raises ChildFailed when it failed."""
    written = _stdout(child).read()
    if child.wait(END_WITHIN):
        raise ChildFailed(f"{_name(child)} failed. {last_words(words)}")
    return written


def last_words(words: Path, count: int = 12) -> str:
    """Return the last lines of what a child said."""
    return "\n".join(words.read_text(errors="replace").splitlines()[-count:])


@contextmanager
def _affinity(core: int | None) -> Iterator[None]:
    """Be on a core for a moment: a child, and every thread it will have, begins where its parent is."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _stdout(child: Child) -> IO[bytes]:
    assert child.stdout is not None
    return child.stdout


def _name(child: Child) -> str:
    assert isinstance(child.args, list)
    return " ".join(map(str, child.args[:4]))
