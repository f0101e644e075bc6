"""The command line: commands of a few lines each, over the same verbs as the server.

Exit status: 0 done, 1 something failed, 2 the command was used wrongly. `--json` prints one
document on standard output and nothing else there; words and progress go to standard error.
"""

import importlib
import os
import sys

import click

from linkback import __version__
from linkback.core.errors import LinkbackError, SettingsError

# name -> module: a command's module is imported when it runs, so that help and errors come at once
COMMANDS = {
    "demo": "linkback.cli.demonstration",
    "serve": "linkback.cli.serving",
    "worker": "linkback.cli.serving",
    "send": "linkback.cli.sending",
    "discover": "linkback.cli.sending",
    "mentions": "linkback.cli.mentions",
    "sites": "linkback.cli.sites",
    "db": "linkback.cli.database",
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
        command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="linkback")
def linkback() -> None:
    """Tell the owner of a site who links to it, and tell other sites when their owner links to them."""


def main() -> None:
    """Run the command line; whatever goes wrong ends in a sentence, never in a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    try:
        status = linkback.main(arguments, prog_name="linkback", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return 0
    except click.ClickException as error:
        error.show()
        return 2
    except SettingsError as error:
        return _complain(str(error), 2)
    except LinkbackError as error:
        return _complain(str(error), 1)
    except BrokenPipeError:
        # whoever read our output has seen enough; point it elsewhere, so that closing it fails no more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("LINKBACK_DEBUG"):
            raise
        return _complain(f"unexpected: {error!r}. Set LINKBACK_DEBUG=1 to see where it comes from.", 1)
    return status if isinstance(status, int) else 0


def _complain(sentence: str, status: int) -> int:
    click.echo(f"Error: {sentence}", err=True)
    return status
