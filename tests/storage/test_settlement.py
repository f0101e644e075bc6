"""What a mention becomes: whose word counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from linkback.core.model import Citation, Mention, Ping, Receipt, Status, Verdict
from linkback.storage.settlement import Settlement, after, first, kept_again, reported

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MENTION = Mention(7, 1, "https://a.example/", "https://me.example/", Status.HELD, NOW)
PING = Ping(MENTION.source, MENTION.target, "pingback")


def settlement(status: Status, *, force: bool = False) -> Settlement:
    return Settlement(1, MENTION.source, MENTION.target, status, LATER, force=force)


@pytest.mark.parametrize(("former", "found"), list(product(Status, Status)))
def test_the_rules_decide_where_no_person_did(former: Status, found: Status) -> None:
    mention = replace(MENTION, status=former)
    assert after(mention, settlement(found)).status is found


@pytest.mark.parametrize(("former", "found"), list(product(Status, Status)))
def test_a_persons_decision_outlives_every_look(former: Status, found: Status) -> None:
    mention = replace(MENTION, status=former, decided_by="ana")
    settled = after(mention, settlement(found))
    assert (settled.status, settled.decided_by) == (former, "ana")


@pytest.mark.parametrize("found", list(Status))
def test_a_forced_settlement_ends_a_decision(found: Status) -> None:
    mention = replace(MENTION, status=Status.APPROVED, decided_by="ana")
    settled = after(mention, settlement(found, force=True))
    assert (settled.status, settled.decided_by) == (found, None)


@pytest.mark.parametrize("former", [Status.SPAM, Status.REMOVED])
@pytest.mark.parametrize("found", list(Status))
def test_what_a_person_took_away_while_somebody_looked_stays_away(former: Status, found: Status) -> None:
    mention = replace(MENTION, status=former, decided_by="ana")
    settled = after(mention, replace(settlement(found, force=True), next_look_at=LATER))
    assert (settled.status, settled.decided_by, settled.next_look_at) == (former, "ana", None)


@pytest.mark.parametrize("status", list(Status))
def test_only_what_was_gone_or_never_there_begins_anew(status: Status) -> None:
    kept = kept_again(replace(MENTION, status=status), PING, now=LATER, look_at=LATER)
    begins = status in {Status.GONE, Status.INVALID}
    assert kept.status is (Status.RECEIVED if begins else status)


def test_each_protocol_has_one_receipt_in_the_order_of_the_first_report() -> None:
    receipts = reported((), PING, NOW)
    receipts = reported(receipts, replace(PING, protocol="webmention"), NOW)
    receipts = reported(receipts, PING, LATER)
    assert receipts == (Receipt("pingback", NOW, LATER, 2), Receipt("webmention", NOW, NOW, 1))


def test_a_look_without_a_report_adds_no_receipt() -> None:
    assert reported((), None, NOW) == ()


def test_a_first_settlement_says_the_same_as_one_of_a_mention_that_was_kept() -> None:
    citation, verdict = Citation("Bread"), Verdict(Status.HELD)
    told = replace(settlement(Status.HELD), citation=citation, verdict=verdict, ping=PING, etag="x", looks=2)
    kept = Mention(7, 1, MENTION.source, MENTION.target, Status.RECEIVED, LATER)
    pages: dict[str, Any] = {"source_page": "https://b.example/", "target_page": "https://me.example/b"}
    for one in (told, replace(told, **pages), replace(told, verified=False, trouble="no_link", **pages)):
        assert first(one, 7) == after(kept, one)


@pytest.mark.parametrize("vain", [{"verified": False}, {"trouble": "no_link"}])
def test_a_look_in_vain_moves_no_mention(vain: dict[str, Any]) -> None:
    mention = replace(MENTION, source_page="https://b.example/", target_page="https://me.example/b")
    told = replace(settlement(Status.HELD), source_page="https://c.example/", **vain)
    settled = after(mention, told)
    assert (settled.source_page, settled.target_page) == (mention.source_page, mention.target_page)
    assert settled.trouble == told.trouble
    assert not told.leads_away


@pytest.mark.parametrize(
    ("source", "page", "expected"),
    [
        ("http://a.example", "", ("http://a.example", "")),
        ("https://a.example/#x", "", ("https://a.example/", "")),
        ("https://a.example/", "https://b.example/", ("https://a.example/", "https://b.example/")),
        ("https://b.example/", "https://a.example/", ("https://a.example/", "")),
        ("https://b.example/", "", ("https://b.example/", "")),
        ("https://b.example/", "https://c.example/", ("https://a.example/", "https://c.example/")),
    ],
)
def test_the_pair_to_look_at_is_the_one_that_needs_no_detour(source: str, page: str, expected: tuple[str, str]) -> None:
    told = Settlement(1, source, MENTION.target, Status.HELD, LATER, source_page=page)
    settled = after(MENTION, told)
    assert (settled.source, settled.source_page) == expected


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.GONE, Status.INVALID])
def test_what_waits_is_looked_at_as_it_was_claimed_last(status: Status) -> None:
    ping = replace(PING, source="http://a.example", target="http://me.example/")
    kept = kept_again(replace(MENTION, status=status), ping, now=LATER, look_at=LATER)
    assert (kept.source, kept.target) == (ping.source, ping.target)
    other = kept_again(
        replace(MENTION, status=status), replace(PING, source="https://b.example/"), now=LATER, look_at=LATER
    )
    assert other.source == MENTION.source
