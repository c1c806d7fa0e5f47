"""
Which versions of secrets a way back takes: those its run had, where they can be had. Pure.

Each step's end says which versions its job was given: ``TOKEN@store-3``.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from holdfast.model import RunView

Pin = Callable[[str, str], str]
"""
From our name of a secret and a version to a reference that opens just that one.

Empty when nobody keeps it, or when it is not accepted any more.
"""
Newest = Callable[[str], str]
"""From our name of a secret to its version now; empty when there is none."""

_UNKNOWN = "{}: nobody wrote down which version {} had; the newest one is taken"
_GONE = "{}: {} had {}, which cannot be used any more; the newest one is taken"
_SEVERAL = "{}: {} had {}; the last of them is taken"
_SEVERAL_GONE = "{}: {} had {}; the newest one is taken"


@dataclass(frozen=True, slots=True)
class Given:
    """
    What a way back is given.

    ``names`` are our names, or references, for the names its steps use. ``told`` says of
    each secret that is in another version than the run had why that is so.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def had(view: RunView) -> Mapping[str, tuple[str, ...]]:
    """The versions a run had of each secret, by our name; oldest first."""
    steps = (step for job in view.jobs.values() for step in job.steps.values())
    found: dict[str, dict[str, None]] = {}
    for step in steps:
        for reference in step.body.get("secrets") or ():
            name, _, version = str(reference).rpartition("@")
            found.setdefault(name, {})[version] = None
    return {name: tuple(versions) for name, versions in found.items()}


def given(
    view: RunView, run: str, wanted: Collection[str], pin: Pin, newest: Newest
) -> Given:
    """The secrets that the way back of a run wants, in the versions it had."""
    ours: Mapping[str, str] | None = view.started.get("secrets")
    names: dict[str, str] = {}
    told: list[str] = []
    versions = had(view)
    for name in sorted(wanted):
        mine = name if ours is None else ours.get(name, "")
        if not mine:
            continue
        before = versions.get(_plain(mine), ())
        names[name] = pin(mine, before[-1]) if before else ""
        if said := _said(name, run, before, names[name], newest(mine)):
            told.append(said)
        names[name] = names[name] or mine
    return Given(names, tuple(told))


def _plain(ours: str) -> str:
    """The name in one of ours that may say which version it means: ``store:TOKEN@3``."""
    return ours.partition(":")[2].partition("@")[0] if ":" in ours else ours


def _said(
    name: str, run: str, before: tuple[str, ...], pinned: str, newest: str
) -> str:
    """Why a secret may be another than the run had; empty when it is the same."""
    if not before:
        return _UNKNOWN.format(name, run)
    if len(before) > 1:
        said = _SEVERAL if pinned else _SEVERAL_GONE
        return said.format(name, run, " and ".join(before))
    if pinned or newest == before[0]:
        return ""
    return _GONE.format(name, run, before[0])
