"""The evaluation: every figure that is told of the judge, from one seed.

All figures but the processor times are the same on every machine.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from statistics import mean, median

from bench.judge import metrics
from bench.judge.bayes import Bayes, words_of
from bench.judge.cases import Case
from bench.judge.metrics import Confusion, Interval, Scored
from bench.judge.owner import (
    DAY,
    Judged,
    Opinion,
    as_shipped,
    by_rules_alone,
    lessons_of,
    simulate,
    without_lessons,
    without_prior,
)
from bench.judge.pipeline import Read, read_all
from bench.judge.testset.corpora import Filler, filler
from bench.judge.testset.plan import SEED, world
from bench.judge.tuning import tuningset
from linkback.core.model import Moderation, Policy, Status
from linkback.core.rules import APPROVE_UP_TO, SPAM_FROM

FROZEN = "506b44095eb5142a153354beeb0f0fa496b5815058a46248ca316c2c9cbfac4b"  # digest_of the pages of SEED
DECISIONS = 200  # of the owner
STEPS = (0, 10, 25, 50, 100, 150, 200)  # decisions after which the learning curve is told
AIM = 1  # the place in metrics.LIMITS that the families are told at

TIRELESS = 1_000_000  # decisions of an owner who decides on all that waits, every day
UNTIRING = "as shipped, the owner decides on all that waits"
SHIPPED, FIRST_TIME, BAYES = "judge, as shipped", "hold first-time hosts", "naive Bayes on words"
OPINIONS: dict[str, Opinion] = {
    SHIPPED: as_shipped,
    "without the owner's lessons": without_lessons,
    "without the shipped prior": without_prior,
    "rules alone, no learner": by_rules_alone,
}
MODES = {
    "hold everything": Moderation.HOLD, "first time (default)": Moderation.FIRST_TIME,
    "trust the judge": Moderation.JUDGE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: a share of the pages, how often hosts are drawn anew, the steps of the learning curve."""

    share: float = 1.0
    resampled: int = metrics.RESAMPLED
    decisions: int = DECISIONS
    steps: tuple[int, ...] = STEPS
    filled: bool = True


WHOLE = Size()
QUICK = Size(share=0.05, resampled=20, decisions=20, steps=(0, 20), filled=False)


@dataclass(frozen=True, slots=True)
class Pages:
    """What was judged, counted; `mixed` are hosts that have both honest pages and junk.

    `frozen` tells whether they are, byte for byte, the pages that were frozen before any weight was set.
    """

    honest: int
    junk: int
    honest_hosts: int
    junk_hosts: int
    mixed: int
    languages: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way to judge: its recall at each of metrics.LIMITS.

    Of the judge's own ways also what it called spam without its owner, as it is shipped: `precision` and `accuracy`
    are those of that, `recall` and `false` the shares of junk and of honest pages.
    """

    name: str
    recalls: tuple[Interval, ...]
    precision: float | None = None
    recall: float | None = None
    false: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What holding first-time hosts does: a single point, since it has no score to set a threshold on.

    `judge_at_same` is what the judge catches with the same owner, at the same share of false positives, and
    `decided` how often that owner had to decide for the judge.
    """

    recall: Interval
    false: Interval
    judge_at_same: float
    decided: int


@dataclass(frozen=True, slots=True)
class Step:
    """The learning curve after so many decisions, on pages of hosts on which the owner never decided."""

    decisions: int
    recalls: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time per mention: to tell makeup and likeness, and to judge."""

    read_mean: float
    read_median: float
    judge_mean: float
    judge_median: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is told. Families are (name, pages, share), the worst first, at the cut of 0.5 %."""

    seed: int
    decisions: int
    pages: Pages
    ways: tuple[Way, ...]
    holding: Holding
    tireless: Holding
    modes: dict[str, Confusion]
    cut: metrics.Cut
    junk_families: tuple[tuple[str, int, float], ...]
    honest_families: tuple[tuple[str, int, float], ...]
    shown_families: tuple[tuple[str, int, float], ...]
    junk_floor: Interval
    curve: tuple[Step, ...]
    cost: Cost
    exam: int
    lessons: Counter[str]
    filled_ways: tuple[Way, ...] = ()


def evaluate(size: Size = WHOLE, seed: int = SEED, tell: Callable[[str], None] = lambda text: None) -> Evaluation:
    """Make the pages, judge them in every way, and return the figures; `tell` hears how far it is."""
    tell("making and reading pages")
    reads = _read(size, seed, Filler())
    tell("judging")
    runs = {name: simulate(reads, decisions=size.decisions, opinion=way) for name, way in OPINIONS.items()}
    shipped = runs[SHIPPED]
    runs[UNTIRING] = tireless = simulate(reads, decisions=TIRELESS)
    tell("naive Bayes")
    taught = _taught(size)
    bayes = bayes_scores(shipped, taught)
    tell("intervals")
    ways = [_way(name, judged, size) for name, judged in runs.items()]
    by_mode = _by_mode(reads, shipped, size)
    ways += [_way(f"as shipped, mode: {name}", by_mode[name], size) for name in MODES if by_mode[name] is not shipped]
    ways.append(Way(BAYES, tuple(metrics.recalls(bayes, seed, size.resampled))))
    pages = [scored(one) for one in shipped]
    cut = metrics.cut_at(pages, metrics.LIMITS[AIM])
    junk_families = metrics.by_family(pages, cut.score, junk=True)
    tell("modes and learning curve")
    curve, exam = _curve(reads, shipped, size)
    others = filler() if size.filled else Filler()
    return Evaluation(
        seed=seed, decisions=size.decisions, pages=_counted(reads), ways=tuple(ways),
        holding=_holding(reads, shipped, size.decisions),
        tireless=_holding(reads, tireless, TIRELESS), modes={name: _called(judged) for name, judged in by_mode.items()},
        cut=cut,
        junk_families=tuple(junk_families),
        honest_families=tuple(reversed(metrics.by_family(pages, cut.score, junk=False))),
        shown_families=_shown(shipped), junk_floor=_floor(pages, cut.score, junk_families, seed), curve=curve,
        cost=_cost(shipped), exam=exam,
        lessons=Counter("junk" if one.junk else "honest" for one in lessons_of(shipped)),
        filled_ways=_filled(size, seed, others, taught, tell) if others else (),
    )  # fmt: skip


def digest_of(cases: Iterable[Case]) -> str:
    """Return a digest of pages, with all that is said of them and their order."""
    digest = sha256()
    for case in cases:
        digest.update(repr(case).encode())
    return digest.hexdigest()


def scored(judged: Judged) -> Scored:
    """Return a judged page as the metrics want it."""
    return Scored(judged.score, judged.junk, judged.family, judged.read.domain)


def _read(size: Size, seed: int, others: Filler) -> list[Read]:
    return read_all(world(seed, size.share, others).cases)


def _taught(size: Size) -> list[Case]:
    return tuningset.cases(size=size.share)


def _way(name: str, judged: Sequence[Judged], size: Size) -> Way:
    called = _called(judged)
    return Way(
        name, tuple(metrics.recalls([scored(one) for one in judged], SEED, size.resampled)),
        precision=called.precision("spam"), recall=called.recall("spam"), false=called.false("spam"),
        accuracy=called.accuracy("spam"),
    )  # fmt: skip


def bayes_scores(judged: Sequence[Judged], taught: Iterable[Case]) -> list[Scored]:
    """Return what naive Bayes says of the same pages in the same order, taught by the same decisions on the same days.

    `taught` are the pages that it knows before the first comes: those that the judge's weights are fitted on.
    """
    bayes = Bayes()
    for case in taught:
        bayes.learn(words_of(case), case.junk)
    lessons = lessons_of(judged)
    found, place = [], 0
    for one in judged:
        today = int(one.read.case.minute / DAY)
        while place < len(lessons) and int(lessons[place].read.case.minute / DAY) < today:
            bayes.learn(words_of(lessons[place].read.case), lessons[place].junk)
            place += 1
        found.append(Scored(bayes.score(words_of(one.read.case)), one.junk, one.family, one.read.domain))
    return found


def first_time_scores(reads: Iterable[Read], decisions: int) -> list[Scored]:
    """Return 1 for a page of a host of which nothing was approved yet, else 0.

    The owner decides on what waits as everywhere here: at the end of the day, the oldest first, so many times.
    """
    approved: set[str] = set()
    waiting: list[Read] = []
    found, day, left = [], 0, decisions
    for read in reads:
        if int(read.case.minute / DAY) > day:
            day = int(read.case.minute / DAY)
            approved |= {one.host for one in waiting[:left] if not one.case.junk}
            left -= min(left, len(waiting))
            waiting.clear()
        held = read.host not in approved
        found.append(Scored(float(held), read.case.junk, read.case.family, read.domain))
        if held:
            waiting.append(read)
    return found


def _holding(reads: Sequence[Read], judged: Sequence[Judged], decisions: int) -> Holding:
    held = first_time_scores(reads, decisions)
    junk, honest = [page for page in held if page.junk], [page for page in held if not page.junk]
    recall = metrics.share_of(junk, lambda page: page.score > 0, SEED)
    false = metrics.share_of(honest, lambda page: page.score > 0, SEED)
    at_same = metrics.cut_at([scored(one) for one in judged], false.value).recall
    return Holding(recall, false, at_same, len(lessons_of(judged)))


def _by_mode(reads: Sequence[Read], shipped: Sequence[Judged], size: Size) -> dict[str, Sequence[Judged]]:
    return {
        name: shipped
        if moderation is Moderation.FIRST_TIME
        else simulate(reads, decisions=size.decisions, policy=Policy(moderation))
        for name, moderation in MODES.items()
    }


def _called(judged: Iterable[Judged]) -> Confusion:
    return metrics.confusion((one.junk, one.verdict.decision.value) for one in judged)


def _shown(judged: Sequence[Judged]) -> tuple[tuple[str, int, float], ...]:
    """Return of each junk family what share was approved by the machine in the default mode, the worst first."""
    pages = [
        Scored(float(one.verdict.decision is Status.APPROVED), one.junk, one.family, one.read.domain) for one in judged
    ]
    return tuple(reversed(metrics.by_family(pages, 1.0, junk=True)))


def _floor(pages: Sequence[Scored], cut: float, families: Sequence[tuple[str, int, float]], seed: int) -> Interval:
    worst = families[0][0]
    return metrics.share_of([page for page in pages if page.family == worst], lambda page: page.score >= cut, seed)


def _curve(reads: Sequence[Read], shipped: Sequence[Judged], size: Size) -> tuple[tuple[Step, ...], int]:
    """Return the learning curve, and on how many pages it was told.

    They are the same pages at every step: what came after the last decision, from domains of which nothing was
    ever decided, so that what is told is what was learned of words and features and not of hosts.
    """
    lessons = lessons_of(shipped)
    known = {one.read.domain for one in lessons}
    after = max((one.read.case.minute for one in lessons), default=0.0)
    exam = {read.case.source for read in reads if read.case.minute > after and read.domain not in known}
    steps = []
    for decisions in size.steps:
        judged = shipped if decisions == size.decisions else simulate(reads, decisions=decisions)
        pages = [scored(one) for one in judged if one.read.case.source in exam]
        cuts = metrics.cuts_at(metrics.ranked(pages), metrics.LIMITS)
        steps.append(Step(decisions, tuple(cut.recall for cut in cuts)))
    return tuple(steps), len(exam)


def _cost(judged: Sequence[Judged]) -> Cost:
    read, judge = [one.read.cpu * 1000 for one in judged], [one.cpu * 1000 for one in judged]
    return Cost(mean(read), median(read), mean(judge), median(judge))


def _counted(reads: Sequence[Read]) -> Pages:
    honest = {read.host for read in reads if not read.case.junk}
    junk = {read.host for read in reads if read.case.junk}
    labels = Counter(read.case.junk for read in reads)
    languages = len({read.case.language for read in reads})
    frozen = digest_of(read.case for read in reads) == FROZEN
    return Pages(labels[False], labels[True], len(honest), len(junk), len(honest & junk), languages, frozen)


def _filled(
    size: Size, seed: int, others: Filler, taught: Sequence[Case], tell: Callable[[str], None]
) -> tuple[Way, ...]:
    """Return the judge and naive Bayes on pages that hold text of others too."""
    tell("the same with text of others")
    judged = simulate(_read(size, seed, others), decisions=size.decisions)
    bayes = Way(BAYES, tuple(metrics.recalls(bayes_scores(judged, taught), seed, size.resampled)))
    return (_way(SHIPPED, judged, size), bayes)


THRESHOLDS = {"approved up to": APPROVE_UP_TO, "spam from": SPAM_FROM}
