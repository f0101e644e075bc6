"""What is said where there is nothing to see: a sentence in the form that was asked for, and nothing of the request."""

from http import HTTPStatus
from urllib.parse import quote

import structlog
from litestar import MediaType, Response
from litestar.exceptions import HTTPException, NotAuthorizedException

from linkback.web.asking import Asked
from linkback.words import _, chosen_of, later, speaking

log = structlog.get_logger()

SENTENCES = {
    HTTPStatus.UNAUTHORIZED: later("Sign in first. Nothing was changed."),
    HTTPStatus.FORBIDDEN: later(
        "This form was too old, or it did not come from a page of this server. Nothing was changed."
    ),
    HTTPStatus.NOT_FOUND: later("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: later("This address can only be read."),
    HTTPStatus.INTERNAL_SERVER_ERROR: later("Something went wrong here. It has been noted."),
}
REFUSED = later("This request makes no sense here.")
# What people read above it; programs get the phrases of HTTP.
TITLES = {
    HTTPStatus.UNAUTHORIZED: later("Not signed in"),
    HTTPStatus.FORBIDDEN: later("Not taken"),
    HTTPStatus.NOT_FOUND: later("Not found"),
    HTTPStatus.INTERNAL_SERVER_ERROR: later("Something went wrong"),
}
NOT_POSSIBLE = later("Not possible")


class SignInFirst(NotAuthorizedException):
    """Only who is signed in may ask this; `back` is the page that was asked for, empty where there is no way back."""

    def __init__(self, back: str) -> None:
        super().__init__()
        self.back = back


def refuse(request: Asked, error: HTTPException) -> Response[object]:
    """Say in a sentence what is wrong with a request, and nothing of the request."""
    if isinstance(error, SignInFirst) and error.back:
        headers = {"location": f"/login?next={quote(error.back, safe='/')}", "cache-control": "no-store"}
        return Response("", status_code=HTTPStatus.SEE_OTHER, headers=headers, media_type=MediaType.TEXT)
    told = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return _worded(request, error.status_code, told)


def apologise(request: Asked, error: Exception) -> Response[object]:
    """Log a surprise, and say nothing of it."""
    log.error("page failed", path=request.url.path, error=repr(error), exc_info=error)
    return _worded(request, HTTPStatus.INTERNAL_SERVER_ERROR, {})


def _worded(request: Asked, status: int, headers: dict[str, str]) -> Response[object]:
    """Return a page to a browser, a problem (RFC 9457) to a program that wants JSON, else a line of text."""
    sentence = SENTENCES.get(HTTPStatus(status), REFUSED)
    accept = request.headers.get("accept", "")
    if "text/html" in accept:
        page = _for_people(request, TITLES.get(HTTPStatus(status), NOT_POSSIBLE), sentence)
        return Response(page, status_code=status, headers=headers, media_type=MediaType.HTML)
    if "json" in accept:
        title = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": int(status), "detail": sentence}
        return Response(problem, status_code=status, headers=headers, media_type="application/problem+json")
    return Response(sentence + "\n", status_code=status, headers=headers, media_type=MediaType.TEXT)


def _for_people(request: Asked, title: str, sentence: str) -> str:
    """Return a page in the reader's language: an address that there is not was not asked for it before."""
    with speaking(chosen_of(request.headers.get("accept-language", ""))):
        context = {"title": _(title), "sentence": _(sentence), "at_desk": request.url.path.startswith("/dashboard")}
        page: str = request.app.template_engine.get_template("refused.html").render(**context)  # type: ignore[union-attr]  # build_site sets it
        return page
