"""A dry run: what rules would have made of the mentions that came so far. Pure.

Each mention is judged anew from the evidence that was kept with it, in the order in which they came, with what was
known of its host at that time. Who reported it is known as long as that address is kept. What its owner taught counts
as it does today. A mention that stands as spam is junk, one that stands approved is honest; of all others nothing is
known, and they are only counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from linkback.core.learner import Lore
from linkback.core.model import Candidate, Evidence, HostHistory, Mention, Site, Status, Verdict
from linkback.core.rules import judge
from linkback.core.urls import host_of

MOST_TOLD = 500  # of each outcome; what is beyond is counted
AWAY = frozenset({Status.SPAM, Status.REMOVED})
UNREAD = frozenset({Status.RECEIVED, Status.INVALID})


@dataclass(frozen=True, slots=True)
class Tried:
    """A mention, with the verdict that it would have now and the one under other rules."""

    mention: Mention
    before: Verdict
    after: Verdict


@dataclass(slots=True)
class Outcome:
    """How many mentions came to one end, and the first of them."""

    count: int = 0
    first: list[Tried] = field(default_factory=list)

    def add(self, tried: Tried) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < MOST_TOLD:
            self.first.append(tried)


@dataclass(slots=True)
class Trial:
    """What rules would have done to the mentions of a site.

    `caught` is junk that would be kept away, of which `newly_caught` are not by the rules of today; `let_through`
    is junk that would be published. `condemned` are honest ones that would be kept away, `newly_held` those that
    would wait for their owner and do not today. `away` are others that would be kept away and are not today.
    """

    looked_at: int = 0
    caught: Outcome = field(default_factory=Outcome)
    newly_caught: Outcome = field(default_factory=Outcome)
    let_through: Outcome = field(default_factory=Outcome)
    condemned: Outcome = field(default_factory=Outcome)
    newly_held: Outcome = field(default_factory=Outcome)
    away: Outcome = field(default_factory=Outcome)

    @property
    def wrong(self) -> int:
        """Return how many honest mentions would be worse off."""
        return self.condemned.count + self.newly_held.count

    def add(self, tried: Tried) -> None:
        """Count a mention under each outcome that it has."""
        self.looked_at += 1
        for outcome in self._outcomes(tried):
            outcome.add(tried)

    def _outcomes(self, tried: Tried) -> Iterable[Outcome]:
        status, before, after = tried.mention.status, tried.before.decision, tried.after.decision
        if status is Status.SPAM:
            if after in AWAY:
                yield self.caught
                if before not in AWAY:
                    yield self.newly_caught
            if after is Status.APPROVED:
                yield self.let_through
        elif status is Status.APPROVED:
            if after in AWAY:
                yield self.condemned
            elif after is Status.HELD and before is not Status.HELD:
                yield self.newly_held
        elif after in AWAY and before not in AWAY:
            yield self.away


@dataclass(slots=True)
class Replay:
    """Judges mentions in the order in which they came, under the rules of today and under others."""

    today: Site
    other: Site
    lore: Lore
    trial: Trial = field(default_factory=Trial)
    _counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _seen: dict[str, datetime] = field(default_factory=dict)

    def judge_all(self, mentions: Iterable[tuple[Mention, str | None]]) -> None:
        """Judge some mentions, each with who reported it, in their order."""
        for mention, sender in mentions:
            self.judge(mention, sender)

    def judge(self, mention: Mention, sender: str | None = None) -> None:
        """Judge one mention, if its source was ever read, and remember where it stands for those of its host."""
        source = mention.source_page or mention.source
        host = host_of(source)
        if mention.verified_at is not None and mention.status not in UNREAD:
            history = HostHistory(host, dict(self._counts[host]), self._seen.get(host))
            evidence = mention.evidence or Evidence()
            candidate = Candidate(source, mention.target, mention.citation, evidence, sender=sender)
            before, after = (self._verdict(candidate, history, site) for site in (self.today, self.other))
            self.trial.add(Tried(mention, before, after))
        if mention.decided_by is not None or mention.status not in AWAY:  # what a machine took away speaks for no host
            self._counts[host][mention.status.value] += 1
        self._seen.setdefault(host, mention.received_at)

    def _verdict(self, candidate: Candidate, history: HostHistory, site: Site) -> Verdict:
        return judge(replace(candidate, lists=site.lists), history, site.policy, self.lore)
