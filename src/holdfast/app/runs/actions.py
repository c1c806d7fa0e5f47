"""What is built in, by the name after ``uses:``; each is a program under a shim."""

import sys
from collections.abc import Mapping
from functools import partial

from holdfast.app.application import Application
from holdfast.engine.runs.stand import Fate
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.programs import Program
from holdfast.engine.steps.work import Action, Setting, environment
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
_ONCE = frozenset({"http"})
"""What is not simply done again when nobody knows whether it was done."""


def built_in(
    app: Application, processes: Processes, place: Workplace
) -> Mapping[str, Action]:
    """Every action that is built in."""
    return {
        name: _program(app, processes, place, word) for name, word in _PROGRAMS.items()
    }


def _program(
    app: Application, processes: Processes, place: Workplace, word: str
) -> Action:
    argv = (sys.executable, "-m", "holdfast", "-C", str(app.root), "step", word)
    program = Program(
        processes,
        argv_of=lambda _setting: argv,
        env_of=partial(_environment, place),
        repeatable=word not in _ONCE,
    )

    def carry_out(setting: Setting, /) -> Fate:
        return program(setting)

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
        "PYTHONUNBUFFERED": "1",
    }
    return {**made, **own}


def is_repeatable(uses: str) -> bool:
    """Whether what is built in under this name is simply done again after a crash."""
    word = _PROGRAMS.get(uses.partition("@")[0])
    return word is not None and word not in _ONCE
