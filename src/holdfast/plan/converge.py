"""The plan that brings what is seen to what is wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdfast.model import (
    Action,
    Address,
    Attributes,
    Change,
    Plan,
    Resource,
    Rollout,
    Snapshot,
    Target,
    digest,
    digests_in,
)
from holdfast.ports import Kind
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Binding:
    """What a plan is bound to beside its changes; see :class:`~holdfast.model.Plan`."""

    targets: tuple[Target, ...] = ()
    commit: str = ""
    inputs: Attributes = field(default_factory=dict)
    rollout: Rollout = field(default_factory=Rollout)
    purpose: str = "apply"


def converge(
    wanted: Sequence[Resource],
    handlers: Sequence[Resource],
    seen: Snapshot,
    kinds: Mapping[str, Kind],
    binding: Binding,
    *,
    pending: frozenset[Address] = frozenset(),
) -> Plan:
    """
    One change for every address that is not as wanted, in the order of the declaration.

    ``after`` edges come first. A handler is added at the end of its host's changes when
    one of them names it, or when it is ``pending`` from a run that was cut off.
    """
    contents = dict(seen.contents)
    outcomes = dict(_outcomes(wanted, seen, kinds, contents))
    changes = [one for one in outcomes.values() if isinstance(one, Change)]
    faults = {str(a): one for a, one in outcomes.items() if isinstance(one, Problem)}
    return Plan(
        changes=tuple(_with_handlers(changes, handlers, pending)),
        targets=binding.targets,
        commit=binding.commit,
        inputs=binding.inputs,
        rollout=binding.rollout,
        purpose=binding.purpose,
        secrets=_secrets(wanted, changes),
        unchanged=tuple(a for a, one in outcomes.items() if one is None),
        unknown={**seen.unknown, **faults},
        contents=_used(changes, contents),
    )


def _outcomes(
    wanted: Sequence[Resource],
    seen: Snapshot,
    kinds: Mapping[str, Kind],
    contents: dict[str, bytes],
) -> Iterator[tuple[Address, Change | Problem | None]]:
    """
    What each thing that was seen needs, host by host: a change, or nothing.

    ``contents`` grows by what is declared and by what edits make.
    """
    for resources in _by_host(wanted).values():
        host = _Host(kinds, seen, contents)
        for resource in _ordered(resources):
            contents.update(resource.contents)
            if resource.address in seen.seen:
                yield resource.address, host.compare(resource)


@dataclass(slots=True)
class _Host:
    """Walks the resources of one host, remembering what earlier changes leave behind."""

    kinds: Mapping[str, Kind]
    seen: Snapshot
    contents: dict[str, bytes]
    files: dict[str, str | None] = field(default_factory=dict)
    changed: bool = False

    def compare(self, resource: Resource) -> Change | Problem | None:
        """The change one resource needs, ``None`` for none."""
        found = self.seen.seen[resource.address]
        if resource.how.get("edits"):
            outcome = self._edited(resource, found)
        else:
            outcome = _compared(resource, found)
        if isinstance(outcome, Change):
            self.changed = True
            self._remember(outcome)
            outcome = self._with_way_back(outcome)
        return outcome

    def _with_way_back(self, change: Change) -> Change:
        inverse = self.kinds[change.address.kind].inverse(change)
        return replace(change, reversible=inverse is not None)

    def _edited(
        self, resource: Resource, found: Attributes | None
    ) -> Change | Problem | None:
        path = str(resource.how["path"])
        there = None if found is None else str(found.get("content"))
        now = self.files.get(path, there)
        if now is not None and now not in self.contents:
            return _too_large(resource)
        text = None if now is None else self.contents[now]
        edited = self.kinds[resource.address.kind].edit(resource, text)
        if edited == text:
            return None
        rest = {key: value for key, value in (found or {}).items() if key != "content"}
        before = None if now is None else {**rest, "content": now}
        after = None if edited is None else {**rest, "content": digest(edited)}
        if edited is not None:
            self.contents[digest(edited)] = edited
        return _change(resource, before, after, late=found is None and self.changed)

    def _remember(self, change: Change) -> None:
        path = change.how.get("path")
        if change.address.kind == "file":
            path = change.address.name
        if isinstance(path, str):
            content = (change.after or {}).get("content")
            if content is None and change.before is None and change.after is not None:
                content = digest(b"")
                self.contents[content] = b""
            self.files[path] = content if isinstance(content, str) else None


def _compared(resource: Resource, found: Attributes | None) -> Change | None:
    if resource.wanted is None:
        return None if found is None else _change(resource, found, None)
    if found is None:
        return _change(resource, None, dict(resource.wanted))
    if all(found.get(key) == value for key, value in resource.wanted.items()):
        return None
    return _change(resource, found, {**found, **resource.wanted})


def _change(
    resource: Resource,
    before: Attributes | None,
    after: Attributes | None,
    *,
    late: bool = False,
) -> Change:
    return Change(
        address=resource.address,
        action=_action(resource, before, after),
        before=before,
        after=after,
        how=resource.how,
        declared=resource.place,
        then=resource.then,
        sensitive=resource.sensitive,
        late=late,
        secrets=resource.secrets,
    )


def _action(
    resource: Resource, before: Attributes | None, after: Attributes | None
) -> Action:
    if resource.address.kind == "command":
        return Action.RUN
    if before is None:
        return Action.CREATE
    return Action.DELETE if after is None else Action.UPDATE


def _by_host(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    grouped: dict[str, list[Resource]] = {}
    for resource in resources:
        grouped.setdefault(resource.address.host, []).append(resource)
    return grouped


def _ordered(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Declared order, except that what ``after`` names comes first (no cycles: load)."""
    by_address = {resource.address: resource for resource in resources}
    done: set[Address] = set()
    for resource in resources:
        waiting = [resource]
        while waiting:
            top = waiting[-1]
            ahead = [
                by_address[address]
                for address in top.after
                if address in by_address and address not in done
            ]
            if ahead and len(waiting) <= len(resources):
                waiting.extend(reversed(ahead))
                continue
            waiting.pop()
            if top.address not in done:
                done.add(top.address)
                yield top


def _with_handlers(
    changes: Sequence[Change], handlers: Sequence[Resource], pending: frozenset[Address]
) -> Iterator[Change]:
    """Changes grouped by host, each group closed by the handlers it calls for."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.address.host, []).append(change)
    for address in pending:
        groups.setdefault(address.host, [])
    for host, group in groups.items():
        yield from group
        for handler in handlers:
            if handler.address.host == host:
                yield from _handler(handler, group, pending)


def _handler(
    handler: Resource, group: Sequence[Change], pending: frozenset[Address]
) -> Iterator[Change]:
    callers = tuple(c.address for c in group if handler.address.name in c.then)
    if callers or handler.address in pending:
        yield Change(
            address=handler.address,
            action=Action.RUN,
            before=None,
            after=None,
            how=handler.how,
            declared=handler.place,
            triggered_by=() if handler.address in pending else callers,
        )


def _secrets(wanted: Iterable[Resource], changes: Iterable[Change]) -> tuple[str, ...]:
    needed = {change.address for change in changes}
    names = {
        name
        for resource in wanted
        if resource.address in needed
        for name in resource.secrets
    }
    return tuple(sorted(names))


def _used(changes: Iterable[Change], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    digests = {
        name
        for change in changes
        for side in (change.before, change.after)
        for name in digests_in(side or {})
    }
    return {name: contents[name] for name in digests if name in contents}


def _too_large(resource: Resource) -> Problem:
    return Problem(
        code="plan.too-large",
        summary=f"{resource.address.local} edits a file that is too large to fetch",
        detail="Parts of files are edited up to 1 MiB. Nothing was changed.",
        next_step="Declare the whole file with `file:` and `source:` instead.",
        place=resource.place,
    )
