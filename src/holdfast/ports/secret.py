"""Where secrets come from."""

from collections.abc import Iterable
from typing import Protocol

from holdfast.model import Sensitive


class SecretBackend(Protocol):
    """Finds secrets by name; raises ``HoldfastError`` when it cannot be asked."""

    @property
    def name(self) -> str:
        """The word before the colon in a reference, as in ``env:NAME``."""
        ...

    def get(self, name: str, /) -> Sensitive | None:
        """The current version of one secret, ``None`` when there is none."""
        ...

    def names(self) -> Iterable[str]:
        """Every name it knows."""
        ...
