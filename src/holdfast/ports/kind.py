"""A kind of thing Holdfast can manage, and the probes that look for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from holdfast.model import Attributes, Change, Resource

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True, slots=True, order=True)
class Query:
    """One question to a host: which probe, about what."""

    probe: str
    args: tuple[str, ...] = ()


Answers: TypeAlias = Mapping[Query, Any]
"""What a host said; the type of an answer is the probe's business, ``None`` is absent."""

Contents: TypeAlias = Mapping[str, bytes]
"""Bytes by their digest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a declaration means: a name for the address and the state that is wanted."""

    name: str
    attributes: Attributes | None
    how: Attributes = field(default_factory=dict)
    contents: Contents = field(default_factory=dict)


class Probe(Protocol):
    """
    Asks a host many questions of one sort with one piece of sh.

    All questions of a host for one probe go into one fragment, so that another resource
    of the same kind costs no further process. Fragments are POSIX sh, change nothing, and
    print text only (bytes as base64). Paths are written ``"$R"/etc/motd``.
    """

    @property
    def name(self) -> str:
        """The word used in queries."""
        ...

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """The fragment that answers ``asked``, each once, sorted."""
        ...

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """What the fragment's output says; every ``asked`` is a key."""
        ...


class Kind(Protocol):
    """
    Knows how to look at one kind of thing and how to change it. Pure; holds no state.

    Whatever it will do can be shown before it is done.
    """

    @property
    def name(self) -> str:
        """The word used in declarations and addresses."""
        ...

    @property
    def model(self) -> "type[BaseModel]":
        """The typed class of what a person writes; its docstring is the manual."""
        ...

    @property
    def confined(self) -> bool:
        """Whether it can be kept below a ``root:`` folder."""
        ...

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """
        What one checked declaration (an instance of ``model``) asks for.

        ``content`` are the bytes of ``content:``, ``template:`` or ``source:`` after
        rendering, when the declaration had one of these.
        """
        ...

    def look(self, resource: Resource, /) -> Iterable[Query]:
        """The questions whose answers say what is there."""
        ...

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """What is there; ``None`` when it is absent. Holds every wanted attribute."""
        ...

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """
        For kinds that own a part of a file: the file's bytes with that part as wanted.

        ``text`` is the file as it is, ``None`` when it is absent; answers ``None`` for a
        file that is not to exist. Other kinds raise ``NotImplementedError`` and are not
        asked: they have no ``path`` in ``how`` with ``edits`` true.
        """
        ...

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Pieces of sh, in order, that make the change; repeating them is harmless."""
        ...

    def inverse(self, change: Change, /) -> Change | None:
        """The change that takes this one back; ``None`` when there is no way."""
        ...
