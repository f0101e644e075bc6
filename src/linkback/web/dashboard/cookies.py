"""The cookies of the desk: who is signed in, which browser is known to whom, and the key of strangers' forms.

Where the world reaches this server over https, their names begin with `__Host-`: browsers take such cookies from
this very host alone, over https alone.
Spec: RFC 6265bis section 4.1.3 (prefixes), 5.6.7 (SameSite)
"""

from datetime import timedelta

from litestar.datastructures import Cookie

from linkback.web.asking import Asked, app_of

SESSION = "linkback"
KNOWN = "linkback-known"
FORM = "linkback-form"
LONGEST = timedelta(days=400)  # what browsers allow; when a session ends is for the server to say


def read_cookie(request: Asked, name: str) -> str:
    """Return what the browser keeps under a name, or nothing."""
    return request.cookies.get(_full(request, name), "")


def cookie(request: Asked, name: str, value: str, lasts: timedelta = LONGEST) -> Cookie:
    """Return a cookie that no script can read, and that goes with no request from another site but a link."""
    return Cookie(
        key=_full(request, name),
        value=value,
        path="/",
        max_age=int(lasts.total_seconds()),
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def forgotten(request: Asked, name: str) -> Cookie:
    """Return what makes the browser forget a cookie."""
    return cookie(request, name, "", timedelta(0))


def _full(request: Asked, name: str) -> str:
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: Asked) -> bool:
    return app_of(request).settings.public_url.startswith("https:")
