"""Sealed versions of secrets as rows; nothing here can open them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from holdfast.drivers.stores.connect import reading
from holdfast.drivers.stores.moments import aware, naive
from holdfast.drivers.stores.tables import secret_versions

_TRIES = 5


@dataclass(frozen=True, slots=True)
class SealedVersion:
    """
    One row.

    ``root`` is the id of the root key that wraps the version's own key, ``wrapped`` that
    key, ``sealed`` the value under it. Times are UTC, aware.
    """

    name: str
    version: int
    root: str
    wrapped: bytes
    sealed: bytes
    made: datetime | None = None
    by: str = ""
    retires: datetime | None = None


class SqlSecrets:
    """Versions count from 1 without a gap and are never taken away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, seal: Callable[[int], SealedVersion], /) -> SealedVersion:
        """Keep the row that ``seal`` makes for the next version."""
        newest = select(func.max(secret_versions.c.version)).where(
            secret_versions.c.name == name
        )
        for _ in range(_TRIES - 1):
            with suppress(IntegrityError):
                return self._added(newest, seal)
        return self._added(newest, seal)

    def _added(
        self, newest: Select[Any], seal: Callable[[int], SealedVersion]
    ) -> SealedVersion:
        """Fails when another process took the same number in between."""
        with self._engine.begin() as connection:
            made = seal((connection.scalar(newest) or 0) + 1)
            connection.execute(insert(secret_versions), _row(made))
        return made

    def of(self, name: str, /) -> tuple[SealedVersion, ...]:
        """Every version of one secret, oldest first."""
        chosen = select(secret_versions).where(secret_versions.c.name == name)
        with reading(self._engine) as connection:
            rows = connection.execute(chosen.order_by(secret_versions.c.version))
            return tuple(_version(row) for row in rows)

    def names(self) -> tuple[str, ...]:
        """Every name."""
        name = secret_versions.c.name
        with reading(self._engine) as connection:
            return tuple(connection.scalars(select(name).distinct().order_by(name)))

    def retire(self, name: str, version: int, /, at: datetime) -> bool:
        """Set from when on a version is not accepted; whether there is such a one."""
        change = (
            update(secret_versions)
            .where(secret_versions.c.name == name)
            .where(secret_versions.c.version == version)
            .values(retires=naive(at))
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount > 0

    def rewrap(self, renewed: Callable[[SealedVersion], SealedVersion], /) -> int:
        """Put another wrapped key into every row, all or none; how many there are."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(secret_versions)).all()
            for row in map(_version, rows):
                new = renewed(row)
                connection.execute(
                    update(secret_versions)
                    .where(secret_versions.c.name == row.name)
                    .where(secret_versions.c.version == row.version)
                    .values(root=new.root, wrapped=new.wrapped)
                )
            return len(rows)


def _row(made: SealedVersion) -> dict[str, object]:
    return {
        "name": made.name,
        "version": made.version,
        "root": made.root,
        "wrapped": made.wrapped,
        "sealed": made.sealed,
        "made": naive(made.made),
        "by": made.by,
        "retires": naive(made.retires),
    }


def _version(row: Row[Any]) -> SealedVersion:
    return SealedVersion(
        name=row.name,
        version=row.version,
        root=row.root,
        wrapped=row.wrapped,
        sealed=row.sealed,
        made=aware(row.made),
        by=row.by,
        retires=aware(row.retires),
    )
