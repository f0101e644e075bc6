"""The bench of sending: a post is really told of, every request is counted, and the figures are shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.machine import cores
from bench.sending import SCENARIOS, Scenario, Telling, as_json, as_text, is_sound, measure, ratio_of

MANY, FEW, HANGING = (
    Telling(scenario.name, told, told + 1, scenario.links - scenario.hanging, 2, is_sound=True)
    for scenario, told in zip(SCENARIOS, (1.5, 0.4, 0.5), strict=True)
)
DONE = [MANY, FEW, HANGING]


def test_a_post_is_told_of_with_two_requests_for_each_link(tmp_path: Path) -> None:
    seen: list[Telling] = []
    done = measure(1, cores(), tmp_path, seen.append, (Scenario("many", 5),))
    assert done == seen
    assert (done[0].taken, done[0].most_requests, done[0].is_sound) == (5, 2, True)
    assert 0 < done[0].told < done[0].whole


def test_people_see_each_scenario_and_the_ratio() -> None:
    text = as_text(DONE)
    assert "200 links, median" in text
    assert "20 links, 1 of them hangs, median" in text
    assert text.endswith("/ without it: 1.25")


def test_programs_get_one_document() -> None:
    told = json.loads(as_json(DONE))
    assert told["medians"] == {"many": 1.5, "few": 0.4, "few, one hangs": 0.5}
    assert (told["ratio"], told["sound"], len(told["runs"])) == (pytest.approx(ratio_of(DONE)), True, 3)


def test_a_link_that_was_not_told_makes_a_measurement_unsound() -> None:
    broken = [MANY, replace(FEW, taken=19, is_sound=False), HANGING]
    assert not is_sound(broken)
    assert "ERROR: few: 19 told" in as_text(broken)
