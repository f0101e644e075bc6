"""The neighbourhood over HTTP: who links to a site, lists of links that others made, and a draft that nobody sends."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linkback.core.model import Author, Citation, Reason, Role, Status
from linkback.desk import open_desk, utc_now
from linkback.settings import Settings
from linkback.web.dashboard import neighbourhood
from tests.browser import scene
from tests.browser.scene import GARDEN, Told
from tests.web.desk import Browser, Shown, signed_in
from tests.web.running import Running, Site, running, web_server

PLACE = "/dashboard/sites/1/neighbourhood"
BOUNDARY = "linkback-test-boundary"
BAD = tuple(
    Told(
        f"https://farm.example/{number}", f"{GARDEN}post", Status.SPAM,
        Citation("Cheap", Author("x"), excerpt="Cheap pills.", anchor="pills <b>"), number + 1.0,
        score=0.99, reasons=(Reason("copied", "A copy.", 4.0),),
    )
    for number in range(4)
)  # fmt: skip
TOLD = (*scene.HONEST, *BAD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=f"sqlite:///{tmp_path}/linkback.db", network_allow=("127.0.0.0/8",))


@pytest.fixture
def linkback(settings: Settings) -> Iterator[Running]:
    with running(settings) as started:
        scene.put(settings, scene.Scenery(TOLD))
        yield started


@pytest.fixture
def owner(linkback: Running) -> Browser:
    return signed_in(linkback)


@pytest.fixture(scope="module")
def blog() -> Iterator[Site]:
    with web_server("127.0.3.7") as site:
        yield site


def kept(linkback: Running, table: str) -> int:
    with sqlite3.connect(linkback.settings.database.removeprefix("sqlite:///")) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return found


def send(browser: Browser, content: bytes, *, form_key: str | None = None, pasted: str = "") -> Shown:
    """Send a list as a browser sends a file."""
    key = browser.key if form_key is None else form_key
    parts = [
        f'Content-Disposition: form-data; name="form_key"\r\n\r\n{key}'.encode(),
        f'Content-Disposition: form-data; name="links"\r\n\r\n{pasted}'.encode(),
        b'Content-Disposition: form-data; name="file"; filename="links.csv"\r\nContent-Type: text/csv\r\n\r\n'
        + content,
    ]
    mark = f"--{BOUNDARY}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return browser._ask("POST", f"{PLACE}/list", body, headers)


def test_domains_are_listed_the_worst_first_with_score_and_reasons(owner: Browser) -> None:
    answer = owner.get(PLACE)
    assert answer.status == 200
    rows = answer.text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    assert "farm.example" in rows[0]
    assert '<span class="badge bad">Bad</span>' in rows[0]
    assert "4 spam" in rows[0]
    assert "All its 4 mentions are spam." in rows[0]
    assert any("marta.example" in row and "1 approved" in row for row in rows)
    assert "pills <b>" not in answer.text


def test_to_look_changes_nothing(linkback: Running, owner: Browser) -> None:
    for path in (PLACE, f"{PLACE}?look=1&all=1", f"{PLACE}/disavow.txt"):
        assert owner.get(path).status == 200
    assert (kept(linkback, "reports"), kept(linkback, "alerts")) == (0, 0)


def test_what_is_new_is_told_against_what_was_remembered(linkback: Running, owner: Browser) -> None:
    assert "Nothing was remembered yet" in owner.get(PLACE).text
    assert owner.post(f"{PLACE}/remember").location.startswith(PLACE)
    assert kept(linkback, "reports") == 1
    with sqlite3.connect(linkback.settings.database.removeprefix("sqlite:///")) as connection:
        body = (
            connection.execute("SELECT body FROM reports").fetchone()[0].replace('"marta.example"', '"other.example"')
        )
        earlier = int((utc_now() - timedelta(hours=2)).timestamp() * 1e6)
        connection.execute("UPDATE reports SET body = ?, at = ?", (body, earlier))
    connection.close()
    html = owner.get(PLACE).text
    assert "New since" in html
    assert "<bdi>marta.example</bdi></strong> Links here for the first time." in html
    assert "farm.example links to you and scores" in html.replace("<bdi>", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_list_of_a_search_engine_is_taken_once(linkback: Running, owner: Browser, encoding: str) -> None:
    listed = "Linking page,Last crawled\nhttps://a.example/1,2026-01-02\nhttps://b.example/,2026-01-03\nnonsense,x\n"
    answer = send(owner, listed.encode(encoding))
    assert answer.status == 200
    assert "2 links were read, 2 not known before." in answer.text
    assert "1 line was left out" in answer.text
    assert "0 of 2 listed pages are done" in answer.text
    assert "2 links were read, 0 not known before." in send(owner, listed.encode(encoding)).text
    assert kept(linkback, "backlinks") == 2


def test_pasted_links_are_taken_too(linkback: Running, owner: Browser) -> None:
    answer = owner.post(f"{PLACE}/list", {"links": "https://a.example/1\nhttps://b.example/2\n"})
    assert "2 links were read" in answer.text
    assert "2 links were read" in send(owner, b"", pasted="https://c.example/1\nhttps://d.example/2\n").text
    assert kept(linkback, "backlinks") == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", neighbourhood.NO_LIST),
        (b" \n\n ", neighbourhood.NO_LIST),
        (b"\x00\x01\x02", neighbourhood.NO_LINKS),
        (b"just,some\nwords,here\n", neighbourhood.NO_LINKS),
        (b"https://x.example/\n" * (neighbourhood.MAX_LIST // 19 + 1), neighbourhood.TOO_LARGE),
    ],
    ids=["empty", "white", "binary", "words", "large"],
)
def test_a_list_that_is_none_is_said_beside_the_field(
    linkback: Running, owner: Browser, content: bytes, words: str
) -> None:
    answer = send(owner, content)
    assert answer.status == 422
    assert f'<p class="error" id="links-error">{words}</p>' in answer.text
    assert kept(linkback, "backlinks") == 0


def test_what_was_pasted_in_vain_stays_in_its_field(owner: Browser) -> None:
    answer = owner.post(f"{PLACE}/list", {"links": "no address </textarea><script>"})
    assert answer.status == 422
    assert "no address &lt;/textarea&gt;&lt;script&gt;</textarea>" in answer.text


def test_a_list_without_the_key_of_the_form_is_not_believed(linkback: Running, owner: Browser) -> None:
    assert send(owner, b"https://a.example/\n", form_key="wrong").status == 403
    assert send(Browser(linkback), b"https://a.example/\n").status in (303, 401)
    assert kept(linkback, "backlinks") == 0


def test_files_are_read_only_where_a_form_has_one(owner: Browser) -> None:
    body = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="form_key"\r\n\r\n{owner.key}\r\n--{BOUNDARY}--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert owner._ask("POST", f"{PLACE}/remember", body.encode(), headers).status == 415


def test_listed_pages_are_looked_at_while_the_owner_waits(linkback: Running, owner: Browser, blog: Site) -> None:
    source = blog.page("/links", f'<p>See <a href="{GARDEN}compost">compost</a></p>')
    assert owner.post(f"{PLACE}/list", {"links": source}).status == 200
    answer = owner.post(f"{PLACE}/survey", follow=True)
    assert "Some of the listed pages were looked at." in answer.text
    assert "1 of 1 listed page is done" in answer.text
    assert "Look at some of them now" not in answer.text


def test_the_draft_of_a_disavow_file_comes_as_a_file_with_its_warning(owner: Browser) -> None:
    answer = owner.get(f"{PLACE}/disavow.txt")
    assert answer.header("content-type") == "text/plain; charset=utf-8"
    assert answer.header("content-disposition").startswith('attachment; filename="disavow-garden.example-')
    assert answer.text.startswith("# A draft by Linkback")
    assert "Google says that most sites never need a disavow file" in answer.text
    assert "\ndomain:farm.example\n" in answer.text


def test_a_moderator_looks_and_changes_nothing(linkback: Running) -> None:
    browser = signed_in(linkback, "mo", admin=False, roles={GARDEN: Role.MODERATOR})
    html = browser.get(PLACE).text
    assert "farm.example" in html
    assert "<textarea" not in html
    assert "disavow" not in html
    assert "/remember" not in html
    for what in ("remember", "survey", "list"):
        assert browser.post(f"{PLACE}/{what}", {"links": "https://a.example/"}).status == 404
    assert browser.get(f"{PLACE}/disavow.txt").status == 404
    assert browser.get("/dashboard/sites/2/neighbourhood").status == 404
    assert (kept(linkback, "reports"), kept(linkback, "backlinks")) == (0, 0)


def test_a_report_that_takes_long_is_made_when_it_is_asked_for(
    linkback: Running, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "AT_ONCE", 3)
    html = owner.get(PLACE).text
    assert "farm.example" not in html
    assert f'href="{PLACE}?look=1"' in html
    assert "farm.example" in owner.get(f"{PLACE}?look=1").text


def test_a_site_without_neighbours_says_where_others_are_known(linkback: Running, owner: Browser) -> None:
    async def add() -> int:
        async with open_desk(linkback.settings) as desk:
            return (await desk.registrar.add("https://quiet.example/")).id

    site = asyncio.run(add())
    html = owner.get(f"/dashboard/sites/{site}/neighbourhood").text
    assert "No neighbours yet" in html
    assert "<textarea" in html
