"""What goes wrong ends in a sentence and the right status, never in a traceback."""

import asyncio
import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Desk


def said(linkback: Desk, status: int, *words: str) -> str:
    done = linkback(*words)
    assert (done.status, done.out) == (status, "")
    assert "Traceback" not in done.err
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1
    return done.err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/x.db", "the folder /no/such/folder does not exist"),
        ("sqlite://", "SQLite needs a file"),
        ("mysql://me@host/db", "mysql is not supported"),
        ("my database", "is no address of a database"),
    ],
)
def test_a_database_that_makes_no_sense_is_wrong_use(linkback: Desk, url: str, words: str) -> None:
    text = said(linkback, 2, "mentions", "list", "--database", url)
    assert text.startswith("Error: database: ")
    assert words in text


def test_a_file_that_is_no_database_is_told(linkback: Desk) -> None:
    (linkback.folder / "junk.db").write_bytes(b"this is no database, whatever its name says" * 50)
    text = said(linkback, 1, "mentions", "list", "--database", f"sqlite:///{linkback.folder}/junk.db")
    assert "not a database" in text


def test_a_database_that_is_a_folder_is_told(linkback: Desk) -> None:
    (linkback.folder / "folder.db").mkdir()
    assert "database" in said(linkback, 1, "db", "status", "--database", f"sqlite:///{linkback.folder}/folder.db")


def test_a_server_that_does_not_answer_is_told(linkback: Desk) -> None:
    text = said(linkback, 1, "mentions", "list", "--database", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert "refused" in text


@pytest.mark.parametrize(
    "command", ["mentions list", "sites list", "db status", "serve", "worker", "send http://a.example/"]
)
def test_a_settings_file_that_is_missing_is_told(linkback: Desk, command: str) -> None:
    text = said(linkback, 2, *command.split(), "--config", "none.toml")
    assert text == "Error: none.toml: the file cannot be read (No such file or directory).\n"


def test_a_wrong_setting_in_the_file_is_told(linkback: Desk) -> None:
    (linkback.folder / "linkback.toml").write_text('pingback_wait = "soon"\n')
    text = said(linkback, 2, "mentions", "list")
    assert text == ("Error: pingback_wait: 'soon' in linkback.toml makes no sense; write a number, such as 2.0.\n")


def test_a_wrong_setting_in_a_variable_is_told(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBACK_LIMITS_INLINE", "lots")
    text = said(linkback, 2, "mentions", "list")
    assert "limits.inline: 'lots' in LINKBACK_LIMITS_INLINE makes no sense; write a whole number" in text


@pytest.mark.parametrize("command", ["serve", "worker", "send http://a.example/", "discover http://a.example/"])
def test_a_wrong_network_is_told(linkback: Desk, command: str) -> None:
    text = said(linkback, 2, *command.split(), "--allow-network", "10.0.0.0/40")
    assert text.startswith("Error: network.allow: '10.0.0.0/40' is no network; write one like")


@pytest.mark.parametrize("command", ["discover", "send"])
def test_an_address_that_must_not_be_fetched_is_told_with_its_name(linkback: Desk, command: str) -> None:
    assert "http://10.0.0.1/" in said(linkback, 1, command, "http://10.0.0.1/")


def test_a_page_that_does_not_answer_is_told_with_its_name(linkback: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    assert url in said(linkback, 1, "discover", url, "--allow-network", "127.0.0.1")


def test_what_nobody_expected_is_a_sentence_too(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "run", lambda work: work.close() or 1 / 0)
    text = said(linkback, 1, "sites", "list")
    assert "unexpected: ZeroDivisionError" in text
    assert "LINKBACK_DEBUG=1" in text


def test_whoever_asks_for_it_sees_where_it_comes_from(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "run", lambda work: work.close() or 1 / 0)
    monkeypatch.setenv("LINKBACK_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        linkback("sites", "list")


def test_the_version_of_the_tables_is_told(linkback: Desk, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path}/new.db"
    assert linkback("db", "status", "--json", "--database", new).json["up_to_date"] is False
    assert "linkback db upgrade" in linkback("db", "status", "--database", new).out
    assert linkback("db", "upgrade", "--database", new).status == 0
    assert linkback("db", "status", "--json", "--database", new).json["up_to_date"] is True
    assert "up to date" in linkback("db", "status", "--database", new).out
