"""Rehearse a config or a command on one host."""

from collections.abc import Sequence

from holdfast.app.application import Application
from holdfast.apply.rehearsal import Rehearsal, read_rehearsal, rehearsal_script
from holdfast.apply.script import commands_of
from holdfast.problems import HoldfastError, Problem, did_you_mean


def rehearse(
    app: Application, what: Sequence[str], host: str, *, net: bool
) -> Rehearsal:
    """
    Run a config (by its name) or a command over an overlay of one host.

    ``net`` leaves it the network. Raises ``HoldfastError`` for a host that is not
    there or cannot be reached.
    """
    if host not in app.project.hosts:
        raise HoldfastError(
            Problem(
                code="app.no-such-host",
                summary=f"There is no host `{host}`",
                next_step=did_you_mean(host, app.project.hosts),
            )
        )
    script = rehearsal_script(_commands(app, what, host), net=net)
    result = app.engine.eyes.hosts[host].run(script)
    told = read_rehearsal(host, result)
    return Rehearsal(told.status, app.secrets.redact(told.output), told.touched)


def _commands(app: Application, what: Sequence[str], host: str) -> list[str]:
    configs = {config.declared.name: config for config in app.project.configs}
    if len(what) > 1 or what[0] not in configs:
        return [" ".join(what)]
    file = configs[what[0]].file
    plan = app.propose([host]).plan
    kinds = app.engine.eyes.kinds
    return [
        "\n".join(commands_of(change, kinds, plan.contents))
        for change in plan.changes
        if change.declared and change.declared.file == file
    ]
