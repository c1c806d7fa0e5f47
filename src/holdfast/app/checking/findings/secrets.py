"""Secrets that are named somewhere and kept nowhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.app.checking.scene import Ground, Kept, Scene
from holdfast.app.checking.wording import mended
from holdfast.expressions.shapes import OPEN, Missing, Record, missing
from holdfast.load.workflows import Expression
from holdfast.load.yaml12 import Path
from holdfast.problems import Place, Problem, Severity

NAMED: tuple[Path, ...] = (
    ("hooks", "*", "secret"),
    ("connect", "become_password"),
    ("hosts", "*", "connect", "become_password"),
    ("notify", "channels", "*", "url"),
    ("notify", "channels", "*", "key"),
    ("notify", "channels", "*", "secret"),
    ("notify", "channels", "*", "password"),
    ("subscribers", "*", "url"),
    ("subscribers", "*", "secret"),
)
"""Where files name a secret, or a list of them; ``*`` is any key."""


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
    """The same for what other files name: webhooks, hosts, channels."""
    if not ground.kept.whole:
        return
    for document in ground.documents:
        for wanted in NAMED:
            for path, name in _named(document.value, wanted, ()):
                if not _known(ground.kept, name):
                    yield _unknown(name, ground.kept, document.place(path))


def _place(scene: Scene, one: Missing, expression: Expression) -> Place:
    return scene.source.place_in(expression, one.position, one.path[0])


def _named(value: Any, wanted: Path, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text at a path or in a list there, with the path it really has."""
    if isinstance(value, str) and not wanted:
        yield path, value
    elif isinstance(value, list) and not wanted:
        yield from ((path, name) for name in value if isinstance(name, str))
    elif isinstance(value, Mapping) and wanted:
        for key, inner in value.items():
            if wanted[0] in ("*", key):
                yield from _named(inner, wanted[1:], (*path, key))


def _known(kept: Kept, name: str) -> bool:
    """Whether a name is kept; a reference is opened elsewhere, and not looked for."""
    return ":" in name or name.lower() in {one.lower() for one in kept.names}


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
