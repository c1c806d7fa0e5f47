"""Claims as leases with a token that only grows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from holdfast.drivers.stores.connect import reading
from holdfast.drivers.stores.moments import aware, naive
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
            if row and row.holder != holder and aware(row.until) > now:
                return _claim(row)
            wanted = Claim(key, holder, why, since=now, until=until, token=0, run=run)
            put_in(connection, wanted)
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
        with reading(self._engine) as connection:
            return held_in(connection, now)


def held_in(connection: Connection, now: datetime) -> tuple[Claim, ...]:
    """Every claim in force, by key."""
    chosen = select(claims).where(claims.c.until > naive(now)).order_by(claims.c.key)
    return tuple(_claim(row) for row in connection.execute(chosen))


def put_in(connection: Connection, claim: Claim) -> None:
    """Write a claim, with a token that is one more than its key ever had."""
    same = claims.c.key == claim.key
    row = connection.execute(select(claims.c.token).where(same)).first()
    fresh = {
        "key": claim.key,
        "holder": claim.holder,
        "why": claim.why,
        "since": naive(claim.since),
        "until": naive(claim.until),
        "token": (row.token if row else 0) + 1,
        "run": claim.run,
    }
    connection.execute(
        update(claims).where(same).values(fresh)
        if row
        else insert(claims).values(fresh)
    )


def release_in(connection: Connection, holder: str) -> None:
    """End every claim of a holder; the rows stay, so that tokens go on growing."""
    ended = datetime(1970, 1, 1)  # noqa: DTZ001 - kept as naive UTC
    mine = update(claims).where(claims.c.holder == holder)
    connection.execute(mine.values(until=ended))


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        key=row.key,
        holder=row.holder,
        why=row.why,
        since=aware(row.since),
        until=aware(row.until),
        token=row.token,
        run=row.run,
    )


_: type[ClaimTable] = SqlClaims
