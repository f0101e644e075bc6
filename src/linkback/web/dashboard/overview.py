"""The overview: how mentions come, from where, to which pages, what was kept away, and what was sent."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from linkback.core.model import Alert, AlertKind, DeliveryStatus, Site, Status
from linkback.desk import SPANS, Trends
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.charts import Bar, Chart, bars, chart
from linkback.web.dashboard.visiting import Visitor, page, visitor_of
from linkback.web.spoken import rule_words
from linkback.words import _, later

USUAL_SPAN = 30
SPAN_WORDS: Mapping[int, str] = {
    7: later("7 days"), 30: later("30 days"), 90: later("90 days"), 365: later("A year"),
}  # fmt: skip

# What a kind is called in a chart, and its tone there; from the ground up.
LINKS: Mapping[str, tuple[str, str]] = {
    Status.APPROVED: (later("approved"), "good"),
    Status.HELD: (later("waiting for you"), "warn"),
    Status.RECEIVED: (later("not looked at yet"), "calm"),
    Status.GONE: (later("gone"), "quiet"),
    Status.REMOVED: (later("removed"), "bad"),
}
PROTOCOLS: Mapping[str, tuple[str, str]] = {
    "webmention": (later("Webmention"), "main"),
    "pingback": (later("Pingback"), "calm"),
    "trackback": (later("TrackBack"), "warn"),
}
SENT: Mapping[str, tuple[str, str]] = {
    DeliveryStatus.SENT: (later("taken"), "good"),
    DeliveryStatus.WAITING: (later("to be tried"), "calm"),
    DeliveryStatus.NO_ENDPOINT: (later("nobody listens"), "quiet"),
    DeliveryStatus.SKIPPED: (later("left out"), "faint"),
    DeliveryStatus.REFUSED: (later("refused"), "warn"),
    DeliveryStatus.FAILED: (later("failed"), "bad"),
}
JUNK: Mapping[str, tuple[str, str]] = {Status.SPAM: (later("kept away"), "bad")}

WHAT_TO_DO: Mapping[AlertKind, str] = {
    AlertKind.BURST: later("Look at what came, and let the site hold everything for a while if it goes on."),
    AlertKind.TURNED: later("Look at what it says now, and decide again."),
    AlertKind.NEIGHBOUR: later("Look at who it is; block it if you want to hear of it no more."),
}


@dataclass(frozen=True, slots=True)
class Concern:
    """An alert that stands open: what happened, what to do, and where."""

    at: datetime
    site: str
    message: str
    advice: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What is asked for: a span of days, and one site or all that the person may see."""

    days: int
    site: Site | None
    sites: tuple[Site, ...]

    def url(self, *, days: int | None = None) -> str:
        """Return the address of this overview, or of that over another span."""
        return f"/dashboard?{urlencode({'days': days or self.days, **self.of_site})}"

    @property
    def of_site(self) -> dict[str, int]:
        """Return what an address has to say so that another page shows the same site."""
        return {"site": self.site.id} if self.site else {}

    @property
    def spans(self) -> list[tuple[str, str, bool]]:
        """Return the spans to choose from: address, words, whether it is this one."""
        return [(self.url(days=days), _(SPAN_WORDS[days]), days == self.days) for days in SPANS]


@dataclass(frozen=True, slots=True)
class Charts:
    """The pictures of an overview."""

    links: Chart
    protocols: Chart
    junk: Chart
    sent: Chart


@dataclass(frozen=True, slots=True)
class Most:
    """What comes up most: hosts that link, pages that are linked to, and rules that spoke against junk."""

    hosts: tuple[Bar, ...]
    pages: tuple[Bar, ...]
    rules: tuple[Bar, ...]


@get("/dashboard")
async def overview_page(request: Asked) -> Template:
    """Show how things go at the sites of a person, over a span of days that ends today."""
    visitor = await visitor_of(request)
    seen = _seen(request, visitor)
    overview = app_of(request).overview
    of_all_posts = visitor.user.admin and seen.site is None
    trends, alerts = await asyncio.gather(
        overview.trends(seen.sites, seen.days, of_all_posts=of_all_posts), overview.open_alerts(seen.sites)
    )
    return page(
        request,
        "dashboard/overview.html",
        visitor,
        seen=seen,
        trends=trends,
        warnings=_warnings(alerts, seen.sites),
        charts=_charts(trends),
        sent=_sent(trends),
        most=_most(trends),
    )


def _seen(request: Asked, visitor: Visitor) -> Seen:
    """Return what a query asks for; what makes no sense, or is not for this person, is not heard."""
    days, wanted = (request.query_params.get(name, "") for name in ("days", "site"))
    span = next((one for one in SPANS if str(one) == days), USUAL_SPAN)
    site = next((one for one in visitor.sites if str(one.id) == wanted), None)
    return Seen(span, site, (site,) if site else visitor.sites)


def _sent(trends: Trends) -> tuple[int, list[tuple[str, int]]]:
    """Return how many pings were taken, and in words what became of the others."""
    told = Counter[str]()
    for (_day, status), count in trends.changes.sent.items():
        told[status] += count
    others = [status for status in SENT if status != DeliveryStatus.SENT and told[status]]
    return told[DeliveryStatus.SENT], [(_(SENT[status][0]), told[status]) for status in others]


def _charts(trends: Trends) -> Charts:
    days, changes = trends.days, trends.changes
    junk = {(day, Status.SPAM.value): count for day, count in trends.junk.by_day.items()}
    return Charts(
        chart("links", _("Mentions by where they stand now"), days, trends.links.by_status, said(LINKS)),
        chart("protocols", _("Mentions by how they came"), days, changes.by_protocol, said(PROTOCOLS)),
        chart("junk", _("Junk that was kept away"), days, junk, said(JUNK)),
        chart("sent", _("Pings that you sent, by what became of them"), days, changes.sent, said(SENT)),
    )


def said(tones: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return names and tones of a chart in the language of the reader."""
    return {kind: (_(name), tone) for kind, (name, tone) in tones.items()}


def _most(trends: Trends) -> Most:
    ranking, rules = trends.links.ranking, trends.junk.rules
    return Most(
        bars((host, host_url(host), count) for host, count in ranking.hosts),
        bars((url, page_url(url), count) for url, count in ranking.pages),
        bars((rule_words(rule), "", count) for rule, count in rules.by_rule),
    )


def host_url(host: str) -> str:
    """Return where a page on a host is."""
    return f"/dashboard/hosts/{quote(host, safe='')}"


def page_url(url: str) -> str:
    """Return where the page on one of the owner's pages is."""
    return f"/dashboard/pages?{urlencode({'url': url})}"


def _warnings(alerts: Sequence[Alert], sites: Sequence[Site]) -> list[Concern]:
    names = {site.id: site.url for site in sites}
    return [
        Concern(one.last_at, names.get(one.site_id, ""), one.message, _(WHAT_TO_DO[one.kind]), *_way(one))
        for one in alerts
    ]


def _way(alert: Alert) -> tuple[str, str]:
    """Return where to do something about an alert, and what is there."""
    if alert.kind is AlertKind.NEIGHBOUR:
        return f"/dashboard/sites/{alert.site_id}/neighbourhood", _("See the neighbourhood")
    if alert.subject:
        return host_url(alert.subject), _("See the host")
    return f"/dashboard/inbox?{urlencode({'site': alert.site_id})}", _("See what waits")


ROUTES: tuple[HTTPRouteHandler, ...] = (overview_page,)
