"""One test, from its beginning until nothing more can happen; what decides is the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from holdfast.app.runs.flows import Flows
from holdfast.app.runs.wiring import gatekeeper_of
from holdfast.app.testing.beginning import Beginning
from holdfast.app.testing.people import Misfit, People
from holdfast.app.testing.work import Act, FakedWork, Fault
from holdfast.app.testing.world import Ground, Impatient, World
from holdfast.declare import Job, Workflow
from holdfast.engine.runs.answers import LOOK_AGAIN
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.liveness import LEASE, MARGIN
from holdfast.load.workflow_tests import WorkflowTest
from holdfast.model import JobView, RunView
from holdfast.ports import RunRow, RunTransaction, WorkerRow

_WORKER, _SITE = "test", "test"
_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_PATIENT, _IDLE = 10, 100
"""How often a run is looked at that only waits: at its moments, then ever less often."""

_DOUBLED = 9
"""How often the pause between two such looks is doubled: to three quarters of an hour."""

_MANY = 10_000


@dataclass(frozen=True, slots=True)
class JobSeen:
    """One job of a played run, as it was declared and as it went."""

    run: RunView
    flow: Workflow
    job: Job
    view: JobView


@dataclass(frozen=True, slots=True)
class Played:
    """
    What became of a test.

    ``runs`` are those it started, in order; ``jobs`` and ``acts`` belong to the first one
    and to all below it, jobs by their path. ``held`` are claims and concurrency groups that
    are not free in the end, each with who has it.
    """

    runs: tuple[RunView, ...]
    jobs: Mapping[str, JobSeen]
    acts: tuple[Act, ...]
    claimed: frozenset[str]
    held: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    misfits: tuple[Misfit, ...]

    @property
    def run(self) -> RunView | None:
        """The run the test is about."""
        return self.runs[0] if self.runs else None


def play(ground: Ground, test: WorkflowTest, fault: Fault | None = None) -> Played:
    """Play a test, perhaps with a fault; raises ``HoldfastError`` when it cannot begin."""
    world = ground.world(test.declared.at, test.declared.secrets)
    try:
        return _Course.of(world, test, fault).play()
    finally:
        world.close()


@dataclass(slots=True)
class _Course:
    """The parts of one play, and what is known of it so far."""

    test: WorkflowTest
    world: World
    keeper: Keeper
    flows: Flows
    work: FakedWork
    people: People
    beginning: Beginning
    labels: tuple[str, ...] = ()
    claimed: set[str] = field(default_factory=set)
    rows: tuple[RunRow, ...] = ()
    views: Mapping[str, RunView] = field(default_factory=dict)
    stops: Mapping[str, str] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)
    _lost: list[tuple[datetime, str]] = field(default_factory=list)
    _idle: int = 0

    @classmethod
    def of(cls, world: World, test: WorkflowTest, fault: Fault | None) -> "_Course":
        """Wire the parts as a server does, over what is faked."""
        flows = Flows(world.app)
        keeper = Keeper(
            store=world.store.runs,
            segments=world.segments,
            clock=world.time,
            flow_of=flows.of,
            gatekeeper=gatekeeper_of(world.app),
            find=flows.find,
        )

        def path_of(run: str, key: str) -> str:
            return made.path(run, key)

        made = cls(
            test=test,
            world=world,
            keeper=keeper,
            flows=flows,
            work=FakedWork(
                test, world.time, world.store.runs, path_of, world.really, fault
            ),
            people=People(test, keeper, flows.of, fault),
            beginning=Beginning(test, world, keeper, flows),
        )
        return made

    def play(self) -> Played:
        """Let one thing happen after the other."""
        self._look()
        self.beginning.begin()
        end = self._end()
        while True:
            self._settle()
            if self._take_turn():
                self._idle = 0
                continue
            moment = self._next()
            if moment is None or (end is not None and moment > end):
                break
            self._idle += 1
            self._move(moment)
        return self._played()

    def path(self, run: str, key: str) -> str:
        """The path of a job: below those of the jobs that called its run."""
        if run not in self._parents:
            with self.keeper.store.begin() as transaction:
                row = transaction.run(run)
            self._parents[run] = row.parent if row else ""
        parent, _, above = self._parents[run].partition("/")
        return f"{self.path(parent, above)}/{key}" if parent else key

    # --- one thing after the other -------------------------------------------------------

    def _settle(self) -> None:
        """Do everything that is due now and takes no time."""
        before = self._stand()
        self._look()
        while self.people.speak(self.views, self.path):
            self._look()
        for segment in self.world.segments.taken():
            self.world.time.begin(segment, partial(self._execute, segment))
        if self._stand() != before:
            self._idle = 0

    def _move(self, moment: datetime) -> None:
        """Let time pass, and do what is due then."""
        self.world.time.go_to(moment)
        self._hand_over()
        self.beginning.tick()
        self.keeper.tick()

    def _execute(self, segment: str) -> None:
        """Carry one stretch of a job as far as it goes, on the worker of the test."""
        job = JobRun(
            keeper=self.keeper,
            work=self.work,
            worker=_WORKER,
            site=_SITE,
            stopping=self._stopping,
            over=Impatient(),
        )
        job.execute(segment)

    def _stopping(self, segment: str) -> str:
        """Why a stretch is to end, as a worker's watch was last told."""
        return self.stops.get(segment, "")

    def _take_turn(self) -> bool:
        """Let whoever's moment has come go on; whether there was anybody."""
        turn = self.world.time.turn()
        if turn is None:
            return False
        name, end = turn
        if end == "cut-off":
            noticed = self.world.time.now() + LEASE + MARGIN
            self._lost.append((noticed, name))
        return True

    def _next(self) -> datetime | None:
        """When something can happen again."""
        coming = [
            self.world.time.next(),
            self.beginning.wakes(),
            self.people.wakes(self.views, self.path),
            *(at for at, _ in self._lost),
        ]
        first = min((at for at in coming if at is not None), default=None)
        if first is None and self._idle >= _IDLE:
            return None
        waiting = self._waiting()
        return min((at for at in (first, waiting) if at is not None), default=None)

    def _waiting(self) -> datetime | None:
        """
        When a run that waits is to be looked at again.

        One that waits for a claim asks every few seconds. Whoever gives it back looks
        at it too, so that nothing is missed when it is asked less often.
        """
        moments = [row.wake for row in self.rows if row.wake and not row.state.is_end]
        if not moments or self._idle < _PATIENT:
            return min(moments, default=None)
        pause = LOOK_AGAIN * (1 << min(self._idle - _PATIENT, _DOUBLED))
        return max(min(moments), self.world.time.now() + pause)

    def _hand_over(self) -> None:
        """Give the jobs of a worker that was cut off to another one, when it is noticed."""
        now = self.world.time.now()
        gone = [name for at, name in self._lost if at <= now]
        self._lost = [(at, name) for at, name in self._lost if at > now]
        if not gone:
            return
        with self.keeper.store.begin() as transaction:
            for row in transaction.jobs():
                if row.name in gone:
                    transaction.put_job(replace(row, worker=""))
            self.keeper.dispatch(transaction)

    def _look(self) -> None:
        """See which runs there are and how they stand; have a worker for every job."""
        self.rows = tuple(reversed(self.keeper.store.runs(limit=_MANY)))
        with self.keeper.store.begin() as transaction:
            self._employ(transaction)
            self.views = {
                row.id: self.keeper.view(transaction, row.id) for row in self.rows
            }
            self.claimed |= {key for key, _ in self._claimed_in(transaction)}
        mine = self.keeper.store.jobs_of(_WORKER)
        self.stops = {job.name: job.stop for job in mine if job.stop}

    def _employ(self, transaction: RunTransaction) -> None:
        """Have a worker with every label a job asks for."""
        asked = {label for row in transaction.jobs() for label in row.labels}
        if self.labels and asked <= set(self.labels):
            return
        self.labels = tuple(sorted({"self-hosted", *self.labels, *asked}))
        now = self.world.time.now()
        transaction.put_worker(
            WorkerRow(_WORKER, _WORKER, _SITE, self.labels, _MANY, _FAR, now)
        )
        self.keeper.dispatch(transaction)

    def _stand(self) -> tuple[tuple[str, str], ...]:
        return tuple((row.id, row.state.value) for row in self.rows)

    def _end(self) -> datetime | None:
        lasts = self.test.declared.lasts
        if lasts is None:
            return None
        return self.test.declared.at + timedelta(seconds=lasts)

    # --- what is seen --------------------------------------------------------------------

    def _claimed_in(self, transaction: RunTransaction) -> Iterator[tuple[str, str]]:
        """What runs have claimed now, each with who has it."""
        for claim in transaction.claims(self.world.time.now()):
            if claim.run:
                yield claim.key.partition("#")[0], claim.run

    def _played(self) -> Played:
        self._look()
        views = self.views
        tops = tuple(views[row.id] for row in self.rows if not row.parent)
        with self.keeper.store.begin() as transaction:
            claims = tuple(self._claimed_in(transaction))
        mine = self._below(tops[0].id) if tops else set()
        groups = [
            (f"concurrency group {row.group}", row.id)
            for row in self.rows
            if row.group and not row.state.is_end
        ]
        return Played(
            runs=tops,
            jobs=dict(self._jobs(views, mine)),
            acts=tuple(act for act in self.work.acts if act.run in mine),
            claimed=frozenset(self.claimed),
            held=(*claims, *groups),
            reasons=self.beginning.reasons(),
            misfits=(*self.people.misfits, *self.people.unsaid()),
        )

    def _below(self, run: str) -> set[str]:
        mine = {run}
        for row in self.rows:
            if row.parent.partition("/")[0] in mine:
                mine.add(row.id)
        return mine

    def _jobs(
        self, views: Mapping[str, RunView], mine: set[str]
    ) -> Iterator[tuple[str, JobSeen]]:
        for run, view in views.items():
            if run not in mine:
                continue
            flow = self.flows.of(view)
            for key, seen in view.jobs.items():
                job = flow.job(seen.id)
                if job is not None:
                    yield self.path(run, key), JobSeen(view, flow, job, seen)
