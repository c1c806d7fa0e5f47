"""Text from outside that reaches a shell by a detour."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.app.checking.scene import Scene, StepSeen
from holdfast.expressions import references
from holdfast.expressions.shapes import OPEN, Missing, Record, missing
from holdfast.load.workflows import Expression
from holdfast.load.workflows.rules import takes_outside_text
from holdfast.problems import Problem, Severity

_SCRIPTS = frozenset({("run",), ("check",), ("undo",), ("with", "run")})
_REACTIONS = frozenset({"alert", "drift", "event", "webhook"})
_FREE = frozenset({"string"})
"""Inputs that may be any text; those of other types are held against what there is."""


def detours(scene: Scene) -> Iterator[Problem]:
    """Scripts with an ``env`` or an input in ``${{ }}`` that was filled from outside."""
    inputs = _dirty_inputs(scene)
    for seen in scene.steps():
        dirty = {"env": _dirty_env(scene, seen), "inputs": inputs}
        if not any(dirty.values()):
            continue
        for expression in _scripts(scene, seen):
            for context, names in dirty.items():
                for one in _read(expression, context, names):
                    yield _problem(one, scene, expression)


def _scripts(scene: Scene, seen: StepSeen) -> Iterator[Expression]:
    """The expressions in what a shell is given."""
    for below, expression in scene.expressions_of(seen):
        if below in _SCRIPTS:
            yield expression


def _dirty_env(scene: Scene, seen: StepSeen) -> frozenset[str]:
    """Variables that an event fills; the innermost one of a name counts."""
    found: dict[str, Any] = {}
    for env in (scene.flow.env, seen.job.env, seen.step.env):
        found |= dict(env) if isinstance(env, Mapping) else {}
    return frozenset(name for name, value in found.items() if takes_outside_text(value))


def _dirty_inputs(scene: Scene) -> frozenset[str]:
    """Inputs that labels of an alert fill as they are."""
    reacts = any(trigger.event in _REACTIONS for trigger in scene.flow.triggers)
    if not reacts or scene.theirs:
        return frozenset()
    return frozenset(one.name for one in scene.flow.dispatch or () if one.type in _FREE)


def _read(
    expression: Expression, context: str, names: frozenset[str]
) -> Iterator[Missing]:
    """Where an expression reads one of some names."""
    read = (path for path in references(expression.text, bare=True) if len(path) > 1)
    clean = {key for where, key in read if where == context} - names
    yield from missing(expression.text, {context: Record(dict.fromkeys(clean, OPEN))})


def _problem(one: Missing, scene: Scene, expression: Expression) -> Problem:
    return Problem(
        code="check.outside-text",
        summary=f"`{one.written}` puts text from outside into a shell",
        detail="An event fills it, and ${{ }} becomes part of the script before the shell "
        "reads it: whoever writes the event could run commands.",
        next_step='Pass it through `env:` and write "$NAME" in the script.',
        place=scene.source.place_in(expression, one.position, one.path[0]),
        severity=Severity.WARNING,
    )
