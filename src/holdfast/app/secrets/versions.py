"""Versions of secrets as people set, rotate, retire and read them; each is recorded."""

from datetime import datetime, timedelta

from holdfast.app.application import Application
from holdfast.app.secrets.sources import stored_for
from holdfast.app.times import seconds_in
from holdfast.engine.journal import moment
from holdfast.model import Event, Sensitive
from holdfast.problems import HoldfastError, Problem, did_you_mean


def set_secret(app: Application, name: str, value: str) -> Sensitive:
    """Keep a new version of a secret."""
    kept = app.secrets.set(name, value, app.actor, app.engine.clock.now())
    app.note(Event.SECRET_SET, {"secret": kept.reference})
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
    until = now + timedelta(seconds=seconds_in(grace))
    before = [v for v in keeper.versions(name) if v.usable(now)]
    kept = app.secrets.set(name, value, app.actor, now)
    for version in before:
        if version.usable(until):
            keeper.retire(name, version.version, until)
    told = {"secret": kept.reference, "previous": old.reference, "until": moment(until)}
    app.note(Event.SECRET_SET, told)
    return kept, until


def retire_secret(app: Application, name: str, version: str) -> None:
    """
    Stop accepting a version at once; the newest one cannot be retired.

    Raises ``HoldfastError`` for that one, for a version that is not there, and for a
    secret somebody else keeps.
    """
    found = need_secret(app, name)
    keeper = app.secrets.keeper(name)
    if keeper is None:
        raise HoldfastError(_kept_elsewhere(name, app.secrets.home(name)))
    known = [one.version for one in keeper.versions(name)]
    meant = next((one for one in known if version in _names_of(one)), "")
    if not meant:
        raise HoldfastError(_no_version(name, version, known))
    if meant == found.version:
        raise HoldfastError(_in_use(found))
    keeper.retire(name, meant, app.engine.clock.now())
    app.note(Event.SECRET_RETIRED, {"secret": f"{name}@{meant}"})


def _names_of(version: str) -> tuple[str, str]:
    """A version as it is kept, and its number alone: ``store-2`` is ``2``."""
    return version, version.rpartition("-")[2]


def rekey(app: Application, *, with_age: bool) -> int:
    """Renew the root key; how many versions were wrapped anew."""
    stored = stored_for(app.root, app.state, app.store)
    count = stored.rekey()
    if with_age:
        stored.roots.seal_with_age()
    app.note(Event.SECRET_REKEYED, {"versions": count, "age": with_age})
    return count


def need_secret(app: Application, name: str) -> Sensitive:
    """One secret; raises ``HoldfastError`` when there is none of that name."""
    found = app.secrets.get(name)
    if found is None and name in app.secrets.names():
        raise HoldfastError(_not_there(name, app.secrets.home(name)))
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
    app.note(Event.OBSERVED, {"secret-read": found.reference})
    return found.reveal()


def _not_there(name: str, home: str) -> Problem:
    return Problem(
        code="app.secret-not-there",
        summary=f"`{name}` has no value on this machine",
        detail=f"It is to come from {home or 'a backend'}, where nothing is. Nothing was "
        "changed.",
        next_step="Put a value there, or correct `secrets:` in holdfast.yaml.",
    )


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
