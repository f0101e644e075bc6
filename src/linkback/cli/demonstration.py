"""linkback demo: see it work, without any set-up."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from linkback.cli.logs import log_to_stderr
from linkback.cli.options import run_until_stopped
from linkback.web.demo import Demo, Told


@click.command()
@click.option("--once", is_flag=True, help="do it, print it, and end")
@click.option("--port", default=0, type=click.IntRange(0, 65535), metavar="N", help="where Linkback listens (any free)")
def demo(once: bool, port: int) -> None:
    """Run two local blogs with one real ping between them, and say where to look."""
    log_to_stderr("warning")
    with tempfile.TemporaryDirectory(prefix="linkback-demo-") as folder:
        shown = Demo(Path(folder), port)
        run_until_stopped(shown.run(lambda told: click.echo(_story(shown, told, once=once)), once=once))


def _story(shown: Demo, told: Told, *, once: bool) -> str:
    mention, citation = told.mention, told.mention.citation
    reasons = " ".join(reason.sentence for reason in mention.verdict.reasons) if mention.verdict else ""
    lines = [
        f"Ana's post    {shown.post}",
        f"  links to    {shown.notes}",
        "",
        f"Sent          {told.delivery.protocol} to {told.delivery.endpoint}",
        f"  answered    {told.delivery.message}",
        "",
        f"Received      mention {mention.id}, {mention.status.value}",
        f"  title       {citation.title}",
        f"  author      {citation.author.name}",
        f"  sentence    {citation.excerpt}",
        f"  because     {reasons}",
    ]
    return "\n".join(lines if once else lines + _where_to_look(shown, told))


def _where_to_look(shown: Demo, told: Told) -> list[str]:
    database, linkback, mention_id = shown.settings.database, _as_typed(), told.mention.id
    return [
        "",
        "Look around (Ctrl-C ends it):",
        f"  {told.desk}",
        "    Ben's desk: make his account, and the mention waits in the inbox",
        f"  {shown.linkback.url}about  what Linkback asks of pages",
        f"  {shown.notes}  Ben's post, with the mentions he approved",
        f"  {linkback} mentions show {mention_id} --database {database}",
        f"  {linkback} mentions approve {mention_id} --database {database}   then load Ben's post again",
    ]


def _as_typed() -> str:
    """Return how this program is called from here: by its name where the shell finds it, else by its path."""
    if shutil.which("linkback"):
        return "linkback"
    return os.path.relpath(sys.argv[0]) if Path(sys.argv[0]).name == "linkback" else "python -m linkback"
