"""The examples in the help of commands are lines that would be read as written."""

import shlex
from collections.abc import Iterator

import click
import pytest

from holdfast.cli.main import holdfast

GROUPS = (
    *("run", "runs", "worker", "event", "rule", "schedule"),
    *("secret", "test", "runbook", "outbox"),
)


def _commands(name: str) -> Iterator[tuple[str, click.Command]]:
    top = holdfast.get_command(click.Context(holdfast), name)
    assert top is not None
    if not isinstance(top, click.Group) or top.invoke_without_command:
        yield name, top
    if isinstance(top, click.Group):
        context = click.Context(top)
        for inner in top.list_commands(context):
            found = top.get_command(context, inner)
            assert found is not None
            yield f"{name} {inner}", found


COMMANDS = dict(one for name in GROUPS for one in _commands(name))


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_is_read_by_the_command_it_is_of(name: str) -> None:
    command = COMMANDS[name]
    lines = (command.help or "").splitlines()
    words = shlex.split(lines[lines.index("Example:") + 1])
    group = name.split()[: -1 if name == "test run" else None]
    assert words[: 1 + len(group)] == ["holdfast", *group]
    command.make_context(name, words[1 + len(group) :])
