"""Plain values, and the one way they are written down to be hashed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Sensitive:
    """
    A secret on its way to where it is used.

    Shown, compared, hashed and serialised as its name and version; only ``reveal``
    gives the value, and only drivers and kinds that write scripts call it.
    """

    name: str
    version: str
    _value: str = field(repr=False, compare=False, default="")

    @property
    def reference(self) -> str:
        """What may be written down: ``name@version``."""
        return f"{self.name}@{self.version}"

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __str__(self) -> str:
        return f"[secret {self.reference}]"


Value: TypeAlias = Union[
    bool, int, str, Sensitive, "tuple[Value, ...]", "Mapping[str, Value]", None
]
"""What an attribute can be."""

Attributes: TypeAlias = Mapping[str, Value]
"""The attributes of one thing. A file's ``content`` is its digest, never its bytes."""


def digests_in(value: Value) -> Iterator[str]:
    """Every digest of a content inside of a value."""
    match value:
        case str() if value.startswith("sha256:"):
            yield value
        case Mapping():
            for item in value.values():
                yield from digests_in(item)
        case tuple():
            for item in value:
                yield from digests_in(item)
        case _:
            pass


def canonical(value: object) -> bytes:
    """
    One value as the bytes that are hashed: JSON, keys sorted, no white space, UTF-8.

    Secrets are written as ``{"$secret": "name@version"}``. Raises ``TypeError`` for
    anything that is not a :data:`Value` (a float would not survive a round trip).
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def digest(content: bytes) -> str:
    """The name of some bytes: ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{sha256(content).hexdigest()}"


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Sensitive():
            return {"$secret": value.reference}
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            message = f"not a value that can be recorded: {type(value).__name__}"
            raise TypeError(message)
