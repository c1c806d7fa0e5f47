"""One look at a run: what every move comes to, and what waiting jobs waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from holdfast.declare import ClaimWanted, Job, Workflow
from holdfast.engine.runs import answers, calling, tasks
from holdfast.engine.runs.claims import Wanted, holder_of, in_the_way, taken
from holdfast.engine.runs.gate_facts import Asked
from holdfast.engine.runs.job_contexts import (
    contexts_for,
    environment_of,
    instance_of,
    results_before,
)
from holdfast.engine.runs.keeping import Keeping
from holdfast.engine.runs.past_reach import reached
from holdfast.engine.runs.request import labels_wanted
from holdfast.expressions import ExpressionError
from holdfast.expressions.coerce import to_text
from holdfast.model import (
    Claim,
    Entry,
    Event,
    JobView,
    Plan,
    RunView,
    State,
    TaskView,
    WaitView,
)
from holdfast.plan import (
    Begin,
    Drop,
    Finish,
    Hold,
    Instance,
    Move,
    Stop,
    filled,
    reasons,
    shown,
)
from holdfast.ports import JobRow, RunTransaction


@dataclass(slots=True)
class Round:
    """
    Collects what one look at a run leads to.

    ``entries`` are to be written; ``changed`` says whether another look may lead to
    more; ``holds`` are reasons by job, ``wakes`` the moments to look again.
    """

    keeper: Keeping
    transaction: RunTransaction
    view: RunView
    flow: Workflow
    entries: list[Entry] = field(default_factory=list)
    holds: dict[str, str] = field(default_factory=dict)
    wakes: list[datetime] = field(default_factory=list)
    changed: bool = False
    _passed: dict[str, Plan] = field(default_factory=dict)
    """Jobs that name hosts and may begin, with what they may do."""

    def make(self, moves: Sequence[Move]) -> None:
        """Carry the moves out."""
        for move in moves:
            match move:
                case Begin(instance):
                    self._begin(instance)
                case Hold(key, why):
                    self.holds[key] = why
                case Drop(key, state, why, instance):
                    self._end(key, state, why, instance)
                case Stop(key, why, instance):
                    self._stop(key, why, instance)
                case Finish(state, why):
                    self._write(Event.FINISHED, state=state.value, why=why)

    def resume(self) -> None:
        """Let jobs go on whose gate was decided, time has come or child has ended."""
        rows = {row.key for row in self.transaction.jobs(self.view.id)}
        for key, seen in self.view.jobs.items():
            if key in rows or seen.state.is_end:
                continue
            if seen.state is State.GATED and seen.gate and seen.gate.step >= 0:
                self._ask_gate(key, seen)
            elif seen.state is State.WAITING and seen.wait and seen.wait.task:
                self._ask_person(key, seen.wait, seen.wait.task)
            elif seen.state is State.WAITING and seen.wait and seen.wait.child:
                self._ask_child(key, seen)
            elif seen.state is State.WAITING and seen.wait:
                self._ask_clock(key, seen)

    # --- beginning ---------------------------------------------------------------

    def _begin(self, instance: Instance) -> None:
        try:
            contexts = contexts_for(self.view, instance)
            if self._gated(instance, contexts) or self._claimed(instance, contexts):
                return
            self._let_through(instance)
            if instance.job.calls is not None:
                self._call(instance, contexts)
            else:
                self._queue(instance.key, instance.job, contexts)
        except (ExpressionError, ValueError) as error:
            self._end(instance.key, State.FAILED, str(error), instance)

    def _gated(self, instance: Instance, contexts: Mapping[str, Any]) -> bool:
        """Whether the gate keeps it back, for now or for good."""
        keeper = self.keeper
        environment = environment_of(instance.job, contexts)
        if not self._has_rules(environment, instance):
            return False
        plan = keeper.gatekeeper.plan(
            self.view, self.flow, instance, environment, {"needs": contexts["needs"]}
        )
        now = keeper.clock.now()
        earlier = (
            reached(self.transaction, self.flow.name, instance.job.id)
            if plan.targets
            else ()
        )
        wanted = {one.key for one in self._wants(instance, contexts)}
        held = self.transaction.claims(now)
        claims = [one for one in held if one.key not in wanted]
        asked = Asked(self.view, self.flow, instance, now, claims, earlier)
        match keeper.gatekeeper.beginning(plan, asked):
            case answers.Look():
                self._write(Event.LOOK_ASKED, job=instance.key)
                alone = replace(instance.job, concurrency=None)
                self._queue(instance.key, alone, contexts)
            case answers.Open(body):
                self._write(Event.GATE_OPENED, job=instance.key, **body)
            case answers.Wait(why, until):
                self._wait(instance.key, why, until)
            case answers.Refuse(why, expired):
                state = State.EXPIRED if expired else State.REJECTED
                self._end(instance.key, state, why, instance)
            case answers.Pass():
                if plan.targets:
                    self._passed[instance.key] = plan
                return False
        return True

    def _has_rules(self, environment: str, instance: Instance) -> bool:
        keeper, job = self.keeper.gatekeeper, instance.job
        rules = keeper.rules
        proposed = self.view.started.get("autonomy") == "propose" and not job.needs
        if environment or rules.policies or rules.freezes or proposed:
            return True
        aims = keeper.aims(self.view, self.flow, instance)
        return any(aim.targets for aim in aims)

    def _let_through(self, instance: Instance) -> None:
        """Write down which hosts a job reaches: what later runs are compared with."""
        plan = self._passed.pop(instance.key, None)
        if plan is not None:
            reach = [asdict(target) for target in plan.targets]
            self._write(
                Event.PLANNED,
                job=instance.key,
                digest=plan.digest,
                shows=shown(plan),
                reach=reach,
            )

    def _claimed(self, instance: Instance, contexts: Mapping[str, Any]) -> bool:
        """Take what the run and the job claim; whether somebody else has some of it."""
        run, now = self.view.id, self.keeper.clock.now()
        wanted = self._wants(instance, contexts)
        if not wanted:
            return False
        held = self.transaction.claims(now)
        others = [one for one in held if one.run != run or not _same(one, run)]
        blocked = next((b for b in (in_the_way(w, others) for w in wanted) if b), None)
        if blocked is None:
            for claim in taken(wanted, run, f"{self.flow.name}: {instance.name}", now):
                self.transaction.put_claim(claim)
            return False
        match blocked.wanted.otherwise:
            case "skip":
                self._end(instance.key, State.SKIPPED, blocked.why, instance)
            case "fail":
                self._end(instance.key, State.FAILED, blocked.why, instance)
            case _:
                again = now + answers.LOOK_AGAIN
                until = min(again, blocked.by.until)
                self._wait(instance.key, blocked.why, until)
        return True

    def _wants(
        self, instance: Instance, contexts: Mapping[str, Any]
    ) -> Sequence[Wanted]:
        """What the run and the job claim; each says what is done when it is taken."""
        run = self.view.id
        return [
            *_wanted(self.flow.claims, run, contexts),
            *_wanted(instance.job.claims, holder_of(run, instance.key), contexts),
        ]

    def _queue(self, key: str, job: Job, contexts: Mapping[str, Any]) -> None:
        labels = labels_wanted(job, contexts)
        group = ""
        if job.concurrency is not None:
            group = to_text(filled(job.concurrency.group, contexts))
            self._make_room(group, job, contexts)
        seen = self.view.jobs.get(key)
        row = JobRow(
            self.view.id,
            key,
            self.keeper.clock.now(),
            labels,
            segment=seen.segment if seen else 0,
            group=group,
            site=seen.site if seen else "",
        )
        self.transaction.put_job(row)
        self.changed = True

    def _make_room(self, group: str, job: Job, contexts: Mapping[str, Any]) -> None:
        """A newer job of a group takes the place of one that waits, or ends one."""
        concurrency = job.concurrency
        if concurrency is None:
            return
        ends = filled(concurrency.cancel_in_progress, contexts) in {True, "true"}
        for row in self.transaction.jobs():
            mine = row.run == self.view.id and row.key.partition(".")[0] == job.id
            waits = not row.worker and concurrency.queue == "single" and not mine
            if row.group == group and (waits or (ends and row.worker and not mine)):
                why = f"{self.view.id} of the same group {group} came after it"
                self.keeper.stop_job(self.transaction, row, why)

    def _call(self, instance: Instance, contexts: Mapping[str, Any]) -> None:
        """Begin the workflow a job calls, as a run of its own."""
        called = instance.job.calls
        if called is None:
            return
        request = calling.request_of(self.view, self.flow, instance, called, contexts)
        child = self.keeper.accept_in(self.transaction, request, self.view.actor)
        self._write(Event.WAITING, job=instance.key, child=child, **_which(instance))

    # --- going on ------------------------------------------------------------------

    def _ask_gate(self, key: str, seen: JobView) -> None:
        instance = self._instance(key)
        if seen.gate is None or instance is None:
            return
        plan = self.keeper.gatekeeper.plan(
            self.view,
            self.flow,
            instance,
            environment_of(instance.job, contexts_for(self.view, instance)),
            results_before(self.view, instance, seen.gate.step),
        )
        now = self.keeper.clock.now()
        match self.keeper.gatekeeper.going_on(seen.gate, plan, self.view, now):
            case answers.Open(body):
                self._write(Event.GATE_OPENED, job=key, **body)
            case answers.Wait(why, until):
                self._wait(key, why, until)
            case answers.Refuse(why, expired):
                state = State.EXPIRED if expired else State.REJECTED
                self._go_on(key, seen.gate.step, "failure", why, state=state.value)
            case answers.Pass(by):
                self._go_on(key, seen.gate.step, "success", f"yes by {', '.join(by)}")

    def _ask_person(self, key: str, wait: WaitView, task: TaskView) -> None:
        end = tasks.ended(wait, self.keeper.clock.now())
        if end is not None:
            self._go_on(key, wait.step, **end)
        else:
            until = tasks.until_of(wait) if wait.until else None
            self._wait(key, tasks.waits_for(task), until)

    def _ask_clock(self, key: str, seen: JobView) -> None:
        wait = seen.wait
        if wait is None:
            return
        until = datetime.fromisoformat(wait.until).astimezone(UTC)
        if self.keeper.clock.now() >= until:
            self._go_on(
                key, wait.step, "success", f"it was waited for until {wait.until}"
            )
        else:
            self._wait(key, reasons.until(wait.until, wait.since), until)

    def _ask_child(self, key: str, seen: JobView) -> None:
        wait = seen.wait
        if wait is None:
            return
        child = self.transaction.run(wait.child)
        if child is None or not child.state.is_end:
            stands = child.state.value if child else "not known"
            since = child.created if child else None
            self.holds[key] = reasons.called(wait.child, stands, since)
            return
        view, why = self.keeper.view(self.transaction, child.id), calling.said_of(child)
        outputs = calling.outputs_of(self.keeper.flow_of(view), view)
        if wait.step >= 0:
            outcome = calling.outcome_of(child)
            self._go_on(key, wait.step, outcome, why, outputs=outputs)
            return
        state = calling.state_of(child)
        self._write(
            Event.JOB_ENDED,
            job=key,
            state=state.value,
            outputs=outputs,
            why="" if state is State.SUCCEEDED else why,
            total=seen.total,
        )

    def _go_on(self, key: str, step: int, outcome: str, why: str, **more: Any) -> None:
        """Give a job back to a worker, with what its waiting step came to."""
        instance = self._instance(key)
        if instance is None:
            return
        self._write(Event.RESUMED, job=key, step=step, outcome=outcome, why=why, **more)
        self._queue(key, instance.job, contexts_for(self.view, instance))

    # --- ending ----------------------------------------------------------------------

    def _stop(self, key: str, why: str, instance: Instance) -> None:
        row = next(
            (row for row in self.transaction.jobs(self.view.id) if row.key == key), None
        )
        seen = self.view.jobs.get(key)
        if row is not None:
            self.keeper.stop_job(self.transaction, row, why)
            self.changed = not row.worker
        elif seen is not None and seen.wait is not None and seen.wait.child:
            self.keeper.cancel_in(self.transaction, seen.wait.child, why, "holdfast")
            self.holds[key] = f"{seen.wait.child} is being cancelled"
        elif seen is not None and seen.state is not State.RUNNING:
            self._end(key, State.CANCELLED, why, instance)

    def _end(self, key: str, state: State, why: str, instance: Instance | None) -> None:
        self._write(
            Event.JOB_ENDED, job=key, state=state.value, why=why, **_which(instance)
        )

    def _wait(self, key: str, why: str, until: datetime | None) -> None:
        if why:
            self.holds[key] = why
        if until is not None:
            self.wakes.append(until)

    def _write(self, event: Event, **body: Any) -> None:
        self.entries.append(self.keeper.entry(event, self.view.id, body))
        self.changed = True

    # --- what is seen --------------------------------------------------------------------

    def _instance(self, key: str) -> Instance | None:
        return instance_of(self.flow, self.view, key)


def _which(instance: Instance | None) -> dict[str, Any]:
    """What the entry of a job that has not begun says of it, for whoever reads it."""
    if instance is None:
        return {"total": 1}
    return {"total": instance.total, "name": instance.name}


def _wanted(
    claims: Sequence[ClaimWanted], holder: str, contexts: Mapping[str, Any]
) -> list[Wanted]:
    return [
        Wanted(to_text(filled(one.key, contexts)), holder, one.shared, one.otherwise)
        for one in claims
    ]


def _same(claim: Claim, run: str) -> bool:
    """A run's own claim is not in the way of its jobs; one job's is in another's."""
    return claim.holder == run
