"""``holdfast.yaml``: the project, its environments and their gates."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from holdfast.declare.notify import NotifyDeclared, SubscriberDeclared
from holdfast.declare.retention import RetentionDeclared
from holdfast.declare.secrets import SecretsDeclared
from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration, Percent, Share
from holdfast.declare.webhook import PollDeclared, WebhookDeclared

OURS = "holdfast"
"""The source of what Holdfast itself tells; nobody else may be called so."""

_ENDPOINT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def _endpoint(name: str) -> str:
    if not _ENDPOINT.fullmatch(name) or name == OURS:
        message = (
            f"the name of an endpoint is small letters, digits, - and _, not {name!r}"
        )
        raise ValueError(message)
    return name


def _foreign(hook: WebhookDeclared) -> WebhookDeclared:
    if hook.name == OURS:
        raise ValueError(f"no sender may be called {OURS!r}")
    return hook


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("a database is written as postgresql://USER@HOST/NAME")
    if parts.password:
        raise ValueError(
            "no password belongs here; put it into PGPASSFILE or ~/.pgpass"
        )
    return url


_Name = Annotated[str, AfterValidator(_endpoint)]
_Database = Annotated[str, AfterValidator(_without_password)]
_Hook = Annotated[WebhookDeclared, AfterValidator(_foreign)]


class ApproveDeclared(Strict):
    """
    Who must say yes.

        approve: {by: [sre], count: 1, not: author, within: 4h}
    """

    by: list[str] = Field(default_factory=list, description="Teams or persons.")
    count: int = Field(default=1, description="How many of them.")
    not_: str | None = Field(default=None, alias="not", description="`author`.")
    within: Duration | None = Field(
        default=None, description="Silence for longer is no."
    )


class LimitsDeclared(Strict):
    """
    How much one plan may touch.

        limits: {max_targets: 20, max_share: 30%, max_fail_percentage: 0}
    """

    max_targets: int | None = Field(default=None, description="Hosts of one plan.")
    max_share: Share | None = Field(
        default=None, description="Of the environment's hosts."
    )
    max_delete_share: Share | None = Field(
        default=None, description="Of managed things."
    )
    max_fail_percentage: Percent | None = Field(
        default=None, description="Of a wave's hosts; beyond it the walk stops."
    )


class GatesDeclared(Strict):
    """What must hold before anything changes in an environment."""

    approve: ApproveDeclared | None = None
    windows: list[str] = Field(
        default_factory=list, description='As "Mon-Fri 08:00-18:00 Europe/Berlin".'
    )
    freezes: list[dict[str, Any]] = Field(
        default_factory=list,
        description="Times in which nothing changes, with a reason.",
    )
    limits: LimitsDeclared | None = None


class EnvironmentDeclared(Strict):
    """
    One environment.

        production:
          after: staging
          vars: {domain: shop.example}
    """

    after: str | None = Field(
        default=None, description="What must have settled before."
    )
    vars: dict[str, Any] = Field(default_factory=dict)
    gates: GatesDeclared | None = None


class ProjectDeclared(Strict):
    """
    The project.

        project: shop
        owner: team-platform
        environments: {staging: {}, production: {after: staging}}
    """

    project: str
    owner: str | None = None
    environments: dict[str, EnvironmentDeclared] = Field(default_factory=dict)
    vars: dict[str, Any] = Field(default_factory=dict)
    teams: dict[str, list[str]] = Field(
        default_factory=dict, description="Who is in a team that approves."
    )
    freezes: list[dict[str, Any]] = Field(
        default_factory=list, description="For all environments; see `gates:`."
    )
    zone: str = Field(
        default="UTC", description="Where policies read weekday, date and time."
    )
    secrets: SecretsDeclared = Field(
        default_factory=SecretsDeclared, description="Where secrets come from."
    )
    database: _Database | None = Field(
        default=None,
        description="PostgreSQL, when one machine is outgrown; a file without it.",
    )
    hooks: dict[_Name, _Hook] = Field(
        default_factory=dict,
        description="Endpoints for webhooks; their address is /hooks/NAME.",
    )
    polls: dict[_Name, PollDeclared] = Field(
        default_factory=dict,
        description="Git repositories to look at, where no webhook can come from.",
    )
    notify: NotifyDeclared = Field(
        default_factory=NotifyDeclared, description="Who is told what."
    )
    subscribers: dict[_Name, SubscriberDeclared] = Field(
        default_factory=dict,
        description="Who is sent what happens, as signed CloudEvents.",
    )
    retention: RetentionDeclared = Field(
        default_factory=RetentionDeclared, description="How long things are kept."
    )
