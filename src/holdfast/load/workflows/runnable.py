"""A file of a project as a workflow that can be run: ours must be, GitHub's may be."""

from dataclasses import dataclass, replace

from holdfast.declare import Workflow
from holdfast.load.workflows import grammar, rules
from holdfast.load.workflows.actions import file_of, local_actions, read_action
from holdfast.load.workflows.calls import Find
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.implied_steps import with_implied_steps
from holdfast.load.workflows.manual import odd_fields
from holdfast.load.workflows.read import Reading
from holdfast.problems import Place, Problem, Severity, did_you_mean

OURS, THEIRS = "workflows", grammar.THEIRS


@dataclass(frozen=True, slots=True)
class Found:
    """A workflow, ``None`` when it cannot be run, and what is to be said about it."""

    workflow: Workflow | None
    problems: tuple[Problem, ...] = ()


def read_workflow(content: bytes, file: str, find: Find, owner: str = "") -> Found:
    """
    Read one file of a project; never raises.

    What is below ``.github`` is GitHub's: its problems are warnings, as GitHub may run
    what Holdfast cannot. ``find`` gives the bytes of a local workflow that is called,
    ``owner`` is the project's.
    """
    theirs = file.startswith(THEIRS)
    reading = Reading(grammar.of(file), find=_local(find))
    workflow = reading.read(content, file)
    if workflow is None:
        return Found(
            None, tuple(_problem(one, file, theirs=theirs) for one in reading.faults)
        )
    workflow, wrong = _with_actions(workflow, find)
    if wrong:
        return Found(None, tuple(_problem(one, file, theirs=theirs) for one in wrong))
    workflow = replace(workflow, owner=workflow.owner or owner)
    problems = [
        *rules.unrunnable(workflow),
        *rules.odd_schedules(workflow),
        *rules.secrets_in_commands(workflow),
        *odd_fields(workflow),
    ]
    if not theirs:
        problems += rules.unowned(workflow)
    severity = Severity.WARNING if theirs else Severity.ERROR
    outside = tuple(rules.outside_text(workflow, severity))
    if not theirs:
        problems += outside
    if problems:
        return Found(None, tuple(replace(p, severity=severity) for p in problems))
    return Found(with_implied_steps(workflow), outside)


def _with_actions(workflow: Workflow, find: Find) -> tuple[Workflow, list[Fault]]:
    """Add the local actions a workflow uses to its sources, theirs too."""
    faults: list[Fault] = []
    sources, waiting = dict(workflow.sources), list(local_actions(workflow))
    while waiting:
        uses = waiting.pop()
        found = file_of(uses, find)
        if found is None:
            faults.append(Fault(None, f"There is no local action `{uses}`"))
            continue
        name, content = found
        if name in sources:
            continue
        sources[name] = content
        read = read_action(content, name)
        faults += read.faults
        inner = read.action.steps if read.action else ()
        waiting += [step.uses for step in inner if step.uses.startswith("./")]
    return replace(workflow, sources=sources), faults


def _local(find: Find) -> Find:
    """Only files of the project are read."""
    return lambda uses: find(uses.removeprefix("./")) if uses.startswith("./") else None


def _problem(fault: Fault, file: str, *, theirs: bool) -> Problem:
    seen = fault.message.partition("'")[2].partition("'")[0]
    return Problem(
        code="workflow.unreadable",
        summary=fault.message[:200],
        detail=f"Known here: {', '.join(fault.known)}." if fault.known else "",
        next_step=fault.next_step
        or (did_you_mean(seen, fault.known) if seen and fault.known else ""),
        place=fault.place or Place(file, 1, 1),
        severity=Severity.WARNING if theirs else Severity.ERROR,
    )


def reread(content: bytes, file: str, find: Find) -> Workflow | None:
    """Read again what a run was started with; what was allowed then is not asked."""
    found = Reading(grammar.of(file), find=_local(find)).read(content, file)
    return with_implied_steps(_with_actions(found, find)[0]) if found else None
