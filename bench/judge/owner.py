"""The owner: a site in simulation, where pings come in their order and what is held is decided once a day.

Histories, the crowd and what was learned are kept as the server keeps them. The owner decides correctly, oldest
first, on what is held, as often as `decisions` says and then never again: what is held then stays held.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import exp
from time import process_time

from bench.judge.pipeline import Read
from linkback.core import learner, rules
from linkback.core.company import Arrival, Crowd
from linkback.core.learner import Lesson, Lore
from linkback.core.model import Candidate, HostHistory, Moderation, Policy, Reason, Status, Verdict
from linkback.core.urls import identity

DAY = 1440.0  # minutes
SITE = 1
LEARNED = "learned"  # the rule under which a verdict tells what the learner says

Opinion = Callable[[Candidate, HostHistory, Policy, Lore], Verdict]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what the judge said of it when it came. `decided` is its place among the owner's decisions."""

    read: Read
    verdict: Verdict
    cpu: float = 0.0
    decided: int | None = None

    @property
    def junk(self) -> bool:
        return self.read.case.junk

    @property
    def family(self) -> str:
        return self.read.case.family

    @property
    def score(self) -> float:
        return self.verdict.score


def as_shipped(candidate: Candidate, history: HostHistory, policy: Policy, lore: Lore) -> Verdict:
    """Judge as Linkback does."""
    return rules.judge(candidate, history, policy, lore)


def without_lessons(candidate: Candidate, history: HostHistory, policy: Policy, lore: Lore) -> Verdict:
    """Judge with the shipped prior, as if the owner's decisions taught nothing."""
    return rules.judge(candidate, history, policy, Lore())


def without_prior(candidate: Candidate, history: HostHistory, policy: Policy, lore: Lore) -> Verdict:
    """Judge with what the owner taught, but without the shipped prior."""
    features = learner.features(candidate)
    told = learner.weigh(features, lore)
    prior = learner.weigh(features, Lore())
    return _with_learner(candidate, history, policy, (told.weight if told else 0.0) - (prior.weight if prior else 0.0))


def by_rules_alone(candidate: Candidate, history: HostHistory, policy: Policy, lore: Lore) -> Verdict:
    """Judge by the rules, without the learner."""
    return _with_learner(candidate, history, policy, 0.0)


def _with_learner(candidate: Candidate, history: HostHistory, policy: Policy, weight: float) -> Verdict:
    signals = rules.signals_of(candidate, history)
    if hard := next((signal for signal in signals if signal.settles), None):
        return rules.ruled(hard)
    reasons = [Reason(signal.rule, signal.sentence, rules.weight_of(signal)) for signal in signals]
    reasons += [Reason(LEARNED, "", weight)] if weight else []
    score = round(1 / (1 + exp(-rules.BIAS - sum(reason.weight for reason in reasons))), 3)
    decision, why = rules.decided(score, reasons, history, policy)
    return Verdict(decision, score, (*reasons, *why))


@dataclass(slots=True)
class _Site:
    """What a server knows of its site at a moment."""

    crowd: Crowd = field(default_factory=Crowd)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    first_seen: dict[str, datetime] = field(default_factory=dict)
    approved_domains: set[str] = field(default_factory=set)
    lore: Lore = field(default_factory=Lore)

    def history(self, host: str) -> HostHistory:
        return HostHistory(host, dict(self.counts.get(host, {})), self.first_seen.get(host))

    def candidate(self, read: Read, number: int) -> tuple[Candidate, Arrival]:
        arrival = Arrival(
            id=number, site_id=SITE, domain=read.domain, target=identity(read.case.own.url), at=read.at,
            new=read.domain not in self.approved_domains, template=read.makeup.template, wording=read.makeup.wording,
        )  # fmt: skip
        company = self.crowd.company_of(arrival, read.at)
        return Candidate(
            read.case.source, read.case.own.url, read.citation, read.evidence(company), at=read.at
        ), arrival

    def settle(self, read: Read, status: Status) -> None:
        """Keep what was judged; what only a machine called spam says nothing of its host."""
        self.first_seen.setdefault(read.host, read.at)
        if status is not Status.SPAM:
            self._move(read, status, 1)

    def decide(self, read: Read, candidate: Candidate) -> None:
        """Let the owner say what a held mention is."""
        self._move(read, Status.HELD, -1)
        self._move(read, Status.SPAM if read.case.junk else Status.APPROVED, 1)
        self.lore = learner.learned(self.lore, Lesson(tuple(learner.features(candidate)), read.case.junk))

    def _move(self, read: Read, status: Status, step: int) -> None:
        self.counts.setdefault(read.host, Counter())[status.value] += step
        if step > 0 and status is Status.APPROVED:
            self.approved_domains.add(read.domain)


def simulate(
    reads: Iterable[Read],
    *,
    decisions: int,
    opinion: Opinion = as_shipped,
    policy: Policy | None = None,
) -> list[Judged]:
    """Return what was said of every case, in the order in which they came."""
    site, policy = _Site(), policy or Policy(Moderation.FIRST_TIME)
    judged: list[Judged] = []
    waiting: list[tuple[int, Candidate]] = []
    day, left = 0, decisions
    for read in reads:
        if int(read.case.minute / DAY) > day:
            day = int(read.case.minute / DAY)
            left = _catch_up(site, judged, waiting, left, decisions)
        began = process_time()
        candidate, arrival = site.candidate(read, len(judged) + 1)
        verdict = opinion(candidate, site.history(read.host), policy, site.lore)
        judged.append(Judged(read, verdict, process_time() - began))
        site.crowd.add(arrival, read.at)
        site.settle(read, verdict.decision)
        if verdict.decision is Status.HELD:
            waiting.append((len(judged) - 1, candidate))
    return judged


def _catch_up(
    site: _Site, judged: list[Judged], waiting: list[tuple[int, Candidate]], left: int, decisions: int
) -> int:
    """Let the owner decide on what waits, the oldest first, and return how many decisions are left."""
    for place, candidate in waiting[:left]:
        site.decide(judged[place].read, candidate)
        judged[place] = replace(judged[place], decided=decisions - left)
        left -= 1
    del waiting[:]
    return left


def lessons_of(judged: Sequence[Judged]) -> list[Judged]:
    """Return what the owner decided on, in order."""
    return sorted((one for one in judged if one.decided is not None), key=lambda one: one.decided or 0)
