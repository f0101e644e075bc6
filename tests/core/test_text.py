import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback.core.text import MAX_CLUSTER, around, bounded, clean, is_boundary, sentences


def split(text: str, language: str = "") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "One here.|Two there!|Three?|Four"),
        ("en", "Hello Mr. Smith.|He is J. R. R. Tolkien, e.g. a writer.|So i.e. an author."),
        ("en", "It costs $3.50 a piece.|Version 1.2.3 is out.|See No. 5 and p. 12 there."),
        ("en", "Look at http://x.example/?a=B&c=D and Yahoo!x.|It works."),
        ("en", "Wait... what?|Wait...|What?!|“Yes.”|She nodded.|(Really.)|Good."),
        ("en", "The U.S. Army came at 5 p.m.|He left.|Martin Luther King Jr.|That was he."),
        ("en", "1. First of all, this.|2. Then that."),
        ("en", "Use example.com or Node.js, not ASP.NET at all."),
        ("en", "one line\n|another line"),
        ("de", "Am 3. Oktober kam Dr. Müller, z. B. mit Prof. Huber, d. h. zu zweit.|Nr. 5 lebt."),
        ("de", "Äpfel, Birnen usw. und so fort.|Äpfel usw.|Danach ging er.|Das kostet 5 Mio. Euro bzw. Dollar."),
        ("de", "Er wurde 30.|Danach starb er.|Im 19. Jahrhundert war das so, vgl. Abb. 3 dort."),
        ("de", "„Das ist gut.“|Er ging.|»Ja!«|Sie blieb."),
        ("fr", "M. Dupont est là.|Il a, p. ex. hier, vu ça !|Non ?|Si.|Mme. Martin aussi."),
        ("es", "¿Qué tal?|El Sr. García vino, p. ej. ayer.|¡Hola!|La Dra. Gil no."),
        ("ru", "Это так.|А. С. Пушкин писал.|Да, т. е. нет.|В 1999 г.|Он умер."),
        ("el", "Τι κάνεις;|Καλά.|Πού, π.χ. στην Αθήνα\u037e|Ναι."),
        ("ja", "「本当ですか？」と彼は言った。|次の文です。|「行く。帰る。」と言った。|終わり"),
        ("zh", "你好。|我很好！|你呢？|“好的。”|他说。"),
        ("ar", "كيف حالك؟|أنا بخير.|شكرا"),
        ("ur", "یہ اچھا ہے۔|وہ برا ہے۔"),
        ("hi", "वह गया।|फिर आया।|ठीक है?"),
        ("ko", "안녕하세요.|저는 학생입니다.|네!"),
        ("my", "ဟုတ်ကဲ့။|မဟုတ်ဘူး။"),
        ("am", "ሰላም ነው።|እሺ።"),
        ("hy", "Բարև։|Լավ եմ։"),
        ("th", "ฉันอ่านหนังสือ แล้วนอน"),
        ("", "Dr. Who, z. B. am 3. Oktober.|Le M. Dupont."),
    ],
)
def test_sentences_end_where_readers_of_the_language_see_an_end(language: str, text: str) -> None:
    parts = [part.strip() for part in text.split("|")]
    assert split(text.replace("|", "" if language in ("ja", "zh", "my") else " "), language) == parts


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a  b\t\nc\u00a0d", "a b c d"),
        ("a\x00b\x07c\x9dd", "abcd"),
        ("a\u202eb\u202cc\u2066d\u2069e\u200ef\u200fg\u061ch", "abcdefgh"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("a\U000e0041\U000e007fb\ufff9c\ud800d\uffffe\U0010ffff", "abcde"),
        ("a\u3164b\u2800c", "a b c"),
        ("é\u034f\U000e0101é", "éé"),
        ("می\u200cخوانم", "می\u200cخوانم"),
        ("क्\u200dष क्\u200cष", "क्\u200dष क्\u200cष"),
        ("ന\u0d4d\u200d", "ന\u0d4d\u200d"),
        ("a\u200cb\u200dc", "abc"),
        ("ab\u200c\u200c\u200c می\u200c", "ab می"),
        ("👨\u200d👩\u200d👧 ❤️\u200d🔥 👍🏽", "👨\u200d👩\u200d👧 ❤️\u200d🔥 👍🏽"),
        ("👨\u200da", "👨a"),
        ("e" + "\u0301" * 100, "e" + "\u0301" * 8),
        ("Việt Nam, שָׁלוֹם, กำ", "Việt Nam, שָׁלוֹם, กำ"),
        ("", ""),
    ],
)
def test_cleaned_text_holds_nothing_that_cannot_be_seen(raw: str, plain: str) -> None:
    assert clean(raw) == plain


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 10, "short"),
        ("exactly10!", 10, "exactly10!"),
        ("one two three", 10, "one two…"),
        ("one two three", 8, "one two…"),
        ("abcdefghijklmnop", 10, "abcdefghi…"),
        ("日本語、日本語。日本", 6, "日本語、日…"),
        ("日本（日本語）の話です", 4, "日本…"),
        ("ちょっとだけ", 3, "ちょ…"),
        ("กำกำกำ", 4, "กำ…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("🇩🇪🇫🇷🇮🇹", 4, "🇩🇪…"),
    ],
)
def test_a_bounded_text_is_cut_at_words_and_never_inside_of_a_character(text: str, limit: int, cut: str) -> None:
    assert bounded(text, limit) == cut


@pytest.mark.parametrize(
    ("text", "at", "boundary"),
    [
        ("ab", 1, True),
        ("e\u0301", 1, False),
        ("กำ", 1, False),
        ("क्ष", 2, False),
        ("👍🏽", 1, False),
        ("한", 0, True),
        ("\u1112\u1161\u11ab", 1, False),
        ("\u1112\u1161\u11ab", 2, False),
        ("각각", 1, True),
        ("🇩🇪🇫🇷", 1, False),
        ("🇩🇪🇫🇷", 2, True),
    ],
)
def test_characters_as_people_see_them_are_known(text: str, at: int, boundary: bool) -> None:
    assert is_boundary(text, at) is boundary


def test_a_short_sentence_takes_its_neighbours_along() -> None:
    text = "One is here. Two. Three is there. Four is not."
    assert around(text, (13, 16), 300) == "One is here. Two. Three is there."
    assert around(text, (13, 16), 20) == "One is here. Two."


WORDS = st.text(st.sampled_from("aB1 .!?…,;:'\"()«»。！「」あ漢ก\u0e33क्ष।\u0301\u200d👍🏽🇩\n-"), max_size=400)


@given(WORDS | st.text(max_size=300), st.sampled_from(["", "en", "de", "ja", "xx"]))
def test_sentences_hold_all_of_a_text_but_blanks_in_order(text: str, language: str) -> None:
    spans = sentences(text, language)
    assert re.sub(r"\s", "", "".join(text[a:b] for a, b in spans)) == re.sub(r"\s", "", text)
    assert all(a < b for a, b in spans) and all(b <= c for (_, b), (c, _) in pairwise(spans))


@given(WORDS, st.data())
def test_what_is_around_a_span_holds_it_and_is_bounded(raw: str, data: st.DataObject) -> None:
    text = clean(raw)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    limit = data.draw(st.integers(50, 300))
    found = around(text, (start, end), limit)
    assert len(found) <= limit
    assert text[start:end].strip() in found


@given(WORDS, st.integers(MAX_CLUSTER, 200))
def test_a_bounded_text_is_the_beginning_of_the_text(raw: str, limit: int) -> None:
    text = clean(raw)
    cut = bounded(text, limit)
    assert len(cut) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@given(st.text())
def test_cleaning_is_done_once(text: str) -> None:
    plain = clean(text)
    assert clean(plain) == plain
    assert not any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in plain)
