"""Which secrets there are, by name: no value is opened, and nothing is made."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from holdfast.app.checking.scene import Ground, Kept
from holdfast.app.checking.vault import vault_problems
from holdfast.app.opening.databases import address_of
from holdfast.app.secrets import folders_of
from holdfast.declare import Project
from holdfast.drivers.secrets import AgeSecrets, EnvironmentSecrets, FileSecrets
from holdfast.drivers.stores import names_of_secrets
from holdfast.problems import HoldfastError, Place, Problem, Severity

_NO_KEY = b""
"""Fingerprints are of values, and none is asked for."""


def kept_secrets(project: Project, state: Path) -> tuple[Kept, tuple[Problem, ...]]:
    """
    Every name the project's backends have on this machine.

    The problems are warnings about backends that could not be asked.
    """
    found, problems = set(project.secrets.names), []
    for word in project.secrets.backends:
        try:
            found.update(_names(word, project, state))
        except HoldfastError as error:
            problems.append(_not_asked(word, error.problems[0]))
    return Kept(frozenset(found), whole=not problems), tuple(problems)


def elsewhere(ground: Ground) -> Iterator[Problem]:
    """What is to be said of names that stand for something outside of the project."""
    in_vault: dict[str, str] = {}
    for name, reference in ground.project.secrets.names.items():
        word, _, rest = reference.partition(":")
        place = ground.document.place(("secrets", "names", name))
        if word == "vault":
            in_vault[name] = rest
        elif word == "env" and not os.environ.get(rest):
            yield _no_variable(name, rest, place)
        elif word == "file" and not (ground.project.root / rest).is_file():
            yield _no_file(name, rest, place)
    if in_vault:
        yield from vault_problems(ground, in_vault, os.environ)


def _names(word: str, project: Project, state: Path) -> Iterable[str]:
    """The names of one backend; raises ``HoldfastError`` when it cannot be asked."""
    root = project.root
    match word:
        case "env":
            return EnvironmentSecrets(os.environ, _NO_KEY).names()
        case "file":
            folders = folders_of(root, project.secrets)
            return FileSecrets(root, folders, _NO_KEY).names()
        case "age":
            return AgeSecrets(root / "secrets", state / "age.key").names()
        case _:
            return names_of_secrets(*address_of(state, project.database))


def _not_asked(word: str, why: Problem) -> Problem:
    return Problem(
        code="check.backend-not-asked",
        summary=f"The secret backend `{word}` could not be asked for names",
        detail=f"{why.summary}. {why.detail} So nothing is said about missing secrets.",
        next_step=why.next_step,
        severity=Severity.WARNING,
    )


def _no_variable(name: str, variable: str, place: Place) -> Problem:
    return Problem(
        code="check.unknown-secret",
        summary=f"No backend has the secret `{name}`",
        detail=f"It is in the variable {variable}, which is not set or empty on this "
        "machine.",
        next_step=f"Set {variable} where the runs are carried out.",
        place=place,
        severity=Severity.WARNING,
    )


def _no_file(name: str, path: str, place: Place) -> Problem:
    return Problem(
        code="check.unknown-secret",
        summary=f"No backend has the secret `{name}`",
        detail=f"It is in the file {path}, which is not there on this machine.",
        next_step=f"Put it there where the runs are carried out: {path}",
        place=place,
        severity=Severity.WARNING,
    )
