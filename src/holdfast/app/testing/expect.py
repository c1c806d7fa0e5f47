"""What a test expected, held against what was played. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.app.testing.people import Misfit
from holdfast.app.testing.play import JobSeen, Played
from holdfast.app.testing.work import Act
from holdfast.declare import JobExpected, Step, StepExpected
from holdfast.expressions.coerce import to_text
from holdfast.load.workflow_tests import WorkflowTest, names_of, plain_path
from holdfast.model import State, StepView

_NOTIFY = "holdfast/notify"


def misfits(test: WorkflowTest, played: Played) -> tuple[Misfit, ...]:
    """Everything that is not as expected, in the order of the file."""
    found = [*_of_run(test, played), *_of_jobs(test, played), *played.misfits]
    return tuple(sorted(found, key=lambda one: one.place))


def notices(played: Played) -> tuple[Act, ...]:
    """Notifications that were sent: steps that use ``holdfast/notify``."""
    return tuple(act for act in played.acts if is_notice(act.step))


def is_notice(step: Step) -> bool:
    """Whether a step tells people something."""
    return step.uses.partition("@")[0] == _NOTIFY


def _of_run(test: WorkflowTest, played: Played) -> Iterator[Misfit]:
    wanted, run = test.declared.expect, played.run
    if wanted.not_started:
        reason = "it began" if run else ("\n".join(played.reasons) or "nothing came")
        if run is not None or wanted.not_started not in reason:
            place = test.place("expect", "not_started")
            yield Misfit(place, "why no run began", wanted.not_started, reason)
    if wanted.state is not None:
        seen = run.state.value if run else "none"
        if seen != wanted.state:
            why = run.why if run else "\n".join(played.reasons)
            place = test.place("expect", "state")
            yield Misfit(place, "the run", wanted.state, _with_why(seen, why))
    if wanted.why and wanted.why not in (run.why if run else ""):
        seen = repr(run.why) if run else "there is no run"
        yield Misfit(test.place("expect", "why"), "why", f"… {wanted.why} …", seen)
    yield from _of_lists(test, played)


def _of_lists(test: WorkflowTest, played: Played) -> Iterator[Misfit]:
    wanted = test.declared.expect
    if wanted.ran is not None:
        seen = list(dict.fromkeys(_spoken(act, wanted.ran) for act in played.acts))
        if seen != wanted.ran:
            place = test.place("expect", "ran")
            yield Misfit(place, "the steps that ran", _list(wanted.ran), _list(seen))
    if wanted.claimed is not None and set(wanted.claimed) != played.claimed:
        place, seen = test.place("expect", "claimed"), sorted(played.claimed)
        yield Misfit(place, "the claims taken", _list(wanted.claimed), _list(seen))
    if wanted.starts is not None:
        asked = [at.isoformat().replace("+00:00", "Z") for at in wanted.starts]
        seen = [_moment(run.at) for run in played.runs]
        if asked != seen:
            place = test.place("expect", "starts")
            yield Misfit(place, "when runs began", _list(asked), _list(seen))
    if wanted.notified is not None:
        yield from _of_notices(test, wanted.notified, played)


def _of_notices(
    test: WorkflowTest, wanted: Sequence[Mapping[str, str]], played: Played
) -> Iterator[Misfit]:
    """Each wanted one is one that was sent, and nothing else was sent."""
    sent = [act.with_ for act in notices(played)]
    for number, one in enumerate(wanted):
        found = next((told for told in sent if one.items() <= told.items()), None)
        if found is None:
            place = test.place("expect", "notified", number)
            seen = "; ".join(_pairs(told) for told in sent) or "nothing else was sent"
            yield Misfit(place, "a notification", _pairs(one), seen)
        else:
            sent.remove(found)
    if sent and len(wanted) < len(notices(played)):
        place, more = test.place("expect", "notified"), "; ".join(map(_pairs, sent))
        yield Misfit(place, "the notifications", f"{len(wanted)}", f"also: {more}")


def _of_jobs(test: WorkflowTest, played: Played) -> Iterator[Misfit]:
    for path, wanted in test.declared.expect.jobs.items():
        mine = [
            (name, seen)
            for name, seen in played.jobs.items()
            if path in (name, plain_path(name))
        ]
        if not mine:
            yield from _of_no_job(test, path, wanted)
        for name, seen in mine:
            yield from _of_job(test, path, wanted, name, seen)
            for step, asked in wanted.steps.items():
                keys = ("expect", "jobs", path, "steps", step)
                yield from _of_step(test, keys, asked, name, seen, played)


def _of_no_job(test: WorkflowTest, path: str, wanted: JobExpected) -> Iterator[Misfit]:
    """A job that never began has nothing, and all its steps were never reached."""
    keys, seen = ("expect", "jobs", path), "it never began"
    if wanted.state not in (None, "none"):
        yield Misfit(test.place(*keys, "state"), path, str(wanted.state), seen)
    for name, value in wanted.outputs.items():
        yield Misfit(test.place(*keys, "outputs", name), f"{path}, {name}", value, seen)
    for name, step in wanted.steps.items():
        if step.outcome not in (None, "none"):
            place = test.place(*keys, "steps", name, "outcome")
            yield Misfit(place, f"{path}/{name}", str(step.outcome), seen)


def _of_job(
    test: WorkflowTest, path: str, wanted: JobExpected, name: str, seen: JobSeen
) -> Iterator[Misfit]:
    keys, view = ("expect", "jobs", path), seen.view
    if wanted.state is not None and view.state.value != wanted.state:
        place = test.place(*keys, "state")
        yield Misfit(place, name, wanted.state, _with_why(view.state.value, view.why))
    if wanted.why not in view.why:
        place = test.place(*keys, "why")
        yield Misfit(place, f"why of {name}", f"… {wanted.why} …", repr(view.why))
    yield from _of_values(test, (*keys, "outputs"), wanted.outputs, view.outputs)


def _of_step(
    test: WorkflowTest,
    keys: tuple[str, ...],
    wanted: StepExpected,
    job: str,
    seen: JobSeen,
    played: Played,
) -> Iterator[Misfit]:
    step = keys[-1]
    index = next(n for n, one in enumerate(seen.job.steps) if step in names_of(one))
    view, label = seen.view.steps.get(index), f"{job}/{step}"
    body: Mapping[str, Any] = view.body if view else {}
    why = str(body.get("why", ""))
    outcome = outcome_of(view)
    if wanted.outcome is not None and outcome != wanted.outcome:
        place = test.place(*keys, "outcome")
        yield Misfit(place, label, wanted.outcome, _with_why(outcome, why))
    if wanted.why not in why:
        place = test.place(*keys, "why")
        yield Misfit(place, f"why of {label}", f"… {wanted.why} …", repr(why))
    attempts = view.attempt if view else 0
    if wanted.attempts is not None and attempts != wanted.attempts:
        place = test.place(*keys, "attempts")
        yield Misfit(place, f"attempts of {label}", f"{wanted.attempts}", f"{attempts}")
    yield from _of_values(
        test, (*keys, "outputs"), wanted.outputs, body.get("outputs") or {}
    )
    yield from _of_act(
        test, keys, wanted, _last_act(played, job, seen.job.steps[index])
    )


def _of_act(
    test: WorkflowTest, keys: tuple[str, ...], wanted: StepExpected, act: Act | None
) -> Iterator[Misfit]:
    """What the last attempt was begun with."""
    script = (act.script or "").strip() if act else "it was not begun"
    if wanted.run is not None and script != wanted.run.strip():
        place = test.place(*keys, "run")
        yield Misfit(place, "the script", wanted.run.strip(), script)
    with_, env = (act.with_, act.env) if act else ({}, {})
    yield from _of_values(test, (*keys, "with"), wanted.with_, with_)
    yield from _of_values(test, (*keys, "env"), wanted.env, env)


def _of_values(
    test: WorkflowTest,
    keys: tuple[str, ...],
    wanted: Mapping[str, str],
    seen: Mapping[str, Any],
) -> Iterator[Misfit]:
    for name, value in wanted.items():
        found = to_text(seen[name]) if name in seen else None
        if found != value:
            shown = "nothing" if found is None else repr(found)
            place, what = test.place(*keys, name), f"{keys[-1]} {name}"
            yield Misfit(place, what, repr(value), shown)


def outcome_of(view: StepView | None) -> str:
    """How a step stands, in the words of a test."""
    if view is None:
        return "none"
    if view.state is State.IN_DOUBT:
        return "in_doubt"
    return view.outcome or view.state.value


def _last_act(played: Played, job: str, step: Step) -> Act | None:
    mine = (a for a in reversed(played.acts) if (a.job, a.step.id) == (job, step.id))
    return next(mine, None)


def _spoken(act: Act, wanted: Sequence[str]) -> str:
    """A step as the test names it: by its id or its name, with its matrix or without."""
    every = [
        f"{path}/{name}"
        for path in (act.job, plain_path(act.job))
        for name in names_of(act.step)
    ]
    return next((name for name in every if name in wanted), act.key)


def _with_why(seen: str, why: str) -> str:
    return f"{seen}: {why}" if why else seen


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items())


def _moment(at: str) -> str:
    """A moment of the ledger, to the second."""
    return f"{at[:19]}Z"
