"""Every word that people read stands in the catalogues, and the catalogues are those of the code."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import linkback.words
from docs import words as gathering
from linkback.words import chosen_of, language, n_, pgettext, speaking

# What goes into pages of others, and letters, are read by no test here.
ELSEWHERE = {"mentions-fragment", "mark"}
TEMPLATES = sorted(
    path
    for path in gathering.sources()
    if path.suffix == ".html" and "web" in path.parts and path.stem not in ELSEWHERE
)
SPOKEN = {"title", "placeholder", "aria-label", "alt", "aria-description", "aria-roledescription", "label", "content"}
NEVER_SPOKEN = {"script", "style", "code", "svg:path"}
TRANS = re.compile(r"\{%-?\s*trans\b.*?%\}.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|\{% block width %\}.*?\{% endblock %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# What macros put into elements that other macros write.
UNREAD = re.compile(r' (aria-(describedby|invalid|current|keyshortcuts)|data-key)="\w*"')
WORD = re.compile(r"[^\W\d_]{2,}")
# Names are the same in every language, and so is what people type.
NAMES = {"Linkback", "Webmention", "Pingback", "TrackBack", "https", "UTC", "Atom", "JSON", "Feed", "WordPress", "rel"}
# Attributes that say nothing to people although they could.
UNSPOKEN = {("meta", "content"), ("div", "label")}


class Spoken(HTMLParser):
    """What a page of the desk says to people in its own words: texts, and attributes that are read out or shown."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.within: list[str] = []
        self.said: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [text or "" for name, text in attrs if name in SPOKEN and (tag, name) not in UNSPOKEN]
        if tag in NEVER_SPOKEN:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.said.append(data)


def own_words(template: str) -> list[str]:
    """Return the words of a template that go by no catalogue."""
    markup = UNREAD.sub("", TAG.sub("", TRANS.sub("", COMMENT.sub("", template))))
    return [word for text in Spoken(markup).said for word in WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_page_goes_by_the_catalogue(path: Path) -> None:
    assert own_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        ("<p>{{ _('Hello') }}</p>", []),
        ("<p>{% trans %}Hello <b>you</b>{% endtrans %}</p>", []),
        ("<p>{% trans n=3 %}One{% pluralize %}Many{% endtrans %} left</p>", ["left"]),
        ('<input placeholder="Search" aria-label="{{ _("Search") }}">', ["Search"]),
        ('{% if x %}<img alt="A picture">{% endif %}', ["picture"]),
        ("{# a remark #}<code>linkback serve</code><b>Linkback</b>", []),
    ],
)
def test_words_that_go_by_no_catalogue_are_found(template: str, words: list[str]) -> None:
    assert own_words(template) == words


def test_the_template_of_the_catalogues_is_that_of_the_code() -> None:
    kept = linkback.words.LOCALE / "linkback.pot"
    assert kept.read_bytes() == gathering.written(gathering.gathered()), "type ./dev words"


def test_translations_are_up_to_date_and_say_what_their_messages_say() -> None:
    template = gathering.gathered()
    for name in gathering.translations():
        file, today = gathering.translation_of(name), gathering.brought_up_to_date(name, template)
        assert file.read_bytes() == gathering.written(today), "type ./dev words"
        assert file.with_suffix(".mo").read_bytes() == gathering.compiled(today), "type ./dev words"
        assert not [error for message in today for error in message.check(today)], name


def test_a_translation_is_begun_with_every_message() -> None:
    template = gathering.gathered()
    begun = read_po(BytesIO(gathering.written(gathering.brought_up_to_date("fr", template))), locale="fr")
    assert {message.id for message in begun} == {message.id for message in template}
    assert begun.num_plurals == 2


def test_a_translation_speaks_once_it_is_compiled(tmp_path: Path) -> None:
    catalogue = gathering.brought_up_to_date("de", gathering.gathered())
    catalogue["Sign out"].string = "Abmelden"
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "de" / "LC_MESSAGES" / "linkback.mo").write_bytes(gathering.compiled(catalogue))
    spoken = linkback.words.catalogue("de", tmp_path)
    assert spoken.gettext("Sign out") == "Abmelden"
    assert spoken.gettext("Nobody translated this.") == "Nobody translated this."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT, en;q=0.5", "de"),
        ("en;q=0.5, fr;q=0.9", "fr"),
        ("nl, fr;q=0.2, de;q=0.3", "de"),
        ("pt-BR", "pt_BR"),
        ("PT-br", "pt_BR"),
        ("de;q=0", "en"),
        ("de;q=x, fr;q=0.1", "fr"),
        ("*", "en"),
        (",;,;q=,x" * 1000, "en"),
        ("x," * 16 + "de", "en"),
    ],
    ids=lambda text: text[:20],
)
def test_a_reader_gets_the_language_that_their_browser_asks_for(header: str, language: str) -> None:
    assert chosen_of(header, ("en", "de", "fr", "pt_BR")) == language


def test_words_without_a_translation_are_english() -> None:
    with speaking("tlh"):
        assert language() == "tlh"
        assert (n_("%d page", "%d pages", 1), n_("%d page", "%d pages", 2)) == ("%d page", "%d pages")
        assert pgettext("month", "May") == "May"
    assert language() == "en"
