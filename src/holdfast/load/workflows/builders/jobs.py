"""Jobs of a workflow."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from holdfast.declare import Call, Job, Strategy, Workflow
from holdfast.load.workflows import ids
from holdfast.load.workflows.builders.conditions import condition_of
from holdfast.load.workflows.builders.needs import faults_of_needs
from holdfast.load.workflows.builders.settings import (
    build_claims,
    build_concurrency,
    build_defaults,
    build_permissions,
    listed,
)
from holdfast.load.workflows.builders.steps import build_steps
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Text, Tree, pairs_of
from holdfast.problems import Place

ReadCalled: TypeAlias = Callable[[str, Place], Workflow | None]
"""Gives the workflow a job calls, which was named at a place; ``None``: unread."""

_GROUP_PREFIXES = ("org", "organization", "ent", "enterprise")
_MINUTES = 360
"""How long a job may take that says nothing, as on GitHub."""


def build_jobs(
    written: Mapping[str, Any] | None,
    tree: Tree | None,
    read_called: ReadCalled,
    faults: list[Fault],
) -> tuple[Job, ...]:
    """Every job, and as faults what is wrong with them and between them."""
    jobs = []
    for key, value in pairs_of(tree):
        told = (written or {}).get(key.text)
        wrong = ids.fault_of_id(key.text)
        if wrong:
            faults.append(Fault(key.place, wrong))
        if isinstance(told, Mapping) and isinstance(value, Pairs):
            jobs.append(_job(key, told, value, read_called, faults))
    if tree is not None:
        faults += faults_of_needs(jobs, tree)
    return tuple(jobs)


def _job(
    key: Text,
    told: Mapping[str, Any],
    tree: Pairs,
    read_called: ReadCalled,
    faults: list[Fault],
) -> Job:
    faults += [*_group_faults(tree), *_image_faults(told, tree)]
    uses, uses_at = told.get("uses") or "", tree.get("uses")
    calls = read_called(uses, uses_at.place) if uses and uses_at else None
    wanted = (calls.call if calls else None) or Call()
    inputs, secrets = [one.name for one in wanted.inputs], wanted.secrets
    return Job(
        id=key.text,
        place=key.place,
        name=told.get("name"),
        needs=listed(told.get("needs")),
        condition=condition_of(told.get("if")),
        runs_on=told.get("runs-on"),
        environment=told.get("environment"),
        strategy=_strategy(told.get("strategy")),
        outputs=told.get("outputs") or {},
        env=told.get("env") or {},
        defaults=build_defaults(told.get("defaults")),
        concurrency=build_concurrency(told.get("concurrency")),
        permissions=build_permissions(told.get("permissions")),
        container=told.get("container"),
        services=told.get("services"),
        snapshot=told.get("snapshot"),
        timeout_minutes=told.get("timeout-minutes", _MINUTES),
        continue_on_error=told.get("continue-on-error", False),
        claims=build_claims(told.get("claims")),
        steps=build_steps(told.get("steps") or [], tree.get("steps"), faults),
        uses=uses,
        with_=_spelled(told.get("with"), inputs),
        secrets=_spelled(told.get("secrets"), secrets),
        calls=calls,
    )


def _spelled(given: Any, known: Iterable[str]) -> Any:
    """What a called workflow is given, named as it is there; case does not matter."""
    if not isinstance(given, Mapping):
        return given or {}
    names = {name.lower(): name for name in known}
    return {names.get(name.lower(), name): value for name, value in given.items()}


def _strategy(written: Any) -> Strategy:
    """The strategy; of a text, which is an expression, no key is known yet."""
    told = written if isinstance(written, Mapping) else {}
    return Strategy(
        matrix=told.get("matrix"),
        fail_fast=told.get("fail-fast", True),
        max_parallel=told.get("max-parallel"),
    )


def _group_faults(tree: Pairs) -> Iterator[Fault]:
    """A group of runners that no organization or enterprise could have."""
    runs_on = tree.get("runs-on")
    group = runs_on.get("group") if isinstance(runs_on, Pairs) else None
    if not isinstance(group, Text) or "/" not in group.text or "${{" in group.text:
        return
    prefix, _, name = group.text.partition("/")
    message = f"Invalid runs-on group name '{group.text}'."
    if not name:
        yield Fault(group.place, message)
    elif prefix not in _GROUP_PREFIXES or "/" in name:
        yield Fault(
            group.place,
            f"{message} Please use 'organization/' or 'enterprise/' prefix to target a "
            "single runner group.",
        )


def _image_faults(told: Mapping[str, Any], tree: Pairs) -> Iterator[Fault]:
    """Containers that are written and have no image."""
    services = told.get("services")
    written = [(told.get("container"), tree.get("container"))]
    if isinstance(services, Mapping):
        pairs = pairs_of(tree.get("services"))
        written += [(services.get(key.text), at) for key, at in pairs]
    for container, at in written:
        if isinstance(container, Mapping) and at and not container.get("image"):
            yield Fault(at.place, "Container image cannot be empty")
