"""The grammar of workflows as JSON Schema, for editors."""

from typing import Any

from holdfast.load.workflows import grammar
from holdfast.load.workflows.grammar.shapes import (
    Anything,
    Boolean,
    Keys,
    Nothing,
    Number,
    OneOf,
    Sequence,
    Shape,
    String,
)

_EXPRESSION = {"type": "string", "pattern": r"\$\{\{"}


def workflow_schema() -> dict[str, Any]:
    """What Holdfast's own workflows may look like."""
    return schema_of(grammar.holdfast())


def runbook_schema() -> dict[str, Any]:
    """What the front matter of a Markdown runbook may look like."""
    return schema_of(grammar.front_matter())


def schema_of(shape: Shape) -> dict[str, Any]:
    """One shape, and an expression in its place where there may be one."""
    plain = _plain(shape)
    if shape.contexts is None or isinstance(shape, (String, Anything)):
        return plain
    return {"anyOf": [plain, _EXPRESSION]}


def _plain(shape: Shape) -> dict[str, Any]:  # noqa: PLR0911 - one a shape
    match shape:
        case Keys():
            return _mapping(shape)
        case Sequence():
            return {"type": "array", "items": schema_of(shape.item)}
        case OneOf():
            return {"anyOf": [schema_of(one) for one in shape.shapes]}
        case String():
            return _text(shape)
        case Boolean():
            return {"type": "boolean"}
        case Number():
            return {"type": "number"}
        case Nothing():
            return {"type": "null"}
        case Anything():
            return {}


def _mapping(shape: Keys) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema_of(key.shape) for name, key in shape.keys.items()},
        "additionalProperties": False
        if shape.others is None
        else schema_of(shape.others),
    }
    required = [name for name, key in shape.keys.items() if key.required]
    return {**made, "required": required} if required else made


def _text(shape: String) -> dict[str, Any]:
    if shape.words is not None:
        return {"enum": sorted(shape.words)}
    made: dict[str, Any] = {"type": ["string", "number", "boolean"]}
    if shape.condition or not shape.filled:
        made["type"].append("null")
    return made
