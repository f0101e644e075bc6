"""Gathers the words that people read into src/linkback/locale/linkback.pot, and brings every translation up to date.

    ./dev words [LANGUAGE...]

A LANGUAGE that there is no translation for is begun. A test fails when a file is not what this script would write.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from linkback import __version__
from linkback.words import DOMAIN, LOCALE

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "linkback"
# How the marks are called in code (linkback.words) and in templates: which arguments are messages, "c" is a context.
MARKS = {
    "_": None,
    "later": None,
    "gettext": None,
    "n_": (1, 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
READERS = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}
OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}  # as web/site.py reads templates
HEADER = "# Words of Linkback, gathered by ./dev words: do not edit linkback.pot.\n#"
# Lines of one message each: a change of one is then a change of one line.
WIDTH = 0


def sources() -> Iterator[Path]:
    """Yield code and templates, in order."""
    for path in sorted(SOURCES.rglob("*")):
        is_template = "templates" in path.parts
        if path.suffix == ".py" or (is_template and path.suffix in READERS):
            yield path


def gathered() -> Catalog:
    """Return all words that are marked in code and templates."""
    catalogue = Catalog(project="Linkback", version=__version__, header_comment=HEADER, fuzzy=False)
    for path in sources():
        where = path.relative_to(ROOT).as_posix()
        for line, message, comments, context in extract_from_file(
            READERS[path.suffix], path, keywords=MARKS, comment_tags=("Translators:",), options=OPTIONS
        ):
            catalogue.add(message, None, [(where, line)], auto_comments=comments, context=context)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as it stands in its file, without what changes by itself: days and numbers of lines."""
    out = BytesIO()
    write_po(out, catalogue, width=WIDTH, include_lineno=False, sort_output=True, ignore_obsolete=True)
    dated = (b'"POT-Creation-Date:', b'"PO-Revision-Date: YEAR', b'"Generated-By:')
    return b"".join(line for line in out.getvalue().splitlines(keepends=True) if not line.startswith(dated))


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue in the form that programs read."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def translation_of(language: str) -> Path:
    """Return where a translation stands."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translations() -> list[str]:
    """Return the languages that somebody translated to."""
    return sorted(path.parts[-3] for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def brought_up_to_date(language: str, template: Catalog) -> Catalog:
    """Return a translation with the messages of today; a new one has none of its own yet."""
    path = translation_of(language)
    begun = path.read_bytes() if path.exists() else b""
    catalogue = read_po(BytesIO(begun), locale=language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def main(languages: list[str]) -> int:
    template = gathered()
    (LOCALE / f"{DOMAIN}.pot").write_bytes(written(template))
    for language in sorted({*translations(), *languages}):
        catalogue = brought_up_to_date(language, template)
        path = translation_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = sum(1 for message in catalogue if message.id and not message.string)
        print(f"{language}: {missing} of {len(catalogue)} messages are not translated yet", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
