"""Where secrets come from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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


class SecretSource(Protocol):
    """Opens what a reference names, as ``vault:kv/shop#password``."""

    @property
    def name(self) -> str:
        """The word before the colon."""
        ...

    def open(self, place: str, /) -> Sensitive | None:
        """
        What stands at ``place`` (the reference after its colon), ``None`` for nothing.

        Raises ``HoldfastError`` when it cannot be asked or the place makes no sense.
        """
        ...


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """
    One version that is kept: when and by whom it was made, as far as that is known.

    From ``retires`` on (UTC, ``None`` for never) it is not accepted any more.
    """

    version: str
    made: datetime | None = None
    by: str = ""
    retires: datetime | None = None

    def usable(self, now: datetime) -> bool:
        """Whether what was signed or opened with it still counts."""
        return self.retires is None or now < self.retires


class SecretKeeper(SecretBackend, Protocol):
    """Keeps values itself, with every version of them."""

    def set(
        self, name: str, value: str, /, by: str = "", now: datetime | None = None
    ) -> Sensitive:
        """Keep a new version; the ones before stay. Raises ``HoldfastError``."""
        ...

    def versions(self, name: str, /) -> tuple[SecretVersion, ...]:
        """Every version, oldest first; the last one is the current one."""
        ...

    def version(self, name: str, version: str, /) -> Sensitive | None:
        """One version, also a retired one."""
        ...

    def retire(self, name: str, version: str, /, at: datetime) -> bool:
        """Stop accepting a version from a moment on; whether there is such a one."""
        ...
