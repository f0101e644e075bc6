"""The vocabulary of the desk's pages: escapes what it is given, and names what it shows."""

import pytest
from markupsafe import Markup

from linkback.web.site import TEMPLATES

IMPORT = '{% import "dashboard/macros.html" as ui with context %}'
EVIL = "\"'><script>alert(1)</script>"


def shown(call: str, **values: object) -> str:
    return TEMPLATES.from_string(f"{IMPORT}{{{{ ui.{call} }}}}").render(form_key="KEY", evil=EVIL, **values)


CALLS = [
    "status(evil)", "badge(evil, evil)", "host(evil)", "outward(evil, evil, evil)", "outward('', evil)",
    "pager(evil, evil)", "empty(evil, evil)", "field(evil, evil, evil, evil, evil, evil)",
    "field('a', 'b', required=true, placeholder=evil)", "area(evil, evil, evil, evil, evil)",
    "choice(evil, evil, [(evil, evil)], evil, evil, evil)", "check(evil, evil, true, evil, evil)",
    "button(evil, evil, evil, evil, evil, title=evil)", "tabs([(evil, evil, true)], evil)", "path([(evil, evil)])",
    "facts([(evil, evil)])", "person(evil)",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_whatever_is_put_in_is_escaped(call: str) -> None:
    markup = shown(call)
    assert "<script" not in markup
    assert "\"'>" not in markup


def test_a_form_carries_its_key() -> None:
    assert shown("form_key()") == '<input type="hidden" name="form_key" value="KEY">'


def test_a_field_is_told_what_is_wrong_with_it() -> None:
    markup = shown("field('mail.host', 'Host', 'x', hint='Of the relay.', error='No such host.')")
    assert '<label for="mail-host">' in markup
    assert 'aria-describedby="mail-host-hint mail-host-error" aria-invalid="true"' in markup
    assert 'id="mail-host-hint"' in markup
    assert 'id="mail-host-error"' in markup


def test_a_field_without_a_remark_is_described_by_nothing() -> None:
    markup = shown("field('name', 'Name', 'ana', autocomplete='username', required=true, readonly=false)")
    assert markup.count("aria-") == 0
    assert 'autocomplete="username" required>' in markup


def test_a_password_is_never_shown_again() -> None:
    assert "secret" not in shown("field('password', 'Password', 'secret', type='password')")


def test_a_text_keeps_its_first_line_even_when_that_is_empty() -> None:
    assert ">\n\nb</textarea>" in shown("area('a', 'A', '\\nb')")


def test_a_host_in_punycode_is_shown_in_both_forms() -> None:
    assert shown("host('xn--bcher-kva.example')") == (
        '<span class="host"><bdi>bücher.example</bdi> <code>xn--bcher-kva.example</code></span>'
    )
    assert shown("host('ana.example')") == '<span class="host"><bdi>ana.example</bdi></span>'


def test_a_link_to_a_stranger_sends_no_referrer() -> None:
    assert 'rel="ugc nofollow noreferrer"' in shown("outward('https://ana.example/', 'Ana')")
    assert "<a" not in shown("outward('', 'Ana')")


def test_a_moment_that_never_was_is_a_dash() -> None:
    assert "–" in shown("when(none)")
    assert "–" in shown("moment(none)")


def test_values_of_a_list_may_be_markup_that_was_escaped_before() -> None:
    assert "<b>x</b>" in shown("facts([('a', b)])", b=Markup("<b>x</b>"))
