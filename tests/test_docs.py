"""The documentation is held to the code: what is made is fresh, what is linked is there, what is public is told."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import linkback
from docs import conformance
from docs.build import CONFORMANCE, FILES, anchor, broken_links, commands, leads
from linkback.settings import SETTINGS, Settings

ROOT = Path(__file__).parent.parent
PYTHON_PAGE = ROOT / "docs" / "reference" / "python.md"


@pytest.mark.parametrize("name", FILES)
def test_what_is_made_from_the_code_is_fresh(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name](), "run ./dev docs"


def test_the_page_of_conformance_is_fresh_but_for_what_a_run_found_out() -> None:
    written = (ROOT / CONFORMANCE).read_text(encoding="utf-8")
    assert conformance.without_outcomes(written) == conformance.without_outcomes(conformance.page({})), "run ./dev docs"


def test_every_test_of_the_page_of_conformance_passed() -> None:
    assert conformance.FAILS not in (ROOT / CONFORMANCE).read_text(encoding="utf-8")


@pytest.mark.parametrize("item", conformance.requirements(), ids=lambda item: str(item.id))
def test_every_must_has_a_test(item: conformance.Requirement) -> None:
    assert item.level not in conformance.MUSTS or conformance.tests().get(item.id)


@pytest.mark.parametrize("name", conformance.tests())
def test_an_id_in_the_name_of_a_test_is_that_of_an_item(name: str) -> None:
    assert name in {item.id for item in conformance.requirements()}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("test_pb_c8_c14_one_call", ["PB-C8", "PB-C14"]),
        ("test_xr_1_xr_3_a_call", ["XR-1", "XR-3"]),
        ("test_wm_sec2_2_seconds", ["WM-SEC2", "WM-2"]),
        ("test_a_call", []),
        ("test_pb", []),
    ],
)
def test_a_test_tells_its_ids_by_its_name(name: str, ids: list[str]) -> None:
    assert list(conformance.ids_in_name(name)) == ids


def test_every_link_leads_somewhere() -> None:
    assert not broken_links()


@pytest.mark.parametrize(
    ("link", "is_there"),
    [
        ("settings.md", True),
        ("settings.md#settings", True),
        ("settings.md#no-such-heading", False),
        ("no-such-page.md", False),
        ("../../../outside.md", False),
    ],
)
def test_a_link_to_nothing_is_noticed(link: str, is_there: bool) -> None:
    assert leads(PYTHON_PAGE, link) is is_there


def test_headings_are_linked_to_as_readers_show_them() -> None:
    assert anchor("### What is *new*, then?".lstrip("# ")) == "what-is-new-then"


def test_the_example_file_changes_nothing_when_it_is_used_whole(tmp_path: Path) -> None:
    text = (ROOT / "linkback.example.toml").read_text(encoding="utf-8")
    active = re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE)
    (tmp_path / "all.toml").write_text(active)
    assert Settings.load(tmp_path / "all.toml") == Settings()
    assert Settings.load(ROOT / "linkback.example.toml") == Settings()


def test_the_example_file_shows_every_setting() -> None:
    text = (ROOT / "linkback.example.toml").read_text(encoding="utf-8")
    document = tomllib.loads(re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE))
    shown = {name for name, value in document.items() if not isinstance(value, dict)}
    shown |= {f"{table}.{key}" for table, rows in document.items() if isinstance(rows, dict) for key in rows}
    assert shown == {setting.name for setting in SETTINGS}


def test_the_public_names_are_documented_and_no_others() -> None:
    told = re.findall(r"^### `(\w+)`$", PYTHON_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(told) == sorted(linkback.__all__)


@pytest.mark.parametrize("name", linkback.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(linkback, name) is not None
    assert name in dir(linkback)


def test_what_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'webmaster'"):
        linkback.webmaster  # noqa: B018  # looking it up is the point


def test_importing_the_package_imports_nothing_else() -> None:
    program = "import linkback, sys; print(sorted(name for name in sys.modules if name.startswith('linkback')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['linkback']"


def test_every_command_tells_what_it_is_for() -> None:
    for words, command in commands():
        assert (command.help or "").strip(), words


def test_the_program_in_the_reference_compiles() -> None:
    programs = re.findall(r"```python\n(.*?)```", PYTHON_PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert programs
    for program in programs:
        compile(program, "python.md", "exec")
