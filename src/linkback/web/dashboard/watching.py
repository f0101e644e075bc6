"""The feeds that are watched: their posts are told of by themselves. A person sees those of their own sites."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.app import FROM_NOW_ON, Followed, NoListing
from linkback.core import urls
from linkback.core.errors import BadURL, NotFound, Unfit
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.forms import MOST_DIGITS
from linkback.web.dashboard.portions import portion_of
from linkback.web.dashboard.visiting import Visitor, moved, page, sent_form, visitor_of
from linkback.words import _, later

WATCHED = "/dashboard/watched"
ONE = f"{WATCHED}/{{feed_id:int}}"
SEE_OTHER = HTTPStatus.SEE_OTHER
PER_PAGE = 50  # posts
FOUND_WITHIN = 30.0  # seconds; a sitemap may be an index of others
# From when on posts are told of.
BEGIN: Mapping[str, str] = {
    "now": later("From now on"),
    "day": later("Since a day"),
    "all": later("All that it lists"),
}

NOT_YOURS = later("That is no address on one of your sites.")
NO_DAY = later("Write a day such as 2026-11-24.")
TOO_SLOW = later("The feed did not come in time. Try again in a minute.")


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed as somebody asks for it, word by word; `errors` are by the name of the field."""

    url: str = ""
    since: str = "now"
    day: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@get(WATCHED)
async def watched_page(request: Asked) -> Template:
    """Show the feeds that are watched, and a form for another one."""
    visitor = await visitor_of(request)
    return await _watched_page(request, visitor, NewFeed())


@post(WATCHED, status_code=SEE_OTHER)
async def watch(request: Asked) -> Redirect | Template:
    """Watch a feed, or the one that a page names."""
    visitor = await visitor_of(request)
    form = await sent_form(request, visitor)
    wanted = NewFeed(form.first("url").strip(), form.first("since"), form.first("day").strip())
    try:
        since = _since(wanted)
        if not _may_watch(visitor, wanted.url):
            raise Unfit("url", _(NOT_YOURS))
        async with asyncio.timeout(FOUND_WITHIN):
            followed = await app_of(request).watcher.add(
                urls.normalize(wanted.url), since, may_watch=lambda url: _may_watch(visitor, url)
            )
    except Unfit as error:
        return await _watched_page(request, visitor, replace(wanted, errors={error.field: str(error)}))
    except TimeoutError:
        return await _watched_page(request, visitor, replace(wanted, errors={"url": _(TOO_SLOW)}))
    except (BadURL, NoListing) as error:
        return await _watched_page(request, visitor, replace(wanted, errors={"url": str(error)}))
    app_of(request).receiver.wake()
    return moved(f"{WATCHED}/{followed.feed.id}", said="feed-watched")


@get(ONE)
async def feed_page(request: Asked, feed_id: FromPath[int]) -> Template:
    """Show a feed and what it listed."""
    visitor = await visitor_of(request)
    followed = await _followed(request, visitor, feed_id)
    before = request.query_params.get("before", "")
    number = int(before) if before.isascii() and before.isdecimal() and len(before) <= MOST_DIGITS else None
    posts = await app_of(request).watcher.posts(followed.feed, before_id=number, limit=PER_PAGE + 1)
    older = f"{WATCHED}/{feed_id}?before={posts[PER_PAGE - 1].id}" if len(posts) > PER_PAGE else ""
    return page(
        request,
        "dashboard/watched_feed.html",
        visitor,
        followed=followed,
        posts=posts[:PER_PAGE],
        older=older,
        by_itself=app_of(request).watcher.minutes > 0,
    )


@post(f"{ONE}/look", status_code=SEE_OTHER)
async def look_now(request: Asked, feed_id: FromPath[int]) -> Redirect:
    """Have a feed asked for now, by whoever works."""
    visitor = await visitor_of(request)
    await sent_form(request, visitor)
    followed = await _followed(request, visitor, feed_id)
    await app_of(request).watcher.ask_soon(followed.feed.url)
    app_of(request).receiver.wake()
    return moved(f"{WATCHED}/{feed_id}", said="feed-asked")


@post(f"{ONE}/delete", status_code=SEE_OTHER)
async def drop(request: Asked, feed_id: FromPath[int]) -> Redirect:
    """Watch a feed no longer."""
    visitor = await visitor_of(request)
    await sent_form(request, visitor)
    followed = await _followed(request, visitor, feed_id)
    await app_of(request).watcher.remove(followed.feed.url)
    return moved(WATCHED, said="feed-dropped")


def _may_watch(visitor: Visitor, url: str) -> bool:
    """Tell whether a feed is on a site that the person owns; an admin may watch any. Raises BadURL."""
    address = urls.normalize(url)
    owned = (site.url for site in visitor.sites if visitor.may_own(site.id))
    return visitor.user.admin or any(urls.same_site(address, site) for site in owned)


def _since(wanted: NewFeed) -> datetime | None:
    """Return from when on posts are to be told of, None for all; raises Unfit."""
    if wanted.since == "all":
        return None
    if wanted.since != "day":
        return FROM_NOW_ON
    try:
        return datetime.fromisoformat(wanted.day).replace(tzinfo=UTC)
    except ValueError as error:
        raise Unfit("day", _(NO_DAY)) from error


async def _followed(request: Asked, visitor: Visitor, feed_id: int) -> Followed:
    """Return a feed for who may see to it; for anybody else there is none."""
    try:
        followed = await app_of(request).watcher.get(feed_id)
    except NotFound:
        raise NotFoundException from None
    if not _may_watch(visitor, followed.feed.url):
        raise NotFoundException
    return followed


async def _watched_page(request: Asked, visitor: Visitor, wanted: NewFeed) -> Template:
    watcher = app_of(request).watcher
    every = [one for one in await watcher.every() if _may_watch(visitor, one.feed.url)]
    return page(
        request,
        "dashboard/watched.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wanted.errors else HTTPStatus.OK,
        wanted=wanted,
        portion=portion_of(request, every),
        by_itself=watcher.minutes > 0,
        minutes=watcher.minutes,
        since=[(value, _(words)) for value, words in BEGIN.items()],
        may_watch=visitor.user.admin or any(map(visitor.may_own, visitor.roles)),
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (watched_page, watch, feed_page, look_now, drop)
