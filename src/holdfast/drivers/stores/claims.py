"""Claims as leases with a token that only grows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from holdfast.drivers.stores.tables import claims
from holdfast.model import Claim
from holdfast.ports import ClaimTable


class SqlClaims:
    """One table for runs and people."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def acquire(
        self,
        key: str,
        holder: str,
        why: str,
        now: datetime,
        until: datetime,
        run: str = "",
    ) -> Claim:
        """Take or renew; the claim that is in force, the caller's or somebody's."""
        with self._engine.begin() as connection:
            row = connection.execute(select(claims).where(claims.c.key == key)).first()
            if row and row.holder != holder and _aware(row.until) > now:
                return _claim(row)
            fresh = {
                "key": key,
                "holder": holder,
                "why": why,
                "since": _naive(now),
                "until": _naive(until),
                "token": (row.token if row else 0) + 1,
                "run": run,
            }
            put = insert(claims).values(fresh)
            connection.execute(
                put.on_conflict_do_update(index_elements=["key"], set_=fresh)
            )
            made = connection.execute(select(claims).where(claims.c.key == key)).one()
            return _claim(made)

    def release(self, key: str, holder: str, /) -> bool:
        """End a claim at once; the row stays, so that its token goes on growing."""
        ended = datetime(1970, 1, 1)  # noqa: DTZ001 - kept as naive UTC
        change = (
            update(claims)
            .where(claims.c.key == key, claims.c.holder == holder)
            .where(claims.c.until > ended)
            .values(until=ended)
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount > 0

    def held(self, now: datetime, /) -> tuple[Claim, ...]:
        """Every claim in force, by key."""
        chosen = (
            select(claims).where(claims.c.until > _naive(now)).order_by(claims.c.key)
        )
        with self._engine.connect() as connection:
            return tuple(_claim(row) for row in connection.execute(chosen))


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        key=row.key,
        holder=row.holder,
        why=row.why,
        since=_aware(row.since),
        until=_aware(row.until),
        token=row.token,
        run=row.run,
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


_: type[ClaimTable] = SqlClaims
