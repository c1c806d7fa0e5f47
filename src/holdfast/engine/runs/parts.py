"""
The steps that a job comes to before it begins: local actions opened up. Pure.

What is known of an action's inputs is filled in; the rest is decided when its step begins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from holdfast.declare import Action, Job, Step, Workflow
from holdfast.expressions import ExpressionError, has_expression, texts_in
from holdfast.expressions.partial import fill_known
from holdfast.load.workflows import file_of, read_action

LATER = "${{ steps.later }}"
"""Stands for what only an earlier step can tell: reading it fails until there is one."""

_SOME_KEYS = ("github", "inputs")
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Part:
    """
    A step of a job, by its number; or one within the local action it uses.

    That one's id says where: ``deploy.0.2`` is the third step of the action that the
    first step of the action at ``deploy`` uses.
    """

    index: int
    step: Step


def parts_of(flow: Workflow, job: Job, contexts: Mapping[str, Any]) -> tuple[Part, ...]:
    """Every step of a job; after one that uses a local action, the action's."""
    return tuple(
        Part(index, part)
        for index, step in enumerate(job.steps)
        for part in _opened(flow, step, contexts)
    )


def _opened(
    flow: Workflow, step: Step, contexts: Mapping[str, Any], depth: int = 0
) -> Iterator[Step]:
    yield step
    action = _action_of(flow, step.uses)
    if action is None or action.using != "composite" or depth > _DEEPEST:
        return
    given = {one.name: one.default for one in action.inputs if one.default is not None}
    given |= step.with_
    inputs = {name: _known(value, contexts) for name, value in given.items()}
    within = {
        **contexts,
        "inputs": {name: value for name, value in inputs.items() if value != LATER},
    }
    for number, inner in enumerate(action.steps):
        told = {name: _known(value, within) for name, value in inner.with_.items()}
        made = replace(inner, id=f"{step.id}.{number}", with_=told, env={})
        yield from _opened(flow, made, within, depth + 1)


def _known(value: Any, contexts: Mapping[str, Any]) -> Any:
    """A value with everything filled in, else :data:`LATER`."""
    try:
        filled = fill_known(value, contexts, _SOME_KEYS)
    except ExpressionError:
        return LATER
    return LATER if any(map(has_expression, texts_in(filled))) else filled


def _action_of(flow: Workflow, uses: str) -> Action | None:
    found = file_of(uses, flow.sources.get) if uses.startswith("./") else None
    return None if found is None else _read(*found)


@lru_cache(maxsize=256)
def _read(name: str, content: bytes) -> Action | None:
    """The action of a file, read once: gates are asked about often."""
    return read_action(content, name).action
