"""What people ask about events: list, show, take, send again, and why."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from holdfast.app.desks.wording import (
    condition_row,
    event_row,
    key_was_used,
    no_such_event,
    not_a_source,
    why_event,
)
from holdfast.declare import WebhookDeclared, Workflow
from holdfast.declare.project import OURS
from holdfast.engine.triggers import matches
from holdfast.model import Occurrence, occurrence_id
from holdfast.ports import (
    Clock,
    EventDesk,
    EventRow,
    EventStore,
    Receive,
    Refusal,
    Reply,
    Told,
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
class LocalEventDesk:
    """
    What happened outside, over the store of this project.

    ``usable`` gives the values of a secret that are good now, ``redact`` takes secrets out
    of a text. ``woken`` is called when something was stored.
    """

    store: EventStore
    clock: Clock
    flows: Sequence[Workflow]
    hooks: Mapping[str, WebhookDeclared]
    hear: Receive
    usable: Callable[[str], Sequence[str]]
    repository: str = ""
    redact: Callable[[str], str] = _as_it_is
    woken: Callable[[], None] = _nobody
    held: Callable[[Workflow], Sequence[str]] = _nothing
    """What holds a rule back now."""

    def events(
        self, sort: str = "", limit: int = 50, before: str = ""
    ) -> Sequence[EventRow]:
        """What happened outside, newest first; ``sort`` is a type or a source."""
        found = self.store.events(sort, limit, before)
        made = self.store.decisions([one.id for one in found])
        return [
            event_row(one, [row for row in made if one.id in row.of], self.flows)
            for one in found
        ]

    def event(self, event: str, /) -> EventRow:
        """One occurrence with its data and everything that came of it."""
        found = self._need(event)
        row = event_row(found, self.store.decisions([event]), self.flows)
        trees = [matches(one, found, repository=self.repository) for one in self.flows]
        return replace(
            row, data=found.data, conditions=tuple(map(condition_row, trees))
        )

    def replay(self, event: str, actor: str) -> EventRow:
        """Let workflows look at an occurrence again: it is kept once more, as of now."""
        found = self._need(event)
        now = self.clock.now()
        delivery = f"{event} again, by {actor} at {now.isoformat()}"
        again = replace(
            found, id=occurrence_id(found.source, delivery), delivery=delivery, at=now
        )
        return self._kept(again)

    def send(self, told: Told, actor: str, key: str = "") -> EventRow:
        """Keep an occurrence a person tells; raises ``HoldfastError`` for our own name."""
        if told.source == OURS:
            raise HoldfastError(not_a_source(told.source))
        now = self.clock.now()
        delivery = (
            f"key {key} of {actor}" if key else f"by {actor} at {now.isoformat()}"
        )
        name = occurrence_id(told.source, delivery)
        made = self._without_secrets(
            Occurrence(
                id=name,
                source=told.source,
                type=told.type,
                at=now,
                delivery=delivery,
                action=told.action,
                subject=told.subject,
                data=told.data,
            )
        )
        before = self.store.event(name) if key else None
        if before is None:
            return self._kept(made)
        if replace(before, at=now) != made:
            raise HoldfastError(key_was_used(key))
        return self.event(name)

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

    def why(self, event: str, /) -> Sequence[str]:
        """Why an event started what it did, workflow by workflow."""
        found, made = self._need(event), self.store.decisions([event])
        return list(why_event(found, made, self.flows, self.repository, self.held))

    def version(self) -> str:
        """A word that is another one whenever an event or a decision came."""
        return self.store.version()

    def _need(self, event: str) -> Occurrence:
        found = self.store.event(event)
        if found is None:
            raise HoldfastError(no_such_event(event))
        return found

    def _kept(self, occurrence: Occurrence) -> EventRow:
        with self.store.begin() as transaction:
            transaction.take([occurrence])
        self.woken()
        return self.event(occurrence.id)

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


_: type[EventDesk] = LocalEventDesk
