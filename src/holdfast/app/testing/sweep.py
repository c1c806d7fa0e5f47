"""Let every step fail, crash and take for ever, in turn, and see what would be left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from holdfast.app.testing.expect import is_notice, outcome_of
from holdfast.app.testing.play import JobSeen, Played, play
from holdfast.app.testing.staying import stays
from holdfast.app.testing.work import Act, Fault, Kind
from holdfast.app.testing.world import Ground
from holdfast.declare import Step, StepFaked
from holdfast.engine.runs.waiting import leaves
from holdfast.load.workflow_tests import WorkflowTest
from holdfast.model import State
from holdfast.problems import Place

What = Literal["no-way-back", "untold", "not-cleaned", "held", "asked"]

_ASKS = frozenset({"holdfast/approve"})
_READS = ("GET", "HEAD", "")
_ANSWERING = ("failure()", "cancelled()")
_TOLD_ONLY = frozenset({"held", "asked"})


@dataclass(frozen=True, slots=True)
class Left:
    """
    One thing that would be left behind, and after which faults.

    ``held`` and ``asked`` are what Holdfast is meant to do; the others are findings.
    """

    what: What
    subject: str
    why: str
    place: Place | None
    faults: tuple[Fault, ...] = ()

    @property
    def is_finding(self) -> bool:
        """Whether somebody should mend the workflow."""
        return self.what not in _TOLD_ONLY


@dataclass(frozen=True, slots=True)
class Swept:
    """How many faults were tried, and everything they would leave."""

    tried: int
    left: tuple[Left, ...]

    @property
    def findings(self) -> tuple[Left, ...]:
        """What should be mended."""
        return tuple(one for one in self.left if one.is_finding)


def sweep(ground: Ground, test: WorkflowTest, played: Played) -> Swept:
    """Try every fault with a test that was played without one."""
    faked = _without_real(test, played)
    tried = tuple(faults(played))
    found: dict[tuple[What, str, str], Left] = {}
    for fault in tried:
        for left in left_by(fault, play(ground, faked, fault)):
            name = (left.what, left.subject, left.why)
            known = found.get(name, left)
            found[name] = replace(known, faults=(*known.faults, fault))
    accepted, order = test.declared.sweep.accept, get_args(What)
    every = [one for one in found.values() if one.what not in accepted]
    every.sort(key=lambda one: (order.index(one.what), one.subject))
    return Swept(len(tried), tuple(every))


def faults(played: Played) -> Iterator[Fault]:
    """What can go wrong with the steps that were reached; of a matrix in its first job."""
    for path, seen in played.jobs.items():
        if any(part.partition(".")[2] not in ("", "0") for part in path.split("/")):
            continue
        for index, view in sorted(seen.view.steps.items()):
            step = seen.job.steps[index]
            if view.outcome != "skipped":
                for kind in _kinds(step):
                    yield Fault(path, step.id, kind)


def _kinds(step: Step) -> tuple[Kind, ...]:
    """A gate fails with a no, and times out in silence; what only waits does neither."""
    if not leaves(step):
        return get_args(Kind)
    asks = bool(step.manual) or step.uses.partition("@")[0] in _ASKS
    return ("fails", "times out") if asks else ()


def left_by(fault: Fault, played: Played) -> Iterator[Left]:
    """Everything one fault would leave behind."""
    run = played.run
    if run is None or run.state is State.SUCCEEDED:
        return
    after = _acts_after(fault, played)
    yield from _not_taken_back(fault, played, after)
    if run.state.is_end and not any(
        _answers(a.step) or is_notice(a.step) for a in after
    ):
        yield Left("untold", run.started["workflow"], _UNTOLD, None)
    yield from _not_cleaned(fault, played)
    for key, holder in dict.fromkeys(played.held):
        yield Left("held", key, f"{holder} keeps it until it ends", None)
    if not run.state.is_end:
        yield from _asked(played)


_UNTOLD = (
    "it ends badly and nobody hears of it: no `holdfast/notify` is reached, and no step "
    "with `if: failure()` or `if: cancelled()`"
)


def _acts_after(fault: Fault, played: Played) -> tuple[Act, ...]:
    """What was begun after the step that went wrong."""
    seen = played.jobs[fault.job]
    index = next(n for n, step in enumerate(seen.job.steps) if step.id == fault.step)
    before = {step.id for step in seen.job.steps[: index + 1]}
    last = max(
        (
            number
            for number, act in enumerate(played.acts)
            if act.job == fault.job and act.step.id in before
        ),
        default=-1,
    )
    return played.acts[last + 1 :]


# --- what was made and stays -----------------------------------------------------------


def _not_taken_back(
    fault: Fault, played: Played, after: tuple[Act, ...]
) -> Iterator[Left]:
    """Steps that changed something, and that nothing takes back."""
    answered = {
        act.job for act in after if _answers(act.step) and not is_notice(act.step)
    }
    for one in stays(played):
        seen = played.jobs[one.job]
        step = seen.job.steps[one.step]
        hit = fault.hits(one.job, step) and fault.kind != "fails"
        made = hit or outcome_of(seen.view.steps[one.step]) == "success"
        if (
            made
            and one.job not in answered
            and _has_effects(one.job, step, seen, played)
        ):
            yield Left("no-way-back", _named(one.job, step), one.why, step.place)


def _has_effects(path: str, step: Step, seen: JobSeen, played: Played) -> bool:
    """
    Whether a step changes something outside of its job's folder; a test may say so.

    A script does where its job is for an environment or claims something, where it has a
    check, and where a step of the job says how it is taken back. Of actions only those are
    asked about that are not harmless.
    """
    for act in played.acts:
        if (act.job, act.step.id) == (path, step.id) and act.faked.effects is not None:
            return act.faked.effects
    if _answers(step) or _always(step) or leaves(step):
        return False
    name = step.uses.partition("@")[0]
    if name == "holdfast/http":
        return str(step.with_.get("method", "")).upper() not in _READS
    if name:
        return True
    job = seen.job
    undoes = any(one.undo is not None for one in job.steps)
    return bool(job.environment or job.claims or undoes or step.check is not None)


def _answers(step: Step) -> bool:
    """Whether a step is there for the case that something went wrong."""
    return any(word in step.condition for word in _ANSWERING)


def _always(step: Step) -> bool:
    """Whether a step is to run whatever happened before."""
    return "always()" in step.condition


# --- what was not done -----------------------------------------------------------------


def _not_cleaned(fault: Fault, played: Played) -> Iterator[Left]:
    """Steps that are to run whatever happens, and did not, in jobs that began."""
    for path, seen in played.jobs.items():
        if not seen.view.steps or not seen.view.state.is_end:
            continue
        for index, step in enumerate(seen.job.steps):
            outcome = outcome_of(seen.view.steps.get(index))
            missed = outcome in ("none", "cancelled") and not fault.hits(path, step)
            if _always(step) and missed:
                why = "it is to run whatever happens (`always()`), and "
                why += "is never reached" if outcome == "none" else "is cut off"
                yield Left("not-cleaned", _named(path, step), why, step.place)


def _asked(played: Played) -> Iterator[Left]:
    """What a run that has not ended waits for."""
    for path, seen in played.jobs.items():
        for index, view in seen.view.steps.items():
            step = seen.job.steps[index]
            if view.state is State.IN_DOUBT:
                why = "a person is asked whether it was made: it has no `check:` that "
                why += "holds, and is not `idempotent: true`"
                waits = [
                    _named(path, s) for s in seen.job.steps[index + 1 :] if _always(s)
                ]
                why += f"; until then {', '.join(waits)} waits" if waits else ""
                yield Left("asked", _named(path, step), why, step.place)
        if (
            seen.view.state is State.GATED
            and seen.view.gate
            and seen.view.gate.step >= 0
        ):
            step = seen.job.steps[seen.view.gate.step]
            why = "it waits for people without an end: the gate has no `within:`"
            yield Left("asked", _named(path, step), why, step.place)
        elif seen.view.wait and seen.view.wait.task:
            step = seen.job.steps[seen.view.wait.step]
            why = "it waits for a person without an end: it has no `timeout-minutes:`"
            yield Left("asked", _named(path, step), why, step.place)


def _named(path: str, step: Step) -> str:
    return f"{path}/{step.title if step.id.startswith('__') else step.id}"


def _without_real(test: WorkflowTest, played: Played) -> WorkflowTest:
    """The same test with what was really run faked by how that went: once is enough."""
    fakes: dict[str, dict[str, StepFaked]] = {
        path: dict(steps) for path, steps in test.declared.fakes.items()
    }
    for act in played.acts:
        if not act.faked.real:
            continue
        seen = played.jobs[act.job]
        index = seen.job.steps.index(act.step)
        body: Mapping[str, object] = seen.view.steps[index].body
        told = {key: body[key] for key in ("outputs", "env") if key in body}
        outcome = seen.view.steps[index].outcome
        faked = StepFaked.model_validate({"outcome": outcome, **told})
        fakes.setdefault(act.job, {})[act.step.id] = faked
    return replace(test, declared=test.declared.model_copy(update={"fakes": fakes}))
