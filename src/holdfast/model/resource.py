"""One thing on one host, as somebody declared it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.model.address import Address
from holdfast.model.values import Attributes
from holdfast.problems import Place


@dataclass(frozen=True, slots=True)
class Resource:
    """
    What is wanted at one address, and who asked for it.

    ``wanted`` holds only the attributes that were declared; ``None`` means absent.
    ``how`` holds what is needed to get there but is no state: ``validate``, ``undo``,
    ``check``, a search pattern. ``contents`` are the bytes that digests in ``wanted``
    stand for. ``after`` are addresses on the same host that come first; ``then`` are
    names of handlers. ``sensitive`` says that the content holds a secret: it is never
    shown and only stored sealed.
    """

    address: Address
    wanted: Attributes | None
    how: Attributes = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    after: tuple[Address, ...] = ()
    then: tuple[str, ...] = ()
    place: Place | None = None
    sensitive: bool = False
    secrets: tuple[str, ...] = ()
