"""Plain values, and the one way they are written down to be hashed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias, TypeVar, Union

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Printed:
    """
    What a command or a host said: kept beside the ledger, which holds only its digest.

    The digest is over ``salt`` and text, so it tells nothing of a text once the salt is
    gone. ``text`` is ``None`` when it is not kept, or not any more.
    """

    digest: str
    text: str | None = field(default=None, compare=False)
    salt: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, text: str, salt: bytes) -> "Printed":
        """Name a text; ``salt`` is random and used once."""
        return cls(_salted(text, salt), text, salt)

    @property
    def genuine(self) -> bool:
        """Whether it is the text that was named."""
        return self.text is not None and _salted(self.text, self.salt) == self.digest

    def __str__(self) -> str:
        return "[no longer kept]" if self.text is None else self.text


Value: TypeAlias = Union[
    bool, int, str, Sensitive, Printed, "tuple[Value, ...]", "Mapping[str, Value]", None
]
"""What an attribute can be."""

Attributes: TypeAlias = Mapping[str, Value]
"""The attributes of one thing. A file's ``content`` is its digest, never its bytes."""


def each_in(value: object, wanted: type[T]) -> Iterator[T]:
    """Every value of a class inside of plain ones, at any depth; keys do not count."""
    match value:
        case wanted():
            yield value
        case Mapping():
            for item in value.values():
                yield from each_in(item, wanted)
        case list() | tuple():
            for item in value:
                yield from each_in(item, wanted)
        case _:
            pass


def digests_in(value: Value) -> Iterator[str]:
    """Every digest of a content inside of a value."""
    return (text for text in each_in(value, str) if text.startswith("sha256:"))


def canonical(value: object) -> bytes:
    """
    One value as the bytes that are hashed: JSON, keys sorted, no white space, UTF-8.

    Secrets are written as ``{"$secret": "name@version"}``, what was printed as ``{"$text":
    "sha256:..."}``. Raises ``TypeError`` for
    anything that is not a :data:`Value` (a float would not survive a round trip).
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def digestible(plain: Any) -> Any:
    """Plain values as :func:`canonical` takes them: text keys, lists, floats as text."""
    match plain:
        case Mapping():
            return {str(key): digestible(item) for key, item in plain.items()}
        case list() | tuple():
            return [digestible(item) for item in plain]
        case float():
            return str(plain)
        case _:
            return plain


def as_value(plain: Any) -> Any:
    """What JSON gave, as a :data:`Value`: lists are the tuples they were."""
    match plain:
        case Mapping():
            return {key: as_value(item) for key, item in plain.items()}
        case list() | tuple():
            return tuple(as_value(item) for item in plain)
        case _:
            return plain


def digest(content: bytes) -> str:
    """The name of some bytes: ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{sha256(content).hexdigest()}"


def _salted(text: str, salt: bytes) -> str:
    return digest(salt + text.encode("utf-8", "surrogatepass"))


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Sensitive():
            return {"$secret": value.reference}
        case Printed():
            return {"$text": value.digest}
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            message = f"not a value that can be recorded: {type(value).__name__}"
            raise TypeError(message)
