"""linkback rules: what is listed, what a change would have done, and how it is taken back."""

import json
from pathlib import Path

import pytest

from linkback.core.model import Status
from tests.cli.conftest import SITE, Desk


@pytest.fixture
def site(linkback: Desk) -> Desk:
    linkback("sites", "add", SITE)
    return linkback


def test_a_rule_is_added_with_what_it_would_have_done_and_listed(site: Desk) -> None:
    site.mention(source="https://casino.example/1")
    done = site("rules", "add", "block", "host", "Casino.example", "--note", "asked me for money")
    assert done.status == 0, done.err
    assert "would keep away 1 other." in done.err
    assert "linkback rules remove block host 'casino.example' takes it back." in done.err
    listed = site("rules", "list")
    assert "asked me for money" in listed.out
    assert site("rules", "list", "--json").json["rules"] == [
        {"action": "block", "what": "host", "pattern": "casino.example", "note": "asked me for money"}
    ]


def test_a_rule_is_removed(site: Desk) -> None:
    site("rules", "add", "trust", "host", "ana.example")
    assert site("rules", "remove", "trust", "host", "ana.example").status == 0
    assert site("rules", "list", "--json").json["rules"] == []
    again = site("rules", "remove", "trust", "host", "ana.example")
    assert (again.status, again.err) == (1, "Error: There is no rule trust host ana.example.\n")


def test_a_rule_that_hurts_honest_mentions_is_saved_only_by_one_who_means_it(site: Desk) -> None:
    mention_id = site.mention(status=Status.APPROVED, source="https://ana.example/1")
    done = site("rules", "add", "block", "host", "ana.example")
    assert done.status != 0
    assert "would wrongly call 1 junk" in done.err
    assert "https://ana.example/1" in done.out
    assert str(mention_id) in done.out
    assert site("rules", "list", "--json").json["rules"] == []
    assert site("rules", "add", "block", "host", "ana.example", "--yes").status == 0


def test_a_file_is_exported_tried_and_saved(site: Desk, tmp_path: Path) -> None:
    site("rules", "add", "block", "word", "casino")
    file = tmp_path / "rules.toml"
    file.write_text(site("rules", "export").out + '\n[mute]\nhosts = ["noise.example"]\n')
    site.mention(source="https://noise.example/1")
    tried = site("rules", "try", str(file))
    assert tried.status == 0, tried.err
    assert "would keep away 1 other." in tried.out
    assert "https://noise.example/1" in tried.out
    assert len(site("rules", "list", "--json").json["rules"]) == 1
    assert site("rules", "save", str(file)).status == 0
    assert [one["pattern"] for one in site("rules", "list", "--json").json["rules"]] == ["casino", "noise.example"]


def test_a_trial_is_told_to_programs(site: Desk) -> None:
    site.mention(source="https://noise.example/1")
    trial = site("rules", "try", "--rule", "block", "host", "noise.example", "--json").json
    assert (trial["looked_at"], trial["away"]["count"], trial["caught"]["count"]) == (1, 1, 0)
    [one] = trial["away"]["first"]
    assert (one["source"], one["after"]) == ("https://noise.example/1", "spam")
    assert one["reasons"]


def test_thresholds_are_tried_and_set(site: Desk) -> None:
    site.mention(status=Status.APPROVED)
    tried = site("rules", "try", "--spam-from", "0.01", "--approve-up-to", "0")
    assert tried.status == 0
    assert "Of 1 mention:" in tried.out
    done = site("rules", "set", "--moderation", "judge", "--spam-from", "0.9", "--approve-up-to", "0.3")
    assert done.err == f"{SITE} publishes what the judge finds good; good is a score up to 0.3; junk one from 0.9.\n"
    site("rules", "set", "--spam-from", "default")
    assert site("rules", "list", "--json").json["spam_from"] is None


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ("rules set --spam-from 7", 2, "is no score"),
        ("rules add ban host a.example", 2, "'ban' is not one of"),
        ("rules add block network a.example", 1, "is no network"),
        ("rules try --rule ban host a.example", 1, "is no rule"),
        ("rules list --site https://other.example/", 1, "There is no site https://other.example/."),
    ],
)
def test_a_mistake_is_told_in_a_sentence(site: Desk, words: str, status: int, told: str) -> None:
    done = site(*words.split())
    assert done.status == status
    assert told in done.err
    assert "Traceback" not in done.err


def test_without_a_site_it_says_how_to_register_one(linkback: Desk) -> None:
    done = linkback("rules", "list")
    assert done.status == 1
    assert "linkback sites add URL" in done.err


def test_what_was_learned_is_one_json_document(site: Desk) -> None:
    assert isinstance(json.loads(site("rules", "learned").out), dict)
