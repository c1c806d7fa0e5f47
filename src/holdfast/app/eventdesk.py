"""What people ask about events and schedules: list, show, take, send again, and why."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from holdfast.app.eventwords import (
    event_row,
    no_such_event,
    no_such_schedule,
    nobody_keeps_schedules,
    not_a_source,
    why_event,
    why_schedule,
)
from holdfast.declare import WebhookDeclared, Workflow
from holdfast.declare.project import OURS
from holdfast.engine.scheduling import Planned, Scheduler, skip
from holdfast.model import Occurrence, occurrence_id
from holdfast.ports import (
    Clock,
    DecisionRow,
    EventRow,
    EventStore,
    Receive,
    Refusal,
    Reply,
)
from holdfast.problems import HoldfastError

_TAKEN, _NOT_FOUND = 202, 404


def _as_it_is(text: str) -> str:
    return text


def _nothing(_: Workflow) -> Sequence[str]:
    return ()


def _nobody() -> None:
    """Nobody waits for events here."""


@dataclass(slots=True)
class EventDesk:
    """
    The part of the desk that is about events and schedules.

    ``usable`` gives the values of a secret that are good now, ``redact`` takes secrets out
    of a text. ``woken`` is called when something was stored. Without a ``scheduler``
    no missed run can be started.
    """

    store: EventStore
    clock: Clock
    flows: Sequence[Workflow]
    hooks: Mapping[str, WebhookDeclared]
    hear: Receive
    usable: Callable[[str], Sequence[str]]
    schedules: Sequence[Planned] = ()
    scheduler: Scheduler | None = None
    repository: str = ""
    redact: Callable[[str], str] = _as_it_is
    woken: Callable[[], None] = _nobody
    trust: Callable[[Workflow], Sequence[str]] = _nothing
    """What is to be said of the trust in a rule."""

    def events(
        self, sort: str = "", limit: int = 50, before: str = ""
    ) -> Sequence[EventRow]:
        """What happened outside, newest first; ``sort`` is a type or a source."""
        found = self.store.events(sort, limit, before)
        made = self.store.decisions([one.id for one in found])
        return [
            event_row(
                one,
                [row for row in made if one.id in row.of],
                self.flows,
                with_data=False,
            )
            for one in found
        ]

    def event(self, event: str, /) -> EventRow:
        """One occurrence with its data and everything that came of it."""
        found = self._need(event)
        made = self.store.decisions([event])
        return event_row(found, made, self.flows, with_data=True)

    def replay(self, event: str, actor: str) -> EventRow:
        """Let workflows look at an occurrence again: it is kept once more, as of now."""
        found = self._need(event)
        now = self.clock.now()
        delivery = f"{event} again, by {actor} at {now.isoformat()}"
        again = replace(
            found, id=occurrence_id(found.source, delivery), delivery=delivery, at=now
        )
        return self._kept(again)

    def send(
        self,
        kind: str,
        data: Mapping[str, Any],
        actor: str,
        source: str = "manual",
        action: str = "",
        subject: str = "",
    ) -> EventRow:
        """Keep an occurrence a person says; raises ``HoldfastError`` for our own name."""
        if source == OURS:
            raise HoldfastError(not_a_source(source))
        now = self.clock.now()
        delivery = f"by {actor} at {now.isoformat()}"
        name = occurrence_id(source, delivery)
        told = Occurrence(name, source, kind, now, delivery, action, subject, data)
        return self._kept(self._without_secrets(told))

    def receive(self, hook: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """
        Take what was sent to one endpoint; with status 202 it is on disk.

        A delivery that was taken before is answered alike, and nothing comes of it.
        """
        settings = self.hooks.get(hook)
        if settings is None:
            return Reply(_NOT_FOUND, "There is no such endpoint.")
        named = settings.secret
        names = [named] if isinstance(named, str) else named
        good = [value for name in names if name for value in self.usable(name)]
        told = self.hear(settings, good, headers, body, self.clock.now())
        if isinstance(told, Refusal):
            problem = told.problem
            return Reply(told.status, f"{problem.summary}. {problem.detail}")
        with self.store.begin() as transaction:
            transaction.take([self._without_secrets(one) for one in told])
        self.woken()
        ids = " ".join(one.id for one in told)
        return Reply(_TAKEN, f"Stored: {ids or 'nothing'}")

    def why(self, what: str, /) -> Sequence[str]:
        """Why an event started what it did, or when a workflow's schedules are due."""
        if what.startswith("e-"):
            found, made = self._need(what), self.store.decisions([what])
            return list(why_event(found, made, self.flows, self.repository))
        mine = [
            one
            for one in self.schedules
            if what in (one.request.flow.name, one.request.flow.file)
        ]
        if not mine:
            raise HoldfastError(no_such_schedule(what, self.flows))
        now = self.clock.now()
        return [
            line
            for entry in mine
            for line in why_schedule(entry, self._about(entry), now)
        ]

    def missed(self) -> Sequence[DecisionRow]:
        """Runs that were missed and that a person is asked about, oldest first."""
        return [one for one in self.store.opened() if one.verb == "ask"]

    def answer(self, number: int, actor: str, why: str, *, run: bool) -> str:
        """Say what becomes of a missed run; the id of the run if it was started."""
        if not run:
            skip(self.store, number, actor, why)
            return ""
        if self.scheduler is None:
            raise HoldfastError(nobody_keeps_schedules(number))
        return self.scheduler.answer(number, actor, why, run=run)

    def _about(self, entry: Planned) -> list[DecisionRow]:
        made = self.store.decisions(workflow=entry.request.flow.file, limit=100)
        return [one for one in made if one.key == entry.slot]

    def _need(self, event: str) -> Occurrence:
        found = self.store.event(event)
        if found is None:
            raise HoldfastError(no_such_event(event))
        return found

    def _kept(self, occurrence: Occurrence) -> EventRow:
        with self.store.begin() as transaction:
            kept = transaction.take([occurrence])
        self.woken()
        return event_row(kept[0], (), self.flows, with_data=True)

    def _without_secrets(self, occurrence: Occurrence) -> Occurrence:
        """The same, no value of a secret in any of its texts."""
        written = json.dumps(dict(occurrence.data), ensure_ascii=False)
        if self.redact(written) == written:
            return occurrence
        return replace(occurrence, data=self._redacted(dict(occurrence.data)))

    def _redacted(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self.redact(key): self._redacted(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._redacted(one) for one in value]
        return value
