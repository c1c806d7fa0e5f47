"""What the API can do, as OpenAPI 3.1 has it: made from the tables, so it is never old."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from holdfast.server.api.endpoint import Row

_NAMED = re.compile(r"\{(\w+)\}")
_KEYED = frozenset({"/runs", "/events"})
"""What starts or stores something once for each ``Idempotency-Key``."""


def row(table: Iterable[Row]) -> Row:
    """The address of the document about a table."""
    document = document_of(table)

    def openapi(_request: Request, _body: dict[str, Any]) -> Response:
        """What the API can do, as an OpenAPI document."""
        return JSONResponse(document)

    return ("GET", "/openapi.json", openapi)


def document_of(table: Iterable[Row]) -> Mapping[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, function in table:
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, function)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Holdfast", "version": "1"},
        "servers": [{"url": "/api/1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": _COMPONENTS,
    }


def _operation(method: str, path: str, function: Any) -> Mapping[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAMED.findall(path)
    ]
    if method == "POST" and path in _KEYED:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    made = {
        "operationId": f"{method.lower()}{path}",
        "summary": (function.__doc__ or path).strip().partition("\n")[0],
        "parameters": parameters,
        "responses": {
            "200": {"description": "It was done, or here it is."},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if method == "POST":
        made["requestBody"] = {"content": _OBJECT}
    return made


_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_TEXT = {"type": "string"}
_COMPONENTS = {
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    "parameters": {
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same request under the same key is done once.",
            "schema": {"type": "string", "maxLength": 255},
        }
    },
    "responses": {
        "Problem": {
            "description": "A problem as in RFC 9457.",
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"}
                }
            },
        }
    },
    "schemas": {
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "code"],
            "properties": {
                **dict.fromkeys(
                    ("type", "title", "detail", "code", "next_step"), _TEXT
                ),
                "status": {"type": "integer"},
            },
        }
    },
}
