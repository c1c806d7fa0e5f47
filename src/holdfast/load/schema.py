"""JSON Schema of the files, for editors."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import (
    ConfigDeclared,
    HostsDeclared,
    PolicyDeclared,
    ProjectDeclared,
    WorkflowTestDeclared,
)
from holdfast.load.workflows.jsonschema import runbook_schema, workflow_schema
from holdfast.ports import Kind

_COMMON: dict[str, Any] = {
    "after": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    },
    "then": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    },
    "for_each": {"anyOf": [{"type": ["array", "object", "string"]}]},
    "when": {"type": ["string", "boolean"]},
}
_EXPRESSION = {"type": "string", "pattern": r"\$\{\{"}


def schema(kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """The schema of each sort of file: a project's, a workflow's, a runbook's head."""
    config = ConfigDeclared.model_json_schema(by_alias=True)
    resources = [_resource(kind) for kind in kinds.values()]
    config["properties"]["resources"]["items"] = {"anyOf": resources}
    for resource in resources:
        config["$defs"] |= resource.pop("$defs", {})
    return {
        "project": _relaxed(ProjectDeclared.model_json_schema(by_alias=True)),
        "hosts": _relaxed(HostsDeclared.model_json_schema(by_alias=True)),
        "config": _relaxed(config),
        "policies": {
            "type": "array",
            "items": PolicyDeclared.model_json_schema(by_alias=True),
        },
        "workflow": workflow_schema(),
        "runbook": runbook_schema(),
        "workflow-test": _relaxed(
            WorkflowTestDeclared.model_json_schema(by_alias=True)
        ),
    }


def _resource(kind: Kind) -> dict[str, Any]:
    found = kind.model.model_json_schema(by_alias=True)
    own = {
        name: {"anyOf": [part, _EXPRESSION]}
        for name, part in found["properties"].items()
    }
    return {**found, "properties": {**own, **_COMMON}}


def _relaxed(found: Any) -> Any:
    """Durations and percentages are integers inside and words outside."""
    if isinstance(found, dict):
        relaxed = {key: _relaxed(value) for key, value in found.items()}
        if relaxed.get("type") == "integer":
            relaxed["type"] = ["integer", "string"]
        return relaxed
    return [_relaxed(item) for item in found] if isinstance(found, list) else found
