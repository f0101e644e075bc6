"""Forms: what a body says, in which charset, and within which bounds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.errors import BadPing, Problem
from linkback.core.protocols import forms
from linkback.core.protocols.forms import MAX_FIELDS, MEDIA_TYPE, Form, charset_of, read_form, write_form

CALM = settings(deadline=None, max_examples=150)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def refused(body: bytes, content_type: str | None = MEDIA_TYPE, charset: str = "utf-8") -> Problem:
    with pytest.raises(BadPing) as caught:
        read_form(body, content_type, charset=charset)
    assert str(caught.value).endswith(".")
    return caught.value.problem


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param(b"a=1&b=2", (("a", "1"), ("b", "2")), id="two"),
        pytest.param(b"", (), id="none"),
        pytest.param(b"&&a=1&", (("a", "1"),), id="empty pieces"),
        pytest.param(b"a&b=", (("a", ""), ("b", "")), id="no value"),
        pytest.param(b"=x", (("", "x"),), id="no name"),
        pytest.param(b"a=b=c", (("a", "b=c"),), id="only the first = counts"),
        pytest.param(b"a=1+2%2B3%26", (("a", "1 2+3&"),), id="escapes"),
        pytest.param(b"a=%zz%4&b=%", (("a", "%zz%4"), ("b", "%")), id="half escapes stay"),
        pytest.param(b"a%5b%5D=%C3%A9", (("a[]", "é"),), id="UTF-8 escaped"),
        pytest.param("a=é".encode(), (("a", "é"),), id="UTF-8 as it is"),
        pytest.param(b"a=1;b=2", (("a", "1;b=2"),), id="a semicolon parts nothing"),
    ],
)
def test_a_body_is_read_as_browsers_write_it(body: bytes, fields: tuple[tuple[str, str], ...]) -> None:
    assert read_form(body, MEDIA_TYPE) == Form(fields)


def test_the_first_of_a_repeated_field_wins_and_all_can_be_had() -> None:
    form = read_form(b"a=1&b=2&a=3", MEDIA_TYPE)
    assert (form.get("a"), form.values("a")) == ("1", ("1", "3"))
    assert (form.get("c"), form.get("c", "x"), form.values("c")) == ("", "x", ())


@pytest.mark.parametrize(
    "content_type",
    [
        *(None, "", MEDIA_TYPE, MEDIA_TYPE.upper(), f" {MEDIA_TYPE} ;x=y", f"{MEDIA_TYPE};charset=UTF-8"),
        *(f'{MEDIA_TYPE}; charset="utf-8"', f"{MEDIA_TYPE}; CharSet = utf8 ; x=y"),
    ],
)
def test_the_content_type_of_a_form_is_taken_or_may_be_missing(content_type: str | None) -> None:
    assert read_form(b"a=%E2%9C%93", content_type).get("a") == "✓"


@pytest.mark.parametrize(
    "content_type", ["text/xml", "multipart/form-data; boundary=x", "application/json", "application/x-www-form", "x"]
)
def test_another_content_type_is_no_form(content_type: str) -> None:
    assert refused(b"a=1", content_type) is Problem.NOT_CONFORMING


@pytest.mark.parametrize(
    ("charset", "written", "text"),
    [
        ("utf-8", "é✓".encode(), "é✓"),
        ("us-ascii", b"plain", "plain"),
        ("ISO-8859-1", b"caf\xe9 \x93x\x94", "café “x”"),
        ("windows-1252", b"\x80", "€"),
        ("iso-8859-15", b"\xa4", "€"),
        ("Shift_JIS", "日本語".encode("shift_jis"), "日本語"),
        ("EUC-JP", "日本語".encode("euc_jp"), "日本語"),
        ("ISO-2022-JP", b"%1B%24B%46%7C%4B%5C%38%6C%1B%28B", "日本語"),
    ],
)
def test_a_charset_of_the_list_is_taken_named_or_assumed(charset: str, written: bytes, text: str) -> None:
    assert read_form(b"t=" + written, f"{MEDIA_TYPE}; charset={charset}").get("t") == text
    assert read_form(b"t=" + written, MEDIA_TYPE, charset=charset).get("t") == text


def test_the_named_charset_wins_over_the_assumed_one() -> None:
    assert read_form("t=é".encode(), f"{MEDIA_TYPE}; charset=utf-8", charset="iso-8859-1").get("t") == "é"


@pytest.mark.parametrize(
    "charset",
    [
        *("utf-7", "UTF-7", "unicode-1-1-utf-7", "utf-16", "utf-32", "UTF-8,UTF-8,UTF-8", "UTF-8, UTF-8", "auto", ""),
        *(
            "idna",
            "punycode",
            "rot13",
            "hex",
            "unicode_escape",
            "raw_unicode_escape",
            "zlib",
            "base64",
            "mbcs",
            "utf-8-sig",
        ),
        *("ISO-8859-1, UTF-8", '"utf-8', "utf-8 utf-7", "\x00", "../x", "utf-8" * 1000),
    ],
)
def test_no_other_charset_is_taken_and_never_a_list(charset: str) -> None:
    assert refused(b"t=+ADw-script+AD4-", f"{MEDIA_TYPE}; charset={charset}") is Problem.UNSUPPORTED_ENCODING
    assert refused(b"t=1", MEDIA_TYPE, charset) is Problem.UNSUPPORTED_ENCODING


@pytest.mark.parametrize("charset", ["utf-7", "utf-8,utf-8"])
def test_a_second_charset_changes_nothing(charset: str) -> None:
    content_type = f"{MEDIA_TYPE}; charset=utf-8; charset={charset}"
    assert read_form(b"t=+ADw-%C3%A9", content_type).get("t") == " ADw-é"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"t=\xff", "utf-8"),
        (b"t=%ED%A0%80", "utf-8"),
        (b"%C3=1", "utf-8"),
        (b"t=\xe9", "us-ascii"),
        (b"t=\x81", "shift_jis"),
    ],
)
def test_bytes_that_the_charset_does_not_have_are_refused(body: bytes, charset: str) -> None:
    assert refused(body, f"{MEDIA_TYPE}; charset={charset}") is Problem.BAD_CHARACTER


def test_a_form_has_so_many_fields_and_no_more() -> None:
    assert len(read_form(b"&".join([b"a=1"] * MAX_FIELDS), MEDIA_TYPE).fields) == MAX_FIELDS
    assert refused(b"&".join([b"a=1"] * (MAX_FIELDS + 1))) is Problem.NOT_CONFORMING
    assert refused(b"&" * 65536) is Problem.NOT_CONFORMING


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        (None, None),
        (MEDIA_TYPE, None),
        (f"{MEDIA_TYPE}; xcharset=utf-8", None),
        (f"{MEDIA_TYPE}; charset=Latin1", "latin1"),
        (f"{MEDIA_TYPE}; charset=a,b", "a,b"),
        (f"{MEDIA_TYPE}; charset=a, b", ""),
        (f"{MEDIA_TYPE}; charset=", ""),
    ],
)
def test_the_charset_that_is_named_is_told(content_type: str | None, charset: str | None) -> None:
    assert charset_of(content_type) == charset


def test_every_codec_of_the_list_reads_text_only() -> None:
    assert all(isinstance(b"plain".decode(codec), str) for codec in forms.CODECS.values())
    assert "utf-7" not in {codec.replace("_", "-") for codec in forms.CODECS.values()}


@CALM
@given(st.lists(st.tuples(TEXT, TEXT), max_size=MAX_FIELDS))
def test_a_form_survives_the_wire(fields: list[tuple[str, str]]) -> None:
    assert read_form(write_form(fields), MEDIA_TYPE) == Form(tuple(fields))


def test_half_a_character_is_written_as_a_question_mark() -> None:
    assert write_form([("a", "x\ud800")]) == b"a=x%3F"


@CALM
@given(st.binary(max_size=300), st.none() | st.text(max_size=60), st.sampled_from([*forms.CODECS, "utf-7"]))
def test_whatever_comes_is_a_form_or_our_own_refusal(body: bytes, content_type: str | None, charset: str) -> None:
    try:
        form = read_form(body, content_type, charset=charset)
    except BadPing as error:
        assert error.problem in {Problem.NOT_CONFORMING, Problem.UNSUPPORTED_ENCODING, Problem.BAD_CHARACTER}
    else:
        assert len(form.fields) <= MAX_FIELDS
