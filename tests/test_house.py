"""The house: imports go down only, files and functions stay small, public things say what they are."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "linkback"
MODULES = sorted(SRC.rglob("*.py"))

# room -> what it may import from; a room may always import from itself unless it is in ALONE
CORE_BASE = {"core.errors"}
MAY_IMPORT: dict[str, set[str]] = {
    "core.errors": set(),
    "core.model": CORE_BASE,
    "core.urls": CORE_BASE,
    "core.addresses": CORE_BASE,
    "core.text": CORE_BASE | {"core.model"},
    "core.pages": CORE_BASE | {"core.model", "core.urls", "core.text"},
    "core.schedule": CORE_BASE | {"core.model", "core.urls"},
    "core.rules": CORE_BASE | {"core.model", "core.urls", "core.pages", "core.schedule", "core.text"},
    "core.protocols": CORE_BASE | {"core.model", "core.urls", "core.pages"},
    "settings": {"core"},
    "fetch": {"core"},
    "storage": {"core"},
    "moderate": {"core", "storage"},
    "receive": {"core", "storage", "fetch"},
    "send": {"core", "storage", "fetch"},
    "work": {"core", "storage", "receive", "send", "moderate"},
    "app": {"core", "settings", "fetch", "storage", "moderate", "receive", "send", "work"},
    "web": {"core", "app"},
    "demo": {"core", "app", "web"},
    "cli": {"core", "app", "web", "demo"},
}
OUTSIDE_DOORS = {"socket", "aiohttp", "aiodns", "http.client", "urllib.request", "ssl", "xmlrpc.client", "smtplib"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def name_of(path: Path) -> str:
    parts = list(path.relative_to(SRC).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def room_of(module: str) -> str | None:
    rooms = [room for room in MAY_IMPORT if module == room or module.startswith(room + ".")]
    return max(rooms, key=len, default=None)


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


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
    modules = {name_of(path) for path in members} - {"core.protocols.xmlrpc"}
    for path in members:
        others = {name for name in ours(imports_of(path)) if any(name.startswith(m + ".") or name == m for m in modules)}
        assert not {name for name in others if not name.startswith(name_of(path) + ".")}, name_of(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_door_and_storage_open_connections(path: Path) -> None:
    if room_of(name_of(path)) in {"fetch", "storage"}:
        return
    used = {name for name in imports_of(path) if any(name == door or name.startswith(door + ".") for door in OUTSIDE_DOORS)}
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
