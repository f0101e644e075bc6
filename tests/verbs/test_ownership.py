"""The verb own: who may prove that a site is theirs, by what, and by what not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from linkback.core.errors import NotFound, TooBusy, Unfit
from linkback.core.model import Role, Seat, Site, User
from linkback.ownership import Ownership, ProposedSite, endpoint_with, file_name, owning, record_name, record_text
from linkback.receive import our_addresses
from linkback.receive.own_pages import is_ours
from linkback.storage import seats, users
from tests.verbs.fakes import HTML, OURS, SITE, Linkback, Web

BLOG = "https://blog.example/"
TEXT = (("content-type", "text/plain; charset=utf-8"),)
ENDPOINTS = ("webmention", "pingback", "trackback")


class Names:
    """TXT records by name; None is a name server that does not answer."""

    def __init__(self) -> None:
        self.said: dict[str, Sequence[str] | None] = {}

    async def __call__(self, name: str) -> Sequence[str] | None:
        return self.said.get(name, [])


class Person:
    """Somebody who wants to add sites."""

    def __init__(self, verb: Ownership, user: User) -> None:
        self.verb, self.user = verb, user

    async def propose(self, url: str = BLOG) -> ProposedSite:
        return await self.verb.propose(self.user, url)

    async def prove(self, proposed: ProposedSite) -> Site | ProposedSite:
        return await self.verb.prove(self.user, proposed.id)

    async def troubles(self, proposed: ProposedSite) -> tuple[str, ...]:
        found = await self.prove(proposed)
        assert isinstance(found, ProposedSite), f"proven: {found}"
        return found.troubles

    async def owns(self, proposed: ProposedSite) -> bool:
        found = await self.prove(proposed)
        if isinstance(found, ProposedSite):
            return False
        return (found, Role.OWNER) in await self.verb.database.read(seats.of, self.user)


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def verb(linkback: Linkback, names: Names) -> Ownership:
    return replace(linkback.parts.ownership, records=names)


async def person(verb: Ownership, name: str, *, admin: bool = False) -> Person:
    return Person(verb, await verb.database.write(users.add, User(0, name, admin=admin), "", verb.now()))


@pytest.fixture
async def ana(verb: Ownership) -> Person:
    return await person(verb, "ana")


def element(endpoint: str, protocol: str = "webmention") -> str:
    return f'<link rel="{protocol}" href="{endpoint}">'


@pytest.mark.parametrize("protocol", ENDPOINTS)
async def test_an_element_that_names_our_endpoint_with_the_word_proves_a_site(
    ana: Person, web: Web, protocol: str
) -> None:
    proposed = await ana.propose()
    web.page(BLOG, element(endpoint_with(OURS + protocol, proposed.word), protocol))
    assert await ana.owns(proposed)
    assert await ana.verb.of(ana.user) == []


@pytest.mark.parametrize(
    "header", [("link", '<{}webmention?site={}>; rel="webmention"'), ("x-pingback", "{}pingback?site={}")]
)
async def test_a_header_that_names_our_endpoint_with_the_word_proves_a_site(
    ana: Person, web: Web, header: tuple[str, str]
) -> None:
    proposed = await ana.propose()
    web.page(BLOG, headers=(*TEXT, (header[0], header[1].format(OURS, proposed.word))))
    assert await ana.owns(proposed)


WHAT_VISITORS_WRITE = {
    "a link": '<a rel="webmention" href="{}">here</a>',
    "a link for pingbacks": '<a rel="pingback" href="{}">here</a>',
    "a comment": '<!-- <link rel="webmention" href="{}"> -->',
    "a template": '<template><link rel="webmention" href="{}"></template>',
    "a text": '<p>&lt;link rel="webmention" href="{}"&gt;</p>',
    "a block of RDF": (
        '<!-- <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/"><rdf:Description '
        'rdf:about="https://blog.example/" trackback:ping="{}" /></rdf:RDF> -->'
    ),
}


@pytest.mark.parametrize("html", WHAT_VISITORS_WRITE.values(), ids=WHAT_VISITORS_WRITE)
async def test_what_visitors_may_write_on_a_page_proves_nothing(ana: Person, web: Web, html: str) -> None:
    proposed = await ana.propose()
    web.page(BLOG, html.format(endpoint_with(f"{OURS}webmention", proposed.word)))
    assert not await ana.owns(proposed)


async def test_what_all_customers_of_a_server_write_proves_nothing_but_for_its_admin(
    ana: Person, verb: Ownership, web: Web
) -> None:
    web.page(BLOG, element(f"{OURS}webmention"))
    proposed = await ana.propose()
    assert "others do too" in (await ana.troubles(proposed))[0]
    root = await person(verb, "root", admin=True)
    assert await root.owns(await root.propose())


async def test_the_word_of_somebody_else_proves_nothing(ana: Person, verb: Ownership, web: Web) -> None:
    hers = await ana.propose()
    web.page(BLOG, element(endpoint_with(f"{OURS}webmention", hers.word)))
    web.page(BLOG + file_name(hers.word), hers.word, headers=TEXT)
    mallory = await person(verb, "mallory")
    his = await mallory.propose()
    assert hers.word != his.word
    assert not await mallory.owns(his)
    with pytest.raises(NotFound):
        await mallory.prove(hers)
    assert await ana.owns(hers)


async def test_the_word_at_somebody_elses_endpoint_proves_nothing(ana: Person, web: Web) -> None:
    proposed = await ana.propose()
    web.page(BLOG, element(endpoint_with("https://other.example/webmention", proposed.word)))
    assert "no endpoint of this server" in (await ana.troubles(proposed))[0]


@pytest.mark.parametrize("text", ["{}", "{}\n", "\ufeff{}\r\n"])
async def test_a_file_that_says_the_word_proves_a_site(ana: Person, web: Web, text: str) -> None:
    proposed = await ana.propose(f"{BLOG}notes")
    web.page(f"{BLOG}notes/{file_name(proposed.word)}", text.format(proposed.word), headers=TEXT)
    assert await ana.owns(proposed)


@pytest.mark.parametrize(
    ("text", "status", "type_", "trouble"),
    [
        ("{}", 200, "text/html", "text/plain"),  # a page that a wiki made of what somebody wrote
        ("{}", 200, "", "text/plain"),
        ("There is no linkback-{}.txt here.", 200, "text/plain", "something else"),  # what a server says of nothing
        ("{}{}", 200, "text/plain", "something else"),
        ("", 200, "text/plain", "something else"),
        ("{}", 404, "text/plain", "status 404"),
        ("{}", 206, "text/plain", "status 206"),
    ],
)
async def test_a_file_that_anybody_could_have_made_proves_nothing(
    ana: Person, web: Web, text: str, status: int, type_: str, trouble: str
) -> None:
    proposed = await ana.propose()
    said = text.format(*[proposed.word] * 2)
    web.page(BLOG + file_name(proposed.word), said, status=status, headers=(("content-type", type_),) if type_ else ())
    assert trouble in (await ana.troubles(proposed))[1]


@pytest.mark.parametrize("path", ["{}", "file"])
async def test_a_look_that_leads_out_of_the_site_proves_nothing(ana: Person, web: Web, path: str) -> None:
    proposed = await ana.propose(f"{BLOG}me/")
    elsewhere = f"{BLOG}uploads/evil.txt"
    word = proposed.word
    web.page(elsewhere, word, headers=(*TEXT, ("x-pingback", endpoint_with(f"{OURS}pingback", word))))
    web.moves(f"{BLOG}me/", elsewhere)
    web.moves(f"{BLOG}me/{file_name(word)}", elsewhere)
    page, file, _ = await ana.troubles(proposed)
    assert "which is another site" in (file if path == "file" else page)


async def test_a_look_that_stays_within_the_site_is_followed(ana: Person, web: Web) -> None:
    proposed = await ana.propose("http://blog.example/")
    web.page(f"{BLOG}x", element(endpoint_with(f"{OURS}webmention", proposed.word)))
    web.moves("http://blog.example/", f"{BLOG}x")
    assert await ana.owns(proposed)


async def test_a_record_of_the_name_proves_a_site(ana: Person, names: Names) -> None:
    proposed = await ana.propose("https://blog.example:8443/notes/")
    names.said[record_name("blog.example")] = ["v=spf1 -all", record_text(proposed.word)]
    assert await ana.owns(proposed)


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (None, "No name server answered"),
        ([], "no such record"),
        (["linkback=", "{}", "linkback={}x"], "something else"),
    ],
)
async def test_a_record_that_says_something_else_proves_nothing(
    ana: Person, names: Names, said: list[str] | None, trouble: str
) -> None:
    proposed = await ana.propose()
    names.said[record_name("blog.example")] = said and [text.format(proposed.word) for text in said]
    assert trouble in (await ana.troubles(proposed))[2]


async def test_an_address_has_no_records(ana: Person) -> None:
    proposed = await ana.propose("http://192.0.2.1/")
    assert "for names" in (await ana.troubles(proposed))[2]


async def test_what_was_missing_is_told_and_kept(ana: Person, web: Web) -> None:
    proposed = await ana.propose()
    web.page(BLOG, "<p>hello</p>")
    web.pages[BLOG + file_name(proposed.word)] = TooBusy(BLOG, retry_after=10)
    page, file, record = await ana.troubles(proposed)
    assert page.startswith("The page names no endpoint")
    assert file.startswith("The host has had as many requests")
    assert record.startswith("There is no such record")
    assert (await ana.verb.get(ana.user, proposed.id)).troubles == (page, file, record)


@pytest.mark.parametrize("url", [SITE, "http://me.example/", f"{SITE}blog/", "me.example"])
async def test_a_site_of_somebody_else_cannot_be_proposed(ana: Person, url: str) -> None:
    with pytest.raises(Unfit) as refused:
        await ana.propose(url)
    assert refused.value.field == "url"
    assert SITE in str(refused.value)


async def test_a_site_that_holds_one_of_somebody_else_cannot_be_proposed(ana: Person, linkback: Linkback) -> None:
    await linkback.parts.registrar.add("https://host.example/~bob/")
    with pytest.raises(Unfit, match="lies within this"):
        await ana.propose("https://host.example/")
    assert (await ana.propose("https://host.example/~ana")).url == "https://host.example/~ana/"


async def test_who_moderates_a_site_cannot_take_a_part_of_it(ana: Person, linkback: Linkback, verb: Ownership) -> None:
    site = await linkback.parts.registrar.add(BLOG)
    await verb.database.write(seats.put, Seat(ana.user.id, site.id, Role.MODERATOR))
    with pytest.raises(Unfit):
        await ana.propose(f"{BLOG}notes/")
    await verb.database.write(seats.put, Seat(ana.user.id, site.id, Role.OWNER))
    assert (await ana.propose(f"{BLOG}notes/")).url == f"{BLOG}notes/"
    with pytest.raises(Unfit, match="one of your sites"):
        await ana.propose("http://blog.example")


async def test_a_site_that_somebody_else_proved_meanwhile_is_theirs(ana: Person, verb: Ownership, web: Web) -> None:
    ben = await person(verb, "ben")
    hers, his = await ana.propose(), await ben.propose()
    for proposed in (hers, his):
        web.page(BLOG + file_name(proposed.word), proposed.word, headers=TEXT)
    assert await ben.owns(his)
    with pytest.raises(Unfit, match="registered here already"):
        await ana.prove(hers)


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "https://a.example/?q=1", "https://a.example/#x", "a b", "/x"])
async def test_what_is_no_base_address_is_refused_with_a_sentence(ana: Person, url: str) -> None:
    with pytest.raises(Unfit) as refused:
        await ana.propose(url)
    assert str(refused.value).endswith(".")


async def test_a_word_is_long_and_stands_for_a_month(ana: Person, linkback: Linkback, web: Web) -> None:
    proposed = await ana.propose()
    assert len(proposed.word) >= 16
    assert await ana.propose() == proposed
    web.page(BLOG + file_name(proposed.word), proposed.word, headers=TEXT)
    linkback.clock.move(days=30)
    with pytest.raises(NotFound):
        await ana.prove(proposed)
    assert await ana.verb.of(ana.user) == []
    assert (await ana.propose()).word != proposed.word


async def test_a_person_proposes_no_more_than_can_be_looked_after(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owning, "MOST_PROPOSALS", 2)
    first = await ana.propose("https://a.example/")
    await ana.propose("https://b.example/")
    with pytest.raises(Unfit, match="at once"):
        await ana.propose("https://c.example/")
    await ana.verb.give_up(ana.user, first.id)
    assert (await ana.propose("https://c.example/")).url == "https://c.example/"


async def test_only_an_admin_adds_a_site_without_a_proof(ana: Person, verb: Ownership) -> None:
    with pytest.raises(Unfit, match="without a proof"):
        await verb.add(ana.user, BLOG)
    root = await person(verb, "root", admin=True)
    site = await verb.add(root.user, "blog.example")
    assert site.url == BLOG
    with pytest.raises(Unfit):
        await verb.add(root.user, BLOG)


async def test_a_site_that_nobody_answers_for_is_not_proven(ana: Person, web: Web) -> None:
    proposed = await ana.propose()
    assert all(await ana.troubles(proposed))
    assert web.requests(BLOG) == 1


async def test_pages_that_name_our_endpoint_with_a_word_take_pings(linkback: Linkback, web: Web) -> None:
    web.page(f"{SITE}post", headers=(*HTML, ("x-pingback", endpoint_with(f"{OURS}pingback", "word"))))
    web.page("https://a.example/", links_to=f"{SITE}post")
    assert (await linkback.ping("https://a.example/", f"{SITE}post")).ok


@pytest.mark.parametrize(
    ("endpoint", "ours"),
    [
        ("https://me.example/pings", True),
        ("https://me.example/pings?site=word", True),
        ("https://me.example/pings?page=1", False),
        ("https://me.example/pings2?site=word", False),
        ("https://me.example/?site=https://me.example/pings", False),
    ],
)
def test_an_endpoint_of_ours_at_another_address_may_have_the_word_too(endpoint: str, ours: bool) -> None:
    assert is_ours(endpoint, our_addresses(OURS, ["https://me.example/pings"])) is ours
