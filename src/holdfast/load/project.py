"""Find the files of a project, read all of them, and say everything that is wrong."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from holdfast.declare import (
    Config,
    Connect,
    HostEntry,
    HostsDeclared,
    NotifyDeclared,
    PolicyDeclared,
    Project,
    ProjectDeclared,
    Workflow,
    over,
)
from holdfast.load.ansible import read_inventory
from holdfast.load.checked import checked
from holdfast.load.items import read_config
from holdfast.load.notify import read_notify, unknown_channels
from holdfast.load.patterns import ranged
from holdfast.load.yaml12 import Document, read_yaml
from holdfast.ports import Kind
from holdfast.problems import Place, Problem, Severity, did_you_mean

_MARK = "holdfast.yaml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: a project if nothing is wrong, all problems, the files."""

    project: Project | None
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What is gathered while reading."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    sums: list[bytes] = field(default_factory=list)

    def read(self, path: Path) -> Document:
        name, known = str(path.relative_to(self.root)), len(self.problems)
        content = self.content(path)
        if len(self.problems) > known:
            return Document(name, {})
        document = read_yaml(content, name)
        self.problems += document.problems
        return document

    def content(self, path: Path) -> bytes:
        """A file as it is, counted as part of the declaration."""
        name = str(path.relative_to(self.root))
        try:
            content = path.read_bytes()
        except OSError as error:
            self.problems.append(_unreadable(name, error))
            return b""
        self.files.append(name)
        self.sums.append(name.encode() + b"\0" + sha256(content).digest())
        return content

    def find(self, name: str) -> bytes | None:
        """The bytes of a file of the project, by its name below the root."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()) or not path.is_file():
            return None
        return path.read_bytes()

    def note(self, paths: Iterable[Path]) -> None:
        """Let files that somebody else reads count as part of the declaration."""
        for path in paths:
            name = os.path.relpath(path, self.root)
            with suppress(OSError):
                self.sums.append(
                    name.encode() + b"\0" + sha256(path.read_bytes()).digest()
                )
                self.files.append(name)

    def folder(self, name: str) -> Iterator[Document]:
        found = (self.root / name).glob("**/*.y*ml")
        for path in sorted(p for p in found if p.suffix in (".yaml", ".yml")):
            document = self.read(path)
            if document.value is not None:
                yield document


def find_root(start: Path) -> Path | None:
    """The nearest folder with a ``holdfast.yaml``, from ``start`` upwards."""
    here = start.resolve()
    return next((p for p in (here, *here.parents) if (p / _MARK).is_file()), None)


def load(root: Path, kinds: Mapping[str, Kind]) -> Loaded:
    """Read the project; all problems of all files are found in one go."""
    reading = _Reading(root)
    document = reading.read(root / _MARK)
    declared, faults = checked(ProjectDeclared, document.value, document)
    if not document.problems:
        reading.problems += faults
    environments = declared.environments if declared else {}
    connect, hosts = _hosts(reading, environments)
    configs = tuple(
        config
        for one in reading.folder("config")
        if (config := _config(reading, one, kinds, declared))
    )
    policies = tuple(_policies(reading))
    flows = _workflows(reading, declared)
    reading.problems += _same_name(configs)
    notify = _notify(reading, document, declared, flows.workflows)
    if declared is None or reading.problems:
        return Loaded(None, tuple(reading.problems), tuple(reading.files))
    written = document.value.get("environments") or {}
    gates = {name: (body or {}).get("gates") or {} for name, body in written.items()}
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
        gates=gates,
        freezes=tuple(declared.freezes),
        zone=declared.zone,
        secrets=declared.secrets,
        workflows=flows.workflows,
        refused=flows.refused,
        warnings=flows.warnings,
        hooks={
            name: hook.model_copy(update={"name": hook.name or name})
            for name, hook in declared.hooks.items()
        },
        polls=declared.polls,
        notify=notify,
        subscribers=declared.subscribers,
        retention=declared.retention,
        database=declared.database or "",
        files_digest="sha256:" + sha256(b"".join(reading.sums)).hexdigest(),
    )
    return Loaded(project, (), tuple(reading.files))


@dataclass(frozen=True, slots=True)
class _Flows:
    """Workflows that can be run, files that cannot, and what is odd."""

    workflows: tuple[Workflow, ...] = ()
    refused: tuple[tuple[str, tuple[Problem, ...]], ...] = ()
    warnings: tuple[Problem, ...] = ()


def _workflows(reading: _Reading, project: ProjectDeclared | None) -> _Flows:
    """Read every workflow; faults of ours are problems, GitHub's are only refused."""
    files = [
        path
        for folder in ("workflows", ".github/workflows")
        for path in sorted((reading.root / folder).glob("*.y*ml"))
        if path.suffix in (".yaml", ".yml")
    ]
    files += [
        path
        for folder in ("runbooks", "workflows")
        for path in sorted((reading.root / folder).glob("*.md"))
        if path.name != "README.md"
    ]
    if not files:
        return _Flows()
    from holdfast.load.workflows import read_workflow
    from holdfast.load.workflows.runbooks import (
        is_runbook,
        no_front_matter,
        odd_runbook,
    )

    found: list[Workflow] = []
    refused: list[tuple[str, tuple[Problem, ...]]] = []
    warnings: list[Problem] = []
    owner = (project.owner if project else None) or ""
    names = _people(project)
    for path in files:
        name = str(path.relative_to(reading.root))
        content = reading.content(path)
        if path.suffix == ".md" and not is_runbook(content):
            warnings.append(no_front_matter(name))
            continue
        one = read_workflow(content, name, reading.find, owner)
        wrong = [p for p in one.problems if p.severity is Severity.ERROR]
        reading.problems += wrong
        if one.workflow is not None:
            found.append(one.workflow)
            warnings += one.problems
            if one.workflow.is_runbook:
                warnings += odd_runbook(one.workflow, content, reading.root, names)
        elif not wrong:
            refused.append((name, one.problems))
    return _Flows(tuple(found), tuple(refused), tuple(warnings))


def _notify(
    reading: _Reading,
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


def _people(project: ProjectDeclared | None) -> set[str]:
    """Every team of the project, and everybody in one."""
    teams = project.teams if project else {}
    return {*teams, *(person for people in teams.values() for person in people)}


def _config(
    reading: _Reading,
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


def _policies(reading: _Reading) -> Iterator[Mapping[str, Any]]:
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


def _hosts(
    reading: _Reading, environments: Mapping[str, object]
) -> tuple[Connect, dict[str, HostEntry]]:
    connect, entries = Connect(), dict[str, HostEntry]()
    for document in reading.folder("hosts"):
        declared, faults = checked(HostsDeclared, document.value, document)
        if not document.problems:
            reading.problems += faults
        if declared is None:
            continue
        connect = over(connect, declared.connect)
        entries.update(_inventory(reading, declared))
        for entry, place in _entries(declared, document):
            if entry.name in entries:
                reading.problems.append(_twice(entry.name, place))
            entries[entry.name] = entry
    placed = {n: _placed(entry, environments) for n, entry in entries.items()}
    reading.problems += [
        _no_environment(entry, environments)
        for entry in placed.values()
        if entry.environment not in environments
    ]
    return connect, placed


def _inventory(reading: _Reading, declared: HostsDeclared) -> dict[str, HostEntry]:
    """The hosts of an inventory that the file names."""
    if declared.inventory is None:
        return {}
    found, problems, files = read_inventory(
        reading.root / declared.inventory.ansible,
        declared.inventory.environment,
        reading.root,
    )
    reading.problems += problems
    reading.note(files)
    return {
        name: replace(host, connect=over(declared.connect, host.connect))
        for name, host in found.items()
    }


def _placed(entry: HostEntry, environments: Mapping[str, object]) -> HostEntry:
    """In the environment that is named, else its only group that is one, else the only."""
    if entry.environment:
        return entry
    named = sorted(entry.groups & environments.keys()) or list(environments)
    return replace(entry, environment=named[0] if len(named) == 1 else "")


def _entries(
    declared: HostsDeclared, document: Document
) -> Iterator[tuple[HostEntry, Place]]:
    for written, host in declared.hosts.items():
        names, place = ranged(written), document.place(("hosts", written))
        addresses = ranged(host.address) if host.address else []
        for number, name in enumerate(names):
            several = len(addresses) == len(names)
            address = addresses[number] if several else host.address
            connect = over(over(declared.connect, host.connect), host.words)
            yield (
                HostEntry(
                    name=name,
                    environment=host.environment or "",
                    address=address,
                    groups=frozenset(host.groups),
                    vars=host.vars,
                    labels=host.labels,
                    connect=connect,
                ),
                place,
            )


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


def _twice(name: str, place: Place) -> Problem:
    return Problem(
        code="load.same-host",
        summary=f"The host `{name}` is declared twice",
        next_step="Take one of them out.",
        place=place,
    )


def _no_environment(entry: HostEntry, known: Iterable[str]) -> Problem:
    names = list(known)
    return Problem(
        code="load.no-environment",
        summary=f"The host `{entry.name}` is in no environment of the project",
        detail=f"Seen: {entry.environment or 'nothing'}. Known: {', '.join(names)}.",
        next_step=did_you_mean(entry.environment, names)
        if entry.environment
        else "Write `environment:` for it.",
    )


def _unreadable(name: str, error: OSError) -> Problem:
    return Problem(
        code="load.unreadable",
        summary=f"{name} cannot be read",
        detail=f"{error.strerror}.",
        place=Place(name, 1, 1),
    )
