"""``config/*.yaml``: the desired state of hosts."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from holdfast.declare.strict import SecretText, Strict
from holdfast.declare.units import Duration, Percent, Share
from holdfast.model import Attributes


class CheckDeclared(Strict):
    """
    What must be true on a host after it was changed.

        checks:
          - http: http://localhost/healthz
    """

    http: str | None = Field(default=None, description="A URL, as the host sees it.")
    command: str | None = Field(default=None, description="sh that must end with 0.")
    tcp: str | None = Field(
        default=None, description="`address:port` that must answer."
    )
    status: int = Field(default=200, description="The HTTP status that is expected.")
    contains: str | None = Field(default=None, description="Text the answer must hold.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(part is not None for part in (self.http, self.command, self.tcp)) != 1:
            message = "a check needs exactly one of `http:`, `command:` and `tcp:`"
            raise ValueError(message)
        return self


class HandlerDeclared(Strict):
    """
    What happens once at the end of a host's wave, if something that names it changed.

        handlers:
          reload nginx: {service: nginx, do: reload}
          rebuild: {command: /opt/app/rebuild-cache}
    """

    service: str | None = None
    do: Literal["start", "stop", "restart", "reload", "reload-or-restart"] = (
        "reload-or-restart"
    )
    command: str | None = None
    cwd: str | None = None
    env: dict[str, SecretText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.service is None) == (self.command is None):
            message = "a handler needs exactly one of `service:` and `command:`"
            raise ValueError(message)
        return self

    @property
    def how(self) -> Attributes:
        """What the kind that carries it out is told."""
        if self.service is not None:
            return {"kind": "service", "name": self.service, "do": self.do}
        given = {"cwd": self.cwd, "env": dict(self.env)}
        told = {key: value for key, value in given.items() if value}
        return {"kind": "command", "run": self.command, **told}


class RolloutDeclared(Strict):
    """
    How a change travels over the hosts.

        rollout: {serial: [1, 10%, 100%], max_fail_percentage: 0, pause: 30s}
    """

    serial: list[Share] = Field(default=["100%"])
    max_fail_percentage: Percent = 0
    pause: Duration = 0


class DriftDeclared(Strict):
    """How often to look whether it still holds, and what to do then."""

    every: Duration
    then: Literal["report", "propose", "fix"] = "report"


class ConfigDeclared(Strict):
    """
    The desired state of some hosts: resources in order.

        name: web
        hosts: web
        resources:
          - file: /etc/motd
            content: Welcome
    """

    name: str
    owner: str | None = None
    hosts: str = Field(description="A host pattern.")
    vars: dict[str, Any] = Field(default_factory=dict)
    resources: list[dict[str, Any]] = Field(default_factory=list)
    handlers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    checks: list[CheckDeclared] = Field(default_factory=list)
    rollout: RolloutDeclared | None = None
    drift: DriftDeclared | None = None
