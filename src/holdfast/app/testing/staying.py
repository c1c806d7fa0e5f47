"""What of a played run would stay, asked of what takes back runs live."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.app.runs.undoing import Undoing, request_of
from holdfast.app.testing.play import JobSeen, Played
from holdfast.engine.undoing import way_back
from holdfast.expressions import ExpressionError
from holdfast.problems import HoldfastError

_WITHOUT = (
    "what it made stays: it has no `undo:`, and no step with `if: failure()` or "
    "`if: cancelled()` is reached after it"
)


@dataclass(frozen=True, slots=True)
class Stays:
    """One step that was begun and has no way back that would work."""

    job: str
    """The path of its job."""
    step: int
    why: str
    declared: bool
    """It says how it is taken back, and that would not run."""


def stays(played: Played) -> Iterator[Stays]:
    """Every step that ``holdfast undo`` would leave, but those that say so."""
    runs: dict[str, dict[str, JobSeen]] = {}
    for path, seen in played.jobs.items():
        runs.setdefault(seen.run.id, {})[path] = seen
    for jobs in runs.values():
        yield from _of_run(jobs)


def _of_run(jobs: Mapping[str, JobSeen]) -> Iterator[Stays]:
    first = next(iter(jobs.values()))
    view, flow = first.run, first.flow
    left: set[tuple[str, str]] = set()
    broken = ""
    try:
        way = way_back(flow, view, {})
        left = {(one.job, one.step) for one in way.left}
        if way.taken:
            request_of(Undoing(view.id, view, flow, way, flow.owner))
    except (ExpressionError, ValueError) as error:
        broken = str(error)
    except HoldfastError as error:
        broken = error.problems[0].summary
    for path, seen in jobs.items():
        for index in seen.view.steps:
            step = seen.job.steps[index]
            if step.undo is None and (seen.view.key, step.title) in left:
                yield Stays(path, index, _WITHOUT, declared=False)
            elif broken and step.undo not in (None, "none"):
                why = f"its `undo:` would not run: {broken}"
                yield Stays(path, index, why, declared=True)
