"""Rules, their levels and the weights agree."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from types import ModuleType

import pytest

from linkback.core.model import Author, Candidate, Citation, Evidence, HostHistory, Signal
from linkback.core.rules import APPROVE_UP_TO, LOUDEST, RULES, SPAM_FROM, WEIGHTS, signals_of

NAMES = [rule.__module__.rpartition(".")[2] for rule in RULES]


def module_of(rule: Callable[..., Signal | None]) -> ModuleType:
    return sys.modules[rule.__module__]


def keys() -> list[str]:
    named = zip(NAMES, RULES, strict=True)
    return [f"{name}.{level}".rstrip(".") for name, rule in named for level in module_of(rule).LEVELS]


def test_each_level_that_a_rule_can_tell_has_a_weight_and_nothing_else_has() -> None:
    assert sorted(keys()) == sorted(WEIGHTS)


def test_the_table_of_weights_is_in_order_and_within_what_one_rule_may_add() -> None:
    assert list(WEIGHTS) == sorted(WEIGHTS)
    assert all(abs(weight) <= LOUDEST for weight in WEIGHTS.values())
    assert 0.0 < APPROVE_UP_TO < SPAM_FROM < 1.0


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_names_each_of_its_levels_in_its_docstring(rule: Callable[..., Signal | None]) -> None:
    module = module_of(rule)
    assert all(f"`{level}`" in (module.__doc__ or "") for level in module.LEVELS if level)


def test_no_rule_stands_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_nothing_is_told_of_a_page_that_nothing_is_known_of() -> None:
    candidate = Candidate("https://blog.example/a", "https://me.example/post", Citation())
    assert [signal.rule for signal in signals_of(candidate, HostHistory("blog.example"))] == ["first_time"]


def test_a_sentence_is_whole_and_names_its_rule() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    citation = Citation("A casino", Author("Ana"), "reply", day, "", "", ("ugc",), "hidden", "de", noindex=True)
    candidate = Candidate("https://casino.example/a", "https://me.example/", citation, Evidence(via=("bit.ly",)))
    signals = signals_of(candidate, HostHistory("casino.example", {"spam": 1}, day))
    assert len(signals) > 8
    assert all(signal.sentence[0].isupper() or signal.rule in HOST_FIRST for signal in signals)
    assert all(signal.sentence.endswith(".") and signal.rule in NAMES for signal in signals)


HOST_FIRST = {"first_time", "trusted_host", "host_age", "velocity"}  # their sentences begin with the name of a host


@pytest.mark.parametrize(
    "rising",
    [
        ("copied.part", "copied.half", "copied.whole"),
        ("same_text.twin", "same_text.some", "same_text.many"),
        ("trusted_host.often", "trusted_host.some", "trusted_host.once"),
        ("relevance.close", "relevance.related", "relevance.alien"),
        ("link_place.content", "link_place.footer", "link_place.hidden"),
    ],
)
def test_what_is_worse_weighs_no_less(rising: tuple[str, ...]) -> None:
    assert all(WEIGHTS[milder] <= WEIGHTS[worse] for milder, worse in pairwise(rising))
