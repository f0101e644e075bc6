"""What webhooks are told, in both forms."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from linkback.core.formats import hook, owner
from linkback.core.formats.hook import Said
from linkback.core.model import (
    Alert,
    AlertKind,
    Author,
    Citation,
    HookForm,
    Mention,
    News,
    NewsKind,
    Receipt,
    Site,
    Status,
    Webhook,
)

NOW = datetime(2026, 11, 25, 9, 30, 15, tzinfo=UTC)
SITE = Site(7, "https://me.example/")
OURS = Webhook(3, 7, "https://hooks.example/in", "sesame")
THEIRS = replace(OURS, form=HookForm.WEBMENTION_IO)
SAID = Citation(title="A good read", author=Author("Ana", "https://ana.example/"), excerpt="I read this twice.")
RECEIPTS = (Receipt("pingback", NOW, NOW),)
SOURCE, TARGET = "https://ana.example/1", "https://me.example/post"
MENTION = Mention(900, 7, SOURCE, TARGET, Status.APPROVED, NOW, SAID, receipts=RECEIPTS)


def told(webhook: Webhook, kind: NewsKind, mention: Mention = MENTION) -> Any:
    return json.loads(hook.write(webhook, News(12, 7, kind, NOW, mention.id), SITE, mention))


@pytest.mark.parametrize("kind", [kind for kind in NewsKind if kind is not NewsKind.WARNING])
def test_our_own_form_says_what_happened_to_which_mention(kind: NewsKind) -> None:
    body = told(OURS, kind)
    mention = body.pop("mention")
    assert body == {"event": kind.value, "id": 12, "at": "2026-11-25T09:30:15Z", "site": "https://me.example/"}
    assert (mention["id"], mention["status"], mention["title"]) == (900, "approved", "A good read")
    assert mention.keys() == owner.described(MENTION).keys()
    assert mention["received_at"] == "2026-11-25T09:30:15Z"


@pytest.mark.parametrize("kind", [NewsKind.PUBLISHED, NewsKind.CHANGED])
def test_webmention_io_has_its_keys_in_its_order(kind: NewsKind) -> None:
    body = told(THEIRS, kind)
    assert list(body) == ["secret", "source", "target", "private", "post"]
    assert (body["secret"], body["source"], body["target"], body["private"]) == ("sesame", SOURCE, TARGET, False)
    assert (body["post"]["type"], body["post"]["wm-id"], body["post"]["mention-of"]) == ("entry", 900, TARGET)
    assert body["post"]["content"] == {"text": "I read this twice."}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NewsKind.GONE, Status.GONE),
        (NewsKind.WITHDRAWN, Status.SPAM),
        (NewsKind.CHANGED, Status.HELD),
        (NewsKind.PUBLISHED, Status.REMOVED),
    ],
)
def test_what_is_not_shown_is_deleted_at_webmention_io(kind: NewsKind, status: Status) -> None:
    body = told(THEIRS, kind, replace(MENTION, status=status))
    assert list(body) == ["secret", "source", "target", "private", "deleted"]
    assert body["deleted"] is True


def test_a_warning_has_its_words_and_no_mention() -> None:
    alert = Alert(4, 7, AlertKind.BURST, "bad.example", "Many at once.", NOW, NOW, 3)
    body = json.loads(hook.write_alert(News(13, 7, NewsKind.WARNING, NOW, alert_id=4), SITE, alert))
    assert (body["event"], body["mention"]) == ("warning", None)
    assert (body["alert"]["subject"], body["alert"]["message"]) == ("bad.example", "Many at once.")


def test_a_test_publishes_nothing_in_either_form() -> None:
    ours, theirs = (json.loads(hook.write_test(webhook, SITE, NOW)) for webhook in (OURS, THEIRS))
    assert (ours["event"], ours["mention"]) == ("test", None)
    assert (theirs["deleted"], theirs["source"]) == (True, "https://nobody.example/test")


@pytest.mark.parametrize("webhook", [OURS, THEIRS], ids=["ours", "theirs"])
@pytest.mark.parametrize(
    ("status", "kind", "shown"),
    [(Status.APPROVED, NewsKind.PUBLISHED, True), (Status.GONE, NewsKind.GONE, False)],
)
def test_a_body_says_whether_its_mention_is_shown(
    webhook: Webhook, status: Status, kind: NewsKind, shown: bool
) -> None:
    body = hook.write(webhook, News(12, 7, kind, NOW, 900), SITE, replace(MENTION, status=status))
    assert hook.says(body) == Said(SOURCE, TARGET, shown)


@pytest.mark.parametrize("webhook", [OURS, THEIRS], ids=["ours", "theirs"])
def test_a_test_says_nothing_of_any_mention(webhook: Webhook) -> None:
    assert hook.says(hook.write_test(webhook, SITE, NOW)) is None


@pytest.mark.parametrize("webhook", [OURS, THEIRS], ids=["ours", "theirs"])
@pytest.mark.parametrize(
    "words", ["</script><b>", "\u202edlrow", "nul\x00bell\x07", "half\ud83d", "two\r\nlines", "\u2066x\u2069"]
)
def test_hostile_texts_are_harmless_wherever_a_body_is_pasted(webhook: Webhook, words: str) -> None:
    said = replace(SAID, title=words, excerpt=words, author=Author(words, "javascript:x"))
    mention = replace(MENTION, source=f"https://ana.example/{words}", citation=said)
    body = hook.write(webhook, News(12, 7, NewsKind.PUBLISHED, NOW, 900), SITE, mention)
    assert not [byte for byte in body if byte < 0x20 or byte in b"<>&"]
    seen = json.dumps(json.loads(body), ensure_ascii=False)
    assert not [character for character in seen if character in "\x00\x07\u202e\u2066\u2069\ud83d\\"]
