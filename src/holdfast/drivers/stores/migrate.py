"""Bring a database to the newest schema, each step in ``migrations/versions``."""

from pathlib import Path

from sqlalchemy import Connection

from holdfast.problems import HoldfastError, Problem

VERSIONS = ("0001", "0002", "0003", "0005", "0007", "0010", "0011", "0012")
"""Every schema there was, oldest first; the last one is what this Holdfast needs."""


def migrate(connection: Connection, where: str) -> None:
    """
    Do what is missing of the database ``where``, in the transaction of ``connection``.

    Alembic is only imported when something is. Raises ``HoldfastError`` (``store.newer``)
    for a database that a newer Holdfast has written.
    """
    version = _version(connection)
    if version == VERSIONS[-1]:
        return
    if version is not None and version not in VERSIONS:
        raise HoldfastError(_newer(where, version))
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """The schema that is there; ``None`` for an empty database."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    version: str | None = found.scalar()
    return version


def _newer(where: str, version: str) -> Problem:
    return Problem(
        code="store.newer",
        summary="The project's state was written by a newer Holdfast",
        detail=f"{where} has schema {version}, this Holdfast knows {VERSIONS[-1]}. "
        "Those that were started before go on. Nothing was started or changed.",
        next_step="Install the newer Holdfast here, too.",
    )
