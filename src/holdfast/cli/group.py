"""A command that holds others: its list is whole, and a mistyped name has a hint."""

import click

from holdfast.problems import did_you_mean

_WHOLE = 1000
"""Letters of a command's first sentence that are shown: all of them."""


class Group(click.Group):
    """Lists each command with its whole first sentence."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say the nearest name when a command is not known."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            hint = did_you_mean(name, self.list_commands(ctx))
            ctx.fail(f"There is no command `{name}`. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list."""
        with formatter.section("Commands"):
            formatter.write_dl(self.told(ctx))

    def told(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Each command's name with what it does."""
        found = (
            (name, self.get_command(ctx, name)) for name in self.list_commands(ctx)
        )
        return [
            (name, command.get_short_help_str(_WHOLE))
            for name, command in found
            if command is not None and not command.hidden
        ]
