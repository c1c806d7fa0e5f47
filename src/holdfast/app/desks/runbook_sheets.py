"""A runbook and its blocks as people are shown them. Pure."""

from collections.abc import Mapping

from holdfast.declare import Step, Workflow, lasting
from holdfast.model import RunView, State
from holdfast.ports import BlockRow, Proof, RunbookRow
from holdfast.ports.desks.runbooks import Kind, days_ago
from holdfast.record import Blocks, Hands, Tally


def runbook_row(
    flow: Workflow, spent: Blocks, proven: Proof | None, days: int
) -> RunbookRow:
    """One runbook in a list; ``spent`` is what its steps cost people in ``days``."""
    kinds = [kind_of(step) for step in steps_of(flow)]
    manual = {step.id: step for step in steps_of(flow) if step.manual}
    costly = max(manual, key=lambda name: _spent(spent, name).total, default="")
    seconds = _spent(spent, costly).total
    return RunbookRow(
        key=flow.file.rpartition("/")[2].rpartition(".")[0],
        name=flow.name,
        file=flow.file,
        owner=flow.owner,
        description=flow.description,
        manual=kinds.count("manual"),
        automated=kinds.count("sh") + kinds.count("uses"),
        proven=proven,
        stale=_stale(flow, proven),
        seconds=sum(hands.total for hands in spent.values()),
        next=manual[costly].title if seconds else "",
        next_seconds=seconds,
        days=days,
    )


def block_rows(
    flow: Workflow,
    spent: Blocks,
    tallies: Mapping[str, Tally],
    newest: Mapping[str, State],
) -> tuple[BlockRow, ...]:
    """
    The blocks in their order.

    ``tallies`` say how often each was begun, ``newest`` how steps of the newest run stand.
    """
    return tuple(
        BlockRow(
            id=step.id,
            name=step.title,
            kind=kind_of(step),
            line=step.place.line - 1,
            does=_does(step),
            runs=tallies[step.id].runs,
            failed=tallies[step.id].failed,
            hands=len(_spent(spent, step.id).seconds),
            median=_spent(spent, step.id).median,
            total=_spent(spent, step.id).total,
            state=newest[step.id].value if step.id in newest else "",
        )
        for step in steps_of(flow)
    )


def states_in(view: RunView, flow: Workflow) -> Mapping[str, State]:
    """How each step of a run stands; ``flow`` is what it was started with."""
    found: dict[str, State] = {}
    for job in view.jobs.values():
        declared = flow.job(job.id)
        ids = [step.id for step in declared.steps] if declared else []
        for index, step in job.steps.items():
            if index < len(ids):
                waits = job.wait is not None and job.wait.step == index
                found[ids[index]] = State.WAITING if waits else step.state
    return found


def kind_of(step: Step) -> Kind:
    """Which sort of block a step was."""
    if step.manual:
        return "manual"
    if step.uses.partition("@")[0] == "holdfast/approve":
        return "gate"
    return "uses" if step.uses else "sh"


def text_of(flow: Workflow) -> str:
    """The Markdown of a runbook; its front matter as empty lines, so that lines stay."""
    text = flow.sources[flow.file].decode("utf-8-sig").replace("\r\n", "\n")
    lines = text.split("\n")
    ends = (n for n, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "..."))
    body = next(ends) + 1
    return "\n".join([""] * body + lines[body:])


def _stale(flow: Workflow, proven: Proof | None) -> str:
    """Why the last proof counts no more; a runbook that asks for no review never says."""
    if flow.review is None:
        return ""
    if proven is None:
        return "it was never proven"
    if proven.age <= flow.review:
        return ""
    return f"last proven {days_ago(proven.age)}, wanted every {lasting(flow.review)}"


def _does(step: Step) -> str:
    if step.run is not None:
        return str(step.run)
    return step.manual or str(step.with_.get("message") or step.uses)


def _spent(spent: Blocks, step: str) -> Hands:
    return spent.get(step, Hands())


def steps_of(flow: Workflow) -> tuple[Step, ...]:
    """Every block of a runbook, in order."""
    return tuple(step for job in flow.jobs for step in job.steps)
