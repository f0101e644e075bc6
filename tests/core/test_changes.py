"""What counts as a change of a mention, and the words for it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkback.core.changes import LONGEST, LONGEST_ADDRESS, between
from linkback.core.model import Author, Change, Citation, Mention, Reason, Status, Verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CITATION = Citation("Bread", Author("Ana", "https://a.example/ana"), excerpt="I keep to this.", rel=("me",))
MENTION = Mention(7, 1, "https://a.example/1", "https://me.example/", Status.APPROVED, NOW, CITATION, verified_at=NOW)


def read(**told: object) -> Mention:
    """Return the mention once its page says something else."""
    return replace(MENTION, citation=replace(CITATION, **told))  # type: ignore[arg-type]  # a table of fields


CHANGES: dict[str, tuple[Mention, tuple[Change, str, str]]] = {
    "status": (replace(MENTION, status=Status.GONE), (Change.STATUS, "approved", "gone")),
    "kind": (read(kind="rsvp", rsvp="yes"), (Change.KIND, "mention", "rsvp: yes")),
    "title": (read(title="Pills"), (Change.TITLE, "Bread", "Pills")),
    "text": (read(excerpt="Buy this."), (Change.TEXT, "I keep to this.", "Buy this.")),
    "content": (read(content="I agree."), (Change.CONTENT, "", "I agree.")),
    "author": (read(author=Author("Ben")), (Change.AUTHOR, "Ana https://a.example/ana", "Ben")),
    "rel": (read(rel=("me", "nofollow")), (Change.REL, "me", "me nofollow")),
    "place": (read(place="footer"), (Change.PLACE, "content", "footer")),
    "noindex": (
        read(noindex=True),
        (Change.NOINDEX, "may be found by search engines", "keeps search engines out"),
    ),
    "source": (
        replace(MENTION, source_page="https://b.example/"),
        (Change.SOURCE, "https://a.example/1", "https://b.example/"),
    ),
    "target": (
        replace(MENTION, target_page="https://me.example/new"),
        (Change.TARGET, "https://me.example/", "https://me.example/new"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_with_before_and_after(name: str) -> None:
    after, told = CHANGES[name]
    assert between(MENTION, after) == (told,)


def test_every_change_of_a_look_has_its_words() -> None:
    assert {told[0] for _, told in CHANGES.values()} == set(Change) - {Change.MERGED, Change.SPONSORED}


@pytest.mark.parametrize(
    "same",
    [
        MENTION,
        replace(MENTION, etag="x", looks=3, missed_at=NOW, trouble="unreachable", decided_by="ana"),
        read(rel=("me", "noopener")),
        read(anchor="this", language="de", photo="https://a.example/p.jpg"),
        read(author=Author("Ana", "https://a.example/ana", "https://a.example/new.jpg")),
    ],
)
def test_what_changes_nothing_for_an_owner_is_not_told(same: Mention) -> None:
    assert between(MENTION, same) == ()


def test_a_link_that_is_worth_something_again_is_told() -> None:
    former = read(rel=("nofollow", "ugc"))
    assert between(former, read(rel=())) == ((Change.REL, "nofollow ugc", "nothing"),)


def test_what_a_first_look_finds_is_no_change_but_of_the_status() -> None:
    former = Mention(7, 1, MENTION.source, MENTION.target, Status.RECEIVED, NOW)
    assert between(former, MENTION) == ((Change.STATUS, "received", "approved"),)


def test_a_new_verdict_says_why() -> None:
    verdict = Verdict(Status.HELD, 0.5, (Reason("changed", "The page says something else."), Reason("b", "B.")))
    held = replace(MENTION, status=Status.HELD, verdict=verdict)
    assert between(MENTION, held) == ((Change.STATUS, "approved", "held: The page says something else."),)
    former = replace(MENTION, verdict=verdict)
    assert between(former, held) == ((Change.STATUS, "approved", "held"),)
    assert between(MENTION, replace(held, decided_by="ana")) == ((Change.STATUS, "approved", "held"),)


def test_no_page_can_write_a_long_history() -> None:
    words = "word " * 10_000
    far = f"https://b.example/{'x' * 10_000}"
    swollen = read(title=words, excerpt=words, content=words, author=Author(words), rel=("ugc", words))
    told = between(MENTION, replace(swollen, source_page=far))
    texts = {Change.TITLE, Change.TEXT, Change.CONTENT, Change.AUTHOR, Change.REL}
    assert {change for change, _, _ in told} == {*texts, Change.SOURCE}
    assert all(len(after) <= (LONGEST_ADDRESS if change is Change.SOURCE else LONGEST) for change, _, after in told)
