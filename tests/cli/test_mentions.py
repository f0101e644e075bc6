"""linkback mentions: what is shown to people and to programs, and that decisions last."""

import io
import re
import sys

import pytest

from linkback.core.model import Company, Evidence, Likeness, Makeup, Reason, Status, Verdict
from tests.cli.conftest import SITE, Desk

LONG = "https://a-long-name.of-a-blog.example.org/2026/11/24/" + "a-post-with-a-long-name-" * 4


class Terminal(io.StringIO):
    """Somebody looks at this."""

    def isatty(self) -> bool:
        return True


def seen(linkback: Desk, monkeypatch: pytest.MonkeyPatch, columns: int, *words: str) -> list[str]:
    """Return the lines that a terminal of this width is given, without colours."""
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert linkback(*words).status == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()


def test_a_list_for_programs_is_one_document_with_all_that_is_known(linkback: Desk) -> None:
    key = linkback.mention()
    done = linkback("mentions", "list", "--json")
    assert (done.status, done.err) == (0, "")
    (mention,) = done.json
    assert mention["id"] == key
    assert mention["source"] == "https://ana.example/0"
    assert mention["target"] == SITE + "sourdough"
    assert (mention["protocols"], mention["status"], mention["kind"]) == (["pingback"], "held", "mention")
    assert mention["title"] == "Why bread needs time"
    assert mention["excerpt"] == "I keep to Ben's notes on sourdough."
    assert mention["author"] == {
        "name": "Ana",
        "url": "https://ana.example/",
        "photo": "https://ana.example/ana.png",
    }
    assert mention["rel"] == ["nofollow", "ugc"]
    at = "2026-11-24T12:00:00Z"
    assert mention["receipts"] == [{"protocol": "pingback", "first_at": at, "last_at": at, "times": 1}]
    more = ("source_page", "target_page", "rsvp", "photo", "content", "noindex", "trouble")
    assert [mention[name] for name in more] == ["", "", "", "", "", False, ""]
    assert mention["received_at"].startswith("2026-11-24T12:00:00")
    assert mention["verified_at"].startswith("2026-11-24T12:00:00")
    assert mention["verdict"] == {
        "decision": "held",
        "score": 0.5,
        "reasons": ["ana.example has never linked here before."],
        "weights": [{"rule": "first_time", "weight": 0.0}],
    }


def test_a_list_of_nothing_is_an_empty_document_for_programs_and_a_sentence_for_people(linkback: Desk) -> None:
    assert linkback("mentions", "list", "--json").json == []
    done = linkback("mentions", "list")
    assert (done.status, done.out, done.err) == (0, "", "There are no such mentions.\n")


def test_a_list_is_newest_first_and_may_be_narrowed(linkback: Desk) -> None:
    first, second, third = (
        linkback.mention(),
        linkback.mention(status=Status.SPAM),
        linkback.mention(target=SITE + "other"),
    )

    def ids(*words: str) -> list[int]:
        return [mention["id"] for mention in linkback("mentions", "list", "--json", *words).json]

    assert ids() == [third, second, first]
    assert ids("--status", "spam") == [second]
    assert ids("--target", SITE + "other") == [third]


def test_a_long_list_is_whole(linkback: Desk) -> None:
    linkback.many(1200)
    shown = linkback("mentions", "list", "--json").json
    assert len({mention["id"] for mention in shown}) == 1200


def test_a_mention_is_shown_with_its_reasons(linkback: Desk) -> None:
    key = linkback.mention()
    done = linkback("mentions", "show", str(key))
    assert done.status == 0
    assert re.search(r"^source +https://ana.example/0$", done.out, re.MULTILINE)
    assert re.search(r"^because +ana.example has never linked here before.$", done.out, re.MULTILINE)
    assert linkback("mentions", "show", str(key), "--json").json["id"] == key


def test_what_a_person_decided_has_no_reasons_of_ours(linkback: Desk) -> None:
    key = str(linkback.mention())
    linkback("mentions", "approve", key)
    shown = linkback("mentions", "show", key).out
    assert re.search(r"^noticed +ana.example has never linked here before.$", shown, re.MULTILINE)
    assert "because" not in shown


def test_a_link_that_nobody_saw_is_not_shown(linkback: Desk) -> None:
    seen, told = str(linkback.mention()), str(linkback.mention(verified=False))
    assert re.search(r"^link +\S", linkback("mentions", "show", seen).out, re.MULTILINE)
    assert not re.search(r"^link ", linkback("mentions", "show", told).out, re.MULTILINE)


def test_the_text_that_pages_will_show_is_shown_to_who_decides(linkback: Desk) -> None:
    key = linkback.mention(kind="reply", content="I agree with every word.")
    assert re.search(r"^content +I agree with every word.$", linkback("mentions", "show", str(key)).out, re.MULTILINE)


def test_a_mention_is_shown_with_its_history(linkback: Desk) -> None:
    key = linkback.mention()
    assert linkback("mentions", "show", str(key), "--json").json["events"] == []
    linkback.mention(source="https://ana.example/0", title="Pills")
    linkback("mentions", "spam", str(key))
    done = linkback("mentions", "show", str(key))
    assert re.search(r"^reported by +pingback \(2×\), 2026-11-24 12:00$", done.out, re.MULTILINE)
    assert re.search(r"^2026-11-24 12:00 +title: Why bread needs time → Pills$", done.out, re.MULTILINE)
    assert re.search(r"status: held → spam, by \S+$", done.out, re.MULTILINE)
    told = linkback("mentions", "show", str(key), "--json").json["events"]
    assert [(event["change"], event["before"], event["after"]) for event in told] == [
        ("title", "Why bread needs time", "Pills"),
        ("status", "held", "spam"),
    ]
    assert told[0]["by"] is None
    assert told[1]["by"]


def test_where_a_mention_led_is_shown(linkback: Desk) -> None:
    first = linkback.mention()
    key = linkback.mention(source="https://short.example/x", source_page="https://ana.example/0")
    assert key == first
    other = linkback.mention(target=SITE + "old", source_page="https://bob.example/", target_page=SITE + "new")
    done = linkback("mentions", "show", str(other))
    assert re.search(r"^led to +https://bob.example/$", done.out, re.MULTILINE)
    assert re.search(rf"^which is +{SITE}new$", done.out, re.MULTILINE)


def test_what_a_mention_was_united_with_is_told_once(linkback: Desk) -> None:
    key, gone = linkback.mention(source="https://ana.example/a"), linkback.mention(source="https://ana.example/b")
    linkback.mention(source="https://ana.example/b", source_page="https://ana.example/a")
    shown = linkback("mentions", "show", str(key)).out
    united = rf"united with {gone}: https://ana.example/b → {SITE}sourdough \(held\)"
    assert re.search(rf"^2026-11-24 12:00 +{united}$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [("no_link", "The page did not show the link."), ("unreachable", "The page could not be reached.")],
)
def test_what_went_wrong_last_is_told_in_words(linkback: Desk, trouble: str, words: str) -> None:
    key = linkback.mention(trouble=trouble)
    assert re.search(rf"^trouble +{words}$", linkback("mentions", "show", str(key)).out, re.MULTILINE)
    assert linkback("mentions", "show", str(key), "--json").json["trouble"] == trouble


@pytest.mark.parametrize(("verb", "status"), [("approve", "approved"), ("spam", "spam"), ("remove", "removed")])
def test_a_decision_is_said_and_lasts(linkback: Desk, verb: str, status: str) -> None:
    keys = [str(linkback.mention()), str(linkback.mention())]
    done = linkback("mentions", verb, *keys)
    assert (done.status, done.out) == (0, "")
    assert done.err.startswith("2 mentions ")
    assert done.err.endswith(" linkback mentions undo 1 takes it back.\n")
    shown = linkback("mentions", "list", "--json").json
    assert {mention["status"] for mention in shown} == {status}
    assert all(mention["decided_by"] for mention in shown)


@pytest.mark.parametrize("verb", ["show", "approve", "spam", "remove"])
def test_an_unknown_mention_is_told_and_ends_with_1(linkback: Desk, verb: str) -> None:
    done = linkback("mentions", verb, "4711")
    assert (done.status, done.out, done.err) == (1, "", "Error: There is no mention 4711.\n")


@pytest.mark.parametrize("columns", [40, 80, 100, 300])
def test_addresses_stay_whole_however_narrow_the_terminal(
    linkback: Desk, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    linkback.mention(source=LONG, title="A title that is rather long and says little, again and again " * 2)
    lines = seen(linkback, monkeypatch, columns, "mentions", "list")
    assert sum(LONG in line for line in lines) == 1
    assert sum(SITE + "sourdough" in line for line in lines) == 1


def test_short_rows_are_a_table(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    linkback.mention(source="https://a.example/", target=SITE, title="Bread")
    head, row = seen(linkback, monkeypatch, 100, "mentions", "list")
    assert re.split(r"  +", head.strip()) == ["id", "status", "score", "source", "target", "title", "received"]
    assert re.split(r"  +", row.strip())[1:6] == ["held", "0.50", "https://a.example/", SITE, "Bread"]
    assert max(len(head), len(row)) <= 100


def test_where_nobody_looks_a_row_is_one_line(linkback: Desk) -> None:
    linkback.mention(source=LONG, title="Bread")
    head, row = linkback("mentions", "list").out.splitlines()
    assert head.startswith("id")
    assert LONG in row
    assert "Bread" in row
    assert "\x1b" not in head + row


HOSTILE = {
    "markup": "[red]stop[/red]",
    "link": "[link=https://evil.example]x[/link]",
    "closing": "[/]",
    "escape": "\x1b[31mred\x1b[0m",
    "line ends": "a\rb\nc\x07",
    "bidi": "\u202egnp.exe",
}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("columns", [40, 300])
def test_a_hostile_title_is_text_and_nothing_else(
    linkback: Desk, monkeypatch: pytest.MonkeyPatch, title: str, columns: int
) -> None:
    key = linkback.mention(title=title)
    for words in (["list"], ["show", str(key)]):
        shown = "\n".join(seen(linkback, monkeypatch, columns, "mentions", *words))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", shown)
        assert not title.startswith("[") or title in shown


def test_junk_is_not_listed_unless_somebody_asks_for_it(linkback: Desk) -> None:
    linkback.mention(status=Status.SPAM, source="https://junk.example/")
    linkback.mention(source="https://ana.example/mine")
    listed = linkback("mentions", "list")
    assert "https://ana.example/mine" in listed.out
    assert "junk.example" not in listed.out
    assert listed.err == "1 junk not shown; --status spam lists it.\n"
    assert "https://junk.example/" in linkback("mentions", "list", "--status", "spam").out


def test_many_are_decided_by_what_they_have_in_common_and_taken_back(linkback: Desk) -> None:
    for number in range(12):
        linkback.mention(source=f"https://deep.casino.example/{number}")
    kept = linkback.mention(source="https://ana.example/mine")
    tried = linkback("mentions", "spam", "--host", "casino.example", "--dry-run")
    assert "These are the newest 10 of 12: 12 held." in tried.err
    assert tried.out.count("deep.casino.example") == 10
    done = linkback("mentions", "spam", "--host", "casino.example", "--yes")
    assert "12 mentions marked as spam. linkback mentions undo 1 takes it back." in done.err
    assert {one["status"] for one in linkback("mentions", "list", "--json").json if one["id"] != kept} == {"spam"}
    undone = linkback("mentions", "undo")
    assert undone.err == "Taken back: action 1, marked as spam, 12 mentions. linkback mentions undo 2 does it again.\n"
    assert {one["status"] for one in linkback("mentions", "list", "--json").json} == {"held"}
    [again, first] = linkback("mentions", "actions", "--json").json
    assert (first["what"], first["count"], first["undone_by"], again["undoes"]) == ("spam", 12, 2, 1)
    assert "taken back by 2" in linkback("mentions", "actions").out


def test_without_a_yes_nothing_happens_to_many(linkback: Desk) -> None:
    for _ in range(2):
        linkback.mention()
    done = linkback("mentions", "remove", "--status", "held")
    assert done.status == 1
    assert {one["status"] for one in linkback("mentions", "list", "--json").json} == {"held"}


def test_an_undo_names_what_changed_since(linkback: Desk) -> None:
    keys = [str(linkback.mention()), str(linkback.mention())]
    linkback("mentions", "approve", *keys)
    linkback("mentions", "spam", keys[0])
    undone = linkback("mentions", "undo", "1")
    assert f"1 mention changed since and stays as it is: {keys[0]}." in undone.err
    assert linkback("mentions", "undo", "1").err.startswith("Error: Action 1 has been undone already.")


@pytest.mark.parametrize("words", ["mentions undo", "mentions undo 7"])
def test_where_nothing_can_be_taken_back_it_is_said(linkback: Desk, words: str) -> None:
    done = linkback(*words.split())
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("Error: There is no")


def test_a_link_that_was_paid_for_is_marked(linkback: Desk) -> None:
    key = str(linkback.mention(status=Status.APPROVED))
    linkback("mentions", "sponsored", key)
    assert "paid for" in linkback("mentions", "show", key).out
    linkback("mentions", "sponsored", key, "--off")
    assert "paid for   A" not in linkback("mentions", "show", key).out
    assert linkback("mentions", "show", key, "--json").json["sponsored"] is False


def test_what_the_judge_thinks_is_told_in_sentences(linkback: Desk) -> None:
    shown = linkback("mentions", "show", str(linkback.mention())).out
    assert re.search(r"^status +held, by the judge$", shown, re.MULTILINE)
    assert re.search(r"^because +ana\.example has never linked here before\.$", shown, re.MULTILINE)
    assert re.search(r"^score +0\.50 \(0 honest … 1 junk; good up to", shown, re.MULTILINE)
    assert "linkback rules add trust host ana.example" in shown


def test_what_was_taken_away_is_counted_below_the_list(linkback: Desk) -> None:
    linkback.mention(status=Status.SPAM)
    keys = [str(linkback.mention()) for _ in range(2)]
    linkback("mentions", "remove", *keys)
    listed = linkback("mentions", "list")
    assert listed.out == ""
    told = "1 junk and 2 removed not shown; --status spam and --status removed lists them.\n"
    assert listed.err == f"There are no such mentions.\n{told}"
    assert linkback("mentions", "list", "--status", "removed").out.count("ana.example") == 2
    assert linkback("mentions", "list", "--host", "ben.example").err == "There are no such mentions.\n"


BECAUSE = [
    (Status.HELD, ("first_time", 0.2), "held, by the judge"),
    (Status.HELD, ("moderation", 0.0), "held, by this site's policy"),
    (Status.HELD, ("changed", 0.2), "held, since the page changed"),
    (Status.SPAM, ("copied", 2.4), "spam, by the judge"),
    (Status.SPAM, ("owner_lists", 0.0), "spam, by your lists"),
    (Status.REMOVED, ("owner_lists", 0.0), "removed, by your lists"),
    (Status.APPROVED, ("trusted_host", -1.0), "approved, by the judge"),
]


@pytest.mark.parametrize(("status", "reason", "words"), BECAUSE)
def test_who_or_what_decided_is_told(linkback: Desk, status: Status, reason: tuple[str, float], words: str) -> None:
    rule, weight = reason
    verdict = Verdict(status, 0.5, (Reason("first_time", "New here.", 0.1), Reason(rule, "So it is.", weight)))
    key = linkback.mention(status=status, verdict=verdict)
    shown = linkback("mentions", "show", str(key)).out
    assert re.search(rf"^status +{words}$", shown, re.MULTILINE)


def test_what_decided_by_itself_is_told_before_what_was_weighed(linkback: Desk) -> None:
    reasons = (
        Reason("copied", "It copies yours.", 2.0),
        Reason("kind", "It is a reply.", -0.7),
        Reason("host_age", "It is old.", -0.1),
        Reason("moderation", "All wait here."),
    )
    key = linkback.mention(verdict=Verdict(Status.HELD, 0.5, reasons))
    shown = linkback("mentions", "show", str(key)).out
    assert re.findall(r"^because +(.*)$", shown, re.MULTILINE) == [
        "All wait here.",
        "It copies yours. (strongly like junk)",
        "It is a reply. (like an honest one)",
        "It is old. (a little like an honest one)",
    ]
    weights = linkback("mentions", "show", str(key), "--json").json["verdict"]["weights"]
    assert [told["weight"] for told in weights] == [2.0, -0.7, -0.1, 0.0]


def test_the_evidence_is_told_in_words(linkback: Desk) -> None:
    evidence = Evidence(
        Makeup(words=640, links=64, hosts=41, linked=0.38),
        Likeness(relevance=0.04, copied=0.83),
        Company(template_hosts=14, of_domain=2, at_site=40),
        via=("t.example",),
    )
    shown = linkback("mentions", "show", str(linkback.mention(evidence=evidence))).out
    for words in (
        "640 words, 64 links to 41 other sites, 38% of its text in links",
        "4% about the same, 83% copied",
        "its template on 14 other domains",
        "other mentions: 2 from its domain, 40 in all",
        "t.example",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("status", "actions"),
    [(Status.HELD, ["trust", "block"]), (Status.SPAM, ["trust"]), (Status.APPROVED, ["follow", "block"])],
)
def test_what_an_owner_may_say_to_a_host_is_a_command_that_works(
    linkback: Desk, status: Status, actions: list[str]
) -> None:
    shown = linkback("mentions", "show", str(linkback.mention(status=status))).out
    told = re.findall(r"linkback (rules add (\w+) host ana\.example) ", shown)
    assert [action for _, action in told] == actions
    for words, _ in told:
        assert linkback(*words.split(), "--yes").status == 0
