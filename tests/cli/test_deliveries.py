"""linkback deliveries: what was sent and what became of it, for people and programs, and that it is tried again."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.desk import open_database
from linkback.settings import Settings
from linkback.storage import attempts, deliveries
from tests.cli.conftest import Desk
from tests.cli.test_mentions import seen

POST = "https://me.example/on-bread"
ANA, BEN, CID = "https://ana.example/", "https://ben.example/#part", "https://cid.example/a-page"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYS = {
    *("id", "source", "target", "protocol", "endpoint", "status", "message"),
    *("http_status", "attempts", "next_try_at", "removed"),
}
TRIES = (
    Attempt(NOW, DeliveryStatus.WAITING, "pingback", "https://ben.example/rpc", 200, "Not now, they say: Slow down."),
    Attempt(NOW + timedelta(hours=1), DeliveryStatus.FAILED, None, None, 404, "The page answers 404."),
)


@pytest.fixture
def ledger(linkback: Desk) -> Desk:
    """A ledger with one delivery that was taken, one that failed after two tries, and one that waits."""

    def fill(connection: Connection) -> None:
        owed = [Delivery(0, POST, url, DeliveryStatus.WAITING, NOW, next_try_at=NOW) for url in (ANA, BEN, CID)]
        deliveries.add(connection, owed)
        ana, ben, _ = deliveries.of(connection, POST)
        sent = replace(ana, status=DeliveryStatus.SENT, protocol="webmention", endpoint=ANA + "wm", http_status=202)
        deliveries.note(connection, replace(sent, message="Taken.", attempts=1, next_try_at=None), NOW)
        failed = replace(ben, status=DeliveryStatus.FAILED, protocol="pingback", http_status=404, removed=True)
        deliveries.note(connection, replace(failed, message=TRIES[1].message, attempts=2, next_try_at=None), NOW)
        for tried in TRIES:
            attempts.note(connection, ben.id, tried)

    asyncio.run(written(linkback, fill))
    return linkback


async def written(linkback: Desk, fill: object) -> None:
    async with open_database(Settings(database=linkback.url)) as database:
        await database.write(fill)  # type: ignore[arg-type]  # a unit of work, as the fixture says


def test_a_list_for_programs_is_newest_first_with_all_that_is_known(ledger: Desk) -> None:
    done = ledger("deliveries", "list", "--json")
    assert (done.status, done.err) == (0, "")
    assert [set(delivery) for delivery in done.json] == [KEYS] * 3
    assert [delivery["target"] for delivery in done.json] == [CID, BEN, ANA]
    assert done.json[2] == {
        "id": 1,
        "source": POST,
        "target": ANA,
        "protocol": "webmention",
        "endpoint": ANA + "wm",
        "status": "sent",
        "message": "Taken.",
        "http_status": 202,
        "attempts": 1,
        "next_try_at": None,
        "removed": False,
    }


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("--status", "sent"), [1]),
        (("--status", "waiting"), [3]),
        (("--target", "https://ben.example/"), [2]),
        (("--source", POST), [3, 2, 1]),
        (("--source", "https://other.example/"), []),
        (("--source", POST, "--status", "failed"), [2]),
    ],
)
def test_a_list_may_be_narrowed(ledger: Desk, words: tuple[str, ...], ids: list[int]) -> None:
    assert [delivery["id"] for delivery in ledger("deliveries", "list", "--json", *words).json] == ids


def test_an_empty_ledger_is_a_sentence_for_people(linkback: Desk) -> None:
    done = linkback("deliveries", "list")
    assert (done.status, done.out, done.err) == (0, "", "There are no such deliveries.\n")


def test_people_see_each_delivery_within_80_columns(ledger: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = seen(ledger, monkeypatch, 80, "deliveries", "list")
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for words in (ANA, BEN, CID, "Taken.", "The page answers 404.", "2026-11-24 12:00"):
        assert words in text


def test_one_delivery_shows_each_try(ledger: Desk) -> None:
    shown = ledger("deliveries", "show", "2", "--json").json
    assert set(shown) == KEYS | {"tries"}
    assert shown["removed"] is True
    assert [(tried["status"], tried["protocol"], tried["http_status"]) for tried in shown["tries"]] == [
        ("waiting", "pingback", 200),
        ("failed", None, 404),
    ]
    text = ledger("deliveries", "show", "2").out
    assert "try 1          2026-11-24 12:00 waiting (pingback, HTTP 200): Not now, they say: Slow down.\n" in text
    assert "try 2          2026-11-24 13:00 failed (HTTP 404): The page answers 404.\n" in text
    assert "no longer links" in text


def test_a_delivery_is_tried_again_with_all_its_tries_before_it(ledger: Desk) -> None:
    before = datetime.now(UTC)
    done = ledger("deliveries", "retry", "2", "3", "2")
    assert (done.status, done.out) == (0, "")
    assert done.err == f"2 is tried again: {BEN}\n3 is tried again: {CID}\n"
    shown = ledger("deliveries", "show", "2", "--json").json
    assert (shown["status"], shown["attempts"], len(shown["tries"])) == ("waiting", 0, 2)
    assert before <= datetime.fromisoformat(shown["next_try_at"]) <= datetime.now(UTC)
    assert [one["id"] for one in ledger("deliveries", "list", "--status", "sent", "--json").json] == [1]


def test_of_several_to_be_tried_again_all_must_exist(ledger: Desk) -> None:
    done = ledger("deliveries", "retry", "2", "99")
    assert (done.status, done.err) == (1, "Error: There is no delivery 99.\n")
    assert ledger("deliveries", "show", "2", "--json").json["status"] == "failed"


@pytest.mark.parametrize("delivery_id", ["0", "99", "9" * 30])
def test_a_delivery_that_is_not_there_is_an_error(ledger: Desk, delivery_id: str) -> None:
    done = ledger("deliveries", "show", delivery_id)
    assert (done.status, done.err) == (1, f"Error: There is no delivery {delivery_id}.\n")


def test_the_ledger_is_read_without_what_reaches_the_network(ledger: Desk) -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import linkback.cli.deliveries"]
    listed = asyncio.run(imported(command))
    assert "linkback.ledger" in listed
    assert "linkback.fetch" not in listed


async def imported(command: list[str]) -> str:
    child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await child.communicate()
    return said.decode()


@pytest.mark.parametrize(("minutes", "is_moved"), [(4, False), (30, True)])
def test_what_may_be_on_its_way_is_left_alone(linkback: Desk, minutes: int, is_moved: bool) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)
    waits = Delivery(0, POST, ANA, DeliveryStatus.WAITING, NOW, next_try_at=due)
    asyncio.run(written(linkback, partial(deliveries.add, new=[waits])))
    assert linkback("deliveries", "retry", "1").status == 0
    after = linkback("deliveries", "show", "1", "--json").json["next_try_at"]
    assert (datetime.fromisoformat(after) != due) is is_moved
