"""The tuning of the judge: what pages are made, how weights are fitted to them, and what ships."""

from collections import Counter
from functools import cache
from math import isclose
from urllib.parse import urlsplit

import pytest

from bench.judge.cases import Case
from bench.judge.pipeline import read_case
from bench.judge.tuning import beliefs, honest, junk, tune, wordlist, writing
from bench.judge.tuning.collecting import Row
from bench.judge.tuning.fitting import Belief, Example, fit, loss
from bench.judge.tuning.site import TOPICS
from bench.judge.tuning.speech import LANGUAGES, language
from bench.judge.tuning.tuningset import cases
from linkback.core.learner import prior
from linkback.core.rules import APPROVE_UP_TO, BIAS, SPAM_FROM, WEIGHTS

SIZE = 0.05
MOST_WORDS = 1500  # of the prior; a person can read as many
FREE = Belief(0.0, 5.0, -3.0, 3.0)


@cache
def few() -> list[Case]:
    return cases(size=SIZE)


def test_the_same_pages_are_made_each_time() -> None:
    assert cases(size=SIZE) == few()


def test_all_families_are_made_and_come_in_their_order() -> None:
    made = Counter((case.junk, case.family) for case in few())
    assert {family for is_junk, family in made if not is_junk} == set(honest.FAMILIES)
    assert len([family for is_junk, family in made if is_junk]) > 0.8 * len(junk.FAMILIES)
    assert [case.minute for case in few()] == sorted(case.minute for case in few())


def test_no_host_is_both_honest_and_junk() -> None:
    hosts: dict[bool, set[str]] = {True: set(), False: set()}
    for case in few():
        hosts[case.junk].add(urlsplit(case.source).netloc)
    assert not hosts[True] & hosts[False]
    assert len(hosts[True]) > 400 and len(hosts[False]) > 350


def test_every_page_really_links_to_the_site() -> None:
    assert all(read_case(case).citation for case in few()[::5])


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_has_words_for_honest_pages_and_for_junk(code: str) -> None:
    known = language(code)
    assert len(known.words("function")) > 30 and len(known.words("general")) > 40
    assert {"bread", "web"} <= set(known.kinds("topic")) and len(known.kinds("spam")) >= 5
    assert all("{link}" in phrase for phrase in known.words("citing"))
    assert all("{kw}" in phrase for phrase in known.words("spamline"))


def test_a_fit_finds_what_speaks_for_junk_and_what_against() -> None:
    examples = [Example(("ad", "any"), True), Example(("author", "any"), False)] * 20 + [Example(("any",), False)]
    weights = fit(examples, {"ad": FREE, "author": FREE, "any": FREE})
    assert weights["ad"] > 1 and weights["author"] < -1
    assert loss(examples, weights) < 0.2 < loss(examples, {})


def test_what_no_page_speaks_of_stays_what_it_is_believed_to_be() -> None:
    assert fit([Example(("ad",), True)], {"rare": Belief(1.2, 0.5, 0.0, 3.0)})["rare"] == 1.2


def test_what_speaks_for_junk_by_its_meaning_never_speaks_for_honest_pages() -> None:
    weights = fit([Example(("ad",), False)] * 50, {"ad": Belief(0.5, 1.0, 0.1, 2.0)})
    assert weights["ad"] == 0.1


def test_a_louder_level_never_weighs_less() -> None:
    examples = [Example(("some",), True), Example(("many",), True), Example(("many",), False)] * 20
    beliefs_of = {"some": FREE, "many": FREE}
    assert fit(examples, beliefs_of)["some"] > fit(examples, beliefs_of)["many"]
    ordered = fit(examples, beliefs_of, [("some", "many")])
    assert isclose(ordered["some"], ordered["many"], abs_tol=0.01)


def test_words_are_only_taken_that_stand_on_many_hosts() -> None:
    rows = [Row((), ("w:casino", "w:jackpot"), True, "x", f"host{number}.example") for number in range(wordlist.SEEN)]
    rows += [Row((), ("w:poker",), True, "x", "host.example")] * 50
    assert set(wordlist.common(rows, wordlist.believed())) == {"w:casino", "w:jackpot"}


def test_each_signal_has_a_belief_and_each_chain_has_known_levels() -> None:
    assert sorted(beliefs.SIGNALS) == sorted(WEIGHTS)
    assert {key for chain in beliefs.CHAINS for key in chain} <= set(WEIGHTS)


@pytest.mark.parametrize("key", WEIGHTS)
def test_what_ships_is_within_what_is_believed(key: str) -> None:
    belief = beliefs.of_signals([key])[key]
    assert belief.low - 0.051 <= WEIGHTS[key] <= belief.high + 0.051, "within half a tenth, as weights are tenths"


@pytest.mark.parametrize("chain", beliefs.CHAINS, ids=lambda chain: chain[0])
def test_what_ships_is_in_the_order_of_its_levels(chain: tuple[str, ...]) -> None:
    weights = [WEIGHTS[key] for key in chain]
    assert weights == sorted(weights)


def test_the_words_that_ship_can_be_read_by_a_person() -> None:
    assert len(prior.PRIOR) <= MOST_WORDS
    for table in (prior.WORDS, prior.HOST_WORDS, prior.PATH_WORDS, prior.TRAITS):
        assert list(table) == sorted(table, reverse=True)
        assert all(names.split() == sorted(set(names.split())) for names in table.values())
        assert all(abs(weight) <= wordlist.LOUDEST for weight in table)


def test_a_fit_can_teach_the_prior_nothing_of_the_subjects_of_the_made_up_site() -> None:
    topics = [(code, topic) for code in ("de", "en") for topic in TOPICS]
    subjects = {f"w:{word.lower()}" for code, topic in topics for word in language(code).words(f"topic.{topic}")}
    assert subjects and not subjects & (wordlist.believed().keys() - wordlist.by_hand().keys())


def test_what_is_written_is_what_ships_when_nothing_changed() -> None:
    weights, words = writing.WEIGHTS.read_text("utf-8"), writing.PRIOR.read_text("utf-8")
    again = writing.with_weights(weights, WEIGHTS, bias=BIAS, approve_up_to=APPROVE_UP_TO, spam_from=SPAM_FROM)
    assert again == weights
    tables = {"WORDS": prior.WORDS, "HOST_WORDS": prior.HOST_WORDS, "PATH_WORDS": prior.PATH_WORDS}
    assert writing.with_words(words, {**tables, "TRAITS": prior.TRAITS}) == words


def test_a_module_without_its_table_is_not_written_to() -> None:
    with pytest.raises(ValueError, match="no"):
        writing.with_words("", {"WORDS": {}})


def test_what_is_fitted_parts_what_pages_part() -> None:
    rows = [Row(("advertising.many", "first_time.new"), ("w:casino",), True, "a", f"j{n}.example") for n in range(20)]
    rows += [Row(("authorship.both", "first_time.new"), ("w:thanks",), False, "b", f"h{n}.example") for n in range(20)]
    fitted = tune.fitted(rows)
    assert fitted.score(rows[0]) > 1 > -1 > fitted.score(rows[-1])
    left_out = tune.out_of_sample(rows, lambda row: row.host)
    assert tune.recalls(left_out) == [1.0, 1.0, 1.0]
    approve_up_to, spam_from = tune.thresholds(left_out, left_out)
    assert 0 < approve_up_to <= spam_from < 1
