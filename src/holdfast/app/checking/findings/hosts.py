"""Hosts that steps and claims name and the project does not have."""

from collections.abc import Iterator

from holdfast import load
from holdfast.app.checking.scene import Scene, StepSeen, literal
from holdfast.app.checking.wording import mended
from holdfast.declare import ClaimWanted
from holdfast.load.yaml12 import Path
from holdfast.problems import Place, Problem, Severity

_NAMED_BY = {
    "holdfast/exec": ("hosts", "host"),
    "holdfast/apply": ("selectors",),
}
"""The inputs that select hosts."""

_CLAIMED = {"host": "hosts", "environment": "environments"}


def unknown_hosts(scene: Scene) -> Iterator[Problem]:
    """Selectors of steps that name nothing."""
    for seen in scene.steps():
        for key in _NAMED_BY.get(seen.step.uses.partition("@")[0], ()):
            yield from _selected(scene, seen, key)


def _selected(scene: Scene, seen: StepSeen, key: str) -> Iterator[Problem]:
    written = literal(seen.step.with_.get(key))
    if written is None:
        return
    words = written.split() if key == "selectors" else [written]
    place = scene.place((*seen.path, "with", key), seen.step.place)
    for problem in load.select(scene.project, words).problems:
        yield Problem(
            code="check.unknown-host",
            summary=problem.summary,
            detail=f"The step `{seen.step.title}` would fail before it did anything.",
            next_step=problem.next_step or "Write the host down in hosts/.",
            place=place,
        )


def unknown_claims(scene: Scene) -> Iterator[Problem]:
    """Claims on hosts and environments that do not exist: they keep nobody out."""
    every: list[tuple[Path, Place, tuple[ClaimWanted, ...]]] = [
        (("claims",), scene.top, scene.flow.claims),
        *((("jobs", j.id, "claims"), j.place, j.claims) for j in scene.flow.jobs),
    ]
    for path, otherwise, claims in every:
        for number, claim in enumerate(claims):
            place = scene.place((*path, number), otherwise)
            yield from _claimed(scene, literal(claim.key) or "", place)


def _claimed(scene: Scene, key: str, place: Place) -> Iterator[Problem]:
    sort, _, name = key.partition(":")
    if sort not in _CLAIMED:
        return
    known = list(getattr(scene.project, _CLAIMED[sort]))
    if name not in known:
        yield Problem(
            code="check.unknown-claim",
            summary=f"The claim `{key}` is on no {sort} of the project",
            detail="It keeps away nobody but those who claim the same words.",
            next_step=mended(name, known) or f"Write the {sort} down first.",
            place=place,
            severity=Severity.WARNING,
        )
