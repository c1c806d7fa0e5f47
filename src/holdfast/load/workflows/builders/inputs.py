"""What a workflow is started, called or filled in with."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Call, Input


def build_inputs(written: Mapping[str, Any] | None) -> tuple[Input, ...]:
    """The inputs of a mapping of names; what is not written has its default."""
    return tuple(_input(name, told or {}) for name, told in (written or {}).items())


def build_dispatch(events: Mapping[str, Any]) -> tuple[Input, ...] | None:
    """What a person fills in who starts it; ``None``: nobody can."""
    if "workflow_dispatch" not in events:
        return None
    return build_inputs((events["workflow_dispatch"] or {}).get("inputs"))


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


def _input(name: str, told: Mapping[str, Any]) -> Input:
    return Input(
        name=name,
        type=told.get("type") or "string",
        description=told.get("description") or "",
        required=bool(told.get("required")),
        default=told.get("default"),
        options=tuple(told.get("options") or ()),
    )
