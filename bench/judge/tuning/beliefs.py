"""What weights are held to be before any page was seen, and what they may never become.

Set by hand with care for few false alarms. The pages of the tuning set are made, so they may move a weight, but not
turn it round: what speaks for junk by its meaning never speaks for an honest page, however the pages fall out.
"""

from collections.abc import Iterable, Mapping

from bench.judge.tuning.fitting import Belief

LOUDEST = 3.0  # log-odds; no weight is allowed more by the judge
SPREAD = 0.5
FIRM = 0.15  # of what depends on the owner more than on pages
LEAST, MOST = 0.3, 2.0  # times what it is believed to be
ROOM = 0.6  # log-odds that a weak signal may grow by

# What is known of the host: how far it may be trusted is no matter of what pages look like.
OF_HOSTS = frozenset({"first_time", "held_before", "host_age", "trusted_host"})

SIGNALS: Mapping[str, float] = {
    "advertising.many": 2.0,
    "advertising.one": 0.4,
    "advertising.some": 1.2,
    "anchor_text.address": 0.1,
    "anchor_text.empty": 0.2,
    "anchor_text.own_title": 0.2,
    "anchor_text.selling": 1.2,
    "anchor_text.stuffed": 2.2,
    "authorship.author": -0.3,
    "authorship.both": -0.6,
    "authorship.date": -0.2,
    "copied.half": 1.8,
    "copied.part": 0.7,
    "copied.whole": 2.5,
    "first_time.new": 0.2,
    "first_time.undecided": 0.2,
    "flood.burst": 0.8,
    "flood.busy": 0.4,
    "flood.page": 0.3,
    "foreign.language": 0.1,
    "foreign.script": 0.4,
    "held_before.mixed": 0.6,
    "held_before.often": 2.2,
    "held_before.once": 1.4,
    "homograph.host": 2.5,
    "homograph.text": 1.8,
    "host_age.months": -0.4,
    "host_age.years": -0.8,
    "keyword_host.soft": 0.5,
    "keyword_host.word": 1.2,
    "keyword_host.words": 2.2,
    "kind.bookmark": -0.5,
    "kind.like": -0.7,
    "kind.reply": -0.8,
    "kind.repost": -0.5,
    "kind.rsvp": -0.8,
    "link_density.dense": 0.7,
    "link_density.packed": 1.2,
    "link_density.sparse": -0.3,
    "link_place.comments": 0.9,
    "link_place.content": -0.4,
    "link_place.footer": 0.8,
    "link_place.header": 0.4,
    "link_place.hidden": 2.4,
    "link_place.navigation": 0.4,
    "link_place.sidebar": 0.3,
    "linked_text.half": 0.5,
    "linked_text.little": -0.2,
    "linked_text.most": 1.1,
    "nearness.close": -0.8,
    "nearness.near": -0.5,
    "nearness.same": 0.3,
    "nearness.strange": 0.4,
    "noindex": 0.5,
    "odd_host.address": 0.6,
    "odd_host.deep": 0.3,
    "odd_host.digits": 0.5,
    "odd_host.hyphens": 0.7,
    "odd_host.long": 0.6,
    "odd_host.random": 0.9,
    "outbound.crowd": 1.4,
    "outbound.few": -0.3,
    "outbound.many": 0.7,
    "outbound.one": -0.8,
    "outbound.several": 0.1,
    "outbound.swarm": 2.0,
    "redirects.chain": 1.2,
    "redirects.other": 0.4,
    "rel.nofollow": 0.1,
    "rel.sponsored": 0.9,
    "rel.ugc": 0.5,
    "relevance.alien": 0.9,
    "relevance.close": -1.0,
    "relevance.faint": 0.4,
    "relevance.related": -0.6,
    "relevance.same": 0.9,
    "sales_talk.soft": 0.6,
    "sales_talk.title": 1.5,
    "sales_talk.word": 0.7,
    "sales_talk.words": 1.6,
    "same_template.many": 0.5,
    "same_template.some": 0.2,
    "same_template.swarm": 0.9,
    "same_text.many": 2.4,
    "same_text.some": 1.6,
    "same_text.twin": 0.7,
    "same_title": 0.6,
    "shorteners.source": 0.9,
    "shorteners.via": 0.5,
    "substance.bare": 0.4,
    "substance.long": -0.3,
    "substance.short": 0.2,
    "trusted_host.often": -2.6,
    "trusted_host.once": -1.5,
    "trusted_host.some": -2.0,
    "velocity.flood": 1.5,
    "velocity.many": 0.9,
    "velocity.some": 0.3,
}

# Levels of one rule, the weakest first: a louder one never weighs less.
CHAINS: tuple[tuple[str, ...], ...] = (
    ("advertising.one", "advertising.some", "advertising.many"),
    ("anchor_text.selling", "anchor_text.stuffed"),
    ("copied.part", "copied.half", "copied.whole"),
    ("flood.busy", "flood.burst"),
    ("held_before.once", "held_before.often"),
    ("host_age.years", "host_age.months"),
    ("keyword_host.word", "keyword_host.words"),
    ("link_density.sparse", "link_density.dense", "link_density.packed"),
    ("linked_text.little", "linked_text.half", "linked_text.most"),
    ("nearness.close", "nearness.near", "nearness.strange"),
    ("outbound.few", "outbound.several", "outbound.many", "outbound.crowd"),
    ("redirects.other", "redirects.chain"),
    ("relevance.close", "relevance.related", "relevance.faint", "relevance.alien"),
    ("sales_talk.word", "sales_talk.words"),
    ("same_template.some", "same_template.many", "same_template.swarm"),
    ("same_text.twin", "same_text.some", "same_text.many"),
    ("substance.long", "substance.short", "substance.bare"),
    ("trusted_host.often", "trusted_host.some", "trusted_host.once"),
    ("velocity.some", "velocity.many", "velocity.flood"),
)


def of_signals(keys: Iterable[str]) -> dict[str, Belief]:
    """Return what is believed of signals; of one that nobody set it is nothing, and it may weigh a little."""
    return {key: _belief(key, SIGNALS.get(key, 0.0)) for key in keys}


def _belief(key: str, weight: float) -> Belief:
    size = abs(weight)
    if key.partition(".")[0] in OF_HOSTS:
        return _signed(weight, FIRM, 0.7 * size, 1.2 * size)
    return _signed(weight, SPREAD, LEAST * size, min(LOUDEST, max(MOST * size, size + ROOM)))


def _signed(weight: float, spread: float, least: float, most: float) -> Belief:
    return Belief(weight, spread, least, most) if weight >= 0 else Belief(weight, spread, -most, -least)
