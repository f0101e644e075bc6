"""linkback report: what was kept away, whom the owner is warned of, and who links to the site."""

import importlib

import click

# Commands in modules of their own, each imported when it is needed.
ELSEWHERE = {
    "neighbourhood": ("linkback.cli.neighbourhood", "neighbourhood"),
    "import": ("linkback.cli.surveying", "import_"),
    "survey": ("linkback.cli.surveying", "survey"),
}


class Reports(click.Group):
    """The reports that stand in this module, and those that stand elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, those of this module first."""
        return [*super().list_commands(ctx), *ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = ELSEWHERE[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Reports)
def report() -> None:
    """Say what was kept away, and who links to the site."""
