"""What was answered is safe: after kill -9, against the order of system calls, and beside another process."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest

from linkback.storage import sites
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Writes sites, `tasks` at a time, and says of each that it is safe once it was told so.
WRITER = """
import asyncio, os, sys
from datetime import UTC, datetime
from linkback.storage import sites
from linkback.storage.database import Database

url, name, tasks, each = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

async def write(database, task):
    for number in range(each):
        site = await database.write(sites.add, f"https://{name}.example/{task}/{number}", datetime.now(UTC))
        os.write(1, f"safe {site.url}\\n".encode())

async def main():
    database = Database.open(url)
    await asyncio.gather(*(write(database, task) for task in range(tasks)))
    database.close()

asyncio.run(main())
"""
ENDLESS = 1_000_000
ENOUGH = 400
HOW_TO_HAVE_STRACE = "strace is not here, or may not trace: apt-get install strace"


def writer(url: str, name: str, *, tasks: int, each: int, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    words = [*before, sys.executable, "-c", WRITER, url, name, str(tasks), str(each)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def safe(lines: Iterator[str] | IO[str]) -> Iterator[str]:
    # A line that the kill cut in two is not an answer.
    return (line.split()[1] for line in lines if line.startswith("safe ") and line.endswith("\n"))


def kept(url: str) -> set[str]:
    database = Database.open(url)
    found = asyncio.run(database.read(sites.every))
    database.close()
    return {site.url for site in found}


def test_a_crash_loses_nothing_that_was_answered(database_url: str) -> None:
    process = writer(database_url, "crash", tasks=20, each=ENDLESS)
    assert process.stdout is not None
    answered = []
    for url in safe(process.stdout):
        answered.append(url)
        if len(answered) == ENOUGH:
            os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    assert len(answered) >= ENOUGH
    assert set(answered) <= kept(database_url)


def test_two_processes_write_at_once(database_url: str) -> None:
    running = [writer(database_url, name, tasks=5, each=20) for name in ("one", "two")]
    answered = [url for process in running for url in safe(iter(process.communicate(timeout=60)[0].splitlines(True)))]
    assert [process.returncode for process in running] == [0, 0]
    assert len(answered) == 200
    assert set(answered) == kept(database_url)


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    if found is None or subprocess.run([found, "true"], capture_output=True, check=False).returncode:
        pytest.skip(HOW_TO_HAVE_STRACE)
    return found


def events(trace: Path) -> Iterator[str]:
    """Read what matters from a trace: w(ritten to the log), s(ynced), a(nswered), each when it was done."""
    syncing = set()
    for line in trace.read_text().splitlines():
        thread, _, call = line.partition(" ")
        if re.match(r"\s*(pwrite64|write)\(\d+<[^>]*-wal>", call):
            yield "w"
        elif re.match(r"\s*f(data)?sync\(\d+<[^>]*-wal>", call):
            if call.endswith("= 0"):
                yield "s"
            else:
                syncing.add(thread)
        elif "sync resumed>" in call and call.endswith("= 0") and thread in syncing:
            syncing.discard(thread)
            yield "s"
        elif re.match(r'\s*write\(1<[^>]*>, "safe ', call):
            yield "a"


def test_the_log_is_on_the_disk_before_anybody_is_answered(sqlite_url: str, strace: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    before = (strace, "-f", "-y", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o", str(trace))
    process = writer(sqlite_url, "traced", tasks=1, each=5, before=before)
    process.communicate(timeout=60)
    assert process.returncode == 0
    seen = "".join(events(trace))
    assert re.fullmatch(r"(w+s[ws]*(?<=s)a){5}[ws]*", seen), seen
