"""What is known of a host and of the last hour."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.model import Candidate, Citation, Company, Evidence, HostHistory
from linkback.core.rules import first_time, flood, held_before, host_age, trusted_host, velocity

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CANDIDATE = Candidate("https://blog.example/a", "https://me.example/post", Citation(), at=NOW)


def history(counts: Mapping[str, int], days: int = 1) -> HostHistory:
    return HostHistory("blog.example", counts, NOW - timedelta(days=days) if counts else None)


def among(company: Company) -> Candidate:
    return Candidate("https://a.blog.example/a", "https://me.example/post", Citation(), Evidence(company=company))


@pytest.mark.parametrize(
    ("counts", "key", "sentence"),
    [
        ({}, None, ""),
        ({"held": 4}, None, ""),
        ({"approved": 1}, "trusted_host.once", "blog.example has 1 mention approved here."),
        ({"approved": 2}, "trusted_host.some", "blog.example has 2 mentions approved here."),
        ({"approved": 5, "held": 1}, "trusted_host.often", "blog.example has 5 mentions approved here."),
        ({"approved": 5, "spam": 1}, None, ""),
        ({"approved": 5, "removed": 1}, None, ""),
    ],
)
def test_who_was_approved_before_is_trusted(counts: Mapping[str, int], key: str | None, sentence: str) -> None:
    signal = trusted_host.check(CANDIDATE, history(counts))
    assert (signal and signal.key, signal.sentence if signal else "") == (key, sentence)


@pytest.mark.parametrize(
    ("counts", "key", "sentence"),
    [
        ({}, None, ""),
        ({"approved": 1}, None, ""),
        ({"spam": 1}, "held_before.once", "Earlier mentions by blog.example: 1 marked as spam."),
        ({"removed": 1}, "held_before.once", "Earlier mentions by blog.example: 1 removed."),
        ({"removed": 2}, "held_before.often", "Earlier mentions by blog.example: 2 removed."),
        ({"spam": 1, "approved": 1}, "held_before.mixed", "Earlier mentions by blog.example: 1 marked as spam."),
        ({"spam": 2, "approved": 1}, "held_before.often", "Earlier mentions by blog.example: 2 marked as spam."),
    ],
)  # fmt: skip
def test_who_was_taken_away_before_is_not_trusted(counts: Mapping[str, int], key: str | None, sentence: str) -> None:
    signal = held_before.check(CANDIDATE, history(counts))
    assert (signal and signal.key, signal.sentence if signal else "") == (key, sentence)


@pytest.mark.parametrize(
    ("counts", "key"),
    [({}, "first_time.new"), ({"held": 1}, "first_time.undecided"), ({"approved": 1, "held": 3}, None)],
)
def test_who_was_never_approved_is_new(counts: Mapping[str, int], key: str | None) -> None:
    signal = first_time.check(CANDIDATE, history(counts))
    assert (signal and signal.key) == key


@pytest.mark.parametrize(
    ("counts", "days", "level"),
    [
        ({"held": 1}, 29, None),
        ({"held": 1}, 30, "months"),
        ({"approved": 1}, 364, "months"),
        ({"approved": 1}, 365, "years"),
        ({"approved": 9, "spam": 1}, 365, None),
        ({"approved": 9, "removed": 1}, 365, None),
        ({}, 365, None),
    ],
)
def test_who_is_known_for_long_is_no_throw_away(counts: Mapping[str, int], days: int, level: str | None) -> None:
    signal = host_age.check(CANDIDATE, history(counts, days))
    assert (signal and signal.level) == level


def test_an_age_is_told_in_days_and_only_by_a_clock() -> None:
    signal = host_age.check(CANDIDATE, history({"approved": 1}, 40))
    assert signal and signal.sentence == "blog.example has been known here for 40 days."
    assert host_age.check(among(Company()), history({"approved": 1}, 40)) is None


@pytest.mark.parametrize(
    ("count", "level"), [(0, None), (4, None), (5, "some"), (20, "many"), (99, "many"), (100, "flood")]
)
def test_a_domain_that_links_often_within_an_hour_works_through_a_list(count: int, level: str | None) -> None:
    signal = velocity.check(among(Company(of_domain=count)), history({}))
    assert (signal and signal.level) == level
    assert signal is None or signal.sentence == f"blog.example sent {count} other mentions within the last hour."


@pytest.mark.parametrize(
    ("company", "level"),
    [
        (Company(), None),
        (Company(at_target=9, at_site=9, new_at_site=9), None),
        (Company(at_target=10, at_site=10, new_at_site=5), "page"),
        (Company(at_target=10, at_site=11, new_at_site=5), None),
        (Company(at_target=90, at_site=99, new_at_site=30), "busy"),
        (Company(at_site=400, new_at_site=199), "busy"),
        (Company(at_site=400, new_at_site=200), "burst"),
    ],
)
def test_who_comes_in_a_crowd_of_new_domains_is_doubted(company: Company, level: str | None) -> None:
    signal = flood.check(among(company), history({}))
    assert (signal and signal.level) == level


def test_a_crowd_says_nothing_of_a_host_that_was_approved() -> None:
    assert flood.check(among(Company(at_site=999, new_at_site=999)), history({"approved": 1})) is None
