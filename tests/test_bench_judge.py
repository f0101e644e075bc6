"""The bench of the judge: its pages are the frozen ones, its figures right by hand, and it runs."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.judge import metrics
from bench.judge.bayes import Bayes, words_of
from bench.judge.cases import Case, Own
from bench.judge.evaluation import digest_of, first_time_scores
from bench.judge.metrics import Scored
from bench.judge.owner import lessons_of, simulate
from bench.judge.pipeline import Read, read_case
from bench.judge.report import SYNTHETIC
from bench.judge.testset.corpora import Filler
from bench.judge.testset.honest import HONEST
from bench.judge.testset.junk import JUNK
from bench.judge.testset.plan import HONEST_PLAN, JUNK_PLAN, SEED, world
from bench.judge.tuning import tuningset
from linkback.core.learner import Lore
from linkback.core.model import Candidate, HostHistory, Policy, Status, Verdict

ROOT = Path(__file__).parent.parent
SHARE = 0.04  # of the test set: a few hundred pages
FROZEN_SAMPLE = "10ffd87eb724154f7d476a024698ea6dc5d19f0f35c3973458850e6c689454bb"

OWN = Own("https://me.example/post", "<title>On bread</title><article><p>Rye bread and its crust.</p></article>")
# Junkiest first: two of junk and none honest at 9, then one of each at 7, and so on.
TABLE = (
    (9, True, "casino.example"), (9, True, "casino.example"), (7, True, "pills.example"), (7, False, "ann.example"),
    (5, True, "loans.example"), (3, False, "bob.example"), (2, False, "bob.example"), (1, False, "cy.example"),
)  # fmt: skip


def pages(rows: Sequence[tuple[float, bool, str]] = TABLE) -> list[Scored]:
    return [Scored(score, junk, "spam" if junk else "ham", domain) for score, junk, domain in rows]


def a_case(number: int, *, junk: bool, host: str, day: float) -> Case:
    html = f"<title>{number}</title><p>See <a href='{OWN.url}'>this</a> and word{number}."
    return Case(junk, "some", f"https://{host}/{number}", html, OWN, day * 1440)


# ---- the pages


def test_the_pages_are_the_frozen_ones() -> None:
    assert digest_of(world(SEED, SHARE).cases) == FROZEN_SAMPLE


def test_another_seed_makes_other_pages() -> None:
    assert world(1, SHARE).cases != world(2, SHARE).cases


def test_as_many_pages_and_hosts_are_planned_as_are_claimed() -> None:
    assert sum(family.pages for family in HONEST_PLAN) >= 3000
    assert sum(family.hosts for family in HONEST_PLAN) >= 300
    assert sum(family.pages for family in JUNK_PLAN) >= 3000
    assert sum(family.hosts for family in JUNK_PLAN) >= 300


def test_pages_are_of_many_languages_and_none_comes_twice() -> None:
    cases = world(SEED, SHARE).cases
    assert len({case.language for case in cases}) >= 8
    assert len({case.source for case in cases}) == len(cases)


def test_every_family_is_planned() -> None:
    assert {family.name for family in HONEST_PLAN} == set(HONEST)
    assert {family.name for family in JUNK_PLAN} == set(JUNK)


def test_no_host_is_both_in_what_is_tuned_on_and_in_what_is_measured_on() -> None:
    tuned = {urlsplit(case.source).hostname for case in tuningset.cases(size=SHARE)}
    assert not tuned & {urlsplit(case.source).hostname for case in world(SEED, SHARE).cases}


def test_text_of_others_gets_into_english_pages_only() -> None:
    others = Filler(("wanted words",), ("unwanted words",), ("short wanted",), ("short unwanted",))
    cases = world(SEED, SHARE, others).cases
    filled = [case for case in cases if "wanted words" in case.html or "short wanted" in case.html]
    assert {case.language for case in filled} == {"en"}
    assert not [case for case in filled if not case.junk and "unwanted" in case.html]


def test_every_page_links_to_the_own_page() -> None:
    for case in world(SEED, SHARE).cases:
        assert read_case(case).makeup.words > 0


# ---- the figures


@pytest.mark.parametrize(
    ("limit", "recall", "false", "score"),
    [(0.0, 0.5, 0.0, 9), (0.24, 0.5, 0.0, 9), (0.25, 1.0, 0.25, 5), (0.5, 1.0, 0.5, 3), (1.0, 1.0, 1.0, 1)],
)
def test_a_cut_takes_all_pages_of_a_score_or_none(limit: float, recall: float, false: float, score: float) -> None:
    assert metrics.cut_at(pages(), limit) == metrics.Cut(score, recall, false)


def test_nothing_is_caught_where_an_honest_page_is_among_the_junkiest() -> None:
    cut = metrics.cut_at(pages([(9, True, "a"), (9, False, "b"), (8, True, "a"), (1, False, "b")]), 0.1)
    assert (cut.recall, cut.false) == (0.0, 0.0)


def test_pages_of_a_host_that_was_drawn_twice_count_twice() -> None:
    weights = Counter({"casino.example": 2, "loans.example": 1, "ann.example": 1, "bob.example": 1})
    [cut] = metrics.cuts_at(metrics.ranked(pages()), (0.0,), weights)
    assert cut.recall == pytest.approx(4 / 5)


def test_an_interval_holds_its_value_and_is_the_same_for_a_seed() -> None:
    many = [row for number in range(30) for row in ((number % 7, number % 3 == 0, f"host{number}.example"),)]
    first = metrics.recalls(pages(many), seed=1, resampled=50)
    assert first == metrics.recalls(pages(many), seed=1, resampled=50)
    assert all(one.low <= one.value <= one.high for one in first)


def test_without_chance_in_the_hosts_an_interval_is_a_point() -> None:
    alone = pages([(2, True, "only.example"), (1, True, "only.example")])
    share = metrics.share_of(alone, lambda page: page.score > 1, seed=1)
    assert (share.value, share.low, share.high) == (0.5, 0.5, 0.5)


def test_confusion_is_counted_by_hand() -> None:
    rows = [(True, "spam")] * 6 + [(True, "held")] * 3 + [(True, "approved")] + [(False, "spam")] * 2
    told = metrics.confusion([*rows, *[(False, "approved")] * 8])
    assert told.precision("spam") == pytest.approx(6 / 8)
    assert told.recall("spam") == pytest.approx(0.6)
    assert told.recall("spam", "held") == pytest.approx(0.9)
    assert told.false("spam") == pytest.approx(0.2)
    assert told.accuracy("spam") == pytest.approx((6 + 8) / 20)


def test_families_come_worst_first() -> None:
    rows = [Scored(9, True, "easy", "a"), Scored(1, True, "hard", "b"), Scored(9, True, "hard", "b")]
    assert metrics.by_family([*rows, Scored(9, False, "ham", "c")], 5, junk=True) == [
        ("hard", 2, 0.5),
        ("easy", 1, 1.0),
    ]


# ---- the baselines


def test_naive_bayes_is_reckoned_by_hand() -> None:
    bayes = Bayes()
    bayes.learn(["casino", "bonus"], junk=True)
    bayes.learn(["bread"], junk=False)
    # Three words are known: (1 + 1) / (2 + 3) against (0 + 1) / (1 + 3).
    assert bayes.score(["casino", "unheard"]) == pytest.approx(log((2 / 5) / (1 / 4)))
    assert bayes.score(["bread"]) == pytest.approx(log((1 / 5) / (2 / 4)))


def test_words_of_scripts_without_blanks_are_pairs_of_characters() -> None:
    assert words_of(Case(False, "", "", "<p>Rye<script>x</script> 天然酵母</p>", OWN, 0)) == [
        "rye",
        "天然",
        "然酵",
        "酵母",
    ]


def test_a_host_is_a_first_time_host_until_the_day_after_its_first_honest_page() -> None:
    days = [
        ("ann.example", False, 0.1),
        ("ann.example", False, 0.2),
        ("ann.example", True, 1.1),
        ("x.example", True, 1.2),
    ]
    cases = [a_case(number, junk=junk, host=host, day=day) for number, (host, junk, day) in enumerate(days)]
    assert [page.score for page in first_time_scores(map(read_case, cases), 9)] == [1.0, 1.0, 0.0, 1.0]
    assert [page.score for page in first_time_scores(map(read_case, cases), 0)] == [1.0, 1.0, 1.0, 1.0]


# ---- the owner


def holding(candidate: Candidate, history: HostHistory, policy: Policy, lore: Lore) -> Verdict:
    return Verdict(Status.APPROVED if history.count(Status.APPROVED) else Status.HELD, 0.5 + lore.junk / 100)


def reads(*days: float) -> list[Read]:
    return [read_case(a_case(n, junk=n % 2 == 1, host=f"host{n % 2}.example", day=day)) for n, day in enumerate(days)]


def test_the_owner_decides_at_the_end_of_the_day_and_the_judge_learns_of_it() -> None:
    judged = simulate(reads(0.1, 0.2, 1.1, 1.2), decisions=10, opinion=holding)
    assert [one.verdict.decision for one in judged] == [Status.HELD, Status.HELD, Status.APPROVED, Status.HELD]
    assert [one.score for one in judged] == [0.5, 0.5, 0.51, 0.51]


def test_the_owner_stops_after_so_many_decisions() -> None:
    judged = simulate(reads(0.1, 0.2, 1.1, 1.2, 2.1), decisions=1, opinion=holding)
    assert [one.read.case.source for one in lessons_of(judged)] == ["https://host0.example/0"]


def test_a_case_without_the_link_is_no_case() -> None:
    case = replace(a_case(1, junk=False, host="ann.example", day=0), html="<p>Nothing.")
    with pytest.raises(ValueError, match=r"ann\.example"):
        read_case(case)


def test_the_command_prints_one_document_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "judge.md"
    command = [sys.executable, "-m", "bench.judge", "--quick", "--json", "--write", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)["evaluation"]
    assert {way["name"] for way in told["ways"]} > {"judge, as shipped", "naive Bayes on words"}
    assert set(told["modes"]) == {"hold everything", "first time (default)", "trust the judge"}
    assert sum(told["modes"]["trust the judge"]["junk"].values()) == told["pages"]["junk"]
    assert SYNTHETIC in page.read_text("utf-8")
