"""Secrets and claims: what people keep and hold, each use of it recorded."""

from collections.abc import Mapping
from datetime import timedelta

from holdfast.app.application import Application
from holdfast.declare import seconds_of
from holdfast.engine.journal import moment
from holdfast.model import Attributes, Claim, Entry, Event, Sensitive
from holdfast.problems import HoldfastError, Problem, did_you_mean


def set_secret(app: Application, name: str, value: str) -> Sensitive:
    """Keep a new version of a secret."""
    kept = app.secrets.set(name, value)
    _note(app, Event.SECRET_SET, {"secret": kept.reference})
    return kept


def need_secret(app: Application, name: str) -> Sensitive:
    """One secret; raises ``HoldfastError`` when there is none of that name."""
    found = app.secrets.get(name)
    if found is None:
        raise HoldfastError(
            Problem(
                code="app.no-such-secret",
                summary=f"There is no secret `{name}`",
                next_step=did_you_mean(name, app.secrets.names())
                or f"holdfast secret set {name}",
            )
        )
    return found


def read_secret(app: Application, name: str) -> str:
    """A secret's value, for a person who asked; that it was read is recorded."""
    found = need_secret(app, name)
    _note(app, Event.OBSERVED, {"secret-read": found.reference})
    return found.reveal()


def claim(app: Application, key: str, duration: str, why: str) -> Claim:
    """Take or renew a claim; answers whose it now is."""
    _known(app, key)
    now = app.engine.clock.now()
    until = now + timedelta(seconds=_seconds(duration))
    taken = app.store.claims.acquire(key, app.actor, why, now, until)
    if taken.holder == app.actor:
        _note(app, Event.CLAIMED, {"key": key, "why": why, "until": moment(until)})
    return taken


def release(app: Application, key: str) -> bool:
    """Give a claim back; whether it was the actor's own."""
    given = app.store.claims.release(key, app.actor)
    if given:
        _note(app, Event.RELEASED, {"key": key})
    return given


def _seconds(duration: str) -> int:
    try:
        return seconds_of(duration)
    except ValueError as error:
        raise HoldfastError(
            Problem(
                code="app.no-duration",
                summary=f"`{duration}` is no duration",
                detail=f"{error}. Nothing was claimed.",
                next_step="Write how long as 30m, 2h or 7d.",
            )
        ) from error


def _known(app: Application, key: str) -> None:
    """Raise ``HoldfastError`` for a key that would hold nothing back."""
    sort, _, name = key.partition(":")
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


def _note(app: Application, event: Event, body: Attributes) -> None:
    at = moment(app.engine.clock.now())
    app.store.ledger.append([Entry(event=event, actor=app.actor, at=at, body=body)])
