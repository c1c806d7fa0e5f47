"""Every desk of one project, over its store in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from holdfast.app.application import Application
from holdfast.app.desks.events import LocalEventDesk
from holdfast.app.desks.held import held_back
from holdfast.app.desks.outbox import LocalOutboxDesk
from holdfast.app.desks.pauses import PauseBook, book_of
from holdfast.app.desks.rules import LocalRuleDesk
from holdfast.app.desks.runbooks import LocalRunbookDesk
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.desks.schedules import LocalScheduleDesk
from holdfast.app.reacting.trust import give, standing
from holdfast.app.reacting.wiring import requests_of, rule_holder
from holdfast.app.runs.wiring import Crew
from holdfast.drivers.tools import git
from holdfast.drivers.webhooks import receive
from holdfast.engine.scheduling import Scheduler, planned
from holdfast.ports import Desks


def _nobody() -> None:
    """Nobody waits for events here."""


@dataclass(frozen=True, slots=True)
class LocalDesks:
    """The desks of a project in this process; they change with its files."""

    runs: LocalRunDesk
    events: LocalEventDesk
    schedules: LocalScheduleDesk
    rules: LocalRuleDesk
    outbox: LocalOutboxDesk
    runbooks: LocalRunbookDesk

    @property
    def desks(self) -> Desks:
        """The same, as anybody asks them."""
        return Desks(
            runs=self.runs,
            events=self.events,
            schedules=self.schedules,
            rules=self.rules,
            outbox=self.outbox,
            runbooks=self.runbooks,
        )

    def renew(self, app: Application) -> None:
        """Take over a project as its files are now; what cannot be read is left out."""
        requests = requests_of(app)
        flows = tuple(one.flow for one in requests)
        repository = git.repository(app.root)
        self.events.flows = self.schedules.flows = self.rules.flows = flows
        self.events.repository = self.rules.repository = repository
        self.events.hooks = app.project.hooks
        self.schedules.planned = planned(requests, app.project.name)[0]


def local_desks(
    crew: Crew,
    scheduler: Scheduler | None = None,
    woken: Callable[[], None] = _nobody,
) -> LocalDesks:
    """
    The desks of a project.

    Without a ``scheduler`` no missed run can be started; ``woken`` is called when an
    event was stored.
    """
    app, store = crew.app, crew.app.store
    clock, pauses = app.engine.clock, book_of(app)
    made = LocalDesks(
        runs=LocalRunDesk(crew),
        events=_event_desk(app, woken),
        schedules=LocalScheduleDesk(
            store.events, clock, (), pauses, scheduler=scheduler
        ),
        rules=_rule_desk(app, pauses),
        outbox=LocalOutboxDesk(store.runs, store.outbox, clock, app.secrets.redact),
        runbooks=LocalRunbookDesk(crew),
    )
    made.renew(app)
    return made


def _event_desk(app: Application, woken: Callable[[], None]) -> LocalEventDesk:
    clock = app.engine.clock

    def usable(name: str) -> list[str]:
        return [one.reveal() for one in app.secrets.usable(name, clock.now())]

    return LocalEventDesk(
        store=app.store.events,
        clock=clock,
        flows=(),
        hooks={},
        hear=receive,
        usable=usable,
        redact=app.secrets.redact,
        woken=woken,
        held=partial(held_back, app),
    )


def _rule_desk(app: Application, pauses: PauseBook) -> LocalRuleDesk:
    def free(workflow: str, target: str) -> None:
        """Give back the claim that a stopped rule left on its host."""
        app.store.claims.release(f"host:{target}", rule_holder(workflow))

    return LocalRuleDesk(
        app.store.events,
        app.store.runs,
        app.engine.clock,
        (),
        pauses,
        free=free,
        standing=partial(standing, app),
        give=partial(give, app),
    )


def desks_for(crew: Crew, scheduler: Scheduler | None = None) -> Desks:
    """The desks of a project as anybody asks them."""
    return local_desks(crew, scheduler).desks
