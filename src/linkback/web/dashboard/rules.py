"""The lists and borders of a site, what a change would do before it is saved, and what the owner taught."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.errors import NotFound
from linkback.core.learner import Lore, listed, strongest
from linkback.core.model import Listed, ListedAction, ListedKind, Moderation, Site
from linkback.desk import BadRule, Proposal, Trial, Tried, borders, entry, with_entry
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.portions import portion_of
from linkback.web.dashboard.sites import MODES
from linkback.web.dashboard.visiting import Form, Visitor, moved, own_path, page, sent_form, site_for, visitor_of
from linkback.words import _, later, n_

RULES = "/dashboard/sites/{site_id:int}/rules"
MOST_SHOWN = 25  # mentions of each outcome
MOST_TAUGHT = 12  # words of each side
TRIED_WITHIN = 15.0  # seconds; about 20 000 mentions
DEFAULT = -1.0  # a score that means: the one that goes with how the site is moderated
A_MONTH = timedelta(days=30.4375)
MONTHS = (1, 3, 12)

ACTIONS: Mapping[ListedAction, tuple[str, str]] = {
    ListedAction.BLOCK: (later("Block"), later("Junk, always. A host, a path or a network is refused unseen.")),
    ListedAction.MUTE: (later("Mute"), later("Hidden, but kept: neither shown nor told of.")),
    ListedAction.HOLD: (later("Hold"), later("Waits for you, always.")),
    ListedAction.TRUST: (later("Trust"), later("Published, always.")),
    ListedAction.FOLLOW: (later("Follow"), later("For hosts: their links are shown without nofollow.")),
}
KINDS: Mapping[ListedKind, tuple[str, str]] = {
    ListedKind.HOST: (later("Host"), later("A host and all below it: casino.example")),
    ListedKind.PATH: (later("Path"), later("A pattern of host and path: *.example/tag/*")),
    ListedKind.WORD: (later("Word"), later("A word or phrase of the title, the author or the sentence: payday loan")),
    ListedKind.NETWORK: (later("Network"), later("Of the address that sends: 203.0.113.0/24")),
}
# What may come of a dry run, the worst first: its name in a Trial, and what is said of it.
OUTCOMES: Mapping[str, str] = {
    "condemned": later("Honest ones that would be junk"),
    "newly_held": later("Honest ones that would wait"),
    "let_through": later("Junk that would be published"),
    "newly_caught": later("Junk that would be caught, and is not today"),
    "away": later("Others that would be kept away"),
}
NO_SCORE = later("A border is a number from 0 (honest) to 1 (junk), or nothing for the usual one.")
TOO_SLOW = later("There is too much to try it on. Choose fewer months.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A change as somebody asks for it, word by word; `what` is the form it stands in: entry or scores."""

    what: str = ""
    action: str = ListedAction.BLOCK
    kind: str = ListedKind.HOST
    pattern: str = ""
    note: str = ""
    moderation: str = ""
    approve_up_to: str = ""
    spam_from: str = ""
    months: int = MONTHS[-1]
    error: str = ""

    @property
    def listed(self) -> Listed:
        """Return the entry that is asked for; raises BadRule."""
        return entry(self.action, self.kind, self.pattern, self.note)

    def proposal(self, site: Site) -> Proposal:
        """Return the change that is asked for; raises BadRule with a sentence."""
        if self.what == "entry":
            return with_entry(site, self.listed)
        mode = next((mode for mode in Moderation if mode.value == self.moderation), None)
        return Proposal(mode, _score(self.approve_up_to), _score(self.spam_from))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a dry run found of one kind: the words for it, how many, and the first of them."""

    words: str
    count: int
    first: Sequence[Tried]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a dry run found, in words and in lists."""

    sentences: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    wrong: int


@dataclass(frozen=True, slots=True)
class Taught:
    """What decisions taught: how many there were of each kind, and what speaks for junk and for honest mentions."""

    junk: int = 0
    honest: int = 0
    for_junk: tuple[tuple[str, int, int], ...] = field(default=())
    for_honest: tuple[tuple[str, int, int], ...] = field(default=())


@get(RULES)
async def rules_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show the rules of a site."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    return await _rules_page(request, visitor, site, _as_it_is(site))


@post(RULES, status_code=HTTPStatus.SEE_OTHER)
async def change_rules(request: Asked, site_id: FromPath[int]) -> Redirect | Template:
    """Say what a change would have done, or keep it; what will not do is shown again with a sentence beside it."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    form = await sent_form(request, visitor)
    draft, book = _draft(form, site), app_of(request).rulebook
    try:
        proposal = draft.proposal(site)
        if form.has("save"):
            return await _saved(request, site, draft)
        since = book.now() - draft.months * A_MONTH
        async with asyncio.timeout(TRIED_WITHIN):
            trial = await book.try_out(site, proposal, since=since)
    except TimeoutError:
        return await _rules_page(request, visitor, site, replace(draft, error=_(TOO_SLOW)))
    except BadRule as error:
        return await _rules_page(request, visitor, site, replace(draft, error=str(error)))
    return await _rules_page(request, visitor, site, draft, effect_of(trial))


@post(f"{RULES}/remove", status_code=HTTPStatus.SEE_OTHER)
async def remove_rule(request: Asked, site_id: FromPath[int]) -> Redirect:
    """Take an entry from the lists; one that is not there is gone already."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id, owner=True)
    form = await sent_form(request, visitor)
    named = (form.first("action"), form.first("kind"), form.first("pattern"))
    found = next((one for one in site.lists if (one.action, one.kind, one.pattern) == named), None)
    if found is None:
        raise NotFoundException
    try:
        await app_of(request).rulebook.remove(site, found)
    except NotFound:
        raise NotFoundException from None
    return moved(own_path(form.first("back"), f"/dashboard/sites/{site.id}/rules"), said="rule-removed")


def effect_of(trial: Trial) -> Effect:
    """Return a dry run as it is told."""
    ends = ((words, getattr(trial, name)) for name, words in OUTCOMES.items())
    shown = tuple(Outcome(_(words), end.count, tuple(end.first[:MOST_SHOWN])) for words, end in ends if end.count)
    return Effect(tuple(_sentences(trial)), shown, trial.wrong)


def taught_by(lore: Lore) -> Taught:
    """Return what decisions taught, in words."""
    junk, honest = (
        tuple((listed([feature]), *lore.counts[feature]) for feature in side) for side in strongest(lore, MOST_TAUGHT)
    )
    return Taught(lore.junk, lore.honest, junk, honest)


async def _saved(request: Asked, site: Site, draft: Draft) -> Redirect:
    book, place = app_of(request).rulebook, f"/dashboard/sites/{site.id}/rules"
    if draft.what == "entry":
        await book.add(site, draft.listed)
        return moved(place, said="rule-added")
    await book.save(site, draft.proposal(site))
    return moved(place, said="scores-saved")


def _sentences(trial: Trial) -> list[str]:
    if not trial.looked_at:
        return [_("There are no mentions yet that it could be tried on.")]
    tried = n_(
        "It was tried on %(number)s mention that came so far.",
        "It was tried on %(number)s mentions that came so far.",
        trial.looked_at,
    )
    caught = {"caught": trial.caught.count, "held": trial.newly_held.count}
    told = [_("This would catch %(caught)s and wrongly hold %(held)s.") % caught]
    if trial.condemned.count:
        told.append(_("It would wrongly call %(number)s junk.") % {"number": trial.condemned.count})
    if trial.let_through.count:
        told.append(_("It would let %(number)s through that are junk.") % {"number": trial.let_through.count})
    return [*told, tried % {"number": trial.looked_at}]


def _draft(form: Form, site: Site) -> Draft:
    """Return what a form asks for; what its other half holds is as it is."""
    months = form.number("months")
    chosen = months if months in MONTHS else MONTHS[-1]
    if form.first("what") == "scores":
        told = {name: form.first(name).strip() for name in ("moderation", "approve_up_to", "spam_from")}
        return replace(_as_it_is(site), what="scores", months=chosen, **told)
    written = {name: form.first(name) for name in ("action", "kind", "pattern", "note")}
    return replace(_as_it_is(site), what="entry", months=chosen, **written)


def _as_it_is(site: Site) -> Draft:
    good, junk = ("" if score is None else f"{score:g}" for score in (site.approve_up_to, site.spam_from))
    return Draft(moderation=site.moderation, approve_up_to=good, spam_from=junk)


def _score(text: str) -> float:
    if not text:
        return DEFAULT
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        score = DEFAULT
    if not 0 <= score <= 1:
        raise BadRule(_(NO_SCORE))
    return score


async def _rules_page(
    request: Asked, visitor: Visitor, site: Site, draft: Draft, effect: Effect | None = None
) -> Template:
    lore = await app_of(request).rulebook.lore(site)
    usual = borders(replace(site, approve_up_to=None, spam_from=None))
    return page(
        request,
        "dashboard/rules.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if draft.error else HTTPStatus.OK,
        site=site,
        draft=draft,
        effect=effect,
        entries=portion_of(request, _in_order(site.lists)),
        usual=[f"{score:g}" for score in usual],
        actions=[(action.value, _(words)) for action, (words, _hint) in ACTIONS.items()],
        kinds=[(kind.value, _(words)) for kind, (words, _hint) in KINDS.items()],
        meanings=[(_(words), _(hint)) for words, hint in (*ACTIONS.values(), *KINDS.values())],
        modes=[(mode.value, _(words)) for mode, words in MODES.items()],
        months=[(str(many), n_("%(number)s month", "%(number)s months", many) % {"number": many}) for many in MONTHS],
        taught=taught_by(lore),
        words_of=_words_of,
    )


def _in_order(lists: Sequence[Listed]) -> list[Listed]:
    order = list(ACTIONS)
    return sorted(lists, key=lambda one: (order.index(one.action), one.kind, one.pattern))


def _words_of(one: Listed) -> tuple[str, str]:
    """Return what an entry does, and with what, in words."""
    return _(ACTIONS[one.action][0]), _(KINDS[one.kind][0])


ROUTES: tuple[HTTPRouteHandler, ...] = (rules_page, change_rules, remove_rule)
