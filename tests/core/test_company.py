"""The crowd remembers who came of late, forgets in time, and tells a burst from a busy day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core import company
from linkback.core.company import Arrival, Crowd, burst_step, burst_words
from linkback.core.model import Company

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = Arrival(1, 1, "a.example", "me.example/post", NOW)


def crowd_of(arrivals: Iterable[Arrival]) -> Crowd:
    crowd = Crowd()
    for arrival in arrivals:
        crowd.add(arrival, arrival.at)
    return crowd


@pytest.mark.parametrize(
    ("other", "company"),
    [
        (ONE, Company(of_domain=1, at_target=1, at_site=1, new_at_site=1)),
        (replace(ONE, domain="b.example"), Company(at_target=1, at_site=1, new_at_site=1)),
        (replace(ONE, target="me.example/other"), Company(of_domain=1, at_site=1, new_at_site=1)),
        (replace(ONE, new=False), Company(of_domain=1, at_target=1, at_site=1)),
        (replace(ONE, site_id=2), Company(of_domain=1)),
        (replace(ONE, site_id=2, domain="b.example"), Company()),
        (replace(ONE, at=NOW - HOUR), Company()),
        (replace(ONE, at=NOW - 0.99 * HOUR), Company(of_domain=1, at_target=1, at_site=1, new_at_site=1)),
    ],
)
def test_within_the_hour_each_counts_where_it_came(other: Arrival, company: Company) -> None:
    assert crowd_of([replace(other, id=2)]).company_of(replace(ONE, id=0), NOW) == company


@pytest.mark.parametrize("name", ["template", "wording"])
@pytest.mark.parametrize(
    ("domain", "digest", "age", "hosts"),
    [
        ("b.example", "x", DAY, 1),
        ("b.example", "x", 29 * DAY, 1),
        ("b.example", "x", 30 * DAY, 0),
        ("b.example", "y", DAY, 0),
        ("b.example", "", DAY, 0),
        ("a.example", "x", DAY, 0),
    ],
)
def test_within_the_month_other_domains_count_that_showed_the_same(
    name: str, domain: str, digest: str, age: timedelta, hosts: int
) -> None:
    shown = replace(ONE, id=2, domain=domain, at=NOW - age)
    crowd = crowd_of([replace(shown, template=digest) if name == "template" else replace(shown, wording=digest)])
    looks = replace(ONE, id=0, template="x" * (name == "template"), wording="x" * (name == "wording"))
    found = crowd.company_of(looks, NOW)
    assert {"template": found.template_hosts, "wording": found.wording_hosts}[name] == hosts


def test_a_mention_is_no_company_of_its_own_and_counts_once() -> None:
    crowd = crowd_of([ONE, ONE, replace(ONE, template="x")])
    assert crowd.company_of(replace(ONE, template="x"), NOW) == Company()
    assert crowd.company_of(replace(ONE, id=0), NOW).at_site == 1


def test_what_is_told_late_of_an_hour_ago_is_no_longer_of_this_hour() -> None:
    crowd = Crowd()
    crowd.add(replace(ONE, at=NOW - 2 * HOUR), NOW)
    assert crowd.company_of(replace(ONE, id=0), NOW) == Company()


def test_whatever_comes_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_RECENT", "MOST_DIGESTS", "MOST_DOMAINS", "MOST_SITES"):
        monkeypatch.setattr(company, name, 10)
    crowd = crowd_of(
        Arrival(number, number, f"h{number}.example", "me.example/post", NOW, template=f"t{number}", wording="same")
        for number in range(1, 200)
    )
    kept = (crowd._recent, crowd._counted, crowd._templates, crowd._wordings["same"], crowd._rates)
    assert max(map(len, kept)) == 10
    assert sum(crowd._counts.values()) == 4 * len(crowd._recent)
    assert crowd.company_of(replace(ONE, id=0, wording="same"), NOW).wording_hosts == 10


def test_after_an_hour_nothing_is_left_of_the_counts() -> None:
    crowd = crowd_of(replace(ONE, id=number, domain=f"h{number}.example") for number in range(1, 50))
    crowd.company_of(ONE, NOW + HOUR)
    assert not crowd._counts


def test_what_is_usual_follows_what_comes() -> None:
    crowd = crowd_of(replace(ONE, id=number, at=NOW + number * HOUR / 4) for number in range(1, 4 * 24 * 60))
    later = NOW + 60 * DAY
    assert crowd.usual(1, later) == pytest.approx(4, rel=0.02)
    assert crowd.usual(1, later + 7 * DAY) == pytest.approx(2, rel=0.02)
    assert crowd.usual(2, later) == 0


@pytest.mark.parametrize(
    ("at_site", "usual", "step"),
    [
        (0, 0.0, 0),
        (48, 0.0, 0),
        (49, 0.0, 1),
        (98, 0.0, 1),
        (99, 0.0, 2),
        (199, 0.0, 3),
        (4999, 0.0, 7),
        (198, 20.0, 0),
        (199, 20.0, 1),
    ],
)
def test_a_burst_is_many_and_many_times_the_usual_and_each_doubling_is_a_step(
    at_site: int, usual: float, step: int
) -> None:
    assert burst_step(Company(at_site=at_site), usual) == step


def test_a_burst_never_becomes_the_usual_while_it_lasts() -> None:
    crowd = crowd_of(replace(ONE, id=number, domain=f"h{number}.example") for number in range(1, 5000))
    assert burst_step(crowd.company_of(replace(ONE, id=0), NOW), crowd.usual(1, NOW)) > 0


def test_an_owner_is_told_how_many_came_and_how_many_are_usual() -> None:
    words = burst_words(Company(at_site=99, new_at_site=90), 3.2)
    assert words.startswith("100 mentions came within an hour, 90 of them from sites that you never approved")
    assert "about 3 are usual" in words
