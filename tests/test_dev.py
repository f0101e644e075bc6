"""The script ./dev does what it says, and installs what is asked for."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "dev"
COMMANDS = set(re.findall(r"^dev_(\w+)\(\)", SCRIPT.read_text(), re.MULTILINE))
LOCKS = ["run", "dev"]


def run_dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)


def locked(name: str) -> dict[str, str]:
    """Return the version of each package that a lock pins."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def asked_for(name: str) -> list[Requirement]:
    """Return what pyproject.toml asks for and a lock must hold."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    if name == "dev":
        asked += project["dependency-groups"]["dev"] + project["build-system"]["requires"]
    return [Requirement(text) for text in asked]


def test_the_usage_names_every_command_and_no_other() -> None:
    named = re.findall(r"^  \./dev (\w+)", run_dev().stdout, re.MULTILINE)
    assert set(named) == COMMANDS
    assert len(named) == len(COMMANDS)


def test_asking_for_help_is_no_error() -> None:
    assert run_dev().returncode == 0
    assert run_dev("--help").stdout == run_dev().stdout


def test_an_unknown_command_is_a_usage_error_told_on_stderr() -> None:
    result = run_dev("fly")
    assert result.returncode == 2
    assert result.stdout == ""
    assert "./dev test" in result.stderr


@pytest.mark.parametrize("script", ["dev", ".ci/run"])
def test_scripts_can_be_run_and_are_sound_bash(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ROOT / script], check=True, timeout=30)


def test_ci_runs_commands_that_exist() -> None:
    called = re.search(r"^for command in (.+); do", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert called
    assert set(called[1].split()) == {"check", "test"} <= COMMANDS


@pytest.mark.parametrize("command", ["./dev run", "./dev test"])
def test_the_readme_shows_how_to_start(command: str) -> None:
    assert re.search(rf"^(    )?{re.escape(command)}\b", (ROOT / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_contributing_explains_every_command(command: str) -> None:
    assert f"`./dev {command}" in (ROOT / "CONTRIBUTING.md").read_text()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_everything_that_is_asked_for(name: str) -> None:
    pins = locked(name)
    for requirement in asked_for(name):
        version = pins.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not locked: type ./dev lock"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} against {version}"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_by_hash_and_says_nothing_of_where_from(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    assert "==" in text
    for line in text.replace("\\\n", "").splitlines():
        assert "==" not in line or re.search(r"--hash=sha256:[0-9a-f]{64}\b", line), line


def test_both_locks_agree() -> None:
    developed = locked("dev")
    assert {name: developed.get(name) for name in locked("run")} == locked("run")
