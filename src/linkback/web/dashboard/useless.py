"""What is said of a link that works once and does nothing any more, and how another one is had."""

from collections.abc import Mapping
from http import HTTPStatus

from litestar.response import Template

from linkback.core.model import Purpose
from linkback.web.asking import Asked, app_of
from linkback.web.dashboard.posting import sends_mail
from linkback.web.dashboard.visiting import stranger_page
from linkback.words import _, later

WORDS: Mapping[Purpose, str] = {
    Purpose.SETUP: later("A link for the first account works once, within a day. This one was used, is too old, or is "
                         "not all of it."),
    Purpose.RESET: later("A link for a new password works once, within an hour. This one was used, is too old, or is "
                         "not all of it."),
    Purpose.INVITE: later("An invitation works once, within a week. This one was used, is too old, or is not all of "
                          "it."),
}  # fmt: skip


async def useless_page(request: Asked, purpose: Purpose) -> Template:
    """Say what became of a link, and what its reader can do."""
    return await stranger_page(
        request,
        "dashboard/useless.html",
        status=HTTPStatus.GONE,
        purpose=purpose.value,
        words=_(WORDS[purpose]),
        needs_setup=await app_of(request).accounts.needs_setup(),
        sends_mail=sends_mail(request),
    )
