"""Webhooks are called: what arrives is signed, tried again where that may help, and never what was overtaken."""

import asyncio
import hmac
import json
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import Connection

from linkback.channels import Caller
from linkback.channels.desk import MOST_WAITING
from linkback.channels.owing import calls_for
from linkback.core.errors import NotFound, Unfit
from linkback.core.model import AlertKind, Call, HookForm, News, NewsKind, Status
from linkback.fetch import Door
from linkback.storage import alerts, calls, webhooks
from tests.channels.conftest import Channels
from tests.channels.receiver import Receiver, Taken

GAPS = [60, 300, 1800, 7200, 43200]


def is_signed(taken: Taken, secret: str) -> bool:
    """Verify a call as its receiver does, by nothing but what is promised."""
    fields = dict(part.split("=", 1) for part in taken.headers["x-linkback-signature"].split(","))
    expected = hmac.digest(secret.encode(), fields["t"].encode() + b"." + taken.body, "sha256").hex()
    return hmac.compare_digest(fields["v1"], expected)


async def test_what_is_published_is_told_at_once_and_signed(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook(receiver.url + "in")
    mention = await channels.mention()
    assert await channels.tell(NewsKind.PUBLISHED, mention) == 1
    (done,) = await channels.work()
    (taken,) = receiver.taken
    body = json.loads(taken.body)
    assert (body["event"], body["mention"]["id"]) == ("published", mention.id)
    assert (taken.headers["x-linkback-event"], taken.headers["x-linkback-delivery"]) == ("published", str(done.id))
    assert taken.headers["content-type"] == "application/json"
    assert is_signed(taken, webhook.secret)
    assert not is_signed(taken, "another secret")
    assert (done.status, done.tries, done.next_try_at) == (200, 1, None)


async def test_webmention_io_is_told_in_its_own_form(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook(receiver.url + "in", HookForm.WEBMENTION_IO)
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    await channels.work()
    (taken,) = receiver.taken
    body = json.loads(taken.body)
    assert body["secret"] == webhook.secret
    assert len(webhook.secret) <= 50
    expected = hmac.new(webhook.secret.encode(), taken.body, sha256).hexdigest()
    assert taken.headers["x-webmention-signature"] == f"sha256={expected}"


@pytest.mark.parametrize("status", [500, 503, 408, 429])
async def test_a_call_that_fails_for_now_is_made_six_times(channels: Channels, receiver: Receiver, status: int) -> None:
    await channels.hook(receiver.url + "in")
    receiver.answers["/in"] = status
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    for number, gap in enumerate(GAPS, start=1):
        (tried,) = await channels.work()
        assert (tried.tries, tried.status) == (number, status)
        channels.clock.move(seconds=gap - 1)
        assert await channels.work() == []
        channels.clock.move(seconds=1)
    (last,) = await channels.work()
    assert (last.tries, last.next_try_at, last.done_at) == (6, None, channels.clock())
    assert "Given up" in last.message
    stamps = {taken.headers["x-linkback-signature"] for taken in receiver.taken}
    assert len(stamps) == 6
    assert len({taken.body for taken in receiver.taken}) == 1


async def test_a_call_that_nobody_answers_is_made_again(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook("http://127.0.5.9:9/in")
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    (tried,) = await channels.work()
    assert (tried.status, tried.tries) == (None, 1)
    assert tried.next_try_at is not None
    assert (await channels.log(webhook))[0].message == tried.message


async def test_a_program_may_say_how_long_it_wants_to_be_left_alone(channels: Channels, receiver: Receiver) -> None:
    await channels.hook(receiver.url + "in")
    receiver.answers["/in"], receiver.headers["Retry-After"] = 503, "900"
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    await channels.work()
    channels.clock.move(seconds=899)
    assert await channels.work() == []
    channels.clock.move(seconds=1)
    assert len(await channels.work()) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 422, 301, 302])
async def test_a_clear_no_is_the_end_of_it(channels: Channels, receiver: Receiver, status: int) -> None:
    await channels.hook(receiver.url + "in")
    receiver.answers["/in"], receiver.headers["Location"] = status, receiver.url + "elsewhere"
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    (done,) = await channels.work()
    assert (done.status, done.next_try_at) == (status, None)
    assert [taken.path for taken in receiver.taken] == ["/in"]


async def test_no_call_is_led_to_another_server(channels: Channels, receiver: Receiver) -> None:
    await channels.hook(receiver.url + "in")
    receiver.answers["/in"], receiver.headers["Location"] = 307, "http://127.0.5.9:9/in"
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    (done,) = await channels.work()
    assert (done.status, done.next_try_at) == (307, None)
    assert "leads elsewhere" in done.message


async def test_a_program_that_is_gone_is_left_alone(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook(receiver.url + "in")
    receiver.answers["/in"] = 410
    for name in "12":
        await channels.tell(NewsKind.PUBLISHED, await channels.mention(name))
    first, *rest = await channels.work()
    assert (first.status, rest) == (410, [])
    assert (await channels.hooks.get(channels.site.id, webhook.id)).paused
    second, first = await channels.log(webhook)
    assert (second.tries, second.next_try_at) == (0, None)
    assert "paused" in second.message
    assert "paused" in first.message
    assert await channels.tell(NewsKind.PUBLISHED, await channels.mention("3")) == 0


async def test_a_program_that_hangs_holds_up_nobody(channels: Channels, receiver: Receiver) -> None:
    receiver.silent.add("/slow")
    await channels.hook(receiver.url + "slow")
    await channels.hook(receiver.url + "quick")
    for name in "123":
        await channels.tell(NewsKind.PUBLISHED, await channels.mention(name))
    slow, quick = await channels.caller.claim(10)
    hanging = asyncio.create_task(channels.caller.call(slow))
    await channels.caller.call(quick)
    assert len(await channels.work()) == 2
    assert len(receiver.at("quick")) == 3
    receiver.release.set()
    assert (await hanging).status == 200
    assert len(await channels.work()) == 2


async def test_calls_of_a_webhook_come_in_the_order_of_what_happened(channels: Channels, receiver: Receiver) -> None:
    await channels.hook(receiver.url + "in")
    for name in ("c", "a", "b"):
        await channels.tell(NewsKind.PUBLISHED, await channels.mention(name))
    await channels.work()
    assert [json.loads(one.body)["mention"]["source"][-1] for one in receiver.taken] == ["c", "a", "b"]


@pytest.mark.parametrize("form", HookForm)
async def test_what_was_taken_away_before_it_was_told_is_not_told(
    channels: Channels, receiver: Receiver, form: HookForm
) -> None:
    webhook = await channels.hook(receiver.url + "in", form)
    mention = await channels.mention()
    await channels.tell(NewsKind.PUBLISHED, mention)
    await channels.put(mention, Status.REMOVED)
    assert await channels.tell(NewsKind.PUBLISHED, mention) == 0
    (done,) = await channels.work()
    assert (receiver.taken, done.tries, done.next_try_at) == ([], 0, None)
    assert "otherwise" in done.message
    assert await channels.tell(NewsKind.WITHDRAWN, mention) == 1
    (told,) = await channels.work()
    assert told.status == 200
    assert len(await channels.log(webhook)) == 2


@pytest.mark.parametrize("form", HookForm)
async def test_a_deletion_is_not_told_of_what_came_back(channels: Channels, receiver: Receiver, form: HookForm) -> None:
    await channels.hook(receiver.url + "in", form)
    mention = await channels.mention()
    await channels.put(mention, Status.REMOVED)
    await channels.tell(NewsKind.WITHDRAWN, mention)
    await channels.put(mention, Status.APPROVED)
    await channels.work()
    assert receiver.taken == []


async def test_what_waits_is_told_to_who_wants_to_hear_of_it_and_knows_the_word(
    channels: Channels, receiver: Receiver
) -> None:
    await channels.hook(receiver.url + "all")
    await channels.hook(receiver.url + "published", kinds=frozenset({NewsKind.PUBLISHED}))
    await channels.hook(receiver.url + "theirs", HookForm.WEBMENTION_IO)
    mention = await channels.mention()
    await channels.put(mention, Status.HELD)
    assert await channels.tell(NewsKind.WAITING, mention) == 1
    await channels.work()
    assert json.loads(receiver.at("all")[0].body)["mention"]["status"] == "held"


async def test_a_warning_is_told(channels: Channels, receiver: Receiver) -> None:
    await channels.hook(receiver.url + "in")
    await channels.database.write(
        alerts.raise_alert, channels.site.id, AlertKind.BURST, "bad.example", "Many at once.", channels.clock()
    )
    (alert,) = await channels.database.read(alerts.every)
    news = News(5, channels.site.id, NewsKind.WARNING, channels.clock(), alert_id=alert.id)
    assert await channels.database.write(calls_for, news, channels.clock()) == 1
    await channels.work()
    assert json.loads(receiver.taken[0].body)["alert"]["subject"] == "bad.example"


async def test_nothing_is_owed_for_a_mention_that_is_not_there_any_more(channels: Channels, receiver: Receiver) -> None:
    await channels.hook(receiver.url + "in")
    mention = await channels.mention()
    assert await channels.tell(NewsKind.PUBLISHED, replace(mention, id=mention.id + 1)) == 0


async def test_a_call_of_the_log_is_sent_again_as_it_was(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook(receiver.url + "in")
    receiver.answers["/in"] = 404
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    (refused,) = await channels.work()
    receiver.answers.clear()
    again = await channels.hooks.again(webhook, refused.id)
    (done,) = await channels.work()
    assert (done.id, done.status) == (again.id, 200)
    first, second = receiver.taken
    assert first.body == second.body
    assert first.headers["x-linkback-delivery"] != second.headers["x-linkback-delivery"]
    assert [call.status for call in await channels.log(webhook)] == [200, 404]


async def test_nobody_sends_the_calls_of_another_webhook(channels: Channels, receiver: Receiver) -> None:
    one, other = await channels.hook(receiver.url + "one"), await channels.hook(receiver.url + "other")
    call = await channels.hooks.test(channels.site, one)
    with pytest.raises(NotFound):
        await channels.hooks.again(other, call.id)
    with pytest.raises(NotFound):
        await channels.hooks.get(channels.site.id + 1, one.id)


@pytest.mark.parametrize("form", HookForm)
async def test_a_webhook_is_tried_without_a_mention(channels: Channels, receiver: Receiver, form: HookForm) -> None:
    webhook = await channels.hook(receiver.url + "in", form)
    await channels.hooks.test(channels.site, webhook)
    (done,) = await channels.work()
    assert (done.kind, done.status) == (None, 200)
    assert receiver.taken[0].headers["x-linkback-event"] == "test"
    assert is_signed(receiver.taken[0], webhook.secret)


async def test_a_webhook_that_is_paused_is_not_tried(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook(receiver.url + "in")
    await channels.hooks.pause(webhook)
    webhook = await channels.hooks.get(channels.site.id, webhook.id)
    with pytest.raises(Unfit, match="paused"):
        await channels.hooks.test(channels.site, webhook)
    await channels.hooks.resume(webhook)
    await channels.hooks.test(channels.site, await channels.hooks.get(channels.site.id, webhook.id))
    assert [call.status for call in await channels.work()] == [200]


async def test_a_webhook_that_is_dropped_while_it_is_owed_something_is_no_trouble(
    channels: Channels, receiver: Receiver
) -> None:
    webhook = await channels.hook(receiver.url + "in")
    await channels.hooks.test(channels.site, webhook)
    (due,) = await channels.caller.claim(1)
    await channels.hooks.drop(webhook)
    assert (await channels.caller.call(due)).next_try_at is None
    assert receiver.taken == []


async def test_a_private_address_is_not_called_whatever_its_name(channels: Channels, receiver: Receiver) -> None:
    """The address is let in when it is named, and the door that it meets has no exceptions."""
    webhook = await channels.hook(receiver.url + "in")
    door = Door()
    try:
        strict = Caller(channels.database, door, channels.clock)
        await channels.hooks.test(channels.site, webhook)
        (due,) = await strict.claim(1)
        done = await strict.call(due)
    finally:
        await door.close()
    assert receiver.taken == []
    assert (done.status, done.next_try_at) == (None, None)
    assert "port" in done.message or "public" in done.message


async def test_a_call_that_a_worker_died_over_is_made_by_another(channels: Channels, receiver: Receiver) -> None:
    await channels.hook(receiver.url + "in")
    await channels.tell(NewsKind.PUBLISHED, await channels.mention())
    other = replace(channels.caller, _busy=set())
    assert len(await other.claim(5)) == 1
    assert await channels.caller.claim(5) == []
    channels.clock.move(minutes=2)
    assert [call.status for call in await channels.work()] == [200]


async def test_the_log_keeps_the_newest_calls_and_all_that_are_owed(channels: Channels, receiver: Receiver) -> None:
    webhook = await channels.hook("http://127.0.5.9:9/in")
    first = await channels.hooks.test(channels.site, webhook)
    await channels.database.write(made_often, first, calls.KEPT + 5)
    kept = await channels.database.read(calls.log, webhook.id, limit=1000)
    assert len(kept) == calls.KEPT + 1
    assert kept[-1].id == first.id
    assert await channels.database.read(webhooks.get, webhook.id) == webhook


def made_often(connection: Connection, call: Call, times: int) -> None:
    """Owe as many calls like one, and note that each was made."""
    for _ in range(times):
        owed = calls.add(connection, call)
        calls.note(connection, replace(owed, next_try_at=None, done_at=call.created_at, status=200))


async def test_a_webhook_is_owed_so_many_calls_by_hand_and_no_more(channels: Channels) -> None:
    webhook = await channels.hook("http://127.0.0.1:9/")
    first = await channels.hooks.test(channels.site, webhook)
    for _ in range(MOST_WAITING - 1):
        await channels.hooks.again(webhook, first.id)
    with pytest.raises(Unfit, match="20 calls of this webhook wait already"):
        await channels.hooks.again(webhook, first.id)
    with pytest.raises(Unfit, match="20 calls of this webhook wait already"):
        await channels.hooks.test(channels.site, webhook)
