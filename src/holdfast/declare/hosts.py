"""``hosts/*.yaml``: machines and how they are reached."""

from typing import Any, Literal, overload

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration


class Connect(Strict):
    """
    How a host is reached.

        connect: {driver: ssh, user: deploy, become: root}
    """

    driver: Literal["ssh", "local", "container", "scripted"] = "ssh"
    user: str | None = Field(default=None, description="As whom; ~/.ssh/config else.")
    port: int | None = None
    become: str | None = Field(default=None, description="Whom to become, with sudo.")
    become_password: str | None = Field(
        default=None, description="The name of the secret with sudo's password."
    )
    root: str | None = Field(
        default=None, description="With `driver: local`: keep everything below here."
    )
    config: str | None = Field(default=None, description="Another ssh_config file.")
    timeout: Duration = Field(default=10, description="To connect.")
    parallel: int = Field(default=50, ge=1, description="Hosts at once.")


@overload
def over(base: Connect, words: Connect | None) -> Connect: ...
@overload
def over(base: Connect | None, words: Connect | None) -> Connect | None: ...
def over(base: Connect | None, words: Connect | None) -> Connect | None:
    """What ``words`` say, and ``base`` where they say nothing."""
    if base is None or words is None:
        return words or base
    said = {name: getattr(words, name) for name in words.model_fields_set}
    return base.model_copy(update=said)


class HostDeclared(Strict):
    """
    One machine, or several with a range in the name.

        web-[1:3]: {address: "10.0.0.1[1:3]", groups: [web], environment: production}
    """

    address: str | None = None
    port: int | None = None
    user: str | None = None
    groups: list[str] = Field(default_factory=list)
    labels: dict[str, str] = Field(default_factory=dict)
    environment: str | None = None
    vars: dict[str, Any] = Field(default_factory=dict)
    connect: Connect | None = None

    @property
    def words(self) -> Connect | None:
        """The short forms ``user:`` and ``port:`` as what they stand for."""
        given = {"user": self.user, "port": self.port}
        told = {key: value for key, value in given.items() if value is not None}
        return Connect.model_validate(told) if told else None


class InventoryDeclared(Strict):
    """An inventory that is there already."""

    ansible: str = Field(description="Path of an INI or YAML inventory of Ansible.")
    environment: str | None = Field(default=None, description="Of all its hosts.")


class HostsDeclared(Strict):
    """
    A file of hosts.

        hosts:
          db-1: {address: 10.0.0.21, groups: [db], environment: production}
        connect: {driver: ssh, user: deploy, become: root}
    """

    hosts: dict[str, HostDeclared] = Field(default_factory=dict)
    connect: Connect | None = None
    inventory: InventoryDeclared | None = None
