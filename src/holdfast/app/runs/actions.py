"""What is built in, by the name after ``uses:``; each is a program under a shim."""

import json
from collections.abc import Mapping
from functools import partial

from holdfast.app.application import Application
from holdfast.app.runs.containers import container_program, program_of
from holdfast.app.runs.notify import told_by
from holdfast.drivers.containers import own_environment
from holdfast.drivers.redaction import hiding
from holdfast.engine.runs.job_state import Fate, StepEnd
from holdfast.engine.steps.exec_env import handed_on, holding_a_secret
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.programs import Program
from holdfast.engine.steps.work import Action, Setting, environment
from holdfast.load.workflows import CONTAINERS
from holdfast.ports import Workplace

_PROGRAMS = {
    "actions/checkout": "checkout",
    "actions/cache": "cache",
    "actions/cache/restore": "cache",
    "actions/cache/save": "cache-save",
    "actions/upload-artifact": "upload-artifact",
    "actions/download-artifact": "download-artifact",
    "actions/setup-python": "setup-python",
    "actions/setup-node": "setup-node",
    "actions/setup-go": "setup-go",
    "actions/setup-java": "setup-java",
    "holdfast/apply": "apply",
    "holdfast/plan": "plan",
    "holdfast/exec": "exec",
    "holdfast/http": "http",
    "holdfast/undo": "undo",
    "holdfast/verify": "verify",
}
_KEPT = frozenset({"exec"})
"""Whose inputs are shown in plans and kept in the ledger."""
_HOLDS = (
    "its `{}` would hold a secret, and is kept in the ledger: nothing was run; write "
    "env: {{NAME: ${{{{ secrets.NAME }}}}}} at the step, and $NAME in the command"
)
_ONCE = frozenset({"http"})
"""What is not simply done again when nobody knows whether it was done."""


def built_in(
    app: Application, processes: Processes, place: Workplace
) -> Mapping[str, Action]:
    """Every action that is built in."""
    programs: dict[str, Action] = {
        name: _program(app, processes, place, word) for name, word in _PROGRAMS.items()
    }
    return {
        **programs,
        "holdfast/notify": partial(told_by, app),
        CONTAINERS: container_program(app, processes, place),
    }


def _program(
    app: Application, processes: Processes, place: Workplace, word: str
) -> Action:
    argv = program_of(app)

    def argv_of(setting: Setting) -> tuple[str, ...]:
        return (*argv, f"{word}-post" if setting.at.step.post_of else word)

    program = Program(
        processes,
        argv_of=argv_of,
        env_of=partial(_environment, place),
        repeatable=word not in _ONCE,
    )

    def carry_out(setting: Setting, /) -> Fate:
        kept = word in _KEPT
        held = holding_a_secret(setting, hiding(setting.secrets)) if kept else ""
        return StepEnd("failure", _HOLDS.format(held)) if held else program(setting)

    return carry_out


def _environment(
    place: Workplace,
    setting: Setting,
    more: Mapping[str, str] | None = None,
    key: str = "",
) -> dict[str, str]:
    """A step's variables, with what Holdfast's own program has to know."""
    made = environment(place, setting, more, key)
    at = setting.at
    own = {
        "HOLDFAST_ACTOR": f"{at.run}",
        "HOLDFAST_CHECK": setting.sight.text(at.step.check),
        "HOLDFAST_UNDO": setting.sight.text(at.step.undo),
        "HOLDFAST_HANDED": json.dumps(handed_on(setting)),
        "PYTHONUNBUFFERED": "1",
    }
    if setting.inside is None:
        return {**made, **own}
    inside = {"HOLDFAST_INSIDE": setting.inside.container}
    return own_environment({**made, **own, **inside})


def is_repeatable(uses: str) -> bool:
    """Whether what is built in under this name is simply done again after a crash."""
    if uses == CONTAINERS:
        return True
    word = _PROGRAMS.get(uses.partition("@")[0])
    return word is not None and word not in _ONCE
