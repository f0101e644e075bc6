"""linkback watch: feeds whose new and changed posts are told of by themselves."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from linkback.app import FROM_NOW_ON, App, Followed, Foreseen, Told, open_app
from linkback.cli.options import WebAddress, json_option, network_options, run, settings_of, storage_options
from linkback.cli.output import delivery_json, delivery_words, moment, print_json, print_table, progress
from linkback.core.model import Delivery, DeliveryStatus, Feed
from linkback.settings import Settings

COLUMNS = ("post", "target", "status", "protocol", "what happens")
NO_FEED = "No feed is watched; linkback watch add FEED begins with one."
NOTHING_TO_SEND = "Nothing is to be sent."
NOT_DONE = (DeliveryStatus.FAILED, DeliveryStatus.REFUSED)


class Since(click.ParamType[datetime | None]):
    """A day or a moment, UTC where it names no zone; `all` is before every one."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | None:
        """Return the moment, None for `all`, or fail with a sentence."""
        if isinstance(value, datetime) or value == "all":
            return value if isinstance(value, datetime) else None
        try:
            since = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date; write it like 2026-11-24, or all.", param, ctx)
        return since if since.tzinfo else since.replace(tzinfo=UTC)


@click.group()
def watch() -> None:
    """Follow feeds, and tell of posts that are new or changed."""


@watch.command()
@storage_options
@network_options
@click.argument("feed", type=WebAddress())
@click.option(
    "--since", type=Since(), metavar="DATE|all", help="tell of posts from this day on, or of all (default: new ones)"
)
@click.option("--dry-run", is_flag=True, help="say what would be sent, and keep and send nothing")
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    config: Path | None,
    database: str | None,
    allow_network: tuple[str, ...],
    feed: str,
    since: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Follow FEED: RSS, Atom, JSON Feed, a sitemap, or a page that names one of them or marks its posts (h-entry).

    What it lists now counts as told already, unless --since says otherwise. What is due is sent by
    serve, worker or linkback watch run.
    """
    settings = settings_of(config, database, allow_network)
    if ctx.get_parameter_source("since") is click.core.ParameterSource.DEFAULT:
        since = FROM_NOW_ON
    if dry_run:
        _print_foreseen(run(_preview_new(settings, feed, since)), as_json=as_json)
        return
    followed = run(_add(settings, feed, since))
    if as_json:
        print_json(_feed_json(followed))
        return
    click.echo(_begun(followed), err=True)


@watch.command("list")
@storage_options
@json_option
def list_(config: Path | None, database: str | None, as_json: bool) -> None:
    """List the feeds, how the last poll of each went, and when it is asked for again."""
    settings = settings_of(config, database)
    every = run(_every(settings))
    if as_json:
        print_json([_feed_json(followed) for followed in every])
        return
    rows = [_row(followed, by_itself=settings.watch_minutes > 0) for followed in every]
    print_table(("feed", "kind", "posts", "due", "last poll", "what it said", "next poll"), rows, empty=NO_FEED)


@watch.command()
@storage_options
@click.argument("feed", type=WebAddress())
def remove(config: Path | None, database: str | None, feed: str) -> None:
    """Follow FEED no longer. What was sent stays in the ledger."""
    run(_remove(settings_of(config, database), feed))
    click.echo(f"{feed} is no longer watched.", err=True)


@watch.command("run")
@storage_options
@network_options
@click.argument("feed", type=WebAddress(), required=False)
@click.option("--dry-run", is_flag=True, help="say what would be sent, and keep and send nothing")
@json_option
def run_(
    config: Path | None,
    database: str | None,
    allow_network: tuple[str, ...],
    feed: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask for FEED now, or for all feeds, and send what is due. For cron, where no server runs.

    Ends with 1 when a feed or a post could not be read, or a delivery failed or was refused.
    """
    settings = settings_of(config, database, allow_network)
    if dry_run:
        _print_foreseen(run(_preview_known(settings, feed)), as_json=as_json)
        return
    polled, told, sent = run(_run(settings, feed))
    if as_json:
        print_json(_run_json(polled, told, sent))
    else:
        for one in polled:
            click.echo(f"{one.url}: {one.message}", err=True)
        troubles = [(one.post.url, "", "not read", "", one.post.message) for one in told if one.post.next_send_at]
        print_table(COLUMNS, [*troubles, *map(_delivery_row, sent)], empty=NOTHING_TO_SEND)
    if _went_wrong(polled, told, sent):
        click.get_current_context().exit(1)


async def _add(settings: Settings, feed: str, since: datetime | None) -> Followed:
    async with open_app(settings) as app:
        return await app.watcher.add(feed, since)


async def _preview_new(settings: Settings, feed: str, since: datetime | None) -> list[Foreseen]:
    async with open_app(settings) as app:
        return await app.watcher.preview(feed, since)


async def _preview_known(settings: Settings, feed: str | None) -> list[Foreseen]:
    async with open_app(settings) as app:
        named = [feed] if feed else [followed.feed.url for followed in await app.watcher.every()]
        return [seen for url in named for seen in await app.watcher.preview(url)]


async def _every(settings: Settings) -> list[Followed]:
    async with open_app(settings) as app:
        return await app.watcher.every()


async def _remove(settings: Settings, feed: str) -> None:
    async with open_app(settings) as app:
        await app.watcher.remove(feed)


async def _run(settings: Settings, feed: str | None) -> tuple[list[Feed], list[Told], list[Delivery]]:
    async with open_app(settings) as app:
        taken = await app.watcher.take(feed)
        polled: list[Feed] = []
        told: list[Told] = []
        with progress("asking") as bar:
            for one in bar.track(taken):
                polled.append((await app.watcher.poll(one)).feed)
                told += await app.watcher.tell_all(one)
        return polled, told, await _deliver(app)


async def _deliver(app: App) -> list[Delivery]:
    with progress("telling") as bar:
        bar.add_task("", total=None)
        return await app.watcher.deliver_all()


def _went_wrong(polled: list[Feed], told: list[Told], sent: list[Delivery]) -> bool:
    unread = any(one.failures or not one.next_poll_at for one in polled) or any(one.post.next_send_at for one in told)
    return unread or any(delivery.status in NOT_DONE for delivery in sent)


def _begun(followed: Followed) -> str:
    feed, told, due = followed.feed, followed.posts - followed.due, followed.due
    if followed.known:
        return f"{feed.url} is watched already ({_posts(followed.posts)})."
    words = [f"{feed.url} is watched ({feed.kind})"]
    if told or not due:
        words.append(f"{_posts(told)} count{'s' * (told == 1)} as told already")
    if due:
        words.append(f"{_posts(due)} wait{'s' * (due == 1)} for linkback watch run or a running server")
    return f"{words[0]}: {', '.join(words[1:])}.{followed.notes}"


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} posts"


def _row(followed: Followed, *, by_itself: bool) -> tuple[str, ...]:
    feed = followed.feed
    again = "never" if feed.next_poll_at is None else moment(feed.next_poll_at) if by_itself else "by watch run"
    posts, due = str(followed.posts), str(followed.due)
    return feed.url, feed.kind, posts, due, moment(feed.polled_at), feed.message, again


def _feed_json(followed: Followed) -> dict[str, object]:
    feed = followed.feed
    return {
        "feed": feed.url,
        "kind": feed.kind,
        "posts": followed.posts,
        "due": followed.due,
        "since": feed.since,
        "polled_at": feed.polled_at,
        "failures": feed.failures,
        "message": feed.message,
        "next_poll_at": feed.next_poll_at,
    }


def _print_foreseen(foreseen: list[Foreseen], *, as_json: bool) -> None:
    if as_json:
        print_json([_foreseen_json(seen) for seen in foreseen])
        return
    print_table(COLUMNS, _foreseen_rows(foreseen), empty=NOTHING_TO_SEND)


def _foreseen_rows(foreseen: list[Foreseen]) -> Iterable[tuple[str, ...]]:
    for seen in foreseen:
        if seen.trouble:
            yield seen.url, "", "not read", "", seen.trouble
        yield from map(_delivery_row, seen.deliveries)


def _foreseen_json(seen: Foreseen) -> dict[str, object]:
    deliveries = [delivery_json(delivery) for delivery in seen.deliveries]
    return {"source": seen.url, "trouble": seen.trouble, "deliveries": deliveries}


def _run_json(polled: list[Feed], told: list[Told], sent: list[Delivery]) -> dict[str, object]:
    return {
        "feeds": [{"feed": one.url, "failures": one.failures, "message": one.message} for one in polled],
        "posts": [
            {"source": one.post.url, "message": one.post.message, "next_try_at": one.post.next_send_at} for one in told
        ],
        "deliveries": [{"source": delivery.source, **delivery_json(delivery)} for delivery in sent],
    }


def _delivery_row(delivery: Delivery) -> tuple[str, ...]:
    protocol = delivery.protocol or ""
    return delivery.source, delivery.target, delivery.status.value, protocol, delivery_words(delivery)
