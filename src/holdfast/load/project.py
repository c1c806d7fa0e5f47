"""Find the files of a project, read all of them, and say everything that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.declare import (
    Config,
    NotifyDeclared,
    PolicyDeclared,
    Project,
    ProjectDeclared,
    WebhookDeclared,
    Workflow,
)
from holdfast.load.checked import checked
from holdfast.load.flows import read_flows
from holdfast.load.hosts import read_hosts
from holdfast.load.items import read_config
from holdfast.load.notify import read_notify, unknown_channels
from holdfast.load.reading import Reading
from holdfast.load.yaml12 import Document
from holdfast.ports import Kind
from holdfast.problems import Place, Problem

_MARK = "holdfast.yaml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    What was read: a project if nothing is wrong, all problems, the files.

    ``readable`` is the project without what is wrong: enough to look at what was done,
    and for nothing else. ``None`` when ``holdfast.yaml`` itself cannot be read.
    """

    project: Project | None
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()
    readable: Project | None = None


def find_root(start: Path) -> Path | None:
    """The nearest folder with a ``holdfast.yaml``, from ``start`` upwards."""
    here = start.resolve()
    return next((p for p in (here, *here.parents) if (p / _MARK).is_file()), None)


def load(root: Path, kinds: Mapping[str, Kind]) -> Loaded:
    """Read the project; all problems of all files are found in one go."""
    reading = Reading(root)
    document = reading.read(root / _MARK)
    declared, faults = checked(ProjectDeclared, document.value, document)
    if not document.problems:
        reading.problems += faults
    environments = declared.environments if declared else {}
    connect, hosts = read_hosts(reading, environments)
    configs = tuple(
        config
        for one in reading.folder("config")
        if (config := _config(reading, one, kinds, declared))
    )
    policies = tuple(_policies(reading))
    flows = read_flows(reading, declared)
    reading.problems += _same_name(configs)
    notify = _notify(reading, document, declared, flows.workflows)
    problems, files = tuple(reading.problems), tuple(reading.files)
    if declared is None:
        return Loaded(None, problems, files)
    project = Project(
        name=declared.project,
        owner=declared.owner or "",
        root=root,
        environments=environments,
        hosts=hosts,
        connect=connect,
        configs=configs,
        policies=policies,
        vars=declared.vars,
        teams=declared.teams,
        gates=_gates(document),
        freezes=tuple(declared.freezes),
        zone=declared.zone,
        secrets=declared.secrets,
        workflows=flows.workflows,
        refused=flows.refused,
        warnings=flows.warnings,
        hooks=_hooks(declared),
        polls=declared.polls,
        notify=notify,
        subscribers=declared.subscribers,
        retention=declared.retention,
        database=declared.database or "",
        files_digest=reading.digest,
    )
    return Loaded(None if problems else project, problems, files, project)


def _gates(document: Document) -> dict[str, Mapping[str, Any]]:
    """The rules of each environment as they are written: the gate reads them itself."""
    written = document.value.get("environments") or {}
    return {name: (body or {}).get("gates") or {} for name, body in written.items()}


def _hooks(declared: ProjectDeclared) -> dict[str, WebhookDeclared]:
    """The webhooks; one without a name of its own has that of its key."""
    return {
        key: hook.model_copy(update={"name": hook.name or key})
        for key, hook in declared.hooks.items()
    }


def _notify(
    reading: Reading,
    document: Document,
    project: ProjectDeclared | None,
    flows: Iterable[Workflow],
) -> NotifyDeclared:
    if project is None:
        return NotifyDeclared()
    notify, problems = read_notify(project.notify, document, reading.find)
    templates = [one.template for one in notify.channels.values() if one.template]
    reading.note(reading.root / name for name in templates)
    reading.problems += problems
    reading.problems += unknown_channels(flows, project.notify)
    return notify


def _config(
    reading: Reading,
    document: Document,
    kinds: Mapping[str, Kind],
    project: ProjectDeclared | None,
) -> Config | None:
    if document.problems:
        return None
    owner = project.owner if project else None
    config, problems = read_config(document, kinds, owner)
    reading.problems += problems
    return config


def _policies(reading: Reading) -> Iterator[Mapping[str, Any]]:
    for document in reading.folder("policies"):
        rules = document.value
        if not isinstance(rules, list):
            reading.problems.append(
                Problem(
                    code="load.not-a-list",
                    summary="A list of policies is wanted here",
                    next_step="Begin each policy with `- name:`.",
                    place=document.place(()),
                )
            )
            continue
        for number, rule in enumerate(rules):
            policy, faults = checked(PolicyDeclared, rule, document, (number,))
            reading.problems += faults
            if policy:
                yield policy.model_dump(by_alias=True, exclude_none=True)


def _same_name(configs: Iterable[Config]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for config in configs:
        name = config.declared.name
        if name in seen:
            yield Problem(
                code="load.same-name",
                summary=f"Two configs are called `{name}`",
                detail=f"The other one is {seen[name]}.",
                next_step="Give one of them another `name:`.",
                place=Place(config.file, 1, 1),
            )
        seen[name] = config.file
