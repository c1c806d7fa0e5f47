"""What takes one step back, as a step of its own; or why nothing does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.declare import Step
from holdfast.engine.undoing.made import Made
from holdfast.engine.undoing.secrets import NotKeptError, with_secrets
from holdfast.expressions.partial import fill_known, literal

_NONE = "none"
_ON_HOSTS = ("holdfast/apply", "holdfast/exec", "holdfast/undo")
_CALLS = "holdfast/workflow"
_PREPARE = ("actions/checkout", "actions/setup-")
_HARMLESS = (
    *_PREPARE,
    "actions/cache",
    "actions/upload-artifact",
    "actions/download-artifact",
    "holdfast/approve",
    "holdfast/wait",
    "holdfast/verify",
    "holdfast/notify",
)
"""What leaves nothing outside of the run."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that is taken back, and by what."""

    job: str
    step: str
    does: str


@dataclass(frozen=True, slots=True)
class Left:
    """One step that stays as it is, and why; ``by`` which run, if one took it back."""

    job: str
    step: str
    why: str
    by: str = ""


def prepares(step: Step) -> bool:
    """Whether later steps of its job may need what it put into the workspace."""
    return step.uses.startswith(_PREPARE)


def within_action(step: Step) -> bool:
    """Whether what it did was done by the steps of a local action."""
    return step.uses.startswith("./") and step.undo is None


def prepared_again(made: Made) -> dict[str, Any]:
    """The same preparation; a checkout is of the commit it was of."""
    with_ = filled(dict(made.step.with_), made)
    commit = (made.seen.body.get("outputs") or {}).get("commit")
    if commit and made.step.uses.startswith("actions/checkout"):
        with_["ref"] = commit
    return {"uses": made.step.uses, "with": with_}


def back(made: Made) -> list[dict[str, Any]] | str:
    """Steps that take one back, the first to be done first; else why there are none."""
    step = made.step
    name = step.uses.partition("@")[0]
    if name in _ON_HOSTS or (within_action(step) and made.runs):
        return [_of_run("holdfast/undo", {"run": run}, made) for run in _last(made)]
    if name == _CALLS:
        return [
            _of_run(_CALLS, {"workflow": f"undo of {run}"}, made) for run in _last(made)
        ]
    if step.undo == _NONE:
        return "it has no way back"
    if step.manual:
        return "a person did it"
    if step.undo is None:
        harmless = name.startswith(_HARMLESS) and bool(name)
        return [] if harmless else "it says no `undo:`"
    return _script(made)


def _script(made: Made) -> list[dict[str, Any]] | str:
    try:
        return [with_secrets(made, _of_script)]
    except NotKeptError as error:
        return str(error)


def filled(value: Any, made: Made) -> Any:
    """A value of the step with what it saw filled in; secrets stay references."""
    return fill_known(value, made.contexts, later=("github",))


def _last(made: Made) -> list[str]:
    return list(reversed(made.runs))


def _of_run(uses: str, with_: Mapping[str, Any], made: Made) -> dict[str, Any]:
    return {"name": f"undo {_title(made)}", "uses": uses, "with": dict(with_)}


def _of_script(made: Made) -> dict[str, Any]:
    step = made.step
    exported = {name: literal(value) for name, value in made.exported.items()}
    env = {**exported, **(filled(step.env, made) or {})}
    written = {
        "name": f"undo {_title(made)}",
        "run": filled(step.undo, made),
        "env": env,
        "shell": filled(step.shell, made),
        "working-directory": filled(step.working_directory, made),
        "timeout-minutes": step.timeout_minutes,
    }
    return {key: value for key, value in written.items() if value not in (None, {})}


def _title(made: Made) -> str:
    return str(filled(made.step.title, made))
