"""What an owner's lists say of a source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.model import (
    Author,
    Candidate,
    Citation,
    Evidence,
    HostHistory,
    Listed,
    ListedAction,
    ListedKind,
    Status,
)
from linkback.core.rules import judge, owner_lists
from linkback.core.rules.owner_lists import followed, listed

BLOCK, HOLD, TRUST, MUTE, FOLLOW = (
    ListedAction.BLOCK,
    ListedAction.HOLD,
    ListedAction.TRUST,
    ListedAction.MUTE,
    ListedAction.FOLLOW,
)
HOST, PATH, WORD, NETWORK = ListedKind.HOST, ListedKind.PATH, ListedKind.WORD, ListedKind.NETWORK
SOURCE = "https://a.blog.example/tag/Bread?p=1"


@pytest.mark.parametrize(
    ("pattern", "source", "named"),
    [
        ("blog.example", "https://blog.example/", True),
        ("blog.example", "https://a.b.blog.example:8080/x", True),
        ("blog.example", "https://myblog.example/", False),
        ("blog.example", "https://blog.example.com/", False),
        ("*.blog.example", "https://a.blog.example/", True),
        (".example", "https://blog.example/", True),
        ("BLOG.Example.", "https://blog.example/", True),
        ("https://blog.example/", "https://blog.example/x", True),
        ("https://blog.example/x", "https://blog.example/x", False),
        ("bücher.example", "https://www.xn--bcher-kva.example/", True),
        ("203.0.113.7", "http://203.0.113.7/", True),
        ("[2001:db8::1]", "http://[2001:db8::1]/", True),
        ("", "https://blog.example/", False),
        ("*", "https://blog.example/", False),
        ("not a host", "https://blog.example/", False),
        ("blog.example", "no address", False),
    ],
)
def test_a_host_names_itself_and_all_below_it(pattern: str, source: str, named: bool) -> None:
    assert (listed(source, None, (Listed(BLOCK, HOST, pattern),)) is not None) is named


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("*.example/tag/*", True),
        ("a.blog.example/tag/bread?p=1", True),
        ("https://a.blog.example/tag/*", True),
        ("*/TAG/*", True),
        ("*p=[1-3]", True),
        ("a.blog.example/tag", False),
        ("tag/*", False),
        ("*/ta?/*", True),
        ("*[*", False),
        ("[", False),
        ("", False),
    ],
)
def test_a_path_is_a_shell_pattern_of_the_whole_address(pattern: str, named: bool) -> None:
    assert (listed(SOURCE, None, (Listed(BLOCK, PATH, pattern),)) is not None) is named


@pytest.mark.parametrize(
    ("pattern", "citation", "named"),
    [
        ("casino", Citation(title="The CASINO, again"), True),
        ("casino", Citation(author=Author("Casino King")), True),
        ("casino", Citation(anchor="casino"), True),
        ("casino", Citation(excerpt="my casino-night"), True),
        ("casino", Citation(content="I like casino."), True),
        ("casino", Citation(title="casinos"), False),
        ("cialis", Citation(title="a specialist"), False),
        ("payday loan", Citation(excerpt="A payday   loan, now"), True),
        ("Pay-day loan", Citation(excerpt="a pay day loan"), True),
        ("payday loan", Citation(excerpt="a payday loaner"), False),
        ("STRASSE", Citation(title="die Straße"), True),
        ("ﬁt", Citation(title="fit"), True),
        ("c++", Citation(title="I wrote C++"), True),
        ("c++", Citation(title="vitamin c"), False),
        ("赌场", Citation(title="最好的赌场在线"), True),
        ("คาสิโน", Citation(title="เล่นคาสิโนออนไลน์"), True),
        ("कैसीनो", Citation(title="नया कैसीनो खेल"), True),
        ("सीन", Citation(title="कैसीनो"), False),
        ("", Citation(title="anything"), False),
        ("...", Citation(title="anything ..."), False),
        ("casino", None, False),
    ],
)
def test_a_word_is_found_whole_and_in_whatever_case(pattern: str, citation: Citation | None, named: bool) -> None:
    assert (listed(SOURCE, None, (Listed(BLOCK, WORD, pattern),), citation=citation) is not None) is named


@pytest.mark.parametrize(
    ("pattern", "sender", "named"),
    [
        ("203.0.113.0/24", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9/24", "203.0.113.77", True),
        ("203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("::ffff:203.0.113.0/120", "203.0.113.9", True),
        ("::/0", "203.0.113.9", False),
        ("2001:db8::/32", "2001:db8::7", True),
        ("fe80::/10", "fe80::1%eth0", True),
        ("203.0.113.0/24", "198.51.100.1", False),
        ("203.0.113.0/24", None, False),
        ("203.0.113.0/24", "unix:", False),
        ("203.0.113.0/33", "203.0.113.9", False),
        ("a network", "203.0.113.9", False),
    ],
)
def test_a_network_names_who_sends(pattern: str, sender: str | None, named: bool) -> None:
    assert (listed(SOURCE, sender, (Listed(BLOCK, NETWORK, pattern),)) is not None) is named


@pytest.mark.parametrize(
    ("actions", "first"),
    [
        ((TRUST, HOLD, MUTE, BLOCK), BLOCK),
        ((TRUST, HOLD, MUTE), MUTE),
        ((TRUST, HOLD), HOLD),
        ((TRUST, FOLLOW), TRUST),
        ((FOLLOW,), None),
    ],
)
def test_the_stricter_list_goes_first(actions: tuple[ListedAction, ...], first: ListedAction | None) -> None:
    lists = tuple(Listed(action, HOST, "blog.example") for action in actions)
    found = listed(SOURCE, None, lists)
    assert (found and found.action) == first


def test_the_most_specific_entry_is_named() -> None:
    entries = (
        Listed(BLOCK, NETWORK, "203.0.113.0/24"),
        Listed(BLOCK, WORD, "bread"),
        Listed(BLOCK, HOST, "example"),
        Listed(BLOCK, HOST, "blog.example"),
        Listed(BLOCK, HOST, "a.blog.example"),
        Listed(BLOCK, PATH, "*/tag/*"),
        Listed(BLOCK, PATH, "*.example/tag/*"),
    )
    found = [listed(SOURCE, "203.0.113.1", entries[:count], citation=Citation(title="Bread")) for count in range(1, 8)]
    assert found == [*entries]


@pytest.mark.parametrize(
    ("entry", "decision", "sentence"),
    [
        (Listed(TRUST, HOST, "blog.example"), Status.APPROVED, "You trust everything from blog.example."),
        (Listed(HOLD, PATH, "*/tag/*"), Status.HELD, "You hold every page like */tag/*."),
        (Listed(BLOCK, WORD, "bread"), Status.SPAM, "You block whatever says “bread”."),
        (
            Listed(MUTE, NETWORK, "203.0.113.0/24"),
            Status.REMOVED,
            "You mute everything that is sent from 203.0.113.0/24.",
        ),
    ],
)
def test_a_list_settles_and_says_so(entry: Listed, decision: Status, sentence: str) -> None:
    candidate = Candidate(SOURCE, "", Citation(title="Bread"), lists=(entry,), sender="203.0.113.5")
    verdict = judge(candidate, HostHistory("a.blog.example", {"spam": 3}))
    assert verdict.decision is decision
    assert [reason.sentence for reason in verdict.reasons] == [sentence]


@pytest.mark.parametrize(("action", "settles"), [(BLOCK, Status.SPAM), (HOLD, Status.HELD), (TRUST, None)])
def test_hosts_that_redirect_are_never_trusted_for_where_they_lead(
    action: ListedAction, settles: Status | None
) -> None:
    entry = Listed(action, HOST, "short.example")
    candidate = Candidate(SOURCE, "", Citation(), Evidence(via=("go.short.example",)), (entry,))
    signal = owner_lists.check(candidate, HostHistory("a.blog.example"))
    assert (signal and signal.settles) == settles


def test_what_is_followed_is_told_for_itself() -> None:
    entry = Listed(FOLLOW, HOST, "blog.example")
    assert followed(SOURCE, [entry]) == entry
    assert followed("https://other.example/", (entry,)) is None
    assert followed(SOURCE, (Listed(TRUST, HOST, "blog.example"),)) is None


def test_lists_that_change_are_read_anew() -> None:
    lists = [Listed(BLOCK, HOST, "blog.example")]
    assert listed(SOURCE, None, lists) is not None
    lists.clear()
    assert listed(SOURCE, None, lists) is None


@settings(max_examples=30)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=60), st.sampled_from(ListedKind))
def test_no_entry_and_no_source_ever_raises(pattern: str, source: str, said: str, kind: ListedKind) -> None:
    for address in (source, f"https://{source}", SOURCE):
        listed(address, source, (Listed(BLOCK, kind, pattern),), citation=Citation(title=said))
