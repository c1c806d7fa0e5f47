"""What people do about pauses: see them, begin them, end them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from holdfast.app.application import Application
from holdfast.app.times import moment_ahead
from holdfast.engine.pausing import pause, pauses_in, resume
from holdfast.model import Event, Pause
from holdfast.model.moments import to_minute
from holdfast.ports import Clock, EventStore, LedgerStore, RunStore
from holdfast.problems import HoldfastError, Problem


@dataclass(frozen=True, slots=True)
class PauseBook:
    """Every pause of a project's schedules and rules."""

    events: EventStore
    runs: RunStore
    ledger: LedgerStore
    clock: Clock

    def held(self) -> Mapping[str, Pause]:
        """The pauses in force, by what they are of."""
        entries = self.ledger.of_event(Event.PAUSED, Event.UNPAUSED)
        return pauses_in(entries, self.clock.now())

    def begin(
        self, subjects: Collection[str], what: str, actor: str, why: str, until: str
    ) -> None:
        """
        Pause some; ``until`` is ``2h``, a moment, or nothing: until somebody resumes.

        ``what`` is what a person types to name them. Raises ``HoldfastError`` without a
        reason, and for a moment that is over.
        """
        if not why.strip():
            raise HoldfastError(_no_reason(what))
        now = self.clock.now()
        end = moment_ahead(until, now) if until else None
        if end is not None and end <= now:
            raise HoldfastError(_is_over(until, end))
        with self.runs.begin() as runs:
            events = self.events.within(runs)
            pause(runs, events, subjects, Pause(actor, why, now, end))

    def end(self, subjects: Collection[str], what: str, actor: str, why: str) -> None:
        """End the pauses of some; raises ``HoldfastError`` when none is in force."""
        with self.runs.begin() as runs:
            events, now = self.events.within(runs), self.clock.now()
            if not resume(runs, events, subjects, actor, why, now):
                raise HoldfastError(_is_not_paused(what))


def book_of(app: Application) -> PauseBook:
    """The pauses of a project."""
    store = app.store
    return PauseBook(store.events, store.runs, store.ledger, app.engine.clock)


def why_paused(one: Pause, command: str) -> str:
    """Who paused it, since when, until when, and who can let it go on."""
    until = f", until {to_minute(one.until)}" if one.until else ""
    return (
        f"paused by {one.by} since {to_minute(one.since)}{until}: {one.why}; anybody of "
        f"the project can resume it: {command}"
    )


def _no_reason(what: str) -> Problem:
    return Problem(
        code="app.no-reason",
        summary="A pause needs a reason",
        detail="It is shown to whoever asks why nothing starts. Nothing was paused.",
        next_step=f"holdfast {what} pause NAME --why TEXT",
    )


def _is_over(written: str, end: datetime) -> Problem:
    return Problem(
        code="app.pause-is-over",
        summary=f"A pause until `{written}` is over already",
        detail=f"That is {to_minute(end)}. Nothing was paused.",
        next_step="Name a moment to come, or how long: --until 2h",
    )


def _is_not_paused(what: str) -> Problem:
    return Problem(
        code="app.is-not-paused",
        summary=f"No such {what} is paused",
        detail="It was resumed, or its pause ended by itself. Nothing was changed.",
        next_step=f"See what is paused: holdfast {what} list",
    )
