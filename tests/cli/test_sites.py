"""linkback sites: which sites are served, and how each takes pings."""

import pytest

from tests.cli.conftest import SITE, Desk

DEFAULTS = {
    "url": SITE,
    "protocols": ["pingback", "trackback", "webmention"],
    "self_pings": False,
    "moderation": "first-time",
    "closed": [],
    "unverified": False,
    "name": "",
}


def test_a_site_is_added_once_and_listed(linkback: Desk) -> None:
    assert linkback("sites", "list", "--json").json == []
    for _ in range(2):
        done = linkback("sites", "add", "HTTPS://Me.Example")
        assert (done.status, done.out, done.err) == (0, "", f"{SITE} is registered.\n")
    assert linkback("sites", "list", "--json").json == [DEFAULTS]
    assert SITE in linkback("sites", "list").out


def test_no_site_is_told_with_what_to_do(linkback: Desk) -> None:
    done = linkback("sites", "list")
    assert (done.status, done.out) == (0, "")
    assert "linkback sites add URL" in done.err


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("--self-pings on", {"self_pings": True}),
        ("--protocols pingback", {"protocols": ["pingback"]}),
        ("--protocols webmention,pingback", {"protocols": ["pingback", "webmention"]}),
        ("--protocols none", {"protocols": []}),
        ("--moderation hold", {"moderation": "hold"}),
        ("--moderation judge", {"moderation": "judge"}),
        ("--close /about* --close /private/*", {"closed": ["/about*", "/private/*"]}),
        ("--unverified on", {"unverified": True}),
        ("--name ben.notes-2_x", {"name": "ben.notes-2_x"}),
        ("--name me.example", {"name": "me.example"}),
        ("", {}),
    ],
)
def test_what_is_named_changes_and_the_rest_stays(linkback: Desk, words: str, changed: dict[str, object]) -> None:
    linkback("sites", "add", SITE)
    done = linkback("sites", "set", SITE, *words.split())
    assert done.status == 0
    assert SITE in done.out
    assert linkback("sites", "list", "--json").json == [DEFAULTS | changed]


def test_closed_pages_add_up_and_may_be_opened_again(linkback: Desk) -> None:
    linkback("sites", "add", SITE)
    linkback("sites", "set", SITE, "--close", "/a", "--close", "/b")
    linkback("sites", "set", SITE, "--close", "/c", "--close", "/a", "--open", "/b")
    assert linkback("sites", "list", "--json").json[0]["closed"] == ["/a", "/c"]


def test_a_site_goes_with_its_mentions_when_that_is_meant(linkback: Desk) -> None:
    linkback.mention()
    done = linkback("sites", "remove", SITE, "--yes")
    assert (done.status, done.err) == (0, f"{SITE} and its mentions are forgotten.\n")
    assert linkback("sites", "list", "--json").json == []
    assert linkback("mentions", "list", "--json").json == []


def test_a_site_stays_when_nobody_says_yes(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    linkback("sites", "add", SITE)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda *_: "n")
    assert linkback("sites", "remove", SITE).status == 1
    assert linkback("sites", "list", "--json").json == [DEFAULTS]


@pytest.mark.parametrize("words", [["set"], ["remove", "--yes"]])
def test_an_unknown_site_is_told_and_ends_with_1(linkback: Desk, words: list[str]) -> None:
    done = linkback("sites", words[0], SITE, *words[1:])
    assert (done.status, done.err) == (1, f"Error: There is no site {SITE}.\n")


def test_a_site_is_named_by_its_base(linkback: Desk) -> None:
    done = linkback("sites", "add", SITE + "?page=1")
    assert (done.status, done.out) == (1, "")
    assert "A site is named by its base address" in done.err


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Ben", "no name"),
        ("-ben", "no name"),
        ("a/b", "no name"),
        ("ä", "no name"),
        ("n" * 51, "at most 50"),
        ("api", "this server's own"),
        ("webmention", "this server's own"),
        ("static", "this server's own"),
    ],
)
def test_a_name_that_cannot_stand_in_an_address_is_refused(linkback: Desk, name: str, sentence: str) -> None:
    linkback("sites", "add", SITE)
    done = linkback("sites", "set", SITE, f"--name={name}")
    assert done.status == 2
    assert sentence in " ".join(done.err.split())
    assert linkback("sites", "list", "--json").json[0]["name"] == ""


def test_a_name_is_no_other_sites_host(linkback: Desk) -> None:
    for url in (SITE, "https://you.example/"):
        linkback("sites", "add", url)
    done = linkback("sites", "set", SITE, "--name", "you.example")
    assert (done.status, "you.example is the host of https://you.example/" in done.err) == (1, True)
    assert linkback("sites", "list", "--json").json[0]["name"] == ""


def test_sites_may_share_a_name_and_one_may_lose_it(linkback: Desk) -> None:
    for url in (SITE, "https://you.example/"):
        linkback("sites", "add", url)
        assert linkback("sites", "set", url, "--name", "us").status == 0
    linkback("sites", "set", SITE, "--name", "")
    assert [site["name"] for site in linkback("sites", "list", "--json").json] == ["", "us"]
