"""Everything that people look at, as one Litestar application."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from linkback import __version__
from linkback.web import api, dashboard, pages, trackbacks, webmentions
from linkback.web.asking import Asked
from linkback.web.filters import FILTERS
from linkback.web.refusals import apologise, refuse
from linkback.words import _, chosen_of, language, n_, npgettext, pgettext, speak

HERE = Path(__file__).parent
# Every value is escaped, and a name that a template expects and nobody gives is an error.
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    extensions=["jinja2.ext.i18n"],
)
TEMPLATES.globals.update(version=__version__, language=language)
TEMPLATES.filters.update(FILTERS)
TEMPLATES.policies["ext.i18n.trimmed"] = True
TEMPLATES.install_gettext_callables(_, n_, newstyle=True, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]  # the i18n extension adds it


def build_site(lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]]) -> Litestar:
    """Return the Litestar application."""
    return Litestar(
        route_handlers=[*pages.ROUTES, *webmentions.ROUTES, *trackbacks.ROUTES, *api.ROUTES, *dashboard.ROUTES],
        state=State({"static_files": {path.name: path.read_bytes() for path in (HERE / "static").iterdir()}}),
        lifespan=[lifespan],
        template_config=TemplateConfig(instance=JinjaTemplateEngine(engine_instance=TEMPLATES)),
        before_request=speak_with,
        exception_handlers={HTTPException: refuse, Exception: apologise},
        openapi_config=None,
        logging_config=None,
    )


async def speak_with(request: Asked) -> None:
    """Say what follows in the language that the reader's browser asks for, where there is a catalogue for it.

    A coroutine, since a plain function runs in a thread, with a language of its own.
    """
    speak(chosen_of(request.headers.get("accept-language", "")))


def render(name: str, context: dict[str, object]) -> bytes:
    """Return a page made of a template, for who answers without Litestar."""
    return TEMPLATES.get_template(name).render(context).encode()
