"""What a listing means: which posts are to be told of, and which count as told already. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linkback.core.feeds import Listing
from linkback.core.model import Entry, Feed, FollowedPost
from linkback.core.urls import identity

SITEMAP = "sitemap"
GONE_FROM_FEED = ""  # the digest of a post that its feed no longer lists and that was looked at for that
# A date without a time is that day's first moment, zones are forgotten, and drafts keep the date they were begun.
SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is to be written: posts listed for the first time, and those that changed or are no longer listed."""

    added: tuple[FollowedPost, ...] = ()
    changed: tuple[FollowedPost, ...] = ()

    @property
    def due(self) -> tuple[FollowedPost, ...]:
        """The posts that are to be read and told of."""
        return tuple(post for post in (*self.added, *self.changed) if post.next_send_at)

    def parts(self, most: int) -> list["Sorted"]:
        """Return the same in parts of at most so many posts; one without any where there is none."""
        added = [Sorted(added=self.added[place : place + most]) for place in range(0, len(self.added), most)]
        changed = [Sorted(changed=self.changed[place : place + most]) for place in range(0, len(self.changed), most)]
        return [self] if len(self.added) + len(self.changed) <= most else added + changed


def sort(listing: Listing, known: Sequence[FollowedPost], feed: Feed, now: datetime) -> Sorted:
    """Compare what a feed lists with what is known of it."""
    posts = {identity(post.url): post for post in known}
    listed = {identity(entry.url): entry for entry in listing.entries}
    added = tuple(_new(entry, feed, now) for key, entry in listed.items() if key not in posts)
    changed = [
        replace(post, digest=entry.digest, published=_date(entry), seen_at=now, next_send_at=now, tries=0)
        for key, entry in listed.items()
        if (post := posts.get(key)) and post.digest != entry.digest
    ]
    missing = [post for key, post in posts.items() if key not in listed]
    return Sorted(added, (*changed, *_vanished(listing, missing, now)))


def first_moment(listing: Listing, since: datetime | None, now: datetime) -> datetime | None:
    """Return before what date posts count as told from now on: what the owner said, else that of the oldest listed.

    A feed that grows at its end lists old posts for the first time; these are no news.
    """
    if since is None or since < now:
        return since
    return min([date for entry in listing.entries if (date := _date(entry))], default=now) - SLACK


def _new(entry: Entry, feed: Feed, now: datetime) -> FollowedPost:
    due = None if _counts_as_told(entry, feed) else now
    return FollowedPost(0, feed.id, entry.url, entry.digest, _date(entry), seen_at=now, next_send_at=due)


def _counts_as_told(entry: Entry, feed: Feed) -> bool:
    """Tell whether a post that is seen for the first time is no news.

    When the feed itself is new, all posts are but those that its owner asked for by their date.
    """
    if feed.since is None:
        return False
    date = _date(entry)
    if feed.polled_at is None and (date is None or feed.since >= feed.created_at):
        return True
    return date is not None and date < feed.since


def _vanished(listing: Listing, missing: list[FollowedPost], now: datetime) -> Iterator[FollowedPost]:
    """Yield the posts that should be listed and are not, to be looked at once: they may have been deleted.

    A feed drops its oldest entries, which means nothing; a sitemap drops none. One that is empty or was
    read in part says nothing either.
    """
    if not listing.whole or not listing.entries:
        return
    dates = [_date(entry) for entry in listing.entries]
    known_dates = [date for date in dates if date]
    oldest = min(known_dates) if len(known_dates) == len(dates) else None
    for post in missing:
        newer = oldest is not None and post.published is not None and post.published > oldest
        if post.digest != GONE_FROM_FEED and (newer or listing.kind == SITEMAP):
            yield replace(post, digest=GONE_FROM_FEED, seen_at=now, next_send_at=now, tries=0)


def _date(entry: Entry) -> datetime | None:
    return entry.published or entry.updated
