"""Features: the words of a mention and what its evidence says, in steps, of whatever script."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.learner import features, lore, traits
from linkback.core.learner.words import words_of
from linkback.core.model import Author, Candidate, Citation, Company, Evidence, Likeness, Makeup

SOURCE = "https://blog.example/post"
TARGET = "https://me.example/"
NOTHING = Evidence()


def of(citation: Citation = Citation(), evidence: Evidence = NOTHING, source: str = SOURCE) -> tuple[str, ...]:
    return features(Candidate(source, TARGET, citation, evidence))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Casino BONUS, casino!", ["casino", "bonus", "casino"]),
        ("the best of all", ["best"]),
        ("C# is ok", []),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Ｃasino", ["casino"]),
        ("100 % in 2024, 123456 b2b", ["000", "0000", "0000", "b0b"]),
        ("deadbeef0123456789", []),
        ("Donaudampfschifffahrtsgesellschaft", ["donaudampfschifffahrtsge"]),
        ("казино онлайн", ["казино", "онлайн"]),
        ("한국 뉴스", ["한국", "뉴스"]),
        ("博客文章", ["博客", "客文", "文章"]),
        ("茶", ["茶"]),
        ("ブログ2024年", ["ブロ", "ログ", "0000", "年"]),
        ("ข่าว", ["ข่", "่า", "าว"]),
        ("हिन्दी किताबें", ["हिन्दी", "किताबें"]),
        ("snake_case", ["snake", "case"]),
        ("a\ud800b \0", []),
    ],
)
def test_words_are_those_of_their_script(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


def test_a_text_is_read_to_a_bound() -> None:
    assert len(list(words_of("word " * 10_000))) <= 120


@pytest.mark.parametrize(
    "citation",
    [
        Citation(title="Sourdough"),
        Citation(anchor="sourdough"),
        Citation(excerpt="My SOURDOUGH."),
        Citation(author=Author("Sourdough")),
    ],
)
def test_words_come_from_title_anchor_excerpt_and_author(citation: Citation) -> None:
    assert of(citation).count("w:sourdough") == 1


DATED = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("citation", "feature"),
    [
        (Citation(place="comments"), "place:comments"),
        (Citation(kind="reply"), "kind:reply"),
        (Citation(language="de-AT"), "lang:de"),
        (Citation(rel=("nofollow", "me")), "rel:nofollow"),
        (Citation(noindex=True), "rel:noindex"),
        (Citation(author=Author("Ana")), "author:named"),
        (Citation(), "author:none"),
        (Citation(published=DATED), "date:given"),
        (Citation(), "date:none"),
        (Citation(), "title:none"),
        (Citation(title="BUY NOW"), "title:loud"),
        (Citation(), "anchor:none"),
        (Citation(anchor="https://me.example/"), "anchor:address"),
        (Citation(anchor="word " * 20), "anchor:long"),
        (Citation(), "text:none"),
        (Citation(excerpt="Only $5"), "sign:money"),
        (Citation(excerpt="100 %"), "sign:percent"),
        (Citation(title="Now!"), "sign:shout"),
    ],
)
def test_a_citation_is_told_in_steps(citation: Citation, feature: str) -> None:
    assert feature in of(citation)


@pytest.mark.parametrize("citation", [Citation(place="a b"), Citation(kind="nonsense"), Citation(language="x y")])
def test_what_no_page_should_say_is_left_out(citation: Citation) -> None:
    assert not {name for name in of(citation) if name.startswith(("place:", "kind:", "lang:"))} - {
        *("place:content", "kind:mention")
    }


@pytest.mark.parametrize(
    ("evidence", "feature"),
    [
        (Evidence(Makeup(links=2)), "words:none"),
        (Evidence(Makeup(words=60)), "words:few"),
        (Evidence(Makeup(links=11)), "links:many"),
        (Evidence(Makeup(hosts=500)), "hosts:farm"),
        (Evidence(Makeup(linked=0.7)), "linked:mostly"),
        (Evidence(Makeup(script="Cyrillic")), "script:Cyrillic"),
        (Evidence(likeness=Likeness(relevance=0.0)), "relevance:none"),
        (Evidence(likeness=Likeness(nearness=1.0)), "nearness:high"),
        (Evidence(likeness=Likeness(copied=0.83)), "copied:most"),
        (Evidence(likeness=Likeness(same_title=True)), "title:same"),
        (Evidence(likeness=Likeness(language="de")), "odds:language"),
        (Evidence(Makeup(script="Latin"), Likeness(script="Han")), "odds:script"),
        (Evidence(company=Company(template_hosts=1)), "template:shared"),
        (Evidence(company=Company(wording_hosts=9)), "wording:many"),
        (Evidence(company=Company(of_domain=3)), "rush:domain"),
        (Evidence(company=Company(at_target=6)), "rush:target"),
        (Evidence(company=Company(new_at_site=99)), "rush:site"),
        (Evidence(via=("t.example",)), "via:one"),
    ],
)
def test_evidence_is_told_in_steps(evidence: Evidence, feature: str) -> None:
    assert feature in of(Citation(language="en"), evidence)


@pytest.mark.parametrize(
    ("evidence", "name"),
    [
        (Evidence(likeness=Likeness(language="en", script="Latin")), "odds"),
        (Evidence(), "relevance"),
        (Evidence(), "copied"),
        (Evidence(), "rush"),
        (Evidence(), "words"),
        (Evidence(), "links"),
        (Evidence(Makeup(words=600, links=2, hosts=2)), "links"),
    ],
)
def test_what_is_usual_or_unknown_is_not_told(evidence: Evidence, name: str) -> None:
    told = of(Citation(language="en"), evidence)
    assert not [feature for feature in told if feature.startswith(f"{name}:")]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("https://best-casino.example.top/out/sale", {"h:best", "h:casino", "tld:top", "p:out", "p:sale"}),
        ("http://www.example.de/", {"scheme:http", "tld:de", "path:root", "h:example"}),
        ("https://a.example/x?y=1", {"path:query"}),
        ("https://a.example/1/2/3/4/5", {"path:deep"}),
        ("https://casino24.example/", {"host:digits", "h:casino"}),
        ("https://a-b-c.example/", {"host:hyphens"}),
        ("https://a.b.c.d.example/", {"host:deep"}),
        ("https://xn--80ak6aa92e.example/", {"host:foreign"}),
        ("https://127.0.0.1:8080/post", {"host:number", "p:post"}),
        ("https://[2001:db8::1]/", {"host:number"}),
        ("https://localhost/", {"tld:localhost"}),
    ],
)
def test_an_address_is_told_in_words_and_steps(source: str, wanted: set[str]) -> None:
    assert wanted <= set(of(source=source))


TEXTS = st.text(max_size=400)


@settings(max_examples=30)
@given(
    st.builds(
        Citation,
        TEXTS,
        st.builds(Author, TEXTS),
        TEXTS,
        st.none(),
        TEXTS,
        TEXTS,
        st.lists(TEXTS).map(tuple),
        TEXTS,
        TEXTS,
    ),
    TEXTS,
)
def test_features_are_few_short_and_without_blanks_whatever_a_page_says(citation: Citation, script: str) -> None:
    found = of(citation, Evidence(Makeup(script=script)))
    assert len(found) == len(set(found)) <= traits.MOST
    assert all(name.split() == [name] and len(name) <= lore.LONGEST_FEATURE for name in found)
    assert all("\0" not in name and name.encode().decode() == name for name in found)


def test_a_long_mention_leaves_room_for_words_and_for_all_else() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = " ".join(f"word{one}{other}" for one in letters for other in letters)
    found = of(
        Citation(many, Author(many), "reply", None, f"{many[:50]} anchor", many[::-1], ("ugc",), "sidebar", "en"),
        Evidence(Makeup(1, 200, 200, 0.9, "Latin"), Likeness(0, 0, 0.9, True, "de", "Han"), Company(9, 9, 9, 9, 9, 99)),
        f"http://a.{'-'.join(['host'] * 9)}.example/{many.replace(' ', '/')}?x",
    )
    assert len(found) <= traits.MOST
    assert {"place:sidebar", "kind:reply", "rush:site", "odds:script", "copied:most", "tld:example"} <= set(found)
    assert len([name for name in found if name.startswith("w:")]) >= 30
