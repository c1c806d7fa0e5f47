"""Inputs of actions: those nobody reads, and those that are missing."""

from collections.abc import Iterator

from holdfast.app.checking.scene import Scene, StepSeen
from holdfast.app.checking.wording import mended
from holdfast.declare import Action, BuiltIn, built_in
from holdfast.problems import Place, Problem, Severity


def unfit_inputs(scene: Scene) -> Iterator[Problem]:
    """What is wrong with the ``with:`` of every action that is known."""
    for seen in scene.steps():
        known, action = built_in(seen.step.uses), scene.action(seen.step)
        if known is not None:
            yield from _of_built_in(scene, seen, known)
        elif action is not None:
            yield from _of_local(scene, seen, action)


def _of_built_in(scene: Scene, seen: StepSeen, known: BuiltIn) -> Iterator[Problem]:
    name = seen.step.uses.partition("@")[0]
    ours = name.startswith("holdfast/")
    for key in seen.step.with_:
        if key.lower() in map(str.lower, known.unheeded):
            yield _unheeded(name, key, _key_place(scene, seen, key))
        elif key.lower() not in map(str.lower, known.inputs):
            severity = Severity.ERROR if ours else Severity.WARNING
            place = _key_place(scene, seen, key)
            yield _unknown(name, key, known.inputs, place, severity)
    given = {key.lower() for key in seen.step.with_}
    for group in known.wanted:
        if given.isdisjoint(map(str.lower, group)):
            yield _missing(name, group, _uses_place(scene, seen), Severity.ERROR)


def _of_local(scene: Scene, seen: StepSeen, action: Action) -> Iterator[Problem]:
    known = {one.name.lower(): one for one in action.inputs}
    for key in seen.step.with_:
        if key.lower() not in known:
            names = [one.name for one in action.inputs]
            place = _key_place(scene, seen, key)
            yield _unknown(seen.step.uses, key, names, place, Severity.WARNING)
    given = {key.lower() for key in seen.step.with_}
    for name, one in known.items():
        if one.required and one.default is None and name not in given:
            place = _uses_place(scene, seen)
            yield _missing(seen.step.uses, (one.name,), place, Severity.WARNING)


def _key_place(scene: Scene, seen: StepSeen, key: str) -> Place:
    return scene.key_place((*seen.path, "with", key), seen.step.place)


def _uses_place(scene: Scene, seen: StepSeen) -> Place:
    return scene.place((*seen.path, "uses"), seen.step.place)


def _unknown(
    name: str,
    key: str,
    known: tuple[str, ...] | list[str],
    place: Place,
    severity: Severity,
) -> Problem:
    return Problem(
        code="check.unknown-input",
        summary=f"{name} has no input `{key}`",
        detail=f"Nothing reads it. It has: {', '.join(sorted(known)) or 'none'}.",
        next_step=mended(key, known) or "Take it out.",
        place=place,
        severity=severity,
    )


def _missing(
    name: str, group: tuple[str, ...], place: Place, severity: Severity
) -> Problem:
    words = " or ".join(f"`{word}`" for word in group)
    return Problem(
        code="check.missing-input",
        summary=f"{name} needs the input {words}",
        detail="It cannot do its work without.",
        next_step=f"Write below it: with: {{{group[0]}: ...}}",
        place=place,
        severity=severity,
    )


def _unheeded(name: str, key: str, place: Place) -> Problem:
    return Problem(
        code="check.unheeded-input",
        summary=f"`{key}` of {name} changes nothing here",
        detail=f"Holdfast carries out {name} itself, without this input.",
        next_step="Take it out, or write what it does as `run:`.",
        place=place,
        severity=Severity.WARNING,
    )
