"""The keeper over a project's store, and a worker of this machine."""

import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from holdfast.app.application import Application
from holdfast.app.planning.rules import rules_for
from holdfast.app.runs.actions import built_in
from holdfast.app.runs.containers import containers_of
from holdfast.app.runs.flows import Flows
from holdfast.app.runs.targets import aims_of
from holdfast.declare import Workflow
from holdfast.drivers.matching import BoundedMatching
from holdfast.drivers.redaction import hiding
from holdfast.drivers.secrets import SealedMasks
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.drivers.steps.workplace import LocalWorkplace
from holdfast.drivers.stores.connect import QueueEngine
from holdfast.engine.durable import Records
from holdfast.engine.durable.on_dbos import DbosExecutor, DbosRecords
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import CLIENT
from holdfast.engine.runs.trays import Trays
from holdfast.engine.runs.worker import Worker
from holdfast.engine.steps.contexts import passed, secrets_wanted
from holdfast.engine.steps.hiding import Hiding
from holdfast.engine.steps.local import LocalActions
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.work import StepWork
from holdfast.model import RunView
from holdfast.plan import Aim, Instance
from holdfast.ports import Containers, WorkerRow


@dataclass(slots=True)
class Crew:
    """Everything runs need of one process; close it when done."""

    app: Application
    flows: Flows
    keeper: Keeper
    trays: Trays
    records: Records
    queue: QueueEngine

    def renew(self, app: Application) -> None:
        """Take over the rules and workflows of a project that has changed."""
        self.flows.keep(*app.project.workflows)
        self.keeper.gatekeeper = gatekeeper_of(app)

    def close(self) -> None:
        """Let go of the queue's database; the store is the application's."""
        self.records.close()
        self.queue.dispose()


def crew_of(app: Application) -> Crew:
    """The keeper of a project's runs."""
    flows = Flows(app)
    queue = app.store.database.queue()
    trays = Trays()
    keeper = Keeper(
        store=app.store.runs,
        segments=trays,
        clock=app.engine.clock,
        flow_of=flows.of,
        gatekeeper=gatekeeper_of(app),
        find=flows.find,
    )
    return Crew(app, flows, keeper, trays, DbosRecords(queue), queue)


def worker_of(
    crew: Crew, name: str = "", labels: Sequence[str] = (), slots: int = 4
) -> Worker:
    """A worker of this machine; nothing is started yet."""
    app, now = crew.app, crew.keeper.clock.now()
    name = name or socket.gethostname().partition(".")[0]
    runner = ShimRunner(app.state / "steps")
    place = LocalWorkplace(app.state / "work", name)
    containers = containers_of(app)
    work = _step_work(crew, runner, place, containers)
    row = WorkerRow(
        id=f"{name}-{uuid4()}",
        name=name,
        site=site_of(app.state),
        labels=(*_own_labels(place, containers), *labels),
        slots=slots,
        lease=now,
        started=now,
    )
    executor = DbosExecutor(crew.queue, row.id, slots=slots)
    job = JobRun(crew.keeper, work, name, row.site, term=lambda: runner.term)
    return Worker(
        keeper=crew.keeper,
        executor=executor,
        job=job,
        row=row,
        renewed=runner.renew,
        prepare=runner.prepare,
        let_go=runner.close,
        trays=crew.trays,
    )


def _step_work(
    crew: Crew, runner: ShimRunner, place: LocalWorkplace, containers: Containers | None
) -> StepWork:
    """How steps are carried out on this machine."""
    processes = Processes(
        runner,
        place,
        containers,
        most=lambda: crew.app.project.retention.log_size,
        matching=BoundedMatching(),
    )
    work = StepWork(
        processes=processes,
        place=place,
        runner=runner,
        pages=crew.app.store.runs,
        secrets=crew.app.secrets,
        hiding=Hiding(place, hiding),
        actions=built_in(crew.app, processes, place),
        masked=masks_of(crew.app).keep,
    )
    work.local = LocalActions(work, crew.flows.action)
    return work


def masks_of(app: Application) -> SealedMasks:
    """What jobs masked, as far as this site may know it."""
    return SealedMasks(app.store.masks, site_of(app.state), app.state / "masks.key")


def gatekeeper_of(app: Application) -> Gatekeeper:
    """The project's rules as jobs meet them."""
    project = app.project
    counts: dict[str, int] = {}
    for host in project.hosts.values():
        counts[host.environment] = counts.get(host.environment, 0) + 1

    def aims(instance: Instance, contexts: Mapping[str, Any]) -> tuple[Aim, ...]:
        return aims_of(app.project, instance, contexts)

    def versions(view: RunView, flow: Workflow, instance: Instance) -> Iterable[str]:
        job, ours = instance.job, view.started.get("secrets")
        wanted = secrets_wanted(flow, job, job.steps)
        found = (
            (name, app.secrets.get(one))
            for name, one in sorted(passed(wanted, ours, app.secrets.names).items())
        )
        return [f"{name}@{one.version}" for name, one in found if one is not None]

    return Gatekeeper(rules_for(project), project.teams, counts, aims, versions)


def site_of(state: Path) -> str:
    """The machine and folder steps live in: workers of one can find each other's."""
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except OSError:
        machine = socket.gethostname()
    where = sha256(f"{machine}\x00{state.resolve()}".encode()).hexdigest()
    return f"{socket.gethostname().partition('.')[0]}-{where[:8]}"


def _own_labels(
    place: LocalWorkplace, containers: Containers | None
) -> tuple[str, ...]:
    machine = place.machine
    able = (CLIENT,) if containers is not None else ()
    return ("self-hosted", machine.os.lower(), machine.arch.lower(), *able)
