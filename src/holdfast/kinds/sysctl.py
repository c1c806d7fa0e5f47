"""``sysctl``: a setting of the kernel, in force now and after a reboot."""

from collections.abc import Iterator
from typing import Any

from pydantic import field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.shell import quote
from holdfast.kinds.texts import TextsKind, absent, texts
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Query, Wanted


class SysctlDeclared(Strict):
    """
    A setting of the kernel.

    ``absent`` takes the file away; the value that is in force stays until a reboot.

        - sysctl: net.core.somaxconn
          value: "4096"
    """

    sysctl: str
    value: str = ""
    absent: bool = False

    @field_validator("sysctl")
    @classmethod
    def _named(cls, name: str) -> str:
        if not name.replace(".", "").replace("_", "").replace("-", "").isalnum():
            message = "a setting is named like net.core.somaxconn"
            raise ValueError(message)
        return name


class SysctlKind(TextsKind):
    """A file of its own, and the live value."""

    name = "sysctl"
    model = SysctlDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``kept`` (the file's digest) and ``value`` (in force)."""
        name = declared.sysctl
        place = f"/etc/sysctl.d/60-holdfast-{name.replace('.', '-')}.conf"
        if declared.absent:
            return absent(name, {"kept": place}, {})
        value = " ".join(declared.value.split())
        text = f"{name} = {value}\n".encode()
        return texts(name, {"kept": (place, text)}, {"value": value}, {})

    def live(self, resource: Resource) -> Iterator[Query]:
        """The value in force."""
        yield Query("say", (_now(resource.address.name),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """The value in force even without a file, so that undo can put it back."""
        seen = super().read(resource, answers)
        if seen is None and resource.wanted is not None:
            return {"kept": None, **self.alive(resource, answers)}
        return seen

    def alive(self, resource: Resource, answers: Answers) -> Attributes:
        """Blanks are alike to the kernel."""
        told = answers[Query("say", (_now(resource.address.name),))]
        return {"value": None if told is None else " ".join(told.split())}

    def taken_up(self, change: Change) -> Iterator[str]:
        """Put it in force."""
        value = (change.after or {}).get("value")
        if value is not None and value != (change.before or {}).get("value"):
            yield f"sysctl -q -w {quote(f'{change.address.name}={value}')}"


def _now(name: str) -> str:
    return f"cat /proc/sys/{name.replace('.', '/')}"
