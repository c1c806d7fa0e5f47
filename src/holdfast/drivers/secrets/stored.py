"""Secrets in the database, each version in an envelope of its own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from holdfast.drivers.secrets.age import check_name
from holdfast.drivers.secrets.envelope import (
    Envelope,
    NotAuthentic,
    RootKey,
    rewrap,
    seal,
    unseal,
)
from holdfast.drivers.secrets.rootkey import RootKeys
from holdfast.drivers.stores.secrets import SealedVersion, SqlSecrets
from holdfast.model import Sensitive
from holdfast.ports import SecretKeeper, SecretVersion
from holdfast.problems import HoldfastError, Problem

_PREFIX = "store-"


class StoredSecrets:
    """What the database keeps and the root key opens; versions are ``store-1``, ..."""

    name = "store"

    def __init__(self, rows: SqlSecrets, roots: RootKeys) -> None:
        self._rows, self.roots = rows, roots

    def get(self, name: str, /) -> Sensitive | None:
        """The newest version; raises ``HoldfastError`` when it cannot be opened."""
        kept = self._rows.of(name)
        return self._opened(kept[-1]) if kept else None

    def names(self) -> Iterator[str]:
        """Every name; nothing is decrypted."""
        return iter(self._rows.names())

    def set(
        self, name: str, value: str, /, by: str = "", now: datetime | None = None
    ) -> Sensitive:
        """Seal a new version; the ones before stay."""
        check_name(name)
        root = self.roots.current(make=not self._rows.names())

        def sealed(version: int) -> SealedVersion:
            made = seal(name, version, value.encode(), root)
            return SealedVersion(
                name, version, made.root, made.wrapped, made.sealed, made=now, by=by
            )

        kept = self._rows.add(name, sealed)
        return Sensitive(name, f"{_PREFIX}{kept.version}", value)

    def versions(self, name: str, /) -> tuple[SecretVersion, ...]:
        """Every version, oldest first; nothing is decrypted."""
        return tuple(
            SecretVersion(f"{_PREFIX}{row.version}", row.made, row.by, row.retires)
            for row in self._rows.of(name)
        )

    def version(self, name: str, version: str, /) -> Sensitive | None:
        """One version, also a retired one."""
        row = next((r for r in self._rows.of(name) if _matches(r, version)), None)
        return None if row is None else self._opened(row)

    def retire(self, name: str, version: str, /, at: datetime) -> bool:
        """Set from when on a version is not accepted."""
        row = next((r for r in self._rows.of(name) if _matches(r, version)), None)
        return row is not None and self._rows.retire(name, row.version, at)

    def rekey(self) -> int:
        """
        Wrap every version's key with a new root key; how many there are.

        The old root key is forgotten only when every row is under the new one. A root
        key from the environment must have been put first there already.
        """
        given = self.roots.where == "HOLDFAST_ROOT_KEY"
        new = self.roots.current(make=False) if given else self.roots.renew()
        count = self._rows.rewrap(lambda row: self._rewrapped(row, new))
        self.roots.forget_old()
        return count

    def _rewrapped(self, row: SealedVersion, new: RootKey) -> SealedVersion:
        try:
            made = rewrap(
                row.name, row.version, _envelope(row), self.roots.find(row.root), new
            )
        except NotAuthentic as error:
            raise HoldfastError(_altered(row)) from error
        return replace(row, root=made.root, wrapped=made.wrapped)

    def _opened(self, row: SealedVersion) -> Sensitive:
        root = self.roots.find(row.root)
        try:
            value = unseal(row.name, row.version, _envelope(row), root)
        except NotAuthentic as error:
            raise HoldfastError(_altered(row)) from error
        return Sensitive(row.name, f"{_PREFIX}{row.version}", value.decode())


def _matches(row: SealedVersion, version: str) -> bool:
    return version.removeprefix(_PREFIX) == str(row.version)


def _envelope(row: SealedVersion) -> Envelope:
    return Envelope(row.root, row.wrapped, row.sealed)


def _altered(row: SealedVersion) -> Problem:
    return Problem(
        code="secret.altered",
        summary=f"What is kept of {row.name}@{_PREFIX}{row.version} was altered",
        detail="It was not sealed under this name and version with the root key "
        f"{row.root}. It was not used.",
        next_step=f"Set it anew, and find out who did: holdfast secret set {row.name}",
    )


_: type[SecretKeeper] = StoredSecrets
