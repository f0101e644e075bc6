"""What somebody asks of the site's pages, and in which form they want the answer."""

from litestar import Request
from litestar.datastructures import State

from linkback.app import App

Asked = Request[object, object, State]

MOST_RANGES = 32  # of an Accept header; browsers send five or six
JSON_TYPES = frozenset({"application/json", "text/json", "*/*", "application/*"})


def app_of(request: Asked) -> App:
    """Return the parts of the running Linkback."""
    app: App = request.app.state.app
    return app


def prefers_html(accept: str) -> bool:
    """Tell whether an Accept header wants a page for people rather than JSON: text/html by name, and more of it."""
    html = json = 0.0
    for wanted in accept.lower().split(",", MOST_RANGES)[:MOST_RANGES]:
        media, *parameters = (part.strip() for part in wanted.split(";"))
        if media in ("text/html", "application/xhtml+xml"):
            html = max(html, _quality(parameters))
        elif media in JSON_TYPES:
            json = max(json, _quality(parameters))
    return html > json


def _quality(parameters: list[str]) -> float:
    given = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return float(given[:6])
    except ValueError:
        return 0.0
