"""Secrets and claims: what people keep and hold, each use of it recorded."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from holdfast.app.application import Application
from holdfast.app.secrets import stored_for
from holdfast.declare import seconds_of
from holdfast.engine.journal import moment
from holdfast.model import Attributes, Claim, Entry, Event, Sensitive
from holdfast.problems import HoldfastError, Problem, did_you_mean


def set_secret(app: Application, name: str, value: str) -> Sensitive:
    """Keep a new version of a secret."""
    kept = app.secrets.set(name, value, app.actor, app.engine.clock.now())
    _note(app, Event.SECRET_SET, {"secret": kept.reference})
    return kept


def rotate_secret(
    app: Application, name: str, value: str, grace: str
) -> tuple[Sensitive, datetime]:
    """
    Keep a new version; the ones before count until the moment that is answered.

    Raises ``HoldfastError`` when what is in use is not kept here.
    """
    old = need_secret(app, name)
    keeper = app.secrets.keeper(name)
    if keeper is None:
        raise HoldfastError(_kept_elsewhere(name, app.secrets.home(name)))
    now = app.engine.clock.now()
    until = now + timedelta(seconds=_seconds(grace))
    before = [v for v in keeper.versions(name) if v.usable(now)]
    kept = app.secrets.set(name, value, app.actor, now)
    for version in before:
        if version.usable(until):
            keeper.retire(name, version.version, until)
    told = {"secret": kept.reference, "previous": old.reference, "until": moment(until)}
    _note(app, Event.SECRET_SET, told)
    return kept, until


def retire_secret(app: Application, name: str, version: str) -> None:
    """Stop accepting a version at once; the newest one cannot be retired."""
    found = need_secret(app, name)
    keeper = app.secrets.keeper(name)
    if keeper is None:
        raise HoldfastError(_kept_elsewhere(name, app.secrets.home(name)))
    if version == found.version:
        raise HoldfastError(_in_use(found))
    if not keeper.retire(name, version, app.engine.clock.now()):
        known = [one.version for one in keeper.versions(name)]
        raise HoldfastError(_no_version(name, version, known))
    _note(app, Event.SECRET_RETIRED, {"secret": f"{name}@{version}"})


def rekey(app: Application, *, with_age: bool) -> int:
    """Renew the root key; how many versions were wrapped anew."""
    stored = stored_for(app.root, app.state, app.store)
    count = stored.rekey()
    if with_age:
        stored.roots.seal_with_age()
    _note(app, Event.SECRET_REKEYED, {"versions": count, "age": with_age})
    return count


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
                detail=f"{error}. Nothing was changed.",
                next_step="Write how long as 30m, 2h or 7d.",
            )
        ) from error


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


def _kept_elsewhere(name: str, home: str) -> Problem:
    return Problem(
        code="app.kept-elsewhere",
        summary=f"`{name}` is not kept here and cannot be changed here",
        detail=f"It comes from {home}. Nothing was changed.",
        next_step="Change it there; what uses it shows in: holdfast plan",
    )


def _in_use(found: Sensitive) -> Problem:
    return Problem(
        code="app.version-in-use",
        summary=f"{found.reference} is the version in use",
        detail="Without it there would be none. Nothing was changed.",
        next_step=f"Replace it: holdfast secret rotate {found.name} --grace 0s",
    )


def _no_version(name: str, version: str, known: list[str]) -> Problem:
    return Problem(
        code="app.no-such-version",
        summary=f"There is no version {version} of `{name}`",
        detail=f"Known: {', '.join(known)}. Nothing was changed.",
        next_step=did_you_mean(version, known) or f"holdfast secret exposure {name}",
    )


def _note(app: Application, event: Event, body: Attributes) -> None:
    at = moment(app.engine.clock.now())
    app.store.ledger.append([Entry(event=event, actor=app.actor, at=at, body=body)])
