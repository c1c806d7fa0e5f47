"""Which database keeps a project's state."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from holdfast.drivers.stores.connect import (
    postgres_engine,
    postgres_queue_engine,
    queue_engine,
    store_engine,
)
from holdfast.drivers.stores.errors import of_file, of_server, speak_plainly
from holdfast.ports import Unanswered
from holdfast.problems import HoldfastError, Problem

_SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class Database:
    """A SQLite file in the project's state, or, with a URL, a PostgreSQL database."""

    path: Path
    url: str = ""

    def __str__(self) -> str:
        """Where it is, in words that may be shown: without a password."""
        return f"{make_url(self.url)!r}" if self.url else str(self.path)

    @property
    def is_file(self) -> bool:
        """Whether one machine has it to itself."""
        return not self.url

    def engine(self) -> Engine:
        """Connections for our own tables; raises ``Unanswered`` for a file of others."""
        if self.url:
            engine = postgres_engine(checked(self.url))
            speak_plainly(engine, self._read)
            return engine
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise Unanswered(self._read(str(error.strerror))) from error
        engine = store_engine(self.path)
        speak_plainly(engine, self._read)
        return engine

    def queue(self) -> Engine:
        """Connections for the durable engine."""
        if self.url:
            return postgres_queue_engine(checked(self.url))
        return queue_engine(self.path)

    def _read(self, said: str) -> Problem:
        """What the database said, as a problem."""
        if self.url:
            return of_server(str(self), said)
        return of_file(str(self.path), str(self.path.parent), said)


def checked(url: str) -> str:
    """The URL, when it is one of PostgreSQL; raises ``HoldfastError`` (``store.url``)."""
    try:
        scheme = make_url(url).drivername
    except (ArgumentError, ValueError):
        scheme = ""
    if scheme in _SCHEMES:
        return url
    raise HoldfastError(
        Problem(
            code="store.url",
            summary="This is not the URL of a PostgreSQL database",
            detail=f"It begins with {scheme or url.partition(':')[0][:20]!r}; wanted is "
            "postgresql://USER@HOST/NAME. Nothing was opened.",
            next_step="--database postgresql://holdfast@db.example/holdfast, with the "
            "password in PGPASSFILE or ~/.pgpass",
        )
    )
