"""What a run that an event starts is given as its inputs."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Input, Workflow
from holdfast.engine.starting import MissingInputError
from holdfast.engine.triggers import target_of
from holdfast.model import Occurrence

_TARGETS = frozenset({"host", "target"})


def inputs_of(workflow: Workflow, occurrence: Occurrence) -> dict[str, Any]:
    """
    A value for every input of ``workflow_dispatch``, from what happened.

    An input of type ``host``, or called ``host`` or ``target``, gets what the occurrence is
    about; any other one the label, the key ``inputs.NAME`` or the key of its name; else its
    default. Raises :class:`MissingInputError` for a required one without any.
    """
    found = {
        wanted.name: _value(wanted, occurrence) for wanted in workflow.dispatch or ()
    }
    return {name: value for name, value in found.items() if value is not None}


def _value(wanted: Input, occurrence: Occurrence) -> Any:
    seen = _seen(wanted, occurrence)
    value = wanted.default if seen is None else seen
    if value is None and wanted.required:
        raise MissingInputError(
            f"the input `{wanted.name}` is required, and the event says none"
        )
    if isinstance(value, str) and wanted.options and value not in wanted.options:
        options = ", ".join(wanted.options)
        raise MissingInputError(
            f"the input `{wanted.name}` is one of {options}, and the event says another"
        )
    return value


def _seen(wanted: Input, occurrence: Occurrence) -> Any:
    data = occurrence.data
    for place in (data.get("inputs"), data.get("labels"), data):
        if isinstance(place, Mapping) and isinstance(
            place.get(wanted.name), str | int | float | bool
        ):
            return place[wanted.name]
    if wanted.type == "host" or wanted.name in _TARGETS:
        return target_of(occurrence) or None
    return None
