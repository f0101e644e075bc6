"""The lines that the pages of a site need, for each kind of site."""

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.snippets import lines_for, snippets
from linkback.web.dashboard.visiting import page, site_for, visitor_of


@get("/dashboard/sites/{site_id:int}/paste")
async def paste_page(request: Asked, site_id: FromPath[int]) -> Template:
    """Show what to paste."""
    visitor = await visitor_of(request)
    site = site_for(visitor, site_id)
    base = base_of(request)
    lines = lines_for(base, site.url, site.protocols)
    kinds = snippets(lines) if base and site.protocols else []
    return page(request, "dashboard/site_paste.html", visitor, site=site, base=base, kinds=kinds)


def base_of(request: Asked) -> str:
    """Return where the world reaches this server, with a slash at the end; empty where nobody said so."""
    url = app_of(request).settings.public_url
    return f"{url.rstrip('/')}/" if url else ""


ROUTES: tuple[HTTPRouteHandler, ...] = (paste_page,)
