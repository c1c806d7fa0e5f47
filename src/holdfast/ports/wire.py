"""How what a desk answers travels: plain JSON both ways, by the types themselves."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(sort: Any) -> TypeAdapter[Any]:
    return TypeAdapter(sort)


def to_wire(sort: Any, value: Any) -> Any:
    """A value of a type as plain JSON."""
    return _adapter(sort).dump_python(value, mode="json")


def from_wire(sort: type[T], plain: Any) -> T:
    """The value again; raises ``ValueError`` when it is none."""
    made: T = _adapter(sort).validate_python(plain)  # type: ignore[arg-type]
    return made
