"""One mention with all that is known of it: what it says, why it stands where it stands, and what changed."""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from linkback.core.errors import NotFound
from linkback.desk import Shown
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.outcome import said_of
from linkback.web.dashboard.telling import (
    PROTOCOL_WORDS,
    change_words,
    evidence_words,
    host_url,
    page_url,
    row_of,
    score_words,
)
from linkback.web.dashboard.visiting import page, visitor_of


@get("/dashboard/mentions/{mention_id:int}")
async def mention_page(request: Asked, mention_id: FromPath[int]) -> Template:
    """Show a mention of one of the person's sites."""
    visitor = await visitor_of(request)
    try:
        shown = await app_of(request).inbox.mention(mention_id, visitor.roles)
    except NotFound:
        raise NotFoundException from None
    mention, site = shown.mention, shown.site
    row = row_of(Shown(mention, shown.changes), site)
    return page(
        request,
        "dashboard/mention.html",
        visitor,
        shown=shown,
        row=row,
        score=score_words(mention, site) if mention.verdict else "",
        evidence=list(evidence_words(mention.evidence)) if mention.evidence else [],
        receipts=[(PROTOCOL_WORDS.get(one.protocol, one.protocol), one) for one in mention.receipts],
        history=[(event, *change_words(event)) for event in reversed(shown.history)],
        of_host=[row_of(Shown(other), site) for other in shown.of_host.mentions],
        of_page=[row_of(Shown(other), site) for other in shown.of_page.mentions],
        host_url=host_url(shown.host),
        page_url=page_url(row.target),
        said=await said_of(request, visitor),
    )


ROUTES: tuple[HTTPRouteHandler, ...] = (mention_page,)
