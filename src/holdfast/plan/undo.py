"""The plan that takes an apply back: each change inverted, from what is there now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from holdfast.model import Action, Address, Attributes, Change, Plan, Resource, Snapshot
from holdfast.plan.converge import Binding
from holdfast.ports import Contents, Kind
from holdfast.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class NoWayBack:
    """A change that was made and cannot be taken back, and why."""

    change: Change
    problem: Problem


def undo_resources(made: Iterable[Change]) -> tuple[Resource, ...]:
    """What to look at before taking these changes back."""
    return tuple(
        Resource(address=change.address, wanted=change.before, how=change.how)
        for change in made
        if change.address.kind != "handler"
    )


def undo_goals(resources: Iterable[Resource], proposal: Plan) -> tuple[Resource, ...]:
    """
    What must be true once an undo was carried out, to be compared as plain state.

    Of several changes of one file the one that comes last says what it is to become.
    """
    goals = {_spot(change): change.after for change in proposal.changes}
    return tuple(
        replace(
            resource,
            wanted=goals[spot],
            how={k: v for k, v in resource.how.items() if k != "edits"},
        )
        for resource in resources
        if (spot := _spot(resource)) in goals
    )


def _spot(thing: Resource | Change) -> tuple[str, str]:
    """The file a part of a file is in, else the thing itself."""
    address = thing.address
    whole = address.name if address.kind == "file" else str(address)
    return address.host, str(thing.how.get("path", whole))


def undo(
    made: Sequence[Change],
    seen: Snapshot,
    kinds: Mapping[str, Kind],
    contents: Contents,
    binding: Binding,
) -> tuple[Plan, tuple[NoWayBack, ...]]:
    """
    Every change inverted, last one first, from what is really there now.

    What is already back is left out. What somebody changed since is taken back too, with
    a warning that says so. Handlers of the run follow the changes that called them.
    """
    found = tuple(_taken_back(made, seen, kinds, contents))
    changes = [one for one in found if isinstance(one, Change)]
    plan = Plan(
        changes=(*changes, *_handlers(made, changes)),
        targets=binding.targets,
        commit=binding.commit,
        inputs=binding.inputs,
        rollout=binding.rollout,
        purpose=binding.purpose,
        unknown=seen.unknown,
        warnings=tuple(one for one in found if isinstance(one, Problem)),
        contents={**contents, **seen.contents},
    )
    return plan, tuple(one for one in found if isinstance(one, NoWayBack))


def _taken_back(
    made: Sequence[Change],
    seen: Snapshot,
    kinds: Mapping[str, Kind],
    contents: Contents,
) -> Iterator[Change | NoWayBack | Problem]:
    """
    What takes each change back, what has no way back, and warnings; last one first.

    Of a file with several changes, what the later one leaves is what the earlier finds.
    """
    files: dict[tuple[str, str], Attributes | None] = {}
    for change in reversed([c for c in made if c.address.kind != "handler"]):
        inverse = kinds[change.address.kind].inverse(change)
        if inverse is None:
            yield NoWayBack(change, _irreversible(change))
        elif change.address in seen.seen:
            spot = _spot(change)
            now = files.get(spot, seen.seen[change.address])
            files[spot] = inverse.after
            yield from _from(inverse, now, change, contents)


def _from(
    inverse: Change, now: Attributes | None, change: Change, contents: Contents
) -> Iterator[Change | NoWayBack | Problem]:
    """One inverse from how it is ``now``; nothing where that is how it was before."""
    if inverse.action is Action.RUN:
        yield inverse
    elif _same(now, inverse.after):
        return
    elif _is_gone(inverse, now, contents):
        yield NoWayBack(change, _not_kept(change))
    else:
        if not _same(now, inverse.before):
            yield _moved(change)
        yield replace(inverse, action=_action(now, inverse.after), before=now)


def _is_gone(inverse: Change, now: Attributes | None, contents: Contents) -> bool:
    """Whether it takes a content that is not kept any more."""
    wanted = (inverse.after or {}).get("content")
    there = (now or {}).get("content")
    return isinstance(wanted, str) and wanted != there and wanted not in contents


def _action(now: Attributes | None, after: Attributes | None) -> Action:
    if after is None:
        return Action.DELETE
    return Action.CREATE if now is None else Action.UPDATE


def _same(one: Attributes | None, other: Attributes | None) -> bool:
    """Whether two states agree in everything both of them tell."""
    if one is None or other is None:
        return one is other
    return all(one[key] == other[key] for key in one.keys() & other.keys())


def _handlers(made: Sequence[Change], undone: Sequence[Change]) -> tuple[Change, ...]:
    back: set[Address] = {change.address for change in undone}
    return tuple(
        replace(change, triggered_by=tuple(a for a in change.triggered_by if a in back))
        for change in made
        if change.address.kind == "handler" and back & set(change.triggered_by)
    )


def _moved(change: Change) -> Problem:
    return Problem(
        code="plan.changed-since",
        summary=f"{change.address} was changed again since that run",
        detail="Taking the run back also takes back what was done to it since.",
        next_step=f"Look first: holdfast why {change.address}",
        severity=Severity.WARNING,
    )


def _not_kept(change: Change) -> Problem:
    return Problem(
        code="plan.content-not-kept",
        summary=f"{change.address} cannot be taken back: its content is not kept",
        detail="It was scrubbed because a secret was in it. The rest of the run can "
        "still be taken back.",
        next_step="Declare what it is to hold, and apply that.",
        place=change.declared,
        severity=Severity.WARNING,
    )


def _irreversible(change: Change) -> Problem:
    return Problem(
        code="plan.no-way-back",
        summary=f"{change.address} cannot be taken back",
        detail="It declares no undo. The rest of the run can still be taken back.",
        next_step="Add `undo:` to it for the next time, and put it right by hand.",
        place=change.declared,
        severity=Severity.WARNING,
    )
