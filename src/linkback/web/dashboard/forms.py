"""Forms that browsers send: read within bounds, and believed only when one of our own pages sent them.

Two things are asked of each: that it says it comes from here (Origin, Sec-Fetch-Site), and that it carries a key
which only our page and the browser know (CSRF).
Spec: RFC 6454 (Origin), W3C Fetch Metadata
"""

import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from litestar.exceptions import HTTPException, PermissionDeniedException

from linkback.web.asking import Asked, app_of
from linkback.web.messages import Refused, headers_of, read_body

FORM_KEY = "form_key"
FORM_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 500
MOST_DIGITS = 18  # of a number: it fits into every database


@dataclass(frozen=True, slots=True)
class Form:
    """What was written into a form, in the order of its fields."""

    fields: tuple[tuple[str, str], ...]

    def first(self, name: str, default: str = "") -> str:
        """Return the first value of a field."""
        return next((value for key, value in self.fields if key == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return tuple(value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        """Tell whether a field was sent, as a box that is ticked is."""
        return any(key == name for key, _ in self.fields)

    def number(self, name: str) -> int | None:
        """Return a field as a whole number, 0 or more; None when it is none."""
        text = self.first(name).strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


async def read_form(request: Asked) -> Form:
    """Return a form from anywhere, 64 KiB and 500 fields at most; for addresses that are secrets themselves."""
    headers = headers_of(request.scope)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM_TYPE:
        raise HTTPException(status_code=415)
    try:
        body = await read_body(headers, request.receive)
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except Refused as refused:
        raise HTTPException(status_code=refused.response.status) from refused
    except ValueError:
        raise HTTPException(status_code=413) from None
    return Form(tuple(pairs))


async def form_from_here(request: Asked, key: str) -> Form:
    """Return a form that one of our own pages sent, with this key in it; raises a 403 page for any other."""
    if not is_from_here(request):
        raise PermissionDeniedException
    form = await read_form(request)
    if not key or not hmac.compare_digest(form.first(FORM_KEY).encode(), key.encode()):
        raise PermissionDeniedException
    return form


def is_from_here(request: Asked) -> bool:
    """Tell whether a request says that it comes from a page of this server; who says nothing is no browser of today."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    if origin == "null":  # a page that tells nobody where it is; Sec-Fetch-Site cannot be written by one
        return "sec-fetch-site" in request.headers
    own = urlsplit(app_of(request).settings.public_url)
    ours = f"{own.scheme}://{own.netloc}".lower()
    return origin == ours or origin.partition("://")[2] == request.headers.get("host")
