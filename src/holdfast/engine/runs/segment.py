"""One segment: a job's steps from where its entries say it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from holdfast.declare import Step, Workflow
from holdfast.engine.runs.deployments import deployment_of
from holdfast.engine.runs.executing import Executing
from holdfast.engine.runs.hidden import outputs_of
from holdfast.engine.runs.job_contexts import contexts_for
from holdfast.engine.runs.job_state import Stand, StepAt, StepEnd, resumed
from holdfast.engine.runs.leftovers import lost
from holdfast.engine.runs.planning import LookError, attempt_of, look, planning
from holdfast.engine.runs.waiting import asks, leaves, waiting_for
from holdfast.expressions import ExpressionError, evaluate, is_truthy
from holdfast.model import Entry, Event, JobView, RunView, State, StepView
from holdfast.plan import Instance, filled, unmet
from holdfast.ports import JobRow, LetGo, RunTransaction, Unanswered
from holdfast.problems import HoldfastError

_LONGEST = 360.0
_LOOK = 1.0
"""Seconds from one look at whether it may still wait to the next."""

_CUT_OFF = 3
"""How often an attempt may be cut off before that is a failure."""

_TIDY = 300.0
"""Seconds: how long a step may take that begins when its job was asked to end."""


class Fenced(Exception):  # noqa: N818 - no error: somebody else has the job now
    """The segment was taken over; nothing more may be written for it."""


@dataclass(slots=True)
class Segment:
    """One walk over the steps of one job."""

    of: Executing
    name: str
    view: RunView
    flow: Workflow
    instance: Instance
    number: int
    waiting: list[Entry]
    """Entries that may be written with the next one: nothing rests on them yet."""
    term: int = 0
    """The term of the lease in which the job was last seen to be ours."""
    shown: bool = False
    """Whether the run's row says that the job began."""
    deadline: float = inf
    """In steady time."""
    refused: str = ""

    def walk(self) -> None:
        """Go from step to step; ends early when something has to be waited for."""
        stand = Stand()
        self.deadline = self._deadline()
        seen = self.view.jobs.get(self.instance.key, JobView(self.instance.key))
        if self._moved and (why := lost(self.instance, seen)):
            self._finish(stand.failed(), why)
            return
        if self._looks(seen, stand):
            return
        for index, step in enumerate(self.instance.job.steps):
            before = seen.steps.get(index)
            if before is None or not before.state.is_end:
                if self.of.left.is_set():
                    self._hand_over()
                    return
                before = self._step(index, step, before, stand)
            if before is None:
                return
            stand = stand.after(step, before.outcome, before.conclusion, before.body)
            self.refused = self.refused or str(before.body.get("refused", ""))
        self._finish(stand)

    def _hand_over(self) -> None:
        """Write down which steps have ended: who has the job next goes on from there."""
        with self.of.keeper.store.begin() as transaction:
            self._check(transaction)
            transaction.append(self.waiting)
        self.waiting.clear()

    def _looks(self, seen: JobView, stand: Stand) -> bool:
        """
        Whether the job goes back to its gate with what a look found, or ends.

        It does when nobody has looked yet, and when what it would change has moved since
        people said yes: then they are asked again.
        """
        if seen.look is None or seen.steps:
            return False
        try:
            found = self._look(stand)
        except LookError as error:
            self._finish(stand.failed(), str(error))
            return True
        if found == seen.look:
            return False
        self._write(Event.LOOKED, last=True, found=found)
        return True

    def _look(self, stand: Stand, after: int = -1) -> dict[str, Mapping[str, Any]]:
        """What the steps after one would change on hosts; raises ``LookError``."""
        wanted = self.of.keeper.gatekeeper.to_look_at(
            self.view, self.flow, self.instance
        )
        ats = [
            self._at(
                part.index,
                attempt_of(self.number, next(self.of.looks)),
                planning(part.step),
                stand,
            )
            for part in wanted
            if part.index > after
        ]
        return look(ats, lambda at: self.of.work.perform(at, self._stopping))

    def _step(
        self, index: int, step: Step, before: StepView | None, stand: Stand
    ) -> StepView | None:
        """One step to its end; ``None`` when nobody knows what became of it."""
        if self._stopping():
            stand = stand.stopped()
        attempt = before.attempt if before else 0
        if before is None:
            try:
                wanted = self._wanted(step, stand)
            except ExpressionError as error:
                return self._ended(index, 0, step, StepEnd("failure", str(error)))
            if not wanted:
                why = unmet(step.condition, "a step before it")
                return self._ended(index, 0, step, StepEnd("skipped", why))
            end = self._begin(index, step, stand)
        else:
            end = self._try_again(self._at(index, attempt, step, stand), before)
        return None if end is None else self._ended(index, attempt, step, end)

    def _begin(self, index: int, step: Step, stand: Stand) -> StepEnd | None:
        """The first attempt; ``None`` when the job leaves its worker to wait."""
        if not leaves(step):
            return self._try(index, step, stand, 0)
        self._write(Event.STEP_STARTED, step=index, attempt=1, id=step.id)
        return self._wait(self._at(index, 1, step, stand))

    def _wait(
        self, at: StepAt, found: Mapping[str, Any] | None = None
    ) -> StepEnd | None:
        """
        Leave the worker; an end when there is nothing to wait for.

        ``found`` is what a look at the steps after one that asks has found already.
        """
        try:
            if found is None:
                found = self._look(at.stand, at.index) if asks(at.step) else {}
            self._leave(at, found)
        except (ExpressionError, ValueError) as error:
            return StepEnd("failure", f"nothing was asked: {error}")
        except Unanswered:
            raise
        except HoldfastError as error:
            problem = error.problems[0]
            said = f"{problem.summary}. {problem.detail}"
            return StepEnd("failure", f"nothing was asked: {said}")
        return None

    def _leave(self, at: StepAt, found: Mapping[str, Any]) -> None:
        """Write down what the job waits for, and give its worker back."""
        keeper, run, key = self.of.keeper, self.view.id, self.instance.key
        with keeper.store.begin() as transaction:
            self._check(transaction)
            if found:
                told: dict[str, Any] = {"job": key, "found": dict(found)}
                transaction.append([keeper.entry(Event.LOOKED, run, told)])
            view = keeper.view(transaction, run)
            event, body = waiting_for(keeper, transaction, at, view)
            entry = keeper.entry(event, run, {"job": key, "step": at.index, **body})
            transaction.append([*self.waiting, entry])
            transaction.drop_job(run, key)
            keeper.advance(transaction, run)

    def _try(
        self, index: int, step: Step, stand: Stand, attempt: int
    ) -> StepEnd | None:
        """Begin attempts until one is a success or there are no more."""
        cut_off, stopping = 0, self._stopping if attempt else self._ends(stand)
        while True:
            attempt += 1
            self._write(Event.STEP_STARTED, step=index, attempt=attempt, id=step.id)
            at = self._at(index, attempt, step, stand)
            end = self.of.work.perform(at, stopping)
            if end is None and not step.idempotent:
                self._ask(at)
                return None
            if not isinstance(end, StepEnd):
                cut_off += 1
                if cut_off < _CUT_OFF:
                    continue
                end = StepEnd("failure", f"it was killed from outside {cut_off} times")
            if end.outcome != "failure" or attempt >= step.retry.attempts:
                return end
            self._rest(step.retry.delay * step.retry.backoff ** (attempt - 1))

    def _rest(self, seconds: float) -> None:
        """
        Wait for the next attempt, no longer than the segment may last.

        Raises ``LetGo`` when the worker leaves: whoever has the job next makes it.
        """
        clock = self.of.keeper.clock
        end = clock.steady() + seconds
        while (left := end - clock.steady()) > 0:
            if self.of.left.is_set():
                raise LetGo
            if self._stopping():
                return
            clock.sleep(min(left, _LOOK))

    def _try_again(self, at: StepAt, before: StepView) -> StepEnd | None:
        """Crash truth: what became of it, what a check or a person says, or a question."""
        if leaves(at.step) and not before.body.get("outcome"):
            return self._wait(at)
        known = resumed(before.body)
        if known is not None and known.outcome == "success" and asks(at.step):
            return self._agreed(at, known)
        if known is not None:
            return known
        if before.body.get("answer") != "not-made":
            end = self.of.work.again(at, self._stopping)
            if isinstance(end, StepEnd):
                return end
            if end is None and not at.step.idempotent:
                self._ask(at)
                return None
        return self._try(at.index, at.step, at.stand, at.attempt)

    def _agreed(self, at: StepAt, known: StepEnd) -> StepEnd | None:
        """The yes to what a step asked about; asked anew when that has moved since."""
        seen = self.view.jobs[self.instance.key].look
        try:
            found = self._look(at.stand, at.index)
        except LookError as error:
            return StepEnd("failure", str(error))
        return self._wait(at, found) if found and found != seen else known

    def _ask(self, at: StepAt) -> None:
        """Leave the job to a person; it holds no worker while it waits."""
        keeper, run, key = self.of.keeper, self.view.id, self.instance.key
        with keeper.store.begin() as transaction:
            self._check(transaction)
            body: dict[str, Any] = {
                "job": key,
                "step": at.index,
                "question": f"Was `{at.step.title}` made? It was cut off while it ran.",
                "lines": self.of.work.tail(at),
            }
            transaction.append([*self.waiting, keeper.entry(Event.ASKED, run, body)])
            transaction.drop_job(run, key)
            keeper.advance(transaction, run)

    def _ended(self, index: int, attempt: int, step: Step, end: StepEnd) -> StepView:
        """Note the end of a step; it is written with the next entry that has to be."""
        forgiven = end.outcome == "failure" and self._forgives(step.continue_on_error)
        conclusion = "success" if forgiven else end.outcome
        body = {
            **end.body(),
            "job": self.instance.key,
            "step": index,
            "id": step.id,
            "outcome": end.outcome,
            "conclusion": conclusion,
        }
        entry = self.of.keeper.entry(Event.STEP_ENDED, self.view.id, body)
        self.waiting.append(entry)
        state = State.SUCCEEDED
        return StepView(index, attempt, state, end.outcome, conclusion, body)

    def _finish(self, stand: Stand, why: str = "") -> None:
        job = self.instance.job
        state = State.FAILED if stand.status == "failure" else State.SUCCEEDED
        if self.refused and state is State.FAILED:
            state = State(self.refused)
        if stopped := self._stopping():
            state, why = State.CANCELLED, stopped
        left: Mapping[str, Any] = {"outputs": {}}
        try:
            left = outputs_of(job.outputs or {}, self._contexts(stand), stand)
        except ExpressionError as error:
            state, why = State.FAILED, f"its outputs cannot be worked out: {error}"
        try:
            made = deployment_of(job, self._contexts(stand), stand)
            left = {**left, **({"deployment": made} if made else {})}
        except ExpressionError as error:
            state, why = State.FAILED, f"its environment is not clear: {error}"
        forgiven = state is State.FAILED and self._forgives(job.continue_on_error)
        self._write(
            Event.JOB_ENDED,
            last=True,
            state=state.value,
            **left,
            forgiven=forgiven,
            total=self.instance.total,
            why=why,
        )
        self.of.work.leave(self.view.id, self.instance.key)

    def _write(self, event: Event, *, last: bool = False, **body: Any) -> None:
        """Write what waits and this; raises ``Fenced`` when somebody else has the job."""
        keeper, run, key = self.of.keeper, self.view.id, self.instance.key
        term = self.of.term()
        with keeper.store.begin() as transaction:
            self._check(transaction)
            entry = keeper.entry(event, run, {"job": key, **body})
            transaction.append([*self.waiting, entry])
            if last:
                transaction.drop_job(run, key)
                keeper.advance(transaction, run)
            elif not self.shown:
                transaction.began(run)
        self.waiting.clear()
        self.shown = True
        self.term = term

    def _check(self, transaction: RunTransaction) -> None:
        if row_of(transaction, self.view.id, self.instance.key, self.number) is None:
            raise Fenced

    def _wanted(self, step: Step, stand: Stand) -> bool:
        contexts = {**self._contexts(stand), "steps": stand.steps}
        return is_truthy(evaluate(step.condition, contexts, status=stand.status))

    def _forgives(self, written: Any) -> bool:
        return is_truthy(filled(written, self._contexts(Stand())))

    def _stopping(self) -> str:
        why = self.of.stopping(self.name)
        if not why and self.of.keeper.clock.steady() >= self.deadline:
            return f"it took longer than its {self._minutes():g} timeout-minutes"
        return why

    def _ends(self, stand: Stand) -> Callable[[], str]:
        """Why a step is to end; one that begins after that was said may tidy up."""
        if stand.status != "cancelled":
            return self._stopping
        clock = self.of.keeper.clock
        end = clock.steady() + _TIDY
        return lambda: self._stopping() if clock.steady() >= end else ""

    def _deadline(self) -> float:
        return self.of.keeper.clock.steady() + self._minutes() * 60

    def _minutes(self) -> float:
        try:
            return float(
                filled(self.instance.job.timeout_minutes, self._contexts(Stand()))
            )
        except (ExpressionError, TypeError, ValueError):
            return _LONGEST

    @property
    def _moved(self) -> bool:
        seen = self.view.jobs.get(self.instance.key)
        return bool(seen and seen.site and seen.site != self.of.site)

    def _at(self, index: int, attempt: int, step: Step, stand: Stand) -> StepAt:
        return StepAt(
            run=self.view.id,
            job=self.instance,
            index=index,
            attempt=attempt,
            step=step,
            flow=self.flow,
            stand=stand,
            contexts=self._contexts(stand),
            fence=self.number,
            moved=self._moved,
            names=self.view.started.get("secrets"),
            term=self.term,
        )

    def _contexts(self, stand: Stand) -> dict[str, Any]:
        return {
            **contexts_for(self.view, self.instance),
            "steps": stand.steps,
            "env": dict(stand.env),
            "job": {**_around(stand), "status": stand.status},
        }


def _around(stand: Stand) -> dict[str, Any]:
    """What the context ``job`` says of the job's containers."""
    return {key: value for key, value in stand.around.items() if key != "pid"}


def row_of(
    transaction: RunTransaction, run: str, key: str, number: int
) -> JobRow | None:
    """The job's row, when the segment of that number is the one that has it."""
    mine = (row for row in transaction.jobs(run) if row.key == key)
    return next((row for row in mine if row.segment == number), None)
