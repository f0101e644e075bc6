"""The door in a network of its own, where every private address has somebody listening."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.every_way import INSIDE

# Of an index only the sitemaps on its own domain are asked for: three, and seven that lead on.
LEAST = {"sitemaps of an index": 10}

pytestmark = pytest.mark.namespace

PROJECT = Path(__file__).parents[2]
OWN_NETWORK = ["unshare", "--net", "--mount"]


def what_is_missing() -> str | None:
    """Return why this machine cannot make a network namespace, None where it can."""
    missing = [program for program in ("unshare", "ip", "mount") if shutil.which(program) is None]
    if missing:
        return f"A network namespace needs {', '.join(missing)}: install iproute2 and util-linux."
    if os.geteuid() != 0:
        return "A network namespace needs root: run this test as root."
    made = subprocess.run([*OWN_NETWORK, "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False)
    return f"This machine does not permit a network namespace: {made.stderr.strip()}" if made.returncode else None


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if missing := what_is_missing():
        pytest.skip(missing)
    command = [
        *OWN_NETWORK,
        sys.executable,
        "-m",
        "tests.attacks.inside_namespace",
        str(tmp_path_factory.mktemp("namespace")),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_listeners_notice_whoever_comes(report: Any) -> None:
    assert report["works"]
    assert report["works_still"]


def test_no_private_address_sees_a_connection(report: Any) -> None:
    assert report["seen"] == []


def test_every_attempt_ends_in_one_of_our_errors(report: Any) -> None:
    came_back = {attempt: outcome for attempt, outcome in report["outcomes"].items() if outcome.isdigit()}
    assert came_back == {}


def test_a_name_that_moves_inside_is_refused_from_then_on(report: Any) -> None:
    assert report["rebinding"] == ["200", "Forbidden", "Forbidden", "Forbidden"]


def test_a_public_address_is_reached_by_number_and_by_the_hosts_file(report: Any) -> None:
    assert report["public"] == ["200", "200"]


def test_every_way_of_the_product_comes_to_the_door_with_every_address(report: Any) -> None:
    too_few = {way: count for way, count in report["ways"].items() if count < LEAST.get(way, len(INSIDE))}
    assert too_few == {}


def test_what_a_page_merely_names_is_never_asked_for(report: Any) -> None:
    assert report["never"].keys()
    assert {way: count for way, count in report["never"].items() if count} == {}
