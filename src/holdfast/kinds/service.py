"""``service``: a unit of systemd, running and enabled or not."""

from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind, cannot_look
from holdfast.kinds.shell import quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted


class ServiceDeclared(Strict):
    """
    A service of systemd.

    What is not given is left as it is. As a handler: ``do`` is start, stop, restart,
    reload or reload-or-restart.

        - service: nginx
          running: true
          enabled: true
    """

    service: str
    running: bool | None = None
    enabled: bool | None = None
    masked: bool | None = None


class ServiceKind(BaseKind):
    """Reads all units of a host with one ``systemctl show``."""

    name = "service"
    model = ServiceDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``running``, ``enabled`` and ``masked``, those that were given."""
        given = {
            key: getattr(declared, key) for key in ("running", "enabled", "masked")
        }
        wanted = {key: value for key, value in given.items() if value is not None}
        return Wanted(declared.service, wanted)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One question."""
        yield Query("unit", (_unit(resource.address.name),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """How it stands; a unit that is not there is neither running nor enabled."""
        told = answers[Query("unit", (_unit(resource.address.name),))]
        if isinstance(told, str):
            raise cannot_look(resource, told)
        return {
            "running": told.get("ActiveState") in ("active", "reloading", "activating"),
            "enabled": told.get("UnitFileState")
            in ("enabled", "enabled-runtime", "alias"),
            "masked": told.get("LoadState") == "masked",
        }

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """The words of systemctl, or what a handler says."""
        if "do" in change.how:
            return (_handler(str(change.how["name"]), str(change.how["do"])),)
        return tuple(_commands(change))


def _commands(change: Change) -> Iterator[str]:
    unit = quote(_unit(change.address.name))
    before, after = change.before or {}, change.after or {}
    moved = {key for key in after if after.get(key) != before.get(key)}
    if "masked" in moved and not after["masked"]:
        yield f"systemctl unmask -q -- {unit}"
    if "enabled" in moved:
        yield f"systemctl {'enable' if after['enabled'] else 'disable'} -q -- {unit}"
    if "running" in moved:
        yield f"systemctl {'start' if after['running'] else 'stop'} -- {unit}"
    if "masked" in moved and after["masked"]:
        yield f"systemctl mask -q -- {unit}"


def _handler(name: str, do: str) -> str:
    unit = quote(_unit(name))
    if do == "reload":
        return f"systemctl is-active -q -- {unit} || exit 0\nsystemctl reload -- {unit}"
    return f"systemctl {do} -- {unit}"


def _unit(name: str) -> str:
    return name if "." in name else f"{name}.service"
