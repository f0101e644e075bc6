"""The owner's API: what programs may ask and do with a token, and what nobody may without one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from linkback.core.model import Citation, Role, Scope, Status
from linkback.settings import Settings
from tests.web.desk import signed_in, token_of
from tests.web.running import Answer, Running, Site, exchange, running, web_server

NUMBERS = count()
EVERY = frozenset(Scope)
LIST = "/api/owner/mentions"
HOSTILE = "<script>\u202e\u0007</script>"


@dataclass(frozen=True)
class Program:
    """A program with a token, or with none."""

    linkback: Running
    token: str = ""
    header: str = ""

    def ask(self, path: str, method: str = "GET", more: str = "") -> Answer:
        """Ask for an address, as a program does."""
        said = self.header or (f"Authorization: Bearer {self.token}" if self.token else "X-Nothing: 1")
        head = f"{method} {path} HTTP/1.1\r\nHost: a\r\n{said}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
        (answer,) = exchange(self.linkback.port, head.encode())
        return answer

    def get(self, path: str, status: int = 200) -> Any:
        """Return what an address holds."""
        answer = self.ask(path)
        assert answer.status == status, answer.body
        return json.loads(answer.body)

    def post(self, path: str, status: int = 200) -> Any:
        """Return what came of a deed."""
        answer = self.ask(path, "POST")
        assert answer.status == status, answer.body
        return json.loads(answer.body)


@pytest.fixture(scope="module")
def other() -> Iterator[Site]:
    """The web server of another owner."""
    with web_server("127.0.6.1") as site:
        yield site


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site, other: Site) -> Iterator[Running]:
    """A Linkback with two sites: ana owns the first, and sees nothing of the second."""
    with running(settings) as started:
        started.add_site(own.url)
        started.add_site(other.url)
        signed_in(started, "ana", admin=False, roles={own.url: Role.OWNER})
        signed_in(started, "root")
        yield started


def program(linkback: Running, scopes: frozenset[Scope] = EVERY, name: str = "ana") -> Program:
    """Return a program of a person with a token for some things."""
    return Program(linkback, token_of(linkback, name, scopes))


@pytest.fixture
def mention(linkback: Running, own: Site) -> int:
    return linkback.mention(f"https://ana.example/{next(NUMBERS)}", f"{own.url}post", Citation("A post"))


@pytest.fixture
def foreign(linkback: Running, other: Site) -> int:
    return linkback.mention(f"https://ana.example/{next(NUMBERS)}", f"{other.url}post")


def test_mentions_are_read_newest_first_a_page_at_a_time(linkback: Running, own: Site, foreign: int) -> None:
    ids = [linkback.mention(f"https://page.example/{number}", f"{own.url}pages") for number in range(5)]
    reader = program(linkback, frozenset({Scope.READ}))
    seen: list[int] = []
    address: str | None = f"{LIST}?host=page.example&limit=2"
    while address:
        page = reader.get(address)
        assert len(page["mentions"]) <= 2
        seen += [one["id"] for one in page["mentions"]]
        address = page["next"] and page["next"].removeprefix(linkback.url.rstrip("/"))
    assert seen == ids[::-1]


def test_a_program_of_nobody_s_sites_reads_nothing(linkback: Running, mention: int) -> None:
    signed_in(linkback, "eve", admin=False)
    assert program(linkback, name="eve").get(LIST) == {"mentions": [], "next": None}


def test_a_mention_has_all_that_the_command_line_tells_of_it(linkback: Running, mention: int) -> None:
    one = program(linkback).get(f"{LIST}/{mention}")
    assert (one["id"], one["status"], one["title"]) == (mention, "approved", "A post")
    assert {"source", "target", "receipts", "verdict", "evidence", "received_at", "events"} <= one.keys()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=approved", True),
        ("status=held&status=approved", True),
        ("status=held", False),
        ("q=compost", True),
        ("q=nothing", False),
        ("protocol=webmention", True),
        ("protocol=pingback", False),
        ("kind=reply", True),
        ("kind=like", False),
        ("changed=1", False),
        ("site=1", True),
        ("site=2", False),
        ("site=99", False),
    ],
)
def test_a_list_is_filtered_like_the_inbox(linkback: Running, own: Site, query: str, found: bool) -> None:
    source = "https://filter.example/1"
    wanted = linkback.mention(source, f"{own.url}filter", Citation("About compost", kind="reply"))
    listed = program(linkback).get(f"{LIST}?host=filter.example&{query}")["mentions"]
    assert [one["id"] for one in listed] == ([wanted] if found else [])


@pytest.mark.parametrize(
    "query", ["status=lost", "limit=0", "limit=x", "before=-1", "before=9999999999999999999", "colour=red", "target=x"]
)
def test_a_query_without_sense_is_refused_in_a_sentence(linkback: Running, query: str) -> None:
    answer = program(linkback).ask(f"{LIST}?{query}")
    assert answer.status == 400
    assert answer.header("content-type") == "application/problem+json"
    assert json.loads(answer.body)["detail"].endswith(".")


def test_no_list_is_longer_than_it_may_be(linkback: Running) -> None:
    assert program(linkback).get(f"{LIST}?limit=100000")["next"] is None


@pytest.mark.parametrize(
    ("what", "status"), [("approve", "approved"), ("hold", "held"), ("remove", "removed"), ("spam", "spam")]
)
def test_a_program_decides_in_the_name_of_its_owner(linkback: Running, mention: int, what: str, status: str) -> None:
    done = program(linkback, frozenset({Scope.DECIDE})).post(f"{LIST}/{mention}/{what}")
    assert (done["mention"]["status"], done["mention"]["decided_by"]) == (status, "ana")
    assert isinstance(done["action"], int)


def test_what_a_program_did_can_be_undone_and_done_again(linkback: Running, mention: int) -> None:
    by = program(linkback)
    done = by.post(f"{LIST}/{mention}/remove")
    undone = by.post(f"/api/owner/undo/{done['action']}")
    assert (undone["undid"], undone["count"], undone["left"]) == (done["action"], 1, [])
    assert by.get(f"{LIST}/{mention}")["status"] == "approved"
    assert by.ask(f"/api/owner/undo/{done['action']}", "POST").status == 409
    by.post(f"/api/owner/undo/{undone['action']}")
    assert by.get(f"{LIST}/{mention}")["status"] == "removed"


def test_what_was_decided_so_before_is_no_action(linkback: Running, mention: int) -> None:
    by = program(linkback)
    by.post(f"{LIST}/{mention}/hold")
    assert by.post(f"{LIST}/{mention}/hold")["action"] is None


@pytest.mark.parametrize(
    ("scopes", "path", "method", "status"),
    [
        ({Scope.READ}, LIST, "GET", 200),
        ({Scope.READ}, "{mention}", "GET", 200),
        ({Scope.READ}, "{mention}/approve", "POST", 403),
        ({Scope.READ}, "/api/owner/undo/1", "POST", 403),
        ({Scope.DECIDE}, LIST, "GET", 403),
        ({Scope.DECIDE}, "{mention}", "GET", 403),
        ({Scope.DECIDE}, "{mention}/approve", "POST", 200),
        ({Scope.FEED}, LIST, "GET", 403),
        ({Scope.FEED}, "{mention}/approve", "POST", 403),
    ],
)
def test_a_token_is_good_for_its_scopes_alone(
    linkback: Running, mention: int, scopes: set[Scope], path: str, method: str, status: int
) -> None:
    asking = program(linkback, frozenset(scopes))
    answer = asking.ask(path.format(mention=f"{LIST}/{mention}"), method)
    assert answer.status == status
    if status == 403:
        assert 'error="insufficient_scope"' in (answer.header("www-authenticate") or "")
        assert json.loads(answer.body)["status"] == 403


@pytest.mark.parametrize(
    "header",
    ["X-Nothing: 1", "Authorization: Basic YTpi", "Authorization: Bearer", "Authorization: Bearer lb_nonsense"],
)
@pytest.mark.parametrize(
    ("path", "method"), [(LIST, "GET"), (f"{LIST}/1", "GET"), (f"{LIST}/1/spam", "POST"), ("/api/owner/undo/1", "POST")]
)
def test_nobody_does_anything_without_a_token(linkback: Running, header: str, path: str, method: str) -> None:
    answer = Program(linkback, header=header).ask(path, method)
    assert answer.status == 401
    assert (answer.header("www-authenticate") or "").startswith('Bearer realm="linkback"')
    assert answer.header("content-type") == "application/problem+json"


def test_a_cookie_is_no_token(linkback: Running, mention: int) -> None:
    browser = signed_in(linkback, "root")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    answer = Program(linkback).ask(f"{LIST}/{mention}/spam", "POST", f"Cookie: {cookies}\r\n")
    assert answer.status == 401
    assert answer.header("set-cookie") is None


def test_a_token_in_the_address_is_none(linkback: Running) -> None:
    token = program(linkback).token
    assert Program(linkback).ask(f"{LIST}?token={token}&access_token={token}").status == 401


@pytest.mark.parametrize("path", ["", "/approve"])
def test_mentions_of_other_sites_do_not_exist_for_a_token(linkback: Running, foreign: int, path: str) -> None:
    method = "POST" if path else "GET"
    answer = program(linkback).ask(f"{LIST}/{foreign}{path}", method)
    assert answer.status == 404
    assert program(linkback).ask(f"{LIST}/999999{path}", method).body == answer.body


def test_actions_at_other_sites_cannot_be_undone(linkback: Running, foreign: int) -> None:
    done = program(linkback, name="root").post(f"{LIST}/{foreign}/remove")
    assert program(linkback).ask(f"/api/owner/undo/{done['action']}", "POST").status == 404
    assert program(linkback).ask("/api/owner/undo/999999", "POST").status == 404
    assert program(linkback, name="root").get(f"{LIST}/{foreign}")["status"] == Status.REMOVED


def test_an_unknown_deed_is_not_found(linkback: Running, mention: int) -> None:
    assert program(linkback).ask(f"{LIST}/{mention}/explode", "POST").status == 404


def test_deeds_are_not_done_by_reading(linkback: Running, mention: int) -> None:
    by = program(linkback)
    assert by.ask(f"{LIST}/{mention}/spam").status == 405
    assert by.get(f"{LIST}/{mention}")["status"] == "approved"


def test_hostile_texts_are_harmless_in_an_answer(linkback: Running, own: Site) -> None:
    linkback.mention("https://hostile.example/1", f"{own.url}hostile", Citation(HOSTILE, excerpt=HOSTILE))
    answer = program(linkback).ask(f"{LIST}?host=hostile.example")
    assert b"<" not in answer.body
    assert json.loads(answer.body)["mentions"][0]["title"] == "<script></script>"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("access-control-allow-origin") is None
