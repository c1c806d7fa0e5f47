"""Plain values held against a typed class, every fault with its place."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from holdfast.load.yaml12 import Document, Path
from holdfast.problems import Problem, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
_SCALARS = ("int", "str")
_LONGEST = 60


def checked(
    model: type[Model], value: Any, document: Document, path: Path = ()
) -> tuple[Model | None, tuple[Problem, ...]]:
    """The value as an instance of ``model``, or everything that is wrong with it."""
    if not isinstance(value, dict):
        return None, (_not_mapping(model, value, document, path),)
    try:
        return model.model_validate(value), ()
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, tuple(_problem(model, fault, document, path) for fault in faults)


def _problem(
    model: type[BaseModel], fault: Any, document: Document, path: Path
) -> Problem:
    inside = _written(fault["loc"], document, path)
    where = document.place((*path, *inside))
    key = str(inside[-1]) if inside else ""
    match fault["type"]:
        case "extra_forbidden":
            known = _keys(model, inside[:-1])
            return Problem(
                code="load.unknown-key",
                summary=f"There is no key `{key}` here",
                detail=f"Known here: {', '.join(sorted(known))}.",
                next_step=did_you_mean(key, known),
                place=where,
            )
        case "missing":
            return Problem(
                code="load.missing-key",
                summary=f"The key `{key}` is missing",
                next_step=f"Write `{key}:` here.",
                place=document.place((*path, *inside[:-1])),
            )
        case _:
            return Problem(
                code="load.wrong-value",
                summary=f"`{key or model.__name__}` has a value that does not fit",
                detail=f"Seen: {_shown(fault.get('input'))}. Wanted: {_wanted(fault)}.",
                next_step=_fix(fault),
                place=where,
            )


def _written(loc: Path, document: Document, path: Path) -> Path:
    """
    What somebody wrote of a path of pydantic's.

    It also names alternatives of a union (``list[str]``, ``int``): what looks like one,
    and is no key of the document there.
    """
    inside: Path = ()
    for part in loc:
        is_alternative = isinstance(part, str) and ("[" in part or part in _SCALARS)
        if not is_alternative or (*path, *inside, part) in document.places:
            inside = (*inside, part)
    return inside


def _keys(model: type[BaseModel], path: Sequence[str | int]) -> set[str]:
    found: Any = model
    for part in path:
        field = found.model_fields.get(str(part)) if _is_model(found) else None
        found = next(_models_in(field.annotation), found) if field else found
    return {field.alias or name for name, field in found.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[Any]:
    if _is_model(annotation):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _is_model(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _wanted(fault: Any) -> str:
    return (
        str(fault["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    )


def _fix(fault: Any) -> str:
    expected = str(fault.get("ctx", {}).get("expected", ""))
    if expected:
        words = [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]
        return did_you_mean(str(fault.get("input")), words)
    if fault["type"] == "string_type":
        return f'Put it in quotes: "{fault.get("input")}"'
    return ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _not_mapping(
    model: type[BaseModel], value: object, document: Document, path: Path
) -> Problem:
    return Problem(
        code="load.not-a-mapping",
        summary="Keys and values are wanted here",
        detail=f"Seen: {_shown(value)}. Keys: {', '.join(sorted(_keys(model, ())))}.",
        next_step="Write `key: value` lines.",
        place=document.place(path),
    )
