"""What a database refuses, as a problem a person can act on."""

from collections.abc import Callable

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from holdfast.ports import Unanswered
from holdfast.problems import Problem

Read = Callable[[str], Problem]
_PASSING = (OperationalError, InterfaceError)


def speak_plainly(engine: Engine, read: Read) -> None:
    """
    Raise ``Unanswered`` for what the database cannot do now.

    ``read`` makes a problem of what it said. A statement that is wrong, or that a
    constraint or a trigger refuses, stays what it is.
    """

    def translate(context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        gone = isinstance(error, _PASSING) or type(error) is DatabaseError
        if gone or context.is_disconnect:
            said = str(context.original_exception).strip()
            raise Unanswered(read(said)) from context.original_exception

    event.listen(engine, "handle_error", translate)


def of_file(path: str, folder: str, said: str) -> Problem:
    """What a SQLite file said."""
    words = said.lower()
    if "full" in words or "no space" in words:
        code, fix = "store.full", f"Free some space where {folder} is."
    elif "readonly" in words or "read-only" in words or "permission" in words:
        code, fix = "store.read-only", f"Make {path} writable for you."
    elif "not a database" in words or "malformed" in words:
        code = "store.damaged"
        fix = f"Keep it for later (mv {path} {path}.damaged) and start again."
    else:
        code, fix = "store.no-answer", "See what is in the way: holdfast doctor"
    return Problem(
        code=code,
        summary="The project's state cannot be read or written",
        detail=f"{path}: {said}. Nothing of this transaction was kept.",
        next_step=fix,
    )


def of_server(where: str, said: str) -> Problem:
    """What a PostgreSQL server said, or the network on the way to it."""
    return Problem(
        code="store.unreachable",
        summary="The project's database does not answer",
        detail=f"{where}: {' '.join(said.split())}. Nothing of this transaction was kept.",
        next_step="Try the same with psql, with the same user on the same machine.",
    )
