"""What the documents ask for, beside the tests that hold us to it, and whether those pass.

The items stand in tests/conformance/requirements.toml. A test belongs to an item when its name, or
the name of one of its cases, carries the item's id: test_pb_c8_c14_..., id="PB-C4-blank".
"""

import ast
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from tests.conformance.mutations import MUTATIONS

ROOT = Path(__file__).parent.parent
ITEMS = ROOT / "tests" / "conformance" / "requirements.toml"
MADE = "docs/conformance.py"
MUSTS = {"MUST", "MUST NOT"}
NOT_RUN = ("tests/interop/",)  # they need programs of others, which ./dev test sets up
FAMILIES = {"pb", "xr", "sys", "mc", "tb", "wm"}
NUMBERED = re.compile(r"[a-z]{0,3}\d{1,2}")
CASE = re.compile(r"(?:PB|XR|SYS|MC|TB|WM)-[A-Z]{0,3}\d{1,2}(?![A-Za-z0-9])")
HOW = ["-q", "-n", "auto", "--dist", "loadgroup", "-p", "no:cacheprovider"]
UNKNOWN, PASSES, FAILS = "not run", "yes", "**no**"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One item of a document; `instead` says why we leave it, or to whom."""

    id: str
    section: str
    level: str
    role: str
    words: str
    instead: str = ""

    @property
    def family(self) -> str:
        return self.id.partition("-")[0]


@cache
def requirements() -> tuple[Requirement, ...]:
    """Return all items, in the order of the documents."""
    tables = tomllib.loads(ITEMS.read_text(encoding="utf-8"))
    return tuple(Requirement(name, **item) for name, item in tables.items() if name != "documents")


@cache
def documents() -> dict[str, str]:
    """Return the names of the documents by the letters that ids begin with."""
    names: dict[str, str] = tomllib.loads(ITEMS.read_text(encoding="utf-8"))["documents"]
    return names


@cache
def tests() -> dict[str, tuple[str, ...]]:
    """Return the tests of each id, as file::function in the order of files; also of ids that no document has."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for item in dict.fromkeys([*ids_in_name(node.name), *ids_of_cases(node)]):
                    found[item].append(f"{path.relative_to(ROOT)}::{node.name}")
    return {item: tuple(sorted(names)) for item, names in found.items()}


def ids_in_name(name: str) -> Iterator[str]:
    """Yield the ids that a test's name begins with: PB-C8 and PB-C14 of test_pb_c8_c14_one_call."""
    family = ""
    for word in name.removeprefix("test_").split("_"):
        if word in FAMILIES:
            family = word
        elif family and NUMBERED.fullmatch(word):
            yield f"{family}-{word}".upper()
        else:
            return


def ids_of_cases(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Yield the ids that the cases of a test are named after."""
    for decorator in test.decorator_list:
        for node in ast.walk(decorator):
            if isinstance(node, ast.keyword) and node.arg == "id" and isinstance(node.value, ast.Constant):
                yield from CASE.findall(str(node.value.value))


def outcomes() -> dict[str, bool]:
    """Run these tests, but those with programs of others; return for each, file::function, whether all of it passed.

    One that did not get as far as running has not passed.
    """
    names = sorted({name for names in tests().values() for name in names if not name.startswith(NOT_RUN)})
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        where = ["--junit-xml", report.name, "--continue-on-collection-errors", *names]
        subprocess.run([sys.executable, "-m", "pytest", *HOW, *where], cwd=ROOT, stdout=sys.stderr, check=False)
        ran: dict[str, list[bool]] = defaultdict(list)
        for case in ElementTree.parse(report.name).iter("testcase"):
            module, function = case.get("classname", ""), case.get("name", "").partition("[")[0]
            ran[f"{module.replace('.', os.sep)}.py::{function}"].append(
                not case.findall("failure") + case.findall("error")
            )
    return {name: bool(ran[name]) and all(ran[name]) for name in names}


def page(passed: Mapping[str, bool]) -> str:
    """Return the reference of conformance; passed tells of tests, as file::function."""
    lines = [
        "# Conformance",
        "",
        f"<!-- Made by {MADE}: do not edit. -->",
        "",
        "What the documents ask for, in our words, beside the tests that hold Linkback to it. MUST, SHOULD and MAY are",
        "the document's own; ADVICE it gives without such a word; PRACTICE is what programs do and no document asks",
        "for; OURS is asked by nobody else. Whether the tests pass was found by running them when this page was made.",
    ]
    for family, document in documents().items():
        lines += ["", f"## {document}", "", "| id | what is asked for | level | of the | tests | passes |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [row(item, passed) for item in requirements() if item.family == family]
    return "\n".join([*lines, *mutation_lines()]) + "\n"


def row(item: Requirement, passed: Mapping[str, bool]) -> str:
    names = tests().get(item.id, ())
    words = f"{item.words} *{item.instead}*" if item.instead else item.words
    shown = "<br>".join(f"`{name.removeprefix('tests/')}`" for name in names)
    return f"| {item.id} | {words} | {item.level} | {item.role} | {shown} | {verdict(names, passed)} |"


def verdict(names: tuple[str, ...], passed: Mapping[str, bool]) -> str:
    if not names:
        return ""
    ran = [passed[name] for name in names if name in passed]
    if not all(ran):
        return FAILS
    return PASSES if ran else UNKNOWN


def mutation_lines() -> list[str]:
    lines = [
        "",
        "## Do these tests notice?",
        "",
        "Each rule is switched off in a copy of the code, and then the test beside it has to fail. `./dev test` sees",
        "to that.",
        "",
        "| rule | switched off in | test that fails |",
        "|---|---|---|",
    ]
    for mutation in MUTATIONS:
        test = mutation.test.removeprefix("tests/").replace("|", "\\|")
        lines.append(f"| {mutation.rule}: {mutation.words} | `{mutation.file}` | `{test}` |")
    return lines


def without_outcomes(text: str) -> str:
    """Return a page without what a run found out, so that two can be compared."""
    return re.sub(r"\| (?:[^|\n]*) \|$", "|", text, flags=re.MULTILINE)
