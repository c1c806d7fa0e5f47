"""How the run of a test begins: by a person, by what happens outside, by its schedule."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from holdfast.app.reacting.wiring import opening
from holdfast.app.runs.flows import Flows
from holdfast.app.runs.inputs import given_inputs
from holdfast.app.testing.world import COMMIT, World
from holdfast.declare import EventFaked, Workflow
from holdfast.engine.reacting import Reactor
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.engine.scheduling import Scheduler, planned
from holdfast.engine.triggers import Head, explain, matches
from holdfast.load.workflow_tests import WorkflowTest
from holdfast.model import Occurrence, occurrence_id
from holdfast.problems import HoldfastError

_HOLDER = "test"


@dataclass(slots=True)
class Beginning:
    """
    Lets happen what the test says, each at its moment.

    ``tick`` does what is due, ``wakes`` is when there is something to do again.
    """

    test: WorkflowTest
    world: World
    keeper: Keeper
    flows: Flows
    _reactor: Reactor | None = None
    _scheduler: Scheduler | None = None
    _coming: list[Occurrence] = field(default_factory=list)
    _came: list[Occurrence] = field(default_factory=list)
    _until: datetime | None = None

    def begin(self) -> None:
        """Start the run, or begin to listen; raises ``HoldfastError`` for odd inputs."""
        declared = self.test.declared
        self.flows.keep(*self.world.ground.project.workflows)
        if declared.occurs:
            self._reactor = self._listening()
            start = self.world.time.now()
            self._coming = [
                _occurrence(number, one, start)
                for number, one in enumerate(declared.occurs)
            ]
        elif declared.schedule is not None:
            self._until = self.world.time.now() + timedelta(seconds=declared.schedule)
            self._scheduler = self._watching()
            self._scheduler.tick()
        else:
            self.keeper.accept(self._by_hand(), declared.by)

    def tick(self) -> None:
        """Do what is due."""
        now = self.world.time.now()
        if self._reactor is not None:
            while self._coming and self._coming[0].at <= now:
                self._came += self._reactor.take([self._coming.pop(0)])
            self._reactor.tick()
        if self._scheduler is not None and self._until and now <= self._until:
            self._scheduler.tick()

    def wakes(self) -> datetime | None:
        """When there is something to do next."""
        moments = [one.at for one in self._coming[:1]]
        if self._reactor is not None:
            moments += [at for at in (self._reactor.wakes(),) if at]
        if self._scheduler is not None and self._until:
            due = self._scheduler.wakes()
            moments += [due] if due and due <= self._until else []
        return min(moments, default=None)

    def reasons(self) -> tuple[str, ...]:
        """Why no run began, or one did: what was decided, and what did not fit."""
        flow = self.test.flow
        told = self.world.store.events.decisions(workflow=flow.file)
        said = [f"{one.outcome or one.verb}: {one.why or one.reason}" for one in told]
        if not said:
            for occurrence in self._came:
                found = matches(flow, occurrence, repository=self._head().repository)
                said += ["it does not fit", *explain(found)]
        return tuple(said)

    # --- inside ------------------------------------------------------------------------

    def _by_hand(self) -> Request:
        test, project = self.test, self.world.ground.project
        names = {
            "host": list(project.hosts),
            "environment": list(project.environments),
        }
        try:
            given = given_inputs(test.flow, test.declared.inputs or {}, names)
        except HoldfastError as error:
            place = (
                test.place("inputs") if test.declared.inputs else test.place("workflow")
            )
            here = (replace(problem, place=place) for problem in error.problems)
            raise HoldfastError(*here) from error
        return self._request(given, self._github(given))

    def _request(self, given: Mapping[str, Any], github: Mapping[str, Any]) -> Request:
        made = self.flows.request(self.test.flow, given, github, why="a test begins it")
        return replace(made, vars={**made.vars, **self.test.declared.vars})

    def _github(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What ``github`` is when a person starts a run, here or anywhere."""
        head, by = self._head(), self.test.declared.by
        return {
            "event_name": "workflow_dispatch",
            "event": {"inputs": dict(given)},
            "ref": f"refs/heads/{head.branch}",
            "ref_name": head.branch,
            "ref_type": "branch",
            "sha": head.sha,
            "repository": head.repository,
            "repository_owner": head.repository.partition("/")[0],
            "actor": by,
            "triggering_actor": by,
            "server_url": "https://github.com",
            **self.test.declared.github,
        }

    def _head(self) -> Head:
        told, project = self.test.declared.github, self.world.ground.project
        return Head(
            str(told.get("repository", f"{project.owner or 'local'}/{project.name}")),
            str(told.get("ref_name", "main")),
            str(told.get("sha", COMMIT)),
        )

    def _started(self, flow: Workflow) -> Request:
        """What a run is started with before anything is known of the event."""
        return self._request({}, {"event_name": flow.name})

    def _listening(self) -> Reactor:
        hosts = self.world.ground.project.hosts
        return Reactor(
            keeper=self.keeper,
            events=self.world.store.events,
            clock=self.world.time,
            holder=_HOLDER,
            workflows=(self._started(self.test.flow),),
            head=self._head(),
            fleet={name: host.environment for name, host in hosts.items()},
        )

    def _watching(self) -> Scheduler:
        project = self.world.ground.project
        entries, problems = planned([self._started(self.test.flow)], project.name)
        if problems:
            raise HoldfastError(*problems)
        made = Scheduler(
            keeper=self.keeper,
            events=self.world.store.events,
            clock=self.world.time,
            holder=_HOLDER,
            head=self._head(),
            is_open=opening(project),
        )
        made.adopt(entries)
        return made


def _occurrence(number: int, told: EventFaked, start: datetime) -> Occurrence:
    delivery = f"test-{number}"
    return Occurrence(
        id=occurrence_id(told.source, delivery),
        source=told.source,
        type=told.type,
        at=start + timedelta(seconds=told.after),
        delivery=delivery,
        action=told.action,
        subject=told.subject,
        data=told.data,
    )
