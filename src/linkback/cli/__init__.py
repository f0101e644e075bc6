"""The command line: commands of a few lines each, over the same verbs as the server.

Exit status: 0 done, 1 something failed, 2 the command was used wrongly. `--json` prints one
document on standard output and nothing else there; words and progress go to standard error.
"""

import importlib
import io
import os
import signal
import sys

import click

from linkback import __version__
from linkback.core.errors import FetchError, LinkbackError, SettingsError

# name -> module, and a line for the list: a command's module is imported when it runs, so that help comes at once
COMMANDS = {
    "demo": ("linkback.cli.demonstration", "Show one real ping between two local blogs."),
    "serve": ("linkback.cli.serving", "Take pings, verify them, and do what is due."),
    "worker": ("linkback.cli.serving", "Do what is due, and take no pings."),
    "send": ("linkback.cli.sending", "Tell the pages that a post links to."),
    "discover": ("linkback.cli.checking", "Say what a page accepts, and where it says so."),
    "check": ("linkback.cli.checking", "Test a page's set-up, and say how to mend it."),
    "watch": ("linkback.cli.watching", "Follow feeds, and tell of posts that are new or changed."),
    "deliveries": ("linkback.cli.deliveries", "List what was sent, show each try, and try again."),
    "mentions": ("linkback.cli.mentions", "List mentions, show one, and decide."),
    "rules": ("linkback.cli.rules", "Block, hold, trust or mute, and try a change before it is saved."),
    "report": ("linkback.cli.reports", "Say what was kept away, and who links to the site."),
    "sites": ("linkback.cli.sites", "Add sites, and set how each takes pings."),
    "mail": ("linkback.cli.mail", "See whether mail arrives, and what became of letters."),
    "user": ("linkback.cli.users", "Add people, say what each may do, and make tokens."),
    "db": ("linkback.cli.database", "See to the tables of the database."),
}


class Commands(click.Group):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="linkback")
def linkback() -> None:
    """Tell the owner of a site who links to it, and tell other sites when their owner links to them."""


def main() -> None:
    """Run the command line; whatever goes wrong ends in a sentence, never in a traceback."""
    # Whoever starts us in the background may have Ctrl-C ignored; SIGTERM has to end us all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter is no reason to fail
    sys.exit(run(sys.argv[1:]))


def _as_ctrl_c(_signal: int, _frame: object) -> None:
    """Take SIGTERM for what Ctrl-C is at this moment."""
    signal.raise_signal(signal.SIGINT)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    try:
        status = linkback.main(arguments, prog_name="linkback", standalone_mode=False)
    except SystemExit as end:  # click and rich, when whoever read our output has seen enough
        return end.code if isinstance(end.code, int) else 1
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return 2
    except Exception as error:
        return _complain(error)
    return status if isinstance(status, int) else 0


def _complain(error: Exception) -> int:
    """Say what went wrong, and return the exit status that says whose fault it was."""
    if not isinstance(error, LinkbackError) and os.environ.get("LINKBACK_DEBUG"):
        raise error
    click.echo(f"Error: {_sentence(error)}", err=True)
    return 2 if isinstance(error, SettingsError) else 1


def _sentence(error: Exception) -> str:
    if isinstance(error, FetchError):
        return f"{error.url}: {error}"
    if isinstance(error, LinkbackError):
        return str(error)
    return f"unexpected: {error!r}. Set LINKBACK_DEBUG=1 to see where it comes from."
