"""Secrets that are named somewhere and kept nowhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.app.checking.scene import Ground, Kept, Scene
from holdfast.expressions.shapes import OPEN, Missing, Record, missing
from holdfast.load.workflows import Expression
from holdfast.load.yaml12 import Path
from holdfast.problems import Place, Problem, Severity

_KEYS = frozenset({"secret", "secrets", "become_password"})
"""Keys of holdfast.yaml and of hosts that hold the name of a secret."""


def unknown_secrets(scene: Scene) -> Iterator[Problem]:
    """Every secret a workflow reads that nothing has; each name once a file."""
    kept, told = scene.ground.kept, set[str]()
    if not kept.whole:
        return
    call = scene.flow.call
    passed = call.secrets if call else ()
    known = Record(dict.fromkeys([*kept.names, *passed], OPEN))
    for expression in scene.source.expressions:
        for one in missing(expression.text, {"secrets": known}):
            if one.path[1].lower() not in told:
                told.add(one.path[1].lower())
                yield _unknown(one.path[1], kept, _place(scene, one, expression))


def secrets_of_project(ground: Ground) -> Iterator[Problem]:
    """The same for what ``holdfast.yaml`` names: webhooks, notifications."""
    for path, name in _named(ground.document.value, ()):
        plain = ":" not in name and "${{" not in name
        if plain and ground.kept.whole and not _has(ground.kept, name):
            yield _unknown(name, ground.kept, ground.document.place(path))


def _place(scene: Scene, one: Missing, expression: Expression) -> Place:
    return scene.source.place_in(expression, one.position, one.path[0])


def _named(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text below a key that holds names of secrets, with its path."""
    items: Any = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        below = (*path, key)
        if isinstance(inner, str):
            owner = key if isinstance(key, str) else path[-1] if path else ""
            if owner in _KEYS:
                yield below, inner
        elif path or key != "secrets":
            yield from _named(inner, below)


def _has(kept: Kept, name: str) -> bool:
    return name.lower() in {one.lower() for one in kept.names}


def _unknown(name: str, kept: Kept, place: Place) -> Problem:
    return Problem(
        code="check.unknown-secret",
        summary=f"No backend has the secret `{name}`",
        detail="Looked by name in every backend that `secrets:` of holdfast.yaml names, "
        "as they are on this machine; no value was opened. It would be empty.",
        next_step=mended(name, kept.names) or f"holdfast secret set {name}",
        place=place,
        severity=Severity.WARNING,
    )
