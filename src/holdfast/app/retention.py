"""Wire whoever removes what is beyond its time."""

from dataclasses import asdict, replace
from datetime import timedelta

from holdfast.app.application import Application
from holdfast.app.runs.wiring import Crew
from holdfast.app.times import seconds_in
from holdfast.declare import RetentionDeclared
from holdfast.drivers.builtin import Archives
from holdfast.engine.journal import moment
from holdfast.engine.retention import Janitor, Terms
from holdfast.model import Entry, Event
from holdfast.ports import Freed


def terms_of(declared: RetentionDeclared) -> Terms:
    """``retention:`` as lengths of time."""
    return Terms(
        runs=timedelta(seconds=declared.runs),
        output=timedelta(seconds=declared.logs),
        events=timedelta(seconds=declared.events),
        artifacts=timedelta(seconds=declared.artifacts),
        keep=declared.keep,
    )


def terms_for(declared: Terms, older_than: str, keep: int | None) -> Terms:
    """The terms a person asks for; raises ``HoldfastError`` for no duration."""
    made = declared if keep is None else replace(declared, keep=keep)
    if not older_than:
        return made
    after = timedelta(seconds=seconds_in(older_than))
    return replace(made, runs=after, output=after, events=after, artifacts=after)


def janitor_for(crew: Crew, holder: str = "") -> Janitor:
    """Who tidies a project; what a turn has removed is in the ledger."""
    app: Application = crew.app
    return Janitor(
        store=app.store.pruning,
        records=crew.records,
        artifacts=Archives(app.state / "artifacts"),
        caches=Archives(app.state / "caches"),
        clock=app.engine.clock,
        terms=terms_of(app.project.retention),
        holder=holder,
        told=lambda freed: note(app, freed, "holdfast"),
    )


def note(app: Application, freed: Freed, actor: str) -> None:
    """Write down what was removed, and who had it removed."""
    at = moment(app.engine.clock.now())
    body = {name: count for name, count in asdict(freed).items() if count}
    app.store.ledger.append([Entry(Event.PRUNED, actor=actor, at=at, body=body)])
