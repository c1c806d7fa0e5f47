"""What a workflow is started, called or filled in with."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.declare import Call, Input
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Tree, pairs_of


def build_inputs(written: Mapping[str, Any] | None) -> tuple[Input, ...]:
    """The inputs of a mapping of names; what is not written has its default."""
    return tuple(_input(name, told or {}) for name, told in (written or {}).items())


def build_dispatch(
    events: Mapping[str, Any], tree: Tree | None, faults: list[Fault]
) -> tuple[Input, ...] | None:
    """
    What a person fills in who starts it; ``None``: nobody can.

    ``tree`` is that of ``on:``.
    """
    if "workflow_dispatch" not in events:
        return None
    inputs = build_inputs((events["workflow_dispatch"] or {}).get("inputs"))
    faults += _odd_options(inputs, _at(_at(tree, "workflow_dispatch"), "inputs"))
    return inputs


def build_call(events: Mapping[str, Any]) -> Call | None:
    """What a calling workflow gives and gets; ``None``: it cannot be called."""
    if "workflow_call" not in events:
        return None
    told = events["workflow_call"] or {}
    secrets, outputs = told.get("secrets") or {}, told.get("outputs") or {}
    return Call(
        inputs=build_inputs(told.get("inputs")),
        secrets={
            name: bool((one or {}).get("required")) for name, one in secrets.items()
        },
        outputs={name: one.get("value") for name, one in outputs.items()},
    )


def _odd_options(inputs: tuple[Input, ...], tree: Tree | None) -> Iterator[Fault]:
    """Choices without anything to choose, and options nobody is asked about."""
    for one, (_, at) in zip(inputs, pairs_of(tree), strict=False):
        if one.type == "choice" and not one.options:
            yield Fault(at.place, "Missing 'options' for choice input")
        elif one.type != "choice" and _at(at, "options"):
            message = "Input type is not 'choice', but 'options' is defined"
            yield Fault(at.place, message)


def _at(tree: Tree | None, key: str) -> Tree | None:
    return tree.get(key) if isinstance(tree, Pairs) else None


def _input(name: str, told: Mapping[str, Any]) -> Input:
    return Input(
        name=name,
        type=told.get("type") or "string",
        description=told.get("description") or "",
        required=bool(told.get("required")),
        default=told.get("default"),
        options=tuple(told.get("options") or ()),
    )
