"""``holdfast/apply`` and ``holdfast/exec``: steps that change hosts, by the one road."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from holdfast.app.application import Application, Proposal
from holdfast.declare import Config, ConfigDeclared, Item, RolloutDeclared, Workflow
from holdfast.engine import Report
from holdfast.engine.journal import moment
from holdfast.engine.runs.gate_facts import glasses_of, limits_of
from holdfast.engine.runs.past_reach import note_reach, reached
from holdfast.gate import Approval, GateFacts, Glass, touched_by
from holdfast.kinds import BUILT_IN
from holdfast.model import Action, Event, JobView, Plan, RunView, Sensitive
from holdfast.plan import beyond, lines_of, written
from holdfast.problems import Exit, HoldfastError, Place, Problem
from holdfast.record import view_of

Say = Callable[[str], None]

_PATIENCE, _PAUSE = 1800, 0.5
_MARKS = '"${R:-}/var/tmp"'
_MARKER = '"${R:-}/var/tmp/.holdfast-%s"'


def run_apply(app: Application, selectors: str, run: str, say: Say) -> int:
    """Plan and apply what is declared, as a step of a run; the exit code."""
    return _carried_out(app, lambda: app.propose(selectors.split()), run, say)


def run_undo(app: Application, taken: str, run: str, say: Say) -> int:
    """Take a run of changes on hosts back, as a step of a run; the exit code."""

    def propose() -> Proposal:
        proposal, lost = app.propose_undo(taken, ())
        for one in lost:
            say(f"::warning::{one.problem.summary}. {one.problem.detail}")
        return proposal

    return _carried_out(app, propose, run, say)


def run_plan(app: Application, selectors: str, say: Say) -> dict[str, Any]:
    """What is declared and not there, as a gate shows it; changes nothing."""
    found = written(app.propose(selectors.split()).plan)
    for address, line in lines_of(found).items():
        say(f"{address} {line}")
    return found


def run_exec(
    app: Application, inputs: Mapping[str, str], env: Mapping[str, str], say: Say
) -> int:
    """
    Run commands on hosts, wave by wave, as a step of a run; the exit code.

    The step's own ``env:`` is set there; a secret reaches a command only by it. Without a
    check of its own a command leaves a mark on the host when it has ended, so
    that it is not run twice there by one step. Raises ``HoldfastError`` without
    hosts or without a command.
    """
    hosts, script = inputs.get("HOSTS") or inputs.get("HOST", ""), inputs.get("RUN", "")
    if not hosts or not script:
        raise HoldfastError(_incomplete())
    run, job, step = env["HOLDFAST_RUN"], env["HOLDFAST_JOB"], env["HOLDFAST_STEP"]
    mark = _MARKER % f"{run}-{job}-{step}-{env.get('HOLDFAST_ATTEMPT', '1')}"
    check = env.get("HOLDFAST_CHECK") or f"[ -e {mark} ]"
    marked = f"( {script}\n) && mkdir -p {_MARKS} && : > {mark}"
    data: dict[str, Any] = {
        "command": script if env.get("HOLDFAST_CHECK") else marked,
        "check": check,
        "name": step,
    }
    if env.get("HOLDFAST_UNDO"):
        data["undo"] = env["HOLDFAST_UNDO"]
    data["env"] = _handed(app, json.loads(env.get("HOLDFAST_HANDED") or "{}"))
    config = _config(hosts, data, inputs)
    app.project = replace(app.project, configs=(config,))
    return _carried_out(app, lambda: app.propose([hosts]), run, say)


def _handed(
    app: Application, told: Mapping[str, Mapping[str, str]]
) -> dict[str, str | Sensitive]:
    """The variables of the commands; secrets stay closed until a script is written."""
    found: dict[str, str | Sensitive] = {}
    for name, one in told.items():
        secret = app.secrets.get(one["secret"]) if "secret" in one else None
        found[name] = one.get("text", "") if secret is None else secret
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """What was said of a job at its gate, as it counts for a plan of one of its steps."""

    given: tuple[Approval, ...]
    more: Callable[[GateFacts], GateFacts]


def words_of(app: Application, run: str, job: str, digest: str) -> Words:
    """
    What people said at the gate of a job, and how far its workflow may and did go.

    What they saw named these steps, hosts, commit and changes; the ledger is asked,
    nobody else.
    """
    with app.store.runs.begin() as transaction:
        view = view_of(run, transaction.entries(run))
        name = str(view.started.get("workflow", ""))
        earlier = reached(transaction, name, job.partition(".")[0])
    seen, flow = view.jobs.get(job, JobView(job)), _flow(app, view)
    owner = flow.owner if flow and flow.owner in app.project.teams else ""

    def more(facts: GateFacts) -> GateFacts:
        return replace(
            facts,
            glasses=_glasses(seen, digest),
            limits=limits_of(flow) if flow else facts.limits,
            earlier=earlier,
            owner=owner,
        )

    return Words(tuple(_approvals(app, seen, digest)), more)


def _flow(app: Application, view: RunView) -> Workflow | None:
    return app.project.workflow(str(view.started.get("file", "")))


def _within_budget(app: Application, run: str, proposal: Proposal) -> Proposal:
    """The same, allowing no more failed hosts than the workflow's ``limits:`` do."""
    flow = _flow(app, view_of(run, app.store.ledger.of_run(run)))
    most = flow.limits.max_fail_percentage if flow and flow.limits else None
    if most is None:
        return proposal
    rollout = proposal.plan.rollout
    allowed = min(most, rollout.max_fail_percentage)
    plan = replace(proposal.plan, rollout=replace(rollout, max_fail_percentage=allowed))
    return replace(proposal, plan=plan)


def _glasses(seen: JobView, digest: str) -> tuple[Glass, ...]:
    asked = seen.glass
    found = glasses_of(seen, asked.plan) if asked else ()
    return tuple(replace(one, digest=digest) for one in found)


def _approvals(app: Application, seen: JobView, digest: str) -> list[Approval]:
    if seen.gate is None or seen.gate.step >= 0:
        return []
    return [
        Approval(
            who=str(word["by"]),
            teams=tuple(t for t, who in app.project.teams.items() if word["by"] in who),
            digest=digest,
            at=datetime.fromisoformat(str(word["at"])).astimezone(UTC),
            reason=str(word.get("why", "")),
        )
        for word in seen.gate.said
        if word["yes"]
    ]


def _carried_out(
    app: Application, propose: Callable[[], Proposal], run: str, say: Say
) -> int:
    with _turn(app):
        app.settle()
        if app.open_doubts():
            raise HoldfastError(*app.open_doubts())
        proposal = _within_budget(app, run, propose())
        for change in proposal.plan.changes:
            say(f"{change.action.mark} {change.address}")
        for host, problem in proposal.plan.unknown.items():
            say(f"::error::{host}: {problem.summary}. {problem.detail}")
        if not proposal.plan:
            app.adopt(proposal)
            say("Nothing to change.")
            return int(Exit.UNREACHABLE if proposal.plan.unknown else Exit.DONE)
        _refuse_moved(app, run, proposal)
        words = words_of(app, run, _job(), proposal.plan.digest)
        verdict = app.judge(
            proposal, ask=False, why="", given=words.given, run=run, more=words.more
        )
        if verdict.objections:
            raise HoldfastError(*(o.problem for o in verdict.objections))
        _note_reach(app, run, proposal.plan)
        step = f"{run}/{_job()}/{_step()}"
        report = app.carry_out(proposal, verdict, why=f"a step of {run}", step=step)
        for line in _told(report):
            say(line)
        return int(report.exit)


def _note_reach(app: Application, run: str, plan: Plan) -> None:
    """Let later runs be compared with the hosts that only an earlier step told."""
    changed = touched_by(plan).targets.values()
    with app.store.runs.begin() as transaction:
        at = moment(app.engine.clock.now())
        note_reach(transaction, run, f"{_job()}/{_step()}", changed, at)


def _refuse_moved(app: Application, run: str, proposal: Proposal) -> None:
    """Raise ``HoldfastError`` for a plan that is more than people were shown."""
    seen = view_of(run, app.store.ledger.of_run(run)).jobs.get(_job())
    approved = (seen.look or {}).get(_step()) if seen else None
    if approved is None:
        return
    more = beyond(approved, written(proposal.plan))
    if more:
        raise HoldfastError(_moved(run, [str(one["address"]) for one in more]))


def _step() -> str:
    """The step this process is."""
    import os

    return os.environ.get("HOLDFAST_STEP", "")


def _job() -> str:
    """The job this process is a step of."""
    import os

    return os.environ.get("HOLDFAST_JOB", "")


@contextmanager
def _turn(app: Application) -> Iterator[None]:
    """Be the only one that changes things, after those who are at it."""
    waited = 0.0
    while True:
        try:
            lock = app.alone()
            lock.__enter__()
            break
        except HoldfastError:
            if waited >= _PATIENCE:
                raise
            app.engine.clock.sleep(_PAUSE)
            waited += _PAUSE
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _told(report: Report) -> Iterator[str]:
    for outcome in report.walked.outcomes:
        word = outcome.event.value
        if outcome.event is Event.SUCCEEDED:
            yield f"{word} {outcome.change.address}"
        elif outcome.change.action is not Action.NONE:
            why = outcome.problem
            said = f"{why.summary}. {why.detail}" if why else ""
            yield f"::error::{said or f'{word} {outcome.change.address}'}"
    for problem in report.proof.failed_checks:
        yield f"::error::{problem.summary}. {problem.detail}"
    yield f"{report.run}: {report.exit.name.lower().replace('_', ' ')}"


def _config(hosts: str, data: Mapping[str, str], inputs: Mapping[str, str]) -> Config:
    """A declaration with one command on some hosts."""
    model = next(kind.model for kind in BUILT_IN if kind.name == "command")
    place = Place("a step", 1, 1)
    item = Item("command", dict(data), place, model=model.model_validate(dict(data)))
    declared = ConfigDeclared(name="step", hosts=hosts, rollout=_rollout(inputs))
    return Config(declared, "", "a step", (item,), {})


def _rollout(inputs: Mapping[str, str]) -> RolloutDeclared:
    """The step's waves, in Ansible's words; raises ``HoldfastError``."""
    serial: Sequence[str] = inputs.get("SERIAL", "100%").strip("[]").split(",")
    waves = [one.strip().strip("\"'") for one in serial]
    try:
        return RolloutDeclared.model_validate(
            {
                "serial": [int(one) if one.isdecimal() else one for one in waves],
                "max_fail_percentage": inputs.get("MAX_FAIL_PERCENTAGE", "0"),
                "pause": inputs.get("PAUSE", "0s"),
            }
        )
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        key, said = str(fault["loc"][0]), str(fault["msg"])
        raise HoldfastError(_unfit(key, said)) from error


def _unfit(key: str, said: str) -> Problem:
    return Problem(
        code="app.exec-unfit",
        summary=f"holdfast/exec cannot use its `{key}:`",
        detail=f"{said}. Nothing was run.",
        next_step="with: {serial: '1, 25%, 100%', max_fail_percentage: 10, pause: 30s}",
    )


def _incomplete() -> Problem:
    return Problem(
        code="app.exec-incomplete",
        summary="holdfast/exec needs `hosts:` and `run:`",
        detail="Nothing was run.",
        next_step="with: {hosts: web, run: systemctl restart nginx}",
    )


def _moved(run: str, addresses: Sequence[str]) -> Problem:
    return Problem(
        code="app.plan-moved",
        summary="What would be changed is not what was approved",
        detail=f"Not approved: {', '.join(addresses[:5])}. It moved after the job had "
        "begun. Nothing was changed.",
        next_step=f"Have it looked at anew: holdfast run --again {run}",
    )
