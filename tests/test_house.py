"""The house: imports go down only, files and functions stay small, public things say what they are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "linkback"
MODULES = sorted(SRC.rglob("*.py"))
CORE = [path for path in MODULES if SRC / "core" in path.parents]

# room -> what it may import from; a room may always import from itself unless it is in ALONE
CORE_BASE = {"core.errors"}
MAY_IMPORT: dict[str, set[str]] = {
    "core.errors": set(),
    "core.model": CORE_BASE,
    "core.urls": CORE_BASE,
    "core.addresses": CORE_BASE,
    "core.text": CORE_BASE | {"core.model"},
    "core.vocabulary": set(),
    "core.linkheader": CORE_BASE | {"core.model", "core.urls"},
    "core.pages": CORE_BASE
    | {"core.model", "core.urls", "core.text", "core.linkheader", "core.likeness", "core.vocabulary"},
    "core.schedule": CORE_BASE | {"core.model", "core.urls"},
    "core.changes": CORE_BASE | {"core.model", "core.text"},
    "core.feeds": CORE_BASE | {"core.model", "core.urls", "core.text", "core.pages"},
    "core.formats": CORE_BASE | {"core.model", "core.urls", "core.hygiene", "core.text"},
    "core.likeness": CORE_BASE | {"core.model", "core.text"},
    "core.learner": CORE_BASE | {"core.model", "core.urls", "core.text"},
    "core.company": CORE_BASE | {"core.model", "core.urls"},
    "core.hygiene": CORE_BASE | {"core.model", "core.urls"},
    "core.neighbours": CORE_BASE | {"core.model", "core.urls", "core.text", "core.likeness"},
    "core.rules": CORE_BASE
    | {"core.model", "core.urls", "core.schedule", "core.text", "core.learner", "core.vocabulary"},
    "core.protocols": CORE_BASE | {"core.model", "core.urls", "core.pages", "core.text", "core.linkheader"},
    "core.signing": CORE_BASE,
    "core.mailboxes": CORE_BASE,
    "words": set(),
    "settings": {"core"},
    "fetch": {"core"},
    "storage": {"core"},
    "moderate": {"core", "storage"},
    "register": {"core", "storage"},
    "ledger": {"core", "storage"},
    "show": {"core", "storage"},
    "rulebook": {"core", "storage"},
    "overview": {"core", "storage"},
    "accounts": {"core", "words", "storage"},
    "inbox": {"core", "storage"},
    "ownership": {"core", "storage", "fetch"},
    "mail": {"core", "words", "storage"},
    "channels": {"core", "words", "storage", "fetch"},
    "notify": {"core", "words", "storage", "mail", "channels"},
    "neighbourhood": {"core", "storage", "fetch"},
    "receive": {"core", "storage", "fetch"},
    "send": {"core", "storage", "fetch"},
    "watch": {"core", "storage", "fetch", "send"},
    "doctor": {"core", "fetch"},
    "work": {
        *("core", "storage", "receive", "send", "watch", "moderate", "neighbourhood", "notify", "mail", "channels"),
        "accounts",
    },
    "desk": {
        *("core", "settings", "storage", "moderate", "register", "ledger", "rulebook", "overview", "neighbourhood"),
        *("accounts", "inbox", "notify", "mail", "channels"),
    },
    "app": {
        *("core", "settings", "fetch", "storage", "moderate", "register", "show", "receive", "send", "watch", "doctor"),
        *("work", "desk", "rulebook", "overview", "neighbourhood", "ledger", "accounts", "inbox", "ownership"),
        *("notify", "mail", "channels"),
    },
    "web": {"core", "settings", "words", "desk", "app"},
    "cli": {"core", "settings", "desk", "app", "web"},
    "__main__": {"cli"},
}
OUTSIDE_DOORS = {"socket", "aiohttp", "aiodns", "http.client", "urllib.request", "ssl", "xmlrpc.client", "smtplib"}
OUTSIDE_DOORS |= {"aiosmtplib"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

# Words that could stand on any door. A name says which thing it is, so these say nothing.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "handler", "data", "info", "misc", "stuff"}
# What asyncio calls its own methods is not ours to choose.
GIVEN_NAMES = {"data_received"}

# What core may not know of: the network, the disk, the clock, the database, other threads, chance.
IMPURE = {"asyncio", "concurrent", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlalchemy", "sqlite3"}
IMPURE |= {"subprocess", "tempfile", "threading", "time", "aiohttp", "alembic", "litestar", "psycopg", "structlog"}
IMPURE_CALLS = {"open", "input", "print", "now", "utcnow", "today"}

# Where what people read and run is kept. Other folders of a checkout are made, not written.
WRITTEN = ["*", ".ci/*", "bench/**/*", "changes/*", "docs/**/*", "requirements/*", "src/**/*", "tests/**/*"]


def name_of(path: Path) -> str:
    parts = list(path.relative_to(SRC).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def room_of(module: str) -> str | None:
    rooms = [room for room in MAY_IMPORT if module == room or module.startswith(room + ".")]
    return max(rooms, key=len, default=None)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def is_one_of(name: str, roots: set[str]) -> bool:
    return any(name == root or name.startswith(root + ".") for root in roots)


def ours(imported: set[str]) -> set[str]:
    return {name.removeprefix("linkback.") for name in imported if name.startswith("linkback.")}


def functions_of(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    module = name_of(path)
    room = room_of(module)
    if module in {"", "core"} or "migrations" in module:
        return
    assert room is not None, f"{module} has no room in the house"
    for name in ours(imports_of(path)):
        other = room_of(name)
        if other == room or name == "__version__":
            continue
        allowed = any(other is not None and (other == may or other.startswith(may + ".")) for may in MAY_IMPORT[room])
        assert allowed, f"{module} imports {name}, which is not below it"


@pytest.mark.parametrize("package", ["core.protocols", "core.rules"])
def test_siblings_do_not_know_each_other(package: str) -> None:
    members = [path for path in MODULES if name_of(path).startswith(package + ".")]
    modules = {name_of(path) for path in members} - {
        "core.protocols.xmlrpc",
        "core.protocols.forms",
    }
    for path in members:
        others = {name for name in ours(imports_of(path)) if is_one_of(name, modules)}
        assert not {name for name in others if not name.startswith(name_of(path) + ".")}, name_of(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_door_mail_and_storage_open_connections(path: Path) -> None:
    if room_of(name_of(path)) in {"fetch", "storage", "mail"}:
        return
    used = {name for name in imports_of(path) if is_one_of(name, OUTSIDE_DOORS)}
    used -= {"xmlrpc.client.dumps", "xmlrpc.client.Fault", "xmlrpc.client.Binary", "xmlrpc.client.DateTime"}
    assert not used, f"{name_of(path)} imports {used}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE
    for function in functions_of(path):
        assert function.end_lineno is not None
        length = function.end_lineno - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{name_of(path)}.{function.name} has {length} lines"


def test_nine_functions_in_ten_are_within_thirty_lines() -> None:
    lengths = sorted((f.end_lineno or 0) - f.lineno + 1 for path in MODULES for f in functions_of(path))
    assert lengths[len(lengths) // 2] <= 8 + 2
    assert lengths[int(len(lengths) * 0.9)] <= 30


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), f"{name_of(path)} has no docstring"


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_core_knows_nothing_of_the_world(path: Path) -> None:
    assert not {name for name in imports_of(path) if is_one_of(name, IMPURE)}
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{name_of(path)}:{node.lineno} is async"
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert called not in IMPURE_CALLS, f"{name_of(path)}:{node.lineno} calls {called}"


def dataclass_decorators(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (class, decorator) for each dataclass of a module."""
    classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    for node in classes:
        for decorator in map(ast.unparse, node.decorator_list):
            if "dataclass" in decorator:
                yield node.name, decorator


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_dataclasses_in_core_have_slots_and_the_nouns_never_change(path: Path) -> None:
    for name, decorator in dataclass_decorators(path):
        assert "slots=True" in decorator, name
        assert "frozen=True" in decorator or not name_of(path).startswith("core.model"), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_web_framework_stays_in_the_web(path: Path) -> None:
    if room_of(name_of(path)) != "web":
        assert not {name for name in imports_of(path) if is_one_of(name, {"litestar"})}


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def names_in(path: Path) -> Iterator[str]:
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_names_say_something(path: Path) -> None:
    for name in set(names_in(path)) - GIVEN_NAMES:
        assert not words_of(name) & EMPTY_WORDS, name
        assert not name.startswith("process_"), name


def written_files() -> Iterator[tuple[Path, str]]:
    """Yield each file that people wrote or run, with its text."""
    made = {".pyc", ".db", ".png", ".ico", ".woff2"}
    for path in sorted({path for pattern in WRITTEN for path in ROOT.glob(pattern)}):
        if path.is_file() and path.suffix not in made and not {"__pycache__", "node_modules"} & {*path.parts}:
            yield path.relative_to(ROOT), path.read_bytes().decode("utf-8", "replace")


def found_in_files(pattern: str, *, suffix: str = "", but: str = "") -> list[str]:
    """Return file: match for each match of pattern in files of a suffix, but one file."""
    files = [(path, text) for path, text in written_files() if path.name.endswith(suffix) and str(path) != but]
    return [f"{path}: {match.group()}" for path, text in files for match in re.finditer(pattern, text)]


def test_no_file_names_a_package_index() -> None:
    assert not found_in_files(r"https?://[\w.-]*(pypi|pythonhosted|npmjs|deb\.debian|crates)")


def test_no_file_names_a_folder_of_the_one_who_wrote_it() -> None:
    assert not found_in_files(r"(?<![\w./~-])/(work|home|Users|root)/\w.*")


def test_a_silenced_check_says_which_and_why() -> None:
    which = r"(?:\[[a-z, -]+\]|: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*)"
    why = r" +(?:#|-|--) ?\w+ \w+"
    assert not found_in_files(rf"#\s*(?:type: ?ignore|noqa)(?!{which}{why}).*", suffix=".py", but="tests/test_house.py")


def test_no_test_is_excused() -> None:
    assert not found_in_files(r"mark\.(skip|skipif|xfail)\b|\bxfail\(", suffix=".py", but="tests/test_house.py")


def test_nothing_of_ours_is_mocked() -> None:
    mocks = r"unittest\.mock|monkeypatch\.setattr\(\s*[\"\']?linkback\b"
    assert not found_in_files(mocks, suffix=".py", but="tests/test_house.py")
