"""Claims as people take and give them back; each is recorded."""

from collections.abc import Mapping
from datetime import timedelta

from holdfast.app.application import Application
from holdfast.app.times import seconds_in
from holdfast.engine.journal import moment
from holdfast.model import Claim, Event
from holdfast.problems import HoldfastError, Problem, did_you_mean


def claim(app: Application, key: str, duration: str, why: str) -> Claim:
    """Take or renew a claim; answers whose it now is."""
    _known(app, key)
    now = app.engine.clock.now()
    until = now + timedelta(seconds=seconds_in(duration))
    taken = app.store.claims.acquire(key, app.actor, why, now, until)
    if taken.holder == app.actor:
        app.note(Event.CLAIMED, {"key": key, "why": why, "until": moment(until)})
    return taken


def release(app: Application, key: str) -> bool:
    """Give a claim back; whether it was the actor's own."""
    given = app.store.claims.release(key, app.actor)
    if given:
        app.note(Event.RELEASED, {"key": key})
    return given


def _known(app: Application, key: str) -> None:
    """Raise ``HoldfastError`` for a key that would hold nothing back."""
    sort, _, name = key.partition(":")
    if sort in _claimed_sorts(app) and name:
        return
    names: Mapping[str, object] = {
        "host": app.project.hosts,
        "environment": app.project.environments,
    }.get(sort, {})
    if name not in names:
        known = [f"host:{n}" for n in app.project.hosts]
        known += [f"environment:{n}" for n in app.project.environments]
        raise HoldfastError(
            Problem(
                code="app.no-such-claim",
                summary=f"`{key}` is neither a host nor an environment",
                detail="A claim is on host:NAME or environment:NAME. Nothing was claimed.",
                next_step=did_you_mean(key, known),
            )
        )


def _claimed_sorts(app: Application) -> set[str]:
    """What workflows claim besides hosts and environments: ``db`` of ``db:orders``."""
    flows = app.project.workflows
    wanted = [one for flow in flows for one in flow.claims]
    wanted += [one for flow in flows for job in flow.jobs for one in job.claims]
    sorts = {str(one.key).partition(":")[0] for one in wanted if ":" in str(one.key)}
    return sorts - {"host", "environment"}
