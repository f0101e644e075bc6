"""linkback report neighbourhood, import and survey: what they print, and what they leave alone."""

from pathlib import Path

import pytest

from linkback.core.model import Evidence, Makeup, Status
from tests.cli.conftest import SITE, Desk

VECTORS = Path(__file__).parent.parent / "vectors" / "links"


@pytest.fixture
def site(linkback: Desk) -> Desk:
    linkback("sites", "add", SITE)
    return linkback


@pytest.fixture
def town(site: Desk) -> Desk:
    """A site with a friend, two casinos, and a friend that turned."""
    site.mention(source="https://ana.example/1", status=Status.APPROVED)
    site.mention(source="https://casino.example/1", status=Status.SPAM)
    site.mention(source="https://casino.example/2", status=Status.SPAM, place="hidden")
    site.mention(source="https://slots.example/1", status=Status.SPAM, place="hidden")
    site.mention(source="https://friend.example/1", status=Status.APPROVED)
    site.mention(source="https://turned.example/1", status=Status.APPROVED)
    site.mention(source="https://turned.example/1", status=Status.HELD)
    return site


def domains(out: str) -> list[str]:
    """Return the first words of the lines of a table."""
    return [line.split()[0] for line in out.splitlines() if line.partition(" ")[0].endswith(".example")]


def test_nobody_links_yet(site: Desk) -> None:
    done = site("report", "neighbourhood")
    assert (done.status, done.out) == (0, "")
    assert done.err == f"Nobody links to {SITE} yet, as far as is known.\n"


def test_a_report_names_the_worst_first_with_the_reasons(town: Desk) -> None:
    done = town("report", "neighbourhood")
    assert done.status == 0, done.err
    assert done.out.startswith(f"5 domains link to {SITE}: 2 bad, 1 doubtful, 2 good.\n")
    assert domains(done.out) == [
        "casino.example",
        "slots.example",
        "turned.example",
        "ana.example",
        "friend.example",
    ]
    line = next(line for line in done.out.splitlines() if line.startswith("casino.example"))
    assert "2 spam" in line
    assert "2026-11-24" in line
    assert "All its 2 mentions are spam." in line
    assert "A page that was approved says something else now." in done.out
    assert "This is the first report; the next one says what is new." in done.out


def test_ten_domains_are_shown_unless_all_are_asked_for(site: Desk) -> None:
    for n in range(13):
        site.mention(source=f"https://n{n}.example/")
    done = site("report", "neighbourhood")
    assert len(domains(done.out)) == 10
    assert "3 more; --all shows them." in done.out
    assert len(domains(site("report", "neighbourhood", "--all").out)) == 13


def test_of_a_farm_one_domain_is_shown(site: Desk) -> None:
    farm = Evidence(Makeup(wording="111112222233333"))
    for n in range(15):
        site.mention(source=f"https://farm{n}.example/", status=Status.SPAM, evidence=farm)
    site.mention(source="https://ana.example/")
    done = site("report", "neighbourhood")
    assert [domain[:4] for domain in domains(done.out)] == ["farm", "ana."]
    assert "Nearly the same text stands on 14 other domains (farm" in done.out
    assert "14 more; --all shows them." in done.out
    assert len(domains(site("report", "neighbourhood", "--all").out)) == 16


def test_what_is_new_and_what_the_owner_was_warned_of_is_told_after_the_domains(town: Desk) -> None:
    out = town("report", "neighbourhood", "--since", "2026-11-01").out
    table, new, warnings = out.index("score"), out.index("\nNew:\n"), out.index("Warnings of the last week:")
    assert table < new < warnings
    assert "casino.example links to you and scores 0.9" in out[warnings:]
    told = town("report", "neighbourhood", "--json").json["alerts"]
    assert {(alert["kind"], alert["subject"]) for alert in told} == {
        ("neighbour", "casino.example"),
        ("neighbour", "slots.example"),
    }


def test_a_report_is_told_to_programs(town: Desk) -> None:
    told = town("report", "neighbourhood", "--json").json
    assert (told["site"], told["links"], told["bad"], told["previous"]) == (SITE, 6, 2, None)
    casino = next(one for one in told["neighbours"] if one["domain"] == "casino.example")
    assert (casino["statuses"], casino["grade"]) == ({"spam": 2}, "bad")
    assert casino["places"] == {"content": 1, "hidden": 1}
    assert {"rule": "spam", "weight": 2.0, "sentence": "All its 2 mentions are spam."} in casino["reasons"]


def test_what_is_new_since_a_day_is_told(town: Desk) -> None:
    done = town("report", "neighbourhood", "--since", "2026-11-01")
    assert "Links here for the first time." in done.out
    assert town("report", "neighbourhood", "--since", "yesterday").status == 2


def test_a_draft_names_the_bad_ones_and_is_sent_to_nobody(town: Desk, tmp_path: Path) -> None:
    done = town("report", "neighbourhood", "--disavow", "draft.txt")
    assert done.status == 0, done.err
    assert done.err.startswith("draft.txt: 2 domains. It is a draft, and nobody sends it.")
    lines = (tmp_path / "draft.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["domain:casino.example", "domain:slots.example"]
    assert any("most sites never need" in line for line in lines)


def test_a_draft_that_is_there_is_never_written_over(town: Desk, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text("mine")
    done = town("report", "neighbourhood", "--disavow", "draft.txt")
    assert done.status == 2
    assert "draft.txt exists already" in done.err
    assert (tmp_path / "draft.txt").read_text() == "mine"


def test_a_draft_that_cannot_be_written_is_said(town: Desk) -> None:
    done = town("report", "neighbourhood", "--disavow", "missing/draft.txt")
    assert done.status == 1
    assert done.err == "Error: missing/draft.txt cannot be written (No such file or directory).\n"


def test_a_list_is_imported_and_what_was_detected_is_said(site: Desk) -> None:
    done = site("report", "import", str(VECTORS / "ahrefs.csv"))
    assert done.status == 0, done.err
    assert done.out == (
        "ahrefs.csv: UTF-16, cells parted by tabs: source from “Referring page URL”, target from “Target URL”, "
        "date from “First seen”, anchor from “Anchor”.\n"
        "2 links read, 2 not known before.\n"
        "2 pages wait to be looked at: linkback report survey\n"
    )
    again = site("report", "import", str(VECTORS / "ahrefs.csv"))
    assert "2 links read, 0 not known before." in again.out
    listed = site("report", "neighbourhood")
    assert "2 unseen." in listed.out
    assert "2 listed pages not looked at yet: linkback report survey" in listed.out


def test_bad_lines_of_a_list_are_named(site: Desk) -> None:
    done = site("report", "import", str(VECTORS / "hostile.csv"))
    assert done.status == 0
    assert "3 links read, 3 not known before, 5 lines left out." in done.out
    assert "  line 6: no address: “javascript:alert(1)”\n" in done.err
    assert not set("\x1b\x00\u202e") & set(done.out + done.err)


def test_an_import_is_told_to_programs(site: Desk) -> None:
    told = site("report", "import", str(VECTORS / "bing.csv"), "--json").json
    assert (told["links"], told["added"], told["waiting"], told["bad"]["count"]) == (1, 1, 1, 2)
    assert told["bad"]["first"][0] == {"line": 3, "why": "a page of the site itself"}


def test_a_file_without_links_is_no_list(site: Desk, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name,age\nana,7\n")
    done = site("report", "import", "names.csv")
    assert done.status == 1
    assert "There is no address of a page or a domain in it." in done.out


def test_a_survey_without_a_list_has_nothing_to_do(site: Desk) -> None:
    done = site("report", "survey")
    assert (done.status, done.out) == (0, "No page of a list waits to be looked at.\n")


def test_a_survey_says_what_it_found(site: Desk, tmp_path: Path) -> None:
    # No page there is on a public address, so the door lets none of them be asked.
    (tmp_path / "list.txt").write_text("https://127.0.0.1/a\nhttps://127.0.0.2/b\n")
    site("report", "import", "list.txt")
    done = site("report", "survey")
    assert (done.status, done.out) == (0, "Looked at 2 pages: 2 could not be read.\n")
    told = site("report", "survey", "--json").json
    assert (told["looked_at"], told["waiting"]) == (0, 0)


def test_of_several_sites_one_has_to_be_named(site: Desk) -> None:
    site("sites", "add", "https://other.example/")
    assert site("report", "neighbourhood").status == 1
    assert site("report", "neighbourhood", "--site", "https://other.example/").status == 0
