"""Other workflows and endpoints that a workflow names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from holdfast.app.checking.scene import Scene, StepSeen, literal, starts_others
from holdfast.app.checking.wording import mended
from holdfast.declare import Input, Workflow
from holdfast.load.yaml12 import Path
from holdfast.problems import Place, Problem, Severity


def unknown_workflows(scene: Scene) -> Iterator[Problem]:
    """Workflows that ``holdfast/workflow`` starts: whether they are there, and fit."""
    for seen in scene.steps():
        name = starts_others(seen.step)
        if name is None:
            continue
        flow = scene.project.workflow(name)
        if flow is None:
            place = scene.place((*seen.path, "with", "workflow"), seen.step.place)
            yield _no_workflow(name, scene, place, "The step would fail.")
        else:
            yield from _inputs(scene, seen, flow)


def unheard_triggers(scene: Scene) -> Iterator[Problem]:
    """Triggers that name a workflow or an endpoint of ours that does not exist."""
    hooks = scene.project.hooks
    sources = {*hooks, *(hook.source for hook in hooks.values())}
    for trigger in scene.flow.triggers:
        path, otherwise = ("on", trigger.event), trigger.place or scene.top
        if trigger.event == "run":
            for name in trigger.options.get("workflow") or ():
                if scene.project.workflow(str(name)) is None:
                    place = scene.place((*path, "workflow"), otherwise)
                    yield _no_workflow(str(name), scene, place, _NEVER)
        if trigger.event == "webhook":
            name = str(trigger.options.get("hook"))
            if name not in sources:
                place = scene.place((*path, "hook"), scene.place(path, otherwise))
                yield _no_hook(name, sources, place)


_NEVER = "Nothing ever starts by it."


def _inputs(scene: Scene, seen: StepSeen, flow: Workflow) -> Iterator[Problem]:
    """Inputs of the workflow that is started which are missing or unknown."""
    given = seen.step.with_.get("inputs") or {}
    wanted = _wanted(flow)
    path = (*seen.path, "with")
    if not isinstance(given, Mapping) or wanted is None:
        return
    names = [one.name for one in wanted]
    for key in given:
        if key not in names:
            place = scene.key_place((*path, "inputs", key), seen.step.place)
            yield _unknown_input(flow, str(key), names, place)
    for one in wanted:
        if one.required and one.default is None and one.name not in given:
            place = scene.place((*path, "workflow"), seen.step.place)
            yield _missing_input(flow, one, given, place)


def _wanted(flow: Workflow) -> tuple[Input, ...] | None:
    """What a workflow takes; ``None`` when it declares nothing of the sort."""
    if flow.dispatch is not None:
        return flow.dispatch
    return flow.call.inputs if flow.call is not None else None


def called_with_a_group(scene: Scene) -> Iterator[Problem]:
    """A workflow that waits for one of its own concurrency group, which waits for it."""
    mine = scene.flow.concurrency
    group = _group(scene.flow)
    if mine is None or group is None:
        return
    for path, otherwise, flow in _below(scene):
        if _group(flow) == group:
            ends = "ends" if flow.concurrency and _cancels(flow) else "waits for"
            yield Problem(
                code="check.group-deadlock",
                summary=f"{scene.flow.name} and {flow.name} share a concurrency group",
                detail=f"{scene.flow.name} waits for {flow.name}, which {ends} the run "
                f"that holds `{group}`: that is {scene.flow.name}.",
                next_step="Give one of them a group of its own.",
                place=scene.place(path, otherwise),
            )


def _below(scene: Scene) -> Iterator[tuple[Path, Place, Workflow]]:
    """Everything a workflow starts and waits for, with where that is written."""
    for job in scene.flow.jobs:
        for flow in _called(job.calls):
            yield ("jobs", job.id, "uses"), job.place, flow
    for seen in scene.steps():
        started = scene.project.workflow(starts_others(seen.step) or "")
        if started is not None:
            yield (*seen.path, "with", "workflow"), seen.step.place, started


def _called(flow: Workflow | None) -> Iterator[Workflow]:
    if flow is not None:
        yield flow
        for job in flow.jobs:
            yield from _called(job.calls)


def _group(flow: Workflow) -> str | None:
    """A group as written, when callers and called ones read the same out of it."""
    written: Any = flow.concurrency.group if flow.concurrency else None
    plain = literal(written)
    if plain is not None or not isinstance(written, str):
        return plain
    return None if "inputs" in written else written


def _cancels(flow: Workflow) -> bool:
    return flow.concurrency is not None and flow.concurrency.cancel_in_progress is True


def _no_workflow(name: str, scene: Scene, place: Place, so: str) -> Problem:
    flows = scene.project.workflows
    refused = any(name in (file, _stem(file)) for file, _ in scene.project.refused)
    names = {one.name for one in flows} | {_stem(one.file) for one in flows}
    return Problem(
        code="check.unknown-workflow",
        summary=f"There is no workflow `{name}`"
        if not refused
        else f"The workflow `{name}` cannot be run here",
        detail=f"{so} There are: {', '.join(sorted(names))}.",
        next_step=mended(name, names) or "Write it: workflows/NAME.yaml",
        place=place,
    )


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _no_hook(name: str, known: Iterable[str], place: Place) -> Problem:
    return Problem(
        code="check.unknown-hook",
        summary=f"There is no webhook `{name}`",
        detail=_NEVER,
        next_step=mended(name, known) or "Declare it below `hooks:` in holdfast.yaml.",
        place=place,
    )


def _unknown_input(flow: Workflow, key: str, known: list[str], place: Place) -> Problem:
    return Problem(
        code="check.unknown-input",
        summary=f"{flow.name} has no input `{key}`",
        detail=f"Nothing reads it. It has: {', '.join(known) or 'none'}.",
        next_step=mended(key, known) or "Take it out.",
        place=place,
    )


def _missing_input(
    flow: Workflow, one: Input, given: Mapping[str, Any], place: Place
) -> Problem:
    told = ", ".join([*map(str, given), f"{one.name}: ..."])
    return Problem(
        code="check.missing-input",
        summary=f"{flow.name} needs the input `{one.name}`",
        detail=f"{one.description or one.type}. It would be empty.",
        next_step=f"Write it: inputs: {{{told}}}",
        place=place,
        severity=Severity.ERROR,
    )
