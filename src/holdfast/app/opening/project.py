"""Find a project, read it, and wire an application together."""

import getpass
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast import load
from holdfast.app.application import Application
from holdfast.app.opening.databases import open_chosen
from holdfast.app.opening.hosts import hosts_for
from holdfast.app.opening.no_project import no_project
from holdfast.app.secrets import secrets_for
from holdfast.drivers.clock import SystemClock
from holdfast.engine import Engine
from holdfast.engine.look import Eyes, Watch, unwatched
from holdfast.kinds import BUILT_IN, PROBES
from holdfast.problems import HoldfastError, Problem

_STATE = ".holdfast"


def open_application(
    directory: Path,
    watch: Watch = unwatched,
    database: str = "",
    without: Callable[[Sequence[Problem]], None] | None = None,
) -> Application:
    """
    Open the project around a folder; ``watch`` is told how looking at hosts goes.

    ``database`` is the URL of a PostgreSQL database when its state is to be there. Who
    only looks gives ``without``: it is told what cannot be read, and the project is opened
    without that. Raises ``HoldfastError`` with all problems for who does not.
    """
    root = _root(directory)
    kinds = {kind.name: kind for kind in BUILT_IN}
    loaded = load.load(root, kinds)
    project = loaded.project or (loaded.readable if without else None)
    if project is None:
        raise HoldfastError(*loaded.problems)
    if without and loaded.problems:
        without(loaded.problems)
    state = root / _STATE
    _make_state(state)
    store = open_chosen(state, project.database, database)
    secrets = secrets_for(root, state, store, project.secrets)
    actor = os.environ.get("HOLDFAST_ACTOR") or getpass.getuser()
    engine = Engine(
        eyes=Eyes(
            hosts=hosts_for(project, root, state, secrets),
            kinds=kinds,
            probes={probe.name: probe for probe in PROBES},
            parallel=project.connect.parallel,
            watch=watch,
        ),
        ledger=store.ledger,
        contents=store.contents,
        claims=store.claims,
        clock=SystemClock(),
        actor=actor,
        redact=secrets.redact,
    )
    return Application(root, state, project, engine, store, secrets, actor)


def state_of(directory: Path) -> Path:
    """Where the project around a folder keeps what is its own."""
    return _root(directory) / _STATE


def _root(directory: Path) -> Path:
    root = load.find_root(directory)
    if root is None:
        raise HoldfastError(no_project(directory))
    return root


def _make_state(state: Path) -> None:
    """The project's state; it keeps itself out of git."""
    try:
        state.mkdir(mode=0o700, exist_ok=True)
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise HoldfastError(
            Problem(
                code="app.no-state",
                summary="The project's state cannot be kept",
                detail=f"{state}: {error.strerror}. Nothing was changed.",
                next_step=f"Make the folder writable: chmod u+rwx {state.parent}",
            )
        ) from error
