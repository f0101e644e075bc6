"""Whether the tests notice: a rule is switched off in a copy of the code, and its test has to fail there."""

import compileall
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.conformance import MUSTS, Requirement, requirements
from tests.conformance.mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PASSED, FAILED = 0, 1
TESTS = sorted({mutation.test for mutation in MUTATIONS})
NAMES = [f"{mutation.rule}-{number}" for number, mutation in enumerate(MUTATIONS)]
IMPLEMENTED = [item for item in requirements() if item.level in MUSTS and not item.instead]


class Copies:
    """Copies of the code, each with one change, and a program that runs tests against them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, 0
        self.whole = folder / "whole"
        shutil.copytree(SOURCE, self.whole)
        compileall.compile_dir(self.whole, quiet=2)  # once, instead of in each run
        settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        settings |= {"PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis")}
        self.program = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("mutants.py"))],
            cwd=ROOT,
            env=settings,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, tests: list[str], mutation: Mutation | None = None) -> tuple[int, str]:
        """Run tests, against a changed copy where there is a change; return pytest's exit code and words."""
        source = self._changed(mutation) if mutation else self.whole
        output = self.folder / "output"
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.write(json.dumps({"source": str(source), "tests": tests, "output": str(output)}) + "\n")
        self.program.stdin.flush()
        code = int(self.program.stdout.readline())
        if mutation:
            shutil.rmtree(source)
        return code, output.read_text(errors="replace")

    def _changed(self, mutation: Mutation) -> Path:
        self.made += 1
        source = self.folder / str(self.made)
        shutil.copytree(self.whole, source, copy_function=os.link)
        file = source / "linkback" / mutation.file
        text = file.read_text(encoding="utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()
        file.unlink()
        file.write_text(text.replace(mutation.text, mutation.replaced), encoding="utf-8")
        return source

    def close(self) -> None:
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.close()
        self.program.wait()
        self.program.stdout.close()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    made = Copies(tmp_path_factory.mktemp("copies"))
    yield made
    made.close()


@pytest.mark.mutations
@pytest.mark.parametrize("mutation", MUTATIONS, ids=NAMES)
def test_a_rule_that_is_switched_off_is_missed(copies: Copies, mutation: Mutation) -> None:
    code, words = copies.run([mutation.test], mutation)
    assert code == FAILED, words


@pytest.mark.mutations
def test_the_tests_that_have_to_notice_pass_on_the_code_as_it_is(copies: Copies) -> None:
    code, words = copies.run(TESTS)
    assert code == PASSED, words


@pytest.mark.parametrize("mutation", MUTATIONS, ids=NAMES)
def test_the_text_that_is_replaced_is_there_once(mutation: Mutation) -> None:
    assert (SOURCE / "linkback" / mutation.file).read_text(encoding="utf-8").count(mutation.text) == 1
    assert mutation.text != mutation.replaced


@pytest.mark.parametrize("item", IMPLEMENTED, ids=lambda item: str(item.id))
def test_every_must_is_switched_off_once(item: Requirement) -> None:
    assert item.id in {rule for mutation in MUTATIONS for rule in mutation.rule.split()}
