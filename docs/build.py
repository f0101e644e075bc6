"""Writes what the pages show of settings, commands and conformance, from the code; and checks every link between pages.

    ./dev docs

A test fails when a file is not what this script would write.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from docs import conformance
from linkback.cli import COMMANDS, linkback
from linkback.settings import SETTINGS, Setting

ROOT = Path(__file__).parent.parent
WIDTH = 100  # columns of the help, as a wide terminal shows it
MADE = "docs/build.py"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def example_file() -> str:
    """Return a settings file that says what every setting is by default."""
    lines = ["# Every setting with its default. Copy what you change into linkback.toml."]
    lines += ["# Each is also a variable, LINKBACK_ and its name in capitals, such as LINKBACK_LIMITS_INLINE=50;"]
    lines += ["# a flag of the command line wins over a variable, and that over this file."]
    section = ""
    for setting in SETTINGS:
        table, _, key = setting.name.rpartition(".")
        if table != section:
            lines += ["", f"[{table}]"]
            section = table
        elif not table:
            lines.append("")
        lines += [f"# {setting.help}", f"#{key} = {written(setting)}"]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Return the reference of the settings."""
    lines = [
        "# Settings",
        "",
        f"<!-- Made by {MADE}: do not edit. -->",
        "",
        "Linkback works without any. What you change stands in `linkback.toml` in the folder where it runs, or in the",
        "file named by `--config`; [linkback.example.toml](../../linkback.example.toml) shows them all. A variable",
        "wins over the file, and a flag over both. In a variable, the parts of a list are separated by commas. A limit",
        "of 0 is switched off.",
        "",
        "| setting | what it is | default | variable |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{s.name}` | {s.help} | `{written(s)}` | `{s.variable}` |" for s in SETTINGS]
    return "\n".join(lines) + "\n"


def written(setting: Setting) -> str:
    """Return the default as it is written in TOML."""
    if isinstance(setting.default, bool):
        return str(setting.default).lower()
    if isinstance(setting.default, list):
        return "[" + ", ".join(map(quoted, setting.default)) + "]"
    return quoted(setting.default)


def quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def command_page() -> str:
    """Return the reference of the commands: their own help."""
    lines = ["# Command line", "", f"<!-- Made by {MADE}: do not edit. -->", ""]
    lines += [
        "Exit status: 0 done, 1 something failed, 2 the command was used wrongly. `--json` prints one JSON document on",
        "standard output and nothing else there; words and progress go to standard error.",
    ]
    for words, command in commands():
        context = click.Context(command, info_name=words, terminal_width=WIDTH, **linkback.context_settings)
        lines += ["", f"## {words}", "", "```", command.get_help(context), "```"]
    return "\n".join(lines) + "\n"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with the words that call it."""
    context = click.Context(linkback)
    for name in COMMANDS:
        command = linkback.get_command(context, name)
        assert command is not None
        yield from sorted(part for part in parts_of(f"linkback {name}", command))


def parts_of(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, part in command.commands.items():
        yield from parts_of(f"{words} {name}", part)


FILES: dict[str, Callable[[], str]] = {
    "linkback.example.toml": example_file,
    "docs/reference/settings.md": settings_page,
    "docs/reference/command-line.md": command_page,
}
CONFORMANCE = "docs/reference/conformance.md"  # not in FILES: what its tests came to is found out by running them


def pages() -> list[Path]:
    """Return every Markdown page that people wrote."""
    return sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes/*.md")})


def broken_links() -> list[str]:
    """Return "page: link" for each link to a file or heading that is not there."""
    return [f"{page.relative_to(ROOT)}: {link}" for page in pages() for link in links_of(page) if not leads(page, link)]


def links_of(page: Path) -> list[str]:
    """Return the links of a page that stay inside the project."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def leads(page: Path, link: str) -> bool:
    """Tell whether a link leads to a file that is there, and to a heading in it."""
    name, _, heading = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists() or ROOT not in [target, *target.parents]:
        return False
    return not heading or heading in map(anchor, HEADING.findall(target.read_text(encoding="utf-8")))


def anchor(heading: str) -> str:
    """Return the name under which a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def main() -> int:
    for name, text in FILES.items():
        (ROOT / name).write_text(text(), encoding="utf-8")
    (ROOT / CONFORMANCE).write_text(conformance.page(conformance.outcomes()), encoding="utf-8")
    broken = broken_links()
    for link in broken:
        print(f"leads nowhere: {link}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
