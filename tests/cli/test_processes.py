"""Programs of their own: how they start, what they print where, and how they end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xmlrpc.client import Fault, ServerProxy

import pytest

from tests.cli.conftest import SITE, Desk
from tests.web.running import HTML, PATIENCE, until, web_server

LINKBACK = [sys.executable, "-m", "linkback"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("LINKBACK_")}
ENVIRONMENT["PYTHONUNBUFFERED"] = "1"
ENDS = pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


@contextmanager
def started(
    folder: Path, *arguments: str, says: str, before: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run a command until the block ends; yields it and what it says, as soon as it says something."""
    out, err = folder / "out", folder / "err"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [*before, *LINKBACK, *arguments],
            cwd=folder,
            stdout=to_out,
            stderr=to_err,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
        )
    try:
        until(lambda: says in err.read_text() + out.read_text() or process.poll() is not None)
        yield process, err
    finally:
        process.kill()
        process.wait(PATIENCE)


def ended(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*LINKBACK, *arguments], cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=60
    )


@ENDS
@pytest.mark.parametrize(
    ("command", "says"),
    [("serve --port 0 --site " + SITE, "Linkback listens on"), ("worker", "Working"), ("demo", "Look around")],
    ids=["serve", "worker", "demo"],
)
def test_what_goes_on_running_ends_cleanly(tmp_path: Path, command: str, says: str, how: signal.Signals) -> None:
    with started(tmp_path, *command.split(), says=says) as (process, err):
        if command.startswith("serve"):
            until(lambda: _is_healthy(err.read_text()))
        process.send_signal(how)
        assert process.wait(PATIENCE) == 0
    assert err.read_text().endswith("Stopped.\n")
    assert "Traceback" not in err.read_text()


@pytest.mark.parametrize(("command", "says"), [("worker", "Working"), ("demo", "Look around")])
def test_what_was_started_in_the_background_can_be_ended(tmp_path: Path, command: str, says: str) -> None:
    ignoring = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
    with started(tmp_path, command, says=says, before=ignoring) as (process, err):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert err.read_text().endswith("Stopped.\n")


def _is_healthy(said: str) -> bool:
    found = re.search(r"listens on (\S+)", said)
    if not found:
        return False
    try:
        with ServerProxy(found[1] + "pingback") as rpc:
            return bool(rpc.system.listMethods())
    except OSError:
        return False


def test_the_demonstration_shows_a_ping_and_ends(tmp_path: Path) -> None:
    done = ended(tmp_path, "demo", "--once")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^Sent +webmention to http://127", done.stdout, re.MULTILINE)
    assert re.search(r"^Received +mention 1, held", done.stdout, re.MULTILINE)
    assert "got me through my first winter" in done.stdout
    assert not list(tmp_path.iterdir())


def test_an_address_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        in_use = ended(tmp_path, "serve", "--port", port, "--site", SITE)
    elsewhere = ended(tmp_path, "serve", "--host", "192.0.2.1", "--port", "0", "--site", SITE)
    for done, where in ((in_use, f"127.0.0.1 port {port}"), (elsewhere, "192.0.2.1 port 0")):
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            f"Error: Nobody can listen on {where}: another program does, or the address is not this machine's.\n"
        )


def test_a_reader_who_has_seen_enough_is_no_error(linkback: Desk) -> None:
    linkback.many(3000)
    for words in ("mentions list", "mentions list --json"):
        command = " ".join([*LINKBACK, words, "--database", linkback.url])
        done = subprocess.run(["sh", "-c", f"{command} | head -1"], capture_output=True, text=True, check=False)
        assert done.stderr == ""
        assert len(done.stdout.splitlines()) == 1


def test_a_terminal_without_the_letters_is_no_error(linkback: Desk) -> None:
    linkback.mention(title="Brot braucht Zeit … für Übung 日本")
    done = subprocess.run(
        [*LINKBACK, "mentions", "list", "--database", linkback.url],
        capture_output=True,
        env=ENVIRONMENT | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Brot braucht Zeit \\u2026 f" in done.stdout


def test_a_running_server_is_told_what_the_commands_change(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/x.db"
    with web_server("127.0.4.7") as own, web_server("127.0.3.7") as blog:
        arguments = [
            "serve",
            "--port",
            "0",
            "--site",
            own.url,
            "--database",
            database,
            "--allow-network",
            "127.0.0.0/8",
        ]
        with started(tmp_path, *arguments, says="Pages advertise it by") as (_, err):
            until(lambda: _is_healthy(err.read_text()))
            found = re.search(r"X-Pingback: (\S+)", err.read_text())
            assert found
            target = own.page("notes", headers=(*HTML, ("X-Pingback", found[1])))
            inside = own.post("inside", target)

            def fault(source: str) -> int:
                with ServerProxy(found[1]) as rpc:
                    try:
                        rpc.pingback.ping(source, target)
                    except Fault as refused:
                        return int(refused.faultCode)
                return 0

            assert fault(inside) == 49
            assert (
                ended(tmp_path, "sites", "set", own.url, "--self-pings", "on", "--database", database).returncode == 0
            )
            until(lambda: fault(inside) != 49)
            assert fault(inside) == 48

            post = blog.post("post", target)
            assert fault(post) == 0
            shown = ended(tmp_path, "mentions", "list", "--json", "--database", database)
            newest = json.loads(shown.stdout)[0]
            assert (newest["source"], newest["status"], newest["title"]) == (post, "held", "A post")
            decided = ended(tmp_path, "mentions", "approve", str(newest["id"]), "--database", database)
            assert decided.returncode == 0
            with ServerProxy(found[1]) as rpc:
                assert rpc.pingback.extensions.getPingbacks(target) == [post]
        sites = json.loads(ended(tmp_path, "sites", "list", "--json", "--database", database).stdout)
        assert [(site["url"], site["self_pings"]) for site in sites] == [(own.url, True)]
    assert (tmp_path / "out").read_text() == ""
    logs = [json.loads(line) for line in err.read_text().splitlines() if line.startswith("{")]
    assert {"ping answered"} <= {line["event"] for line in logs}
