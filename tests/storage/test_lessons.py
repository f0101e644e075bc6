"""Lessons: what decisions teach, what is undone, and what two who decide at once leave behind."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from linkback.core.learner import Lesson, Lore, features, learned
from linkback.core.model import Citation, Evidence, Makeup, Mention, Ping, Site, Status
from linkback.storage import lessons, lorebook, mentions, sites
from linkback.storage.database import Database
from linkback.storage.lorebook import LoreBook
from linkback.storage.mention_writes import DELETE
from linkback.storage.settlement import Settlement
from linkback.storage.tables import lessons as table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://me.example/"


class Owner:
    """An owner of a site, who decides what becomes of its mentions."""

    def __init__(self, database: Database, site: Site) -> None:
        self.database, self.site = database, site

    async def mention(self, name: str, title: str = "Casino bonus") -> Mention:
        source = f"https://{name}.example/1"
        settlement = Settlement(
            *(self.site.id, source, f"{SITE}post", Status.HELD, NOW),
            ping=Ping(source, f"{SITE}post", "pingback"),
            citation=Citation(title, language="en"),
            evidence=Evidence(Makeup(words=300, links=40, script="Latin")),
        )
        return await self.database.write(mentions.settle, settlement)

    async def mark(self, mention: Mention, *, junk: bool) -> None:
        await self.database.write(lessons.teach, mention, junk, NOW)

    async def undo(self, mention: Mention) -> None:
        await self.database.write(lessons.forget, mention.id)

    async def lore(self) -> Lore:
        return await self.database.read(lessons.of_site, self.site.id)

    async def lessons(self) -> int:
        return await self.database.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
async def owner(database: Database) -> Owner:
    return Owner(database, await database.write(sites.add, SITE, NOW))


def sum_of(*told: tuple[Mention, bool]) -> Lore:
    lore = Lore()
    for mention, junk in told:
        lore = learned(lore, Lesson(features(lessons.candidate_of(mention)), junk))
    return lore


async def test_nothing_is_known_of_a_site_whose_owner_decided_nothing(owner: Owner) -> None:
    assert await owner.lore() == Lore()


async def test_a_decision_is_learned(owner: Owner) -> None:
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    lore = await owner.lore()
    assert lore == sum_of((mention, True))
    assert lore.counts["w:casino"] == lore.counts["links:list"] == (1, 0)
    assert lore.version == 1


async def test_what_is_learned_stands_in_the_row_of_the_mention(owner: Owner) -> None:
    mention = await owner.mention("a")
    stored = await owner.database.read(mentions.get, mention.id)
    assert features(lessons.candidate_of(stored)) == features(lessons.candidate_of(mention))


async def test_a_second_decision_takes_the_place_of_the_first(owner: Owner) -> None:
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    await owner.mark(mention, junk=False)
    assert await owner.lore() == sum_of((mention, False))
    assert await owner.lessons() == 1


async def test_what_a_mention_taught_is_unlearned_as_it_was_though_it_changed(owner: Owner) -> None:
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    changed = replace(mention, citation=Citation("Sourdough"))
    await owner.mark(changed, junk=False)
    assert await owner.lore() == sum_of((changed, False))


async def test_the_same_decision_again_changes_nothing(owner: Owner) -> None:
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    once = await owner.lore()
    await owner.mark(mention, junk=True)
    again = await owner.lore()
    assert (again, again.version) == (once, once.version)


async def test_an_undone_decision_is_unlearned(owner: Owner) -> None:
    one, other = await owner.mention("a"), await owner.mention("b", "Sourdough")
    await owner.mark(one, junk=True)
    await owner.mark(other, junk=False)
    await owner.undo(one)
    await owner.undo(one)
    lore = await owner.lore()
    assert (lore, lore.version) == (sum_of((other, False)), 3)
    assert await owner.lessons() == 1


async def test_many_decisions_are_one_change(owner: Owner) -> None:
    told = [(await owner.mention(name), name < "c") for name in "abcd"]
    await owner.database.write(lessons.teach_many, [*told, told[0]], NOW)
    lore = await owner.lore()
    assert (lore, lore.version) == (sum_of(*told), 1)
    await owner.database.write(lessons.forget_many, [mention.id for mention, _ in told])
    lore = await owner.lore()
    assert (lore, lore.version) == (Lore(), 2)


async def test_each_site_learns_of_its_own_mentions_only(owner: Owner) -> None:
    other = Owner(owner.database, await owner.database.write(sites.add, "https://other.example/", NOW))
    mine = await owner.mention("a")
    theirs = replace(await other.mention("b"), site_id=other.site.id)
    await owner.database.write(lessons.teach_many, [(theirs, False), (mine, True)], NOW)
    assert await owner.lore() == sum_of((mine, True))
    assert await other.lore() == sum_of((theirs, False))


async def test_two_decisions_at_once_are_both_learned(owner: Owner) -> None:
    told = [await owner.mention(f"a{number}", f"Casino {chr(97 + number)}bonus") for number in range(12)]
    await asyncio.gather(*(owner.mark(mention, junk=True) for mention in told))
    assert await owner.lore() == sum_of(*((mention, True) for mention in told))
    await asyncio.gather(*(owner.undo(mention) for mention in told[1:]))
    assert await owner.lore() == sum_of((told[0], True))


async def test_what_a_mention_taught_stays_when_it_is_deleted(owner: Owner) -> None:
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    await owner.database.write(lambda c: DELETE.run(c, {"mention": mention.id}))
    assert await owner.lore() == sum_of((mention, True))
    await owner.undo(mention)
    assert await owner.lore() == sum_of((mention, True))


@pytest.mark.parametrize("heir_decided", [True, False])
async def test_a_mention_that_is_united_with_another_leaves_one_lesson(owner: Owner, heir_decided: bool) -> None:
    gone, heir = await owner.mention("a"), await owner.mention("b", "Sourdough")
    await owner.mark(gone, junk=True)
    if heir_decided:
        await owner.mark(heir, junk=False)

    def unite(connection: Connection) -> None:
        lessons.hand_over(connection, gone.id, heir.id)
        DELETE.run(connection, {"mention": gone.id})

    await owner.database.write(unite)
    assert await owner.lore() == sum_of((heir, False) if heir_decided else (gone, True))
    await owner.undo(heir)
    assert await owner.lore() == Lore()


async def test_mentions_that_taught_nothing_are_united_without_a_lesson(owner: Owner) -> None:
    gone, heir = await owner.mention("a"), await owner.mention("b")
    await owner.mark(heir, junk=True)
    await owner.database.write(lessons.hand_over, gone.id, heir.id)
    assert await owner.lore() == sum_of((heir, True))


async def test_a_lore_from_elsewhere_takes_the_place_of_the_own(owner: Owner) -> None:
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    foreign = Lore(5, 4, {"w:casino": (5, 0), "w:sourdough": (0, 4)})
    await owner.database.write(lessons.adopt, owner.site.id, foreign)
    lore = await owner.lore()
    assert (lore, lore.version) == (foreign, 2)
    await owner.undo(mention)
    assert await owner.lore() == Lore(4, 4, {"w:casino": (4, 0), "w:sourdough": (0, 4)})


async def test_a_site_takes_its_lore_along(owner: Owner) -> None:
    await owner.mark(await owner.mention("a"), junk=True)
    await owner.database.write(sites.remove, SITE)
    assert await owner.lore() == Lore()
    assert await owner.lessons() == 0


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_a_book_tells_what_was_taught_elsewhere_half_a_second_later(owner: Owner) -> None:
    clock = Clock()
    book = LoreBook(owner.database, clock)
    assert await book.of(owner.site.id) == Lore()
    mention = await owner.mention("a")
    await owner.mark(mention, junk=True)
    clock.now += lorebook.FRESH_FOR / 2
    assert await book.of(owner.site.id) == Lore()
    clock.now += lorebook.FRESH_FOR / 2
    assert await book.of(owner.site.id) == sum_of((mention, True))
    await owner.undo(mention)
    clock.now += lorebook.FRESH_FOR
    assert await book.of(owner.site.id) == Lore()


async def test_a_book_reads_a_lore_that_did_not_change_only_once(owner: Owner) -> None:
    clock = Clock()
    book = LoreBook(owner.database, clock)
    await owner.mark(await owner.mention("a"), junk=True)
    lore = await book.of(owner.site.id)
    clock.now += timedelta(hours=1).total_seconds()
    assert await book.of(owner.site.id) is lore
    assert await asyncio.gather(*(book.of(owner.site.id) for _ in range(3))) == [lore] * 3


async def test_a_book_holds_a_bounded_number_of_sites(owner: Owner) -> None:
    await owner.mark(await owner.mention("a"), junk=True)
    book = LoreBook(owner.database, Clock())
    first = await book.of(owner.site.id)
    for site_id in range(1000, 1000 + lorebook.MOST_HELD):
        assert await book.of(site_id) == Lore()
    again = await book.of(owner.site.id)
    assert again == first
    assert again is not first
