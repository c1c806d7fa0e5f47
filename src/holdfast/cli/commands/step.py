"""``holdfast step``: what is built in, as a step of a run calls it."""

import os
import sys

import click

from holdfast.cli.project import opened

_PREFIX = "INPUT_"


@click.command("step", hidden=True)
@click.argument("name")
@click.pass_context
def command(ctx: click.Context, name: str) -> int:
    """Carry out one built-in action; its inputs are in INPUT_ variables."""
    from holdfast.app.runs.builtin import Step, perform
    from holdfast.problems import HoldfastError

    env = dict(os.environ)
    inputs = {
        k.removeprefix(_PREFIX): v for k, v in env.items() if k.startswith(_PREFIX)
    }
    with opened(ctx) as app:
        try:
            return perform(name, Step(app, inputs, env, _say))
        except HoldfastError as error:
            for problem in error.problems:
                told = f"{problem.summary}. {problem.detail}".replace("\n", "%0A")
                _say(f"::error::{app.secrets.redact(told)}")
                if problem.next_step:
                    _say(problem.next_step)
            return 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
