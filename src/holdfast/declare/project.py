"""``holdfast.yaml``: the project, its environments and their gates."""

from typing import Any

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration, Percent, Share


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
