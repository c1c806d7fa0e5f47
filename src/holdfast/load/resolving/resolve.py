"""Every config on every host it is for, as resources, handlers and checks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.declare import CheckDeclared, Config, HandlerDeclared, Item, Project
from holdfast.load.checked import Model, checked
from holdfast.load.patterns import matching
from holdfast.load.resolving.contents import KEYS, Contents
from holdfast.load.resolving.contexts import (
    Contexts,
    FindSecret,
    NeedsFacts,
    Unusable,
    contexts_for,
    items_of,
)
from holdfast.load.resolving.order import (
    faults_in,
    with_declared_names,
    with_whole_names,
)
from holdfast.load.select import groups_of
from holdfast.load.yaml12 import Document
from holdfast.model import Address, Attributes, Resource, Rollout
from holdfast.ports import Kind, Wanted
from holdfast.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Resolved:
    """
    What is wanted on the chosen hosts.

    ``checks`` are by host, ``rollouts`` by config. ``facts_missing`` are hosts that must
    be asked for facts first; what needs them is left out until then.
    """

    resources: tuple[Resource, ...] = ()
    handlers: tuple[Resource, ...] = ()
    checks: Mapping[str, tuple[CheckDeclared, ...]] = field(default_factory=dict)
    rollouts: Mapping[str, Rollout] = field(default_factory=dict)
    facts_missing: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def resolve(
    project: Project,
    kinds: Mapping[str, Kind],
    hosts: Sequence[str],
    facts: Mapping[str, Attributes],
    find_secret: FindSecret,
) -> Resolved:
    """What is wanted on ``hosts``, with ``facts`` by host as far as they are known."""
    work = _Work(project, kinds, facts, find_secret, Contents(project.root))
    chosen, groups = set(hosts), groups_of(project)
    for config in project.configs:
        named, lost = matching(config.declared.hosts, list(project.hosts), groups)
        work.problems.update((_no_hosts(config, word), None) for word in lost)
        for host in named:
            if host in chosen:
                work.config(config, host)
    resources = tuple(with_declared_names(tuple(with_whole_names(work.resources))))
    problems = (*work.problems, *faults_in(resources))
    return Resolved(
        resources=resources,
        handlers=tuple(work.handlers.values()),
        checks={host: tuple(checks) for host, checks in work.checks.items()},
        rollouts=work.rollouts,
        facts_missing=frozenset(work.missing),
        problems=tuple(dict.fromkeys(problems)),
    )


@dataclass(slots=True)
class _Work:
    """What is gathered, host by host."""

    project: Project
    kinds: Mapping[str, Kind]
    facts: Mapping[str, Attributes]
    find_secret: FindSecret
    contents: Contents
    resources: list[Resource] = field(default_factory=list)
    handlers: dict[Address, Resource] = field(default_factory=dict)
    checks: dict[str, list[CheckDeclared]] = field(default_factory=dict)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    problems: dict[Problem, None] = field(default_factory=dict)
    static: dict[int, Wanted] = field(default_factory=dict)

    def config(self, config: Config, name: str) -> None:
        """One config on one host."""
        host = self.project.hosts[name]
        contexts = contexts_for(
            self.project, config, host, self.facts.get(name), self.find_secret
        )
        if config.declared.rollout:
            told = config.declared.rollout
            self.rollouts[config.declared.name] = Rollout(
                tuple(told.serial), told.max_fail_percentage, told.pause
            )
        where = Address(host.environment, name, "", "")
        for item in config.items:
            try:
                self.resources += self._item(item, config, where, contexts)
            except NeedsFacts:
                self.missing.add(name)
            except Unusable as unusable:
                self.problems[_said(unusable, item.place)] = None
        for handler, (data, place) in config.handlers.items():
            self._handler(handler, data, place, where, contexts)
        self._checks(config, name, contexts)

    def _item(
        self, item: Item, config: Config, where: Address, contexts: Contexts
    ) -> Iterator[Resource]:
        if item.for_each is None:
            rounds = [contexts.with_item(None)]
        else:
            each = items_of(contexts.filled(item.for_each))
            rounds = [contexts.with_item(one) for one in each]
        for one in rounds:
            if item.when is None or one.holds(item.when):
                yield from self._resource(item, config, where, one)

    def _resource(
        self, item: Item, config: Config, where: Address, contexts: Contexts
    ) -> Iterator[Resource]:
        wanted = self._wanted(item, config, contexts)
        if wanted is None:
            return
        after = (contexts.filled(word) for word in item.after)
        yield Resource(
            address=Address(where.environment, where.host, item.kind, wanted.name),
            wanted=wanted.attributes,
            how=wanted.how,
            contents=wanted.contents,
            after=tuple(_local(where, str(word)) for word in after),
            then=item.then,
            place=item.place,
            sensitive=bool(contexts.used),
            secrets=tuple(contexts.used),
        )

    def _wanted(self, item: Item, config: Config, contexts: Contexts) -> Wanted | None:
        """What the kind makes of it; worked out once for all hosts when it can be."""
        if id(item) in self.static:
            return self.static[id(item)]
        content = self.contents.of(item.data, config.file, contexts)
        model = item.model
        if model is None:
            model = self._model(item, contexts)
            if model is None:
                return None
        wanted = self.kinds[item.kind].want(model, content)
        if item.model is not None and "template" not in item.data:
            self.static[id(item)] = wanted
        return wanted

    def _model(self, item: Item, contexts: Contexts) -> Any:
        data = {
            key: value if key in KEYS else contexts.filled(value)
            for key, value in item.data.items()
        }
        model, problems = _checked(self.kinds[item.kind].model, data, item.place)
        self.problems.update(dict.fromkeys(problems))
        return model

    def _handler(
        self,
        name: str,
        data: Mapping[str, Any],
        place: Place,
        where: Address,
        contexts: Contexts,
    ) -> None:
        told = self._told(HandlerDeclared, data, place, where.host, contexts)
        if told is None:
            return
        address = Address(where.environment, where.host, "handler", name)
        made = Resource(address, {}, how=told.how, place=place)
        other = self.handlers.setdefault(address, made)
        if other.how != made.how:
            self.problems[_two_handlers(name, other, place)] = None

    def _checks(self, config: Config, host: str, contexts: Contexts) -> None:
        place = Place(config.file, 1, 1)
        for check in config.declared.checks:
            data = check.model_dump(exclude_unset=True)
            told = self._told(CheckDeclared, data, place, host, contexts)
            if told is not None:
                self.checks.setdefault(host, []).append(told)

    def _told(
        self,
        model: type[Model],
        data: Mapping[str, Any],
        place: Place,
        host: str,
        contexts: Contexts,
    ) -> Model | None:
        """What is declared, filled in for a host; ``None`` where that is not possible."""
        try:
            filled = contexts.filled(data)
        except NeedsFacts:
            self.missing.add(host)
            return None
        except Unusable as unusable:
            self.problems[_said(unusable, place)] = None
            return None
        told, problems = _checked(model, filled, place)
        self.problems.update(dict.fromkeys(problems))
        return told


def _checked(
    model: type[Model], data: Any, place: Place
) -> tuple[Model | None, tuple[Problem, ...]]:
    """Hold worked-out values against a class; all faults are at one place."""
    return checked(model, data, Document(place.file, places={(): place}))


def _local(where: Address, word: str) -> Address:
    kind, _, name = word.partition(":")
    return Address(where.environment, where.host, kind, name)


def _said(unusable: Unusable, place: Place) -> Problem:
    return Problem(
        unusable.code, unusable.summary, unusable.detail, unusable.fix, place
    )


def _no_hosts(config: Config, word: str) -> Problem:
    return Problem(
        code="load.matches-nothing",
        summary=f"`{word}` names no host, group or environment",
        detail=f"The config {config.declared.name} is for: {config.declared.hosts}.",
        next_step="See what there is: holdfast hosts",
        place=Place(config.file, 1, 1),
    )


def _two_handlers(name: str, other: Resource, place: Place) -> Problem:
    return Problem(
        code="load.two-handlers",
        summary=f"The handler `{name}` is declared in two ways for one host",
        detail=f"The other one is at {other.place}.",
        next_step="Give one of them another name.",
        place=place,
    )
