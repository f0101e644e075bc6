"""What a mention becomes: whose word counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from linkback.core.model import Mention, Ping, Receipt, Status
from linkback.storage.settlement import Settlement, after, kept_again, reported

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
    settled = after(mention, settlement(found, force=True))
    assert (settled.status, settled.decided_by) == (former, "ana")


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
