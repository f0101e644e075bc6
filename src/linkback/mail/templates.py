"""The texts of letters: templates in plain text and in HTML, filled with values that are clean already.

HTML is escaped always. A text has nothing that escapes, so who fills it hands over texts of one line.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from linkback.words import _, language, n_, npgettext, pgettext


def is_html(name: str | None) -> bool:
    """Tell whether what a template makes is HTML."""
    return name is None or name.endswith(".html")


LETTERS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=is_html,
    undefined=StrictUndefined,
    extensions=["jinja2.ext.i18n"],
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
LETTERS.globals.update(language=language)
LETTERS.policies["ext.i18n.trimmed"] = True
LETTERS.install_gettext_callables(_, n_, newstyle=True, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]  # the i18n extension adds it


def render(name: str, **context: object) -> tuple[str, str]:
    """Return a letter of this name as plain text and as HTML."""
    return LETTERS.get_template(f"{name}.txt").render(context), LETTERS.get_template(f"{name}.html").render(context)
