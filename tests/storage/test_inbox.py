"""The inbox as it is read: by keyset, grouped, counted, with as many statements for a thousand rows as for ten."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from linkback.core.model import Author, Change, Citation, Mention, Ping, Site, Status
from linkback.storage import events, inbox, mentions, placing, selection, sites
from linkback.storage.database import Database
from linkback.storage.inbox import Grouping
from linkback.storage.selection import Selection
from linkback.storage.settlement import Settlement
from linkback.storage.standing import Standing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE, OTHER = "https://me.example/", "https://you.example/"
HELD = frozenset({Status.HELD})


class Put:
    """Puts mentions into two sites; each comes a minute after the one before."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.site, self.other = (sites.add(connection, url, NOW) for url in (SITE, OTHER))
        self.count = 0

    def mention(
        self,
        source: str,
        target: str = f"{SITE}post",
        status: Status = Status.HELD,
        citation: Citation = Citation(),
        protocol: str = "pingback",
        **more: Any,
    ) -> int:
        self.count += 1
        site: Site = self.other if target.startswith(OTHER) else self.site
        now = NOW + timedelta(minutes=self.count)
        kept = Settlement(site.id, source, target, status, now, citation, ping=Ping(source, target, protocol), **more)
        return mentions.settle(self.connection, kept).id


Question = Callable[[Connection, Put], None]


async def ask(database: Database, question: Question) -> None:
    await database.write(lambda connection: question(connection, Put(connection)))


def ids(found: tuple[Mention, ...]) -> list[int]:
    return [mention.id for mention in found]


async def test_a_listing_is_read_page_by_page_newest_first(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        kept = [put.mention(f"https://h{number}.example/") for number in range(7)]
        wanted, read, before = Selection(HELD, sites=frozenset({put.site.id})), list[int](), None
        while (portion := inbox.listing(connection, wanted, before=before, limit=3)).before is not None:
            assert len(portion.mentions) == 3
            read += ids(portion.mentions)
            before = portion.before
        assert read + ids(portion.mentions) == kept[::-1]

    await ask(database, question)


async def test_mentions_of_several_sites_and_statuses_come_in_one_order(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        statuses = [Status.HELD, Status.APPROVED, Status.SPAM]
        kept = [
            put.mention(f"https://h{number}.example/", (SITE, OTHER)[number % 2], statuses[number % 3])
            for number in range(12)
        ]
        both = frozenset({put.site.id, put.other.id})
        for sites_meant in (both, None):
            first = inbox.listing(connection, Selection(sites=sites_meant), limit=5)
            assert ids(first.mentions) == kept[:-6:-1]
            rest = inbox.listing(connection, Selection(sites=sites_meant), before=first.before)
            assert ids(rest.mentions) == kept[-6::-1]
        seen = inbox.listing(connection, Selection(frozenset({Status.SPAM}), sites=frozenset({put.other.id})))
        assert ids(seen.mentions) == [kept[11], kept[5]]

    await ask(database, question)


async def test_who_has_no_site_sees_and_counts_nothing(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        put.mention("https://a.example/")
        nobody = Selection(sites=frozenset())
        assert inbox.listing(connection, nobody).mentions == ()
        assert inbox.groups(connection, nobody, Grouping.HOST).groups == ()
        assert inbox.counts(connection, nobody) == {}
        assert selection.ids(connection, nobody) == []

    await ask(database, question)


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({"words": "COMPOST heap"}, ["a"]),
        ({"words": "compost"}, ["a", "b"]),
        ({"words": "Ana"}, ["a"]),
        ({"words": "a.example/one"}, ["a"]),
        ({"words": "Übersicht"}, ["b"]),
        ({"words": "übersicht"}, ["b"]),
        ({"words": "100%"}, ["c"]),
        ({"words": "_"}, []),
        ({"words": "\\"}, []),
        ({"words": "compost nothing"}, []),
        ({"protocol": "trackback"}, ["c"]),
        ({"kind": "reply"}, ["b"]),
        ({"kind": "mention"}, ["a", "c"]),
        ({"host": "a.example"}, ["a", "c"]),
        ({"host": "example"}, ["a", "b", "c"]),
        ({"host": "xa.example"}, []),
        ({"target": f"{SITE}one/"}, ["a", "b"]),
    ],
)
async def test_a_search_finds_what_it_names(database: Database, named: dict[str, Any], found: list[str]) -> None:
    def question(connection: Connection, put: Put) -> None:
        kept = {
            "a": put.mention("https://a.example/one", f"{SITE}one", citation=says("Compost", "Ana", "On the heap.")),
            "b": put.mention("https://b.example/", f"{SITE}one", citation=says("Übersicht", "Ben", "compost", "reply")),
            "c": put.mention("https://blog.a.example/", f"{SITE}two", citation=says("100% wool"), protocol="trackback"),
        }
        wanted = Selection(**named, sites=frozenset({put.site.id}))
        expected = sorted((kept[name] for name in found), reverse=True)
        assert ids(inbox.listing(connection, wanted).mentions) == expected
        assert selection.ids(connection, wanted) == expected

    await ask(database, question)


def says(title: str, author: str = "", excerpt: str = "", kind: str = "mention") -> Citation:
    return Citation(title, Author(author), kind=kind, excerpt=excerpt)


async def test_what_changed_since_a_decision_is_found(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        old, new = put.mention("https://a.example/"), put.mention("https://b.example/")
        change = Change.TEXT
        events.note(connection, old, [(change, "was", "is")], at=NOW)
        events.note(connection, new, [(change, "was", "is")], at=NOW + timedelta(hours=2))
        events.note(connection, put.mention("https://c.example/"), [(Change.STATUS, "a", "b")], at=NOW)
        for locked in placing.lock(connection, [old, new]):
            decided = Standing(Status.APPROVED, "ana", NOW + timedelta(hours=1))
            placing.put(connection, locked, decided, by="ana", now=NOW + timedelta(hours=1))
        assert selection.ids(connection, Selection(changed=True)) == [new]

    await ask(database, question)


async def test_what_changed_before_a_machine_approved_it_is_no_change(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        before, after = put.mention("https://a.example/"), put.mention("https://b.example/")
        for mention_id, minutes in ((before, -1), (after, 1)):
            approved = (Change.STATUS, "held", "approved: The judge finds it good.")
            events.note(connection, mention_id, [(Change.TEXT, "was", "is")], at=NOW + timedelta(minutes=minutes))
            events.note(connection, mention_id, [approved], at=NOW)
        assert selection.ids(connection, Selection(changed=True)) == [after]

    await ask(database, question)


async def test_it_is_known_when_a_person_decided(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        decided, open_still = put.mention("https://a.example/"), put.mention("https://b.example/")
        for locked in placing.lock(connection, [decided]):
            placing.put(connection, locked, Standing(Status.APPROVED, "ana", NOW), by="ana", now=NOW)
        assert inbox.decided_at(connection, [decided, open_still]) == {decided: NOW}

    await ask(database, question)


async def test_no_more_is_searched_for_groups_that_were_shown_than_for_a_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SEARCHED", 2)

    def question(connection: Connection, put: Put) -> None:
        first, _, third = (
            put.mention(f"https://a.example/{at}", citation=says(title))
            for at, title in enumerate(["tea", "tea", "milk"])
        )
        tea, milk = (Selection(HELD, words=word, sites=frozenset({put.site.id})) for word in ("tea", "milk"))
        shown = [
            inbox._shown_before(connection, wanted, Grouping.HOST, ["a.example"], before)
            for wanted, before in ((tea, first), (milk, third), (milk, first))
        ]
        assert shown == [{"a.example"}, {"a.example"}, set()]

    await ask(database, question)


async def test_a_page_is_found_by_every_address_that_was_claimed_for_it(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        page = f"{SITE}post"
        plain = put.mention("https://a.example/", page)
        led = put.mention("https://b.example/", f"{SITE}old", target_page=page)
        here = frozenset({put.site.id})
        for address, found in ((page, [led, plain]), (f"{SITE}old", [led])):
            wanted = Selection(target=address, sites=here)
            assert ids(inbox.listing(connection, wanted).mentions) == found
            assert inbox.counts(connection, wanted) == {Status.HELD: len(found)}
        assert inbox.counts(connection, Selection(target=page, sites=frozenset({put.other.id}))) == {}

    await ask(database, question)


async def test_counts_are_of_all_statuses_where_an_index_tells_them(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        put.mention("https://a.example/1")
        put.mention("https://a.example/2", status=Status.SPAM)
        put.mention("https://b.example/", status=Status.SPAM)
        put.mention("https://a.example/", OTHER)
        here = frozenset({put.site.id})
        assert inbox.counts(connection, Selection(HELD, sites=here)) == {Status.HELD: 1, Status.SPAM: 2}
        assert inbox.counts(connection, Selection(host="a.example", sites=here)) == {Status.HELD: 1, Status.SPAM: 1}
        assert inbox.counts(connection, Selection(words="x", sites=here)) is None

    await ask(database, question)


@pytest.mark.parametrize("by", list(Grouping))
async def test_groups_come_by_their_newest_mention_and_none_twice(database: Database, by: Grouping) -> None:
    def question(connection: Connection, put: Put) -> None:
        kept = [
            put.mention(f"https://h{number % 5}.example/{number}", f"{SITE}{number % 5}", Status.HELD)
            for number in range(20)
        ]
        wanted = Selection(HELD, sites=frozenset({put.site.id}))
        first = inbox.groups(connection, wanted, by, limit=3)
        assert [ids(group.mentions) for group in first.groups] == [kept[at::-5][:3] for at in (19, 18, 17)]
        assert [group.count for group in first.groups] == [4, 4, 4]
        rest = inbox.groups(connection, wanted, by, before=first.before, limit=3)
        assert [ids(group.mentions) for group in rest.groups] == [kept[at::-5][:3] for at in (16, 15)]
        assert rest.before is None

    await ask(database, question)


async def test_groups_go_on_after_a_walk_that_met_only_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "WALKED", 4)

    def question(connection: Connection, put: Put) -> None:
        old = put.mention("https://old.example/")
        many = [put.mention(f"https://many.example/{number}") for number in range(9)]
        wanted, before, found = Selection(HELD, sites=frozenset({put.site.id})), None, list[list[int]]()
        while (part := inbox.groups(connection, wanted, Grouping.HOST, before=before)).before is not None:
            found += [ids(group.mentions) for group in part.groups]
            before = part.before
        found += [ids(group.mentions) for group in part.groups]
        assert found == [many[:-4:-1], [old]]

    await ask(database, question)


async def test_words_are_looked_for_among_the_newest_first_and_further_on_request(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SEARCHED", 3)

    def question(connection: Connection, put: Put) -> None:
        old = put.mention("https://a.example/", citation=says("Compost"))
        newer = [put.mention(f"https://b.example/{number}", citation=says("Else")) for number in range(5)]
        wanted = Selection(words="compost", sites=frozenset({put.site.id}))
        first = inbox.listing(connection, wanted)
        assert (first.mentions, first.before) == ((), newer[2])
        rest = inbox.listing(connection, wanted, before=first.before)
        assert ids(rest.mentions) == [old]

    await ask(database, question)


async def test_what_came_lately_and_what_stands_is_told_of_the_sites_that_are_asked_for(database: Database) -> None:
    def question(connection: Connection, put: Put) -> None:
        first = put.mention("https://a.example/")
        later = put.mention("https://b.example/", status=Status.SPAM)
        put.mention("https://b.example/", OTHER)
        here = [put.site.id]
        assert inbox.newer(connection, here, first) == [(later, put.site.id, Status.SPAM)]
        assert inbox.standing(connection, here) == {(put.site.id, Status.HELD): 1, (put.site.id, Status.SPAM): 1}
        assert inbox.newer(connection, [], 0) == []

    await ask(database, question)


QUESTIONS: dict[str, Callable[[Connection, Selection], object]] = {
    "listing": inbox.listing,
    "older": lambda c, wanted: inbox.listing(c, wanted, before=5),
    "by host": lambda c, wanted: inbox.groups(c, wanted, Grouping.HOST),
    "by page, older": lambda c, wanted: inbox.groups(c, wanted, Grouping.PAGE, before=40),
    "words": lambda c, wanted: inbox.listing(c, replace(wanted, words="post")),
    "counts": inbox.counts,
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_many_rows_are_asked_for_in_no_more_statements_than_few(database: Database, name: str) -> None:
    def question(connection: Connection, put: Put) -> None:
        wanted = Selection(sites=frozenset({put.site.id, put.other.id}))
        asked = []
        for count in (3, 120):
            for number in range(count):
                status = (Status.HELD, Status.APPROVED)[number % 2]
                put.mention(f"https://h{number % 40}.example/{number}", f"{SITE}{number % 30}", status)
            with counted(connection) as statements:
                QUESTIONS[name](connection, wanted)
                asked.append(len(statements))
        assert asked[1] <= asked[0] + 1  # of nothing older, nothing is asked
        assert asked[1] <= 6

    await ask(database, question)


class counted:  # noqa: N801  # reads as a word where it is used
    """The statements of a connection for as long as the block lasts; those that are prepared are not among them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self.connection, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_error: object) -> None:
        event.remove(self.connection, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, words: str, *_more: Any) -> None:
        self.statements.append(words)


def plans(connection: Connection, question: Callable[[Connection], object]) -> Iterator[str]:
    driver: Any = connection.connection.driver_connection
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    question(connection)
    driver.set_trace_callback(None)
    for words in asked:
        yield "\n".join(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {words}").fetchall())


HERE, SOME, MANY = frozenset({1}), frozenset(range(1, 26)), frozenset(range(1, 101))
PLANS: dict[str, tuple[Callable[[Connection], object], str]] = {
    "what waits": (lambda c: inbox.listing(c, Selection(HELD, sites=HERE), before=9), "mentions_by_site_and_status"),
    "all of a site": (lambda c: inbox.listing(c, Selection(sites=HERE)), "mentions_by_site_and_status"),
    "all of some sites": (lambda c: inbox.listing(c, Selection(sites=SOME)), "mentions_by_site_and_status"),
    "what waits at many sites": (
        lambda c: inbox.listing(c, Selection(HELD, sites=MANY)),
        "mentions_by_site_and_status",
    ),
    "what changed": (
        lambda c: inbox.listing(c, Selection(HELD, sites=HERE, changed=True)),
        "mentions_by_site_and_status",
    ),
    "all that waits": (lambda c: inbox.listing(c, Selection(HELD)), "mentions_by_status"),
    "of a page": (lambda c: inbox.listing(c, Selection(HELD, target=SITE, sites=HERE)), "mentions_by_target"),
    "of a host": (lambda c: inbox.listing(c, Selection(HELD, "a.example", sites=HERE)), "mentions_by_host"),
    "counts": (lambda c: inbox.counts(c, Selection(sites=HERE)), "COVERING INDEX mentions_by_site_and_status"),
    "counts of a page": (
        lambda c: inbox.counts(c, Selection(target=SITE, sites=HERE)),
        "COVERING INDEX mentions_by_target",
    ),
    "counts of a host": (
        lambda c: inbox.counts(c, Selection(host="a.example", sites=HERE)),
        "COVERING INDEX mentions_by_host",
    ),
    "sizes of pages": (
        lambda c: inbox._counts(c, Selection(HELD, sites=HERE), Grouping.PAGE, [b"x", b"y"]),
        "COVERING INDEX mentions_by_target",
    ),
    "sizes of hosts": (
        lambda c: inbox._counts(c, Selection(HELD, sites=HERE), Grouping.HOST, ["a.example", "b.example"]),
        "COVERING INDEX mentions_by_host",
    ),
    "what is new": (lambda c: inbox.newer(c, [1], 9), "INTEGER PRIMARY KEY"),
}


@pytest.mark.parametrize("name", PLANS)
async def test_each_question_is_answered_from_its_index(name: str, sqlite_url: str) -> None:
    question, index = PLANS[name]
    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, question)))
    database.close()
    assert any(index in plan for plan in found)
    assert not [plan for plan in found if "SCAN mentions" in plan]


IN_ORDER = ("what waits", "all that waits", "of a page")


@pytest.mark.parametrize("name", IN_ORDER)
async def test_a_page_is_read_in_the_order_of_its_index(name: str, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, PLANS[name][0])))
    database.close()
    assert not [plan for plan in found if "mentions_by" in plan and "TEMP B-TREE" in plan]


@pytest.mark.parametrize("name", PLANS)
async def test_postgresql_walks_through_no_table(name: str, postgres_url: str) -> None:
    def explained(connection: Connection) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, words: str, values: Any, *_more: Any) -> None:
            asked.append((words, values))

        event.listen(connection, "before_cursor_execute", note)
        PLANS[name][0](connection)
        event.remove(connection, "before_cursor_execute", note)
        driver: Any = connection.connection.driver_connection
        driver.execute("SET LOCAL enable_seqscan = off")
        return [
            "\n".join(row[0] for row in driver.execute(f"EXPLAIN {words}", values).fetchall())
            for words, values in asked
            if "FROM mentions" in words
        ]

    database = Database.open(postgres_url)
    found = await database.write(explained)
    database.close()
    assert found
    assert not [plan for plan in found if "Seq Scan on mentions" in plan]
