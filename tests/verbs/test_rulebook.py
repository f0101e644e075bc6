"""The owner's rules: as they stand in a file, and what a change would have done to what came so far."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linkback.core.errors import LinkbackError, NotFound
from linkback.core.learner import Lore
from linkback.core.model import (
    MOST_LISTED,
    Citation,
    Listed,
    ListedAction,
    ListedKind,
    Mention,
    Moderation,
    Ping,
    Site,
    Status,
)
from linkback.rulebook import Proposal, Rulebook, entry
from linkback.rulebook.keeper import with_entry
from linkback.rulebook.proposals import BadRule, written
from linkback.rulebook.trial import Replay
from linkback.storage import mentions, receipts, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
URL = "https://me.example/"
SITE = Site(1, URL, moderation=Moderation.JUDGE, approve_up_to=0.9)
CASINO = Listed(ListedAction.BLOCK, ListedKind.HOST, "casino.example")
FILE = """
moderation = "judge"
approve_up_to = 0.4
spam_from = 0.9

[block]
hosts = ["Casino.Example", "https://pills.example/x", "*.loans.example"]
words = ["Payday  Loan"]
networks = ["203.0.113.7/24"]

[trust]
hosts = ["ana.example"]

[mute]
paths = ["*.example/tag/*"]

[follow]
hosts = ["bücher.example"]
"""


def test_a_file_says_what_changes() -> None:
    proposal = Proposal.parse(FILE)
    assert (proposal.moderation, proposal.approve_up_to, proposal.spam_from) == (Moderation.JUDGE, 0.4, 0.9)
    assert [(one.action.value, one.kind.value, one.pattern) for one in proposal.lists or ()] == [
        ("block", "host", "casino.example"),
        ("block", "host", "pills.example"),
        ("block", "host", "loans.example"),
        ("block", "word", "payday loan"),
        ("block", "network", "203.0.113.0/24"),
        ("trust", "host", "ana.example"),
        ("mute", "path", "*.example/tag/*"),
        ("follow", "host", "xn--bcher-kva.example"),
    ]


def test_what_a_site_has_is_written_so_that_it_can_be_read() -> None:
    site = Proposal.parse(FILE).applied(SITE)
    noted = replace(site, lists=(*site.lists, Listed(ListedAction.HOLD, ListedKind.WORD, 'a "b" \\ # c', "why\tnot")))
    again = Proposal.parse(written(noted)).applied(SITE)
    assert {replace(one, note="") for one in noted.lists} == set(again.lists)
    assert replace(again, lists=()) == replace(noted, lists=())


def test_what_a_file_does_not_name_stays() -> None:
    site = replace(SITE, spam_from=0.8, lists=(CASINO,))
    assert Proposal.parse("approve_up_to = 0.2").applied(site) == replace(site, approve_up_to=0.2)


def test_a_list_that_is_named_is_the_whole_list_and_keeps_its_notes() -> None:
    site = replace(SITE, lists=(replace(CASINO, note="asked me for money"), entry("hold", "word", "seo")))
    [one] = Proposal.parse('[block]\nhosts = ["casino.example"]').applied(site).lists
    assert one == replace(CASINO, note="asked me for money")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("= 3", "no TOML"),
        ("blok = 3", "'blok' is no rule"),
        ("block = 3", "[block] holds lists"),
        ("[block]\nhost = ['a.example']", "'host' under [block]"),
        ("[block]\nhosts = 'a.example'", "is a list of texts"),
        ("[block]\nhosts = [3]", "is a list of texts"),
        ("[block]\nhosts = ['a b']", "is no host"),
        ("[block]\nnetworks = ['300.1.1.1']", "is no network"),
        ("[block]\npaths = ['tag']", "is no path"),
        ("[block]\nwords = ['']", "1 to 200 characters"),
        ("[follow]\nwords = ['bread']", "for hosts only"),
        ("moderation = 'strict'", "no way to moderate"),
        ("moderation = []", "no way to moderate"),
        ("spam_from = 2", "a score from 0 (honest) to 1 (junk)"),
        ("spam_from = true", "a score from 0 (honest) to 1 (junk)"),
        ("spam_from = nan", "a score from 0 (honest) to 1 (junk)"),
        ("spam_from = 0.2\napprove_up_to = 0.3", "must lie below"),
    ],
)
def test_what_is_no_rule_is_told_with_what_would_be_one(text: str, words: str) -> None:
    with pytest.raises(BadRule) as told:
        Proposal.parse(text).applied(SITE)
    assert words in str(told.value)


def test_a_list_ends_somewhere() -> None:
    hosts = [f"h{number}.example" for number in range(MOST_LISTED + 1)]
    with pytest.raises(BadRule, match=str(MOST_LISTED)):
        Proposal(lists=tuple(entry("block", "host", host) for host in hosts)).applied(SITE)


def test_an_entry_is_refused_for_what_it_does_and_names() -> None:
    with pytest.raises(BadRule, match="is no rule"):
        entry("ban", "host", "casino.example")


def mention(number: int, host: str, status: Status, **more: object) -> Mention:
    came = NOW + timedelta(minutes=number)
    return Mention(
        number, 1, f"https://{host}/{number}", URL + "post", status, came, Citation(title="Bread"), verified_at=came
    )


STORED = [
    mention(1, "noise.example", Status.SPAM),
    mention(2, "noise.example", Status.SPAM),
    mention(3, "ana.example", Status.APPROVED),
    mention(4, "ana.example", Status.APPROVED),
    mention(5, "ben.example", Status.HELD),
    replace(mention(6, "carl.example", Status.RECEIVED), verified_at=None),
    mention(7, "dora.example", Status.GONE),
]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], {}),
        ([("block", "host", "noise.example")], {"caught": 2, "newly_caught": 2}),
        ([("mute", "host", "noise.example")], {"caught": 2, "newly_caught": 2}),
        ([("trust", "host", "noise.example")], {"let_through": 2}),
        ([("block", "host", "ana.example")], {"condemned": 2}),
        ([("hold", "host", "ana.example")], {"newly_held": 2}),
        ([("block", "host", "ben.example")], {"away": 1}),
        ([("block", "word", "bread")], {"caught": 2, "newly_caught": 2, "condemned": 2, "away": 2}),
    ],
)
def test_a_trial_tells_what_a_rule_would_have_done(
    entries: list[tuple[str, str, str]], expected: dict[str, int]
) -> None:
    other = Proposal(lists=tuple(entry(*one) for one in entries)).applied(SITE)
    replay = Replay(SITE, other, Lore())
    for one in STORED:
        replay.judge(one)
    outcomes = ("caught", "newly_caught", "condemned", "newly_held", "away")
    found = {name: count for name in outcomes if (count := getattr(replay.trial, name).count)}
    assert replay.trial.looked_at == 6
    assert found == {name: count for name, count in expected.items() if name in outcomes}
    if "let_through" in expected:
        assert [one.mention.id for one in replay.trial.let_through.first] == [1, 2]


def test_a_trial_judges_by_what_was_known_at_that_time() -> None:
    site = replace(SITE, moderation=Moderation.FIRST_TIME)
    replay = Replay(site, site, Lore())
    for one in STORED:
        replay.judge(one)
    before = {tried.mention.id: tried.before.decision for tried in replay.trial.newly_held.first}
    assert before == {}  # the first of ana.example waits under both, the second under none
    trusting = Replay(replace(site, moderation=Moderation.JUDGE), site, Lore())
    for one in STORED:
        trusting.judge(one)
    assert [tried.mention.id for tried in trusting.trial.newly_held.first] == [3]


@pytest.mark.parametrize(("decided_by", "today"), [(None, Status.APPROVED), ("ana", Status.HELD)])
def test_only_what_a_person_took_away_speaks_for_a_host_in_a_trial(decided_by: str | None, today: Status) -> None:
    replay = Replay(SITE, Proposal(lists=(entry("block", "host", "noise.example"),)).applied(SITE), Lore())
    for number in (1, 2):
        replay.judge(replace(mention(number, "noise.example", Status.SPAM), decided_by=decided_by))
    replay.judge(mention(3, "noise.example", Status.APPROVED))
    [honest] = replay.trial.condemned.first
    assert honest.before.decision is today


async def settled(database: Database, site: Site, host: str, status: Status, came: datetime) -> None:
    source = f"https://{host}/{came:%j%H}"
    ping = Ping(source, URL + "post", "pingback")
    citation = Citation(title="Bread")
    await database.write(mentions.settle, Settlement(site.id, source, ping.target, status, came, citation, ping=ping))


@pytest.fixture
async def rulebook(database: Database) -> Rulebook:
    await database.write(sites.add, URL, NOW)
    return Rulebook(database, lambda: NOW)


async def test_a_rule_is_tried_over_a_year_and_changes_nothing(rulebook: Rulebook, database: Database) -> None:
    site = await rulebook.site(None)
    for days, host in ((10, "casino.example"), (20, "casino.example"), (400, "casino.example"), (5, "ana.example")):
        status = Status.APPROVED if host == "ana.example" else Status.HELD
        await settled(database, site, host, status, NOW - timedelta(days=days))
    trial = await rulebook.try_out(site, with_entry(site, CASINO))
    assert (trial.looked_at, trial.away.count) == (3, 2)
    everything = await rulebook.try_out(site, with_entry(site, CASINO), since=NOW - timedelta(days=1000))
    assert everything.away.count == 3
    assert await rulebook.site(URL) == site


async def test_a_network_is_tried_on_what_its_addresses_reported_as_long_as_these_are_kept(
    rulebook: Rulebook, database: Database
) -> None:
    site = await rulebook.site(None)
    for hours, sender in ((3, "203.0.113.9"), (2, "198.51.100.1"), (1, None)):
        came = NOW - timedelta(hours=hours)
        ping = Ping(f"https://h{hours}.example/", URL + "post", "pingback", sender)
        told = Settlement(site.id, ping.source, ping.target, Status.HELD, came, Citation(title="Bread"), ping=ping)
        await database.write(mentions.settle, told)
    network = with_entry(site, Listed(ListedAction.BLOCK, ListedKind.NETWORK, "203.0.113.0/24"))
    trial = await rulebook.try_out(site, network)
    assert [one.mention.source for one in trial.away.first] == ["https://h3.example/"]
    await database.write(receipts.forget_senders, NOW)
    assert (await rulebook.try_out(site, network)).away.count == 0


async def test_rules_are_added_replaced_and_removed(rulebook: Rulebook) -> None:
    site = await rulebook.site(URL)
    await rulebook.add(site, CASINO)
    changed = await rulebook.add(site, replace(CASINO, note="again"))
    assert changed.lists == (replace(CASINO, note="again"),)
    assert await rulebook.site(URL) == changed
    assert (await rulebook.remove(site, CASINO)).lists == ()
    with pytest.raises(NotFound, match="no rule block host"):
        await rulebook.remove(site, CASINO)


async def test_thresholds_are_set_and_taken_back(rulebook: Rulebook) -> None:
    site = await rulebook.site(URL)
    changed = await rulebook.save(site, Proposal(Moderation.JUDGE, 0.25, 0.75))
    assert (changed.moderation, changed.approve_up_to, changed.spam_from) == (Moderation.JUDGE, 0.25, 0.75)
    assert await rulebook.site(URL) == changed
    assert (await rulebook.save(changed, Proposal(spam_from=-1.0))).spam_from is None


async def test_of_several_sites_one_must_be_named(rulebook: Rulebook, database: Database) -> None:
    await database.write(sites.add, "https://other.example/", NOW)
    with pytest.raises(LinkbackError, match=r"--site URL: there are https://me\.example/, https://other\.example/"):
        await rulebook.site(None)
    with pytest.raises(NotFound):
        await rulebook.site("https://third.example/")


def test_the_files_of_the_guide_are_rules() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "howto" / "keep-junk-away.md").read_text()
    found = [block.split("```")[0] for block in guide.split("```toml\n")[1:]]
    assert found
    for text in found:
        Proposal.parse(text).applied(SITE)
