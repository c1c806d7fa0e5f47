"""A project as it was loaded: everything checked, every place kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.declare.config import ConfigDeclared
from holdfast.declare.hosts import Connect
from holdfast.declare.notify import NotifyDeclared, SubscriberDeclared
from holdfast.declare.project import EnvironmentDeclared
from holdfast.declare.retention import RetentionDeclared
from holdfast.declare.secrets import SecretsDeclared
from holdfast.declare.webhook import PollDeclared, WebhookDeclared
from holdfast.declare.workflow import Workflow
from holdfast.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class HostEntry:
    """One host after ranges, groups and inventories were worked out."""

    name: str
    environment: str
    address: str | None = None
    groups: frozenset[str] = frozenset()
    vars: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    connect: Connect | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One declared resource: its kind, its own keys, and the keys every kind has."""

    kind: str
    data: Mapping[str, Any]
    place: Place
    after: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    for_each: Any = None
    when: str | None = None
    model: Any = None
    """The checked class when nothing in ``data`` has to be evaluated first."""


@dataclass(frozen=True, slots=True)
class Config:
    """One file of desired state."""

    declared: ConfigDeclared
    owner: str
    file: str
    items: tuple[Item, ...]
    handlers: Mapping[str, tuple[Mapping[str, Any], Place]]


@dataclass(frozen=True, slots=True)
class Project:
    """Everything a person wrote."""

    name: str
    owner: str
    root: Path
    environments: Mapping[str, EnvironmentDeclared]
    hosts: Mapping[str, HostEntry]
    connect: Connect
    configs: tuple[Config, ...]
    policies: tuple[Mapping[str, Any], ...]
    vars: Mapping[str, Any]
    teams: Mapping[str, list[str]]
    gates: Mapping[str, Mapping[str, Any]]
    """What is written under each environment's ``gates:``, as it is written."""
    freezes: tuple[Mapping[str, Any], ...] = ()
    zone: str = "UTC"
    files_digest: str = ""
    secrets: SecretsDeclared = field(default_factory=SecretsDeclared)
    workflows: tuple[Workflow, ...] = ()
    refused: tuple[tuple[str, tuple[Problem, ...]], ...] = ()
    """Files below ``.github/workflows`` that cannot be run here, and why."""
    warnings: tuple[Problem, ...] = ()

    hooks: Mapping[str, WebhookDeclared] = field(default_factory=dict)
    """Endpoints for webhooks, each with its name as the source of what it takes."""
    polls: Mapping[str, PollDeclared] = field(default_factory=dict)
    notify: NotifyDeclared = field(default_factory=NotifyDeclared)
    """Templates of channels are read: their words are in ``text``."""
    subscribers: Mapping[str, SubscriberDeclared] = field(default_factory=dict)
    retention: RetentionDeclared = field(default_factory=RetentionDeclared)
    database: str = ""
    """The URL of a PostgreSQL database; state is kept in a file without one."""

    def workflow(self, name: str) -> Workflow | None:
        """A workflow by its name, its file, or its file's name without an ending."""
        for one in self.workflows:
            stem = one.file.rpartition("/")[2].rpartition(".")[0]
            if name in (one.name, one.file, stem):
                return one
        return None
