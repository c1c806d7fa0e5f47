"""Choose the database of a project, and move a project into another one."""

import os
from pathlib import Path

from holdfast.app.opening.discovery import server_of
from holdfast.drivers.files import write_private
from holdfast.drivers.stores import Store, open_store
from holdfast.drivers.stores.copying import copy_all, is_empty
from holdfast.problems import HoldfastError, Problem
from holdfast.record import verify_chain

VARIABLE = "HOLDFAST_DATABASE"
_CHOSEN = "database"
_FILE = "holdfast.db"


def open_chosen(state: Path, declared: str, given: str = "") -> Store:
    """
    Open the first of: ``given``, HOLDFAST_DATABASE, given last, declared, a file.

    The one given is remembered for all commands of this folder. Raises ``HoldfastError``
    (``store.left-behind``) when that would leave a history behind, and all of
    :func:`open_store`.
    """
    file, url = address_of(state, declared, given)
    if not url:
        return open_store(file)
    if file.exists() and not _is_empty_file(file):
        raise HoldfastError(_left_behind(file))
    store = open_store(file, url)
    if given:
        _remember(state, given)
    return store


def address_of(state: Path, declared: str, given: str = "") -> tuple[Path, str]:
    """The file of a project's state, and the URL of the database it is in instead."""
    url = given or os.environ.get(VARIABLE, "") or _remembered(state) or declared
    return state / _FILE, url


def move(state: Path, url: str) -> int:
    """
    Copy all that is kept in the project's file into an empty PostgreSQL database.

    The number of entries of the ledger, whose chain was verified where it is now. The
    file stays, under another name. Raises ``HoldfastError`` (``store.not-movable``).
    """
    file = state / _FILE
    if server_of(state) is not None:
        raise HoldfastError(_not_movable("The project's server is running."))
    if not file.exists():
        raise HoldfastError(_not_movable(f"{file} is not there: nothing is to move."))
    old = open_store(file)
    new = open_store(file, url)
    try:
        if not is_empty(new.engine):
            raise HoldfastError(_not_movable(f"{new.database} is not empty."))
        with old.runs.begin() as transaction:
            if transaction.jobs():
                raise HoldfastError(_not_movable("Jobs of runs are under way."))
        copy_all(old.engine, new.engine)
        faults, count = verify_chain(new.ledger.all())
        if faults:
            raise HoldfastError(*faults)
    finally:
        old.close()
        new.close()
    _remember(state, url)
    file.rename(file.with_suffix(".db.moved"))
    return count


def _remember(state: Path, url: str) -> None:
    write_private(state / _CHOSEN, f"{url}\n".encode())


def _remembered(state: Path) -> str:
    try:
        return (state / _CHOSEN).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def _is_empty_file(file: Path) -> bool:
    store = open_store(file)
    try:
        return is_empty(store.engine)
    finally:
        store.close()


def _left_behind(file: Path) -> Problem:
    return Problem(
        code="store.left-behind",
        summary="The project's history is in a file and not in the database named",
        detail=f"{file} holds entries that would not be seen any more. Nothing was "
        "opened or changed.",
        next_step="Move it: holdfast database move postgresql://USER@HOST/NAME",
    )


def _not_movable(seen: str) -> Problem:
    return Problem(
        code="store.not-movable",
        summary="The project's state cannot be moved now",
        detail=f"{seen} Wanted are a file with a history, no server, no job under way, "
        "and a database with nothing of Holdfast's in it. Nothing was moved.",
        next_step="See what runs: holdfast runs; then the same command again.",
    )
