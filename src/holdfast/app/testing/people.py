"""People of a test: they answer what a run asks, when the test says so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from holdfast.app.testing.work import Fault
from holdfast.declare import AnswerFaked, Workflow
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.manual import How, Said, report
from holdfast.load.workflow_tests import WorkflowTest, plain_path
from holdfast.model import GateView, JobView, RunView, State, TaskView
from holdfast.problems import HoldfastError, Place

_WORDS = {
    "gate": ("approve", "reject"),
    "doubt": ("made", "not-made", "failed"),
    "task": ("done", "failed", "skipped"),
}

_HOW: Mapping[str, How] = {"done": "done", "failed": "failed", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Question:
    """Something a run asks people: a gate, what became of a step, or to do one."""

    run: str
    key: str
    """The key of the job that asks."""
    path: str
    kind: str
    """``gate``, ``doubt`` or ``task``."""
    step: int
    """The index of the step that asks, -1 for the job's own gate."""
    gate: GateView | None = None
    task: TaskView | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Whose word counts; empty: anybody's."""
        asks = self.gate or self.task
        return asks.needs if asks else ()

    @property
    def name(self) -> tuple[str, ...]:
        """What makes it the same question when it is looked at again."""
        digest = self.gate.digest if self.gate else ""
        return (self.run, self.key, self.kind, str(self.step), digest)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that was not as the test says: what was wanted, and what was seen."""

    place: Place
    what: str
    wanted: str
    seen: str


@dataclass(slots=True)
class People:
    """Says what is to be said; each answer of the test once, in its order."""

    test: WorkflowTest
    keeper: Keeper
    flow_of: Callable[[RunView], Workflow]
    fault: Fault | None = None
    misfits: list[Misfit] = field(default_factory=list)
    _said: set[int] = field(default_factory=set)
    _since: dict[tuple[str, ...], datetime] = field(default_factory=dict)

    def speak(
        self, views: Mapping[str, RunView], paths: Callable[[str, str], str]
    ) -> bool:
        """Say the next thing that is due; whether anything was said."""
        now = self.keeper.clock.now()
        for question in questions(views.values(), paths):
            since = self._since.setdefault(question.name, now)
            if self._hit(question, views[question.run]):
                if self.fault and self.fault.kind == "fails":
                    self._refuse(question)
                    return True
                continue
            number = self._next(question)
            if number is not None and self._due(number, since) <= now:
                self._answer(question, number)
                return True
        return self._cancel(views, now)

    def wakes(
        self, views: Mapping[str, RunView], paths: Callable[[str, str], str]
    ) -> datetime | None:
        """When somebody speaks next."""
        now, moments = self.keeper.clock.now(), []
        for question in questions(views.values(), paths):
            number = self._next(question)
            if number is not None and not self._hit(question, views[question.run]):
                moments.append(self._due(number, self._since.get(question.name, now)))
        for number, view in self._cancels(views):
            moments.append(self._due(number, datetime.fromisoformat(view.at)))
        return min(moments, default=None)

    def unsaid(self) -> Iterator[Misfit]:
        """Answers nobody asked for."""
        for number, answer in enumerate(self.test.declared.people):
            if number not in self._said:
                yield Misfit(
                    self.test.place("people", number),
                    f"the word of {answer.by}",
                    f"{answer.says} is asked for",
                    "nobody asked for it",
                )

    # --- inside ------------------------------------------------------------------------

    def _due(self, number: int, since: datetime) -> datetime:
        return since + timedelta(seconds=self.test.declared.people[number].after)

    def _next(self, question: Question) -> int | None:
        """The first answer that was not given and fits the question."""
        for number, answer in enumerate(self.test.declared.people):
            fits = answer.says in _WORDS[question.kind] and _is_for(
                answer, question.path
            )
            if number not in self._said and fits:
                return number
        return None

    def _answer(self, question: Question, number: int) -> None:
        answer, refused = self.test.declared.people[number], ""
        self._said.add(number)
        try:
            self._say(question, answer)
        except HoldfastError as error:
            problem = error.problems[0]
            refused = f"{problem.summary}. {problem.detail}"
        wanted = answer.refused
        if wanted not in refused or bool(wanted) != bool(refused):
            self.misfits.append(
                Misfit(
                    self.test.place("people", number),
                    f"the word of {answer.by}",
                    f"refused: {wanted}" if wanted else "it counts",
                    f"refused: {refused}" if refused else "it counts",
                )
            )

    def _say(self, question: Question, answer: AnswerFaked) -> None:
        run, key, says = question.run, question.key, answer.says
        if question.task is not None:
            said = Said(_HOW[says], answer.why, answer.fields)
            report(self.keeper, run, key, question.step, said, answer.by)
            return
        if question.gate is None:
            self.keeper.answer(run, key, says, answer.by)
            return
        digest, yes = question.gate.digest, says == "approve"
        self.keeper.decide(run, key, digest, answer.why, answer.by, yes=yes)

    def _hit(self, question: Question, view: RunView) -> bool:
        """Whether the sweep tries what happens without a yes to this question."""
        if self.fault is None or question.kind == "doubt" or question.step < 0:
            return False
        job = self.flow_of(view).job(question.key.partition(".")[0])
        return job is not None and self.fault.hits(
            question.path, job.steps[question.step]
        )

    def _refuse(self, question: Question) -> None:
        run, key, teams = question.run, question.key, self.keeper.gatekeeper.teams
        named = [who for name in question.needs for who in teams.get(name, [name])]
        by = next((who for who in named if who != self.test.declared.by), "somebody")
        if question.gate is not None:
            digest, why = question.gate.digest, "the sweep says no"
            self.keeper.decide(run, key, digest, why, by, yes=False)
        elif question.task is not None:
            said = Said("failed", "the sweep says it failed")
            report(self.keeper, run, key, question.step, said, by)

    def _cancels(self, views: Mapping[str, RunView]) -> Iterator[tuple[int, RunView]]:
        first = next((view for view in views.values() if not view.state.is_end), None)
        for number, answer in enumerate(self.test.declared.people):
            if first and answer.says == "cancel" and number not in self._said:
                yield number, first

    def _cancel(self, views: Mapping[str, RunView], now: datetime) -> bool:
        for number, view in self._cancels(views):
            if self._due(number, datetime.fromisoformat(view.at)) <= now:
                answer = self.test.declared.people[number]
                self._said.add(number)
                self.keeper.cancel(view.id, answer.why, answer.by)
                return True
        return False


def questions(
    views: Iterable[RunView], paths: Callable[[str, str], str]
) -> Iterator[Question]:
    """Everything that runs ask people now."""
    for view in views:
        if view.state.is_end:
            continue
        for key, job in view.jobs.items():
            path = paths(view.id, key)
            if job.state is State.GATED and job.gate is not None:
                yield Question(view.id, key, path, "gate", job.gate.step, job.gate)
            elif job.wait is not None and job.wait.task is not None:
                at, task = job.wait.step, job.wait.task
                yield Question(view.id, key, path, "task", at, task=task)
            elif (step := _in_doubt(job)) is not None:
                yield Question(view.id, key, path, "doubt", step)


def _in_doubt(job: JobView) -> int | None:
    doubts = (one.index for one in job.steps.values() if one.state is State.IN_DOUBT)
    return next(doubts, None) if job.state is State.IN_DOUBT else None


def _is_for(answer: AnswerFaked, path: str) -> bool:
    return answer.job in ("", path, plain_path(path))
