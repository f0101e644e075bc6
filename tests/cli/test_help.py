"""Help, and what stands on the way to a command: it comes at once, and wrong use ends with 2."""

import subprocess
import sys

import pytest

from linkback import __version__
from linkback.cli import COMMANDS
from tests.cli.conftest import Desk

LEAVES = ["demo", "serve", "worker", "send", "discover", "check", "db status", "db upgrade"]
LEAVES += [f"mentions {name}" for name in ("list", "show", "approve", "spam", "remove", "hold", "sponsored")]
LEAVES += [f"mentions {name}" for name in ("undo", "actions")]
LEAVES += [f"deliveries {name}" for name in ("list", "show", "retry")]
LEAVES += [f"sites {name}" for name in ("add", "list", "set", "remove")]
HEAVY = {"litestar", "aiohttp", "sqlalchemy", "alembic", "uvicorn", "structlog", "rich", "turbohtml"}


def test_help_names_every_command(linkback: Desk) -> None:
    done = linkback("--help")
    assert (done.status, done.err) == (0, "")
    for name, (_, line) in COMMANDS.items():
        assert f"  {name} " in done.out
        assert line in done.out
        assert line.endswith(".")


@pytest.mark.parametrize("words", [*LEAVES, "deliveries", "mentions", "sites", "db"])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help(linkback: Desk, words: str, flag: str) -> None:
    done = linkback(*words.split(), flag)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Usage: linkback {words} ")


@pytest.mark.parametrize("words", sorted(set(LEAVES) - {"demo"}))
def test_every_command_takes_config_and_database(linkback: Desk, words: str) -> None:
    text = linkback(*words.split(), "--help").out
    assert "--config FILE" in text
    assert "--database URL" in text


@pytest.mark.parametrize(
    "words",
    [
        "deliveries list",
        "deliveries show",
        "mentions list",
        "mentions show",
        "mentions actions",
        "sites list",
        "send",
        "discover",
        "check",
        "db status",
    ],
)
def test_whatever_shows_something_can_show_it_to_programs(linkback: Desk, words: str) -> None:
    assert "--json" in linkback(*words.split(), "--help").out


def test_the_version_is_one_line(linkback: Desk) -> None:
    done = linkback("--version")
    assert (done.status, done.out) == (0, f"linkback, version {__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--nonsense"], ["nonsense"]])
def test_help_and_errors_import_nothing_heavy(arguments: list[str]) -> None:
    program = "import sys; from linkback.cli import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nonsense", "No such command 'nonsense'"),
        ("--nonsense", "No such option"),
        ("mentions nonsense", "No such command 'nonsense'"),
        ("mentions show", "Missing argument 'ID'"),
        ("mentions show seven", "'seven' is not a valid integer"),
        ("mentions approve", "Name mentions by their numbers, or by what they have in common"),
        ("mentions list --status maybe", "'maybe' is not one of"),
        ("mentions list --target nowhere", "'nowhere': The address is not absolute"),
        ("sites add ftp://me.example/", "ftp"),
        ("sites set https://me.example/ --moderation never", "'never' is not one of"),
        ("sites set https://me.example/ --protocols smoke", "'smoke' is no protocol; there are webmention, pingback"),
        ("sites set https://me.example/ --self-pings maybe", "'maybe' is not one of"),
        ("send", "Missing argument 'SOURCE'"),
        ("send https://me.example/ --protocol smoke", "'smoke' is not one of"),
        ("serve --port 70000", "70000 is not in the range"),
        ("serve --site me.example", "The address is not absolute"),
        ("serve --public-url me.example", "The address is not absolute"),
        ("discover javascript:alert(1)", "'javascript:alert(1)'"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(linkback: Desk, words: str, said: str) -> None:
    done = linkback(*words.split())
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
