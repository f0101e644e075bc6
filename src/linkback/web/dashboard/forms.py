"""Forms that browsers send: read within bounds, and believed only when one of our own pages sent them.

Two things are asked of each: that it says it comes from here (Origin, Sec-Fetch-Site), and that it carries a key
which only our page and the browser know (CSRF).
Spec: RFC 6454 (Origin), W3C Fetch Metadata
"""

import asyncio
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException, PermissionDeniedException

from linkback.web.asking import Asked, app_of
from linkback.web.messages import Refused, headers_of, read_body

FORM_KEY = "form_key"
FORM_TYPE = "application/x-www-form-urlencoded"
FILES_TYPE = "multipart/form-data"
MOST_FIELDS = 500
# Routes say with `opt=TAKES_FILES` that their form has a file in it, and with `request_max_body_size` how large it is.
TAKES_FILES = {"takes_files": True}
FILES_WITHIN = 60.0  # seconds; a megabyte over a slow line
MOST_DIGITS = 18  # of a number: it fits into every database


@dataclass(frozen=True, slots=True)
class Form:
    """What was written into a form, in the order of its fields, and the files that came with it."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...] = ()

    def first(self, name: str, default: str = "") -> str:
        """Return the first value of a field."""
        return next((value for key, value in self.fields if key == name), default)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return tuple(value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        """Tell whether a field was sent, as a box that is ticked is."""
        return any(key == name for key, _ in self.fields)

    def file(self, name: str) -> bytes:
        """Return the file that came under a name; empty where none was chosen."""
        return next((content for key, content in self.files if key == name), b"")

    def number(self, name: str) -> int | None:
        """Return a field as a whole number, 0 or more; None when it is none."""
        text = self.first(name).strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


async def read_form(request: Asked) -> Form:
    """Return a form from anywhere, 64 KiB and 500 fields at most; for addresses that are secrets themselves."""
    headers = headers_of(request.scope)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == FILES_TYPE and request.route_handler.opt.items() >= TAKES_FILES.items():
        return await _with_files(request)
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


async def _with_files(request: Asked) -> Form:
    """Return a form with files in it; raises what Litestar does for one that is too large or makes no sense."""
    try:
        async with asyncio.timeout(FILES_WITHIN):
            sent = list((await request.form()).multi_items())
    except TimeoutError:
        raise HTTPException(status_code=408) from None
    except UnicodeDecodeError:
        raise HTTPException(status_code=400) from None
    fields = tuple((name, value) for name, value in sent if isinstance(value, str))
    files = [(name, await value.read()) for name, value in sent if isinstance(value, UploadFile)]
    return Form(fields, tuple(files))


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
