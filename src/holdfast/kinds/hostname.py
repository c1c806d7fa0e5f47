"""``hostname``: what a machine calls itself."""

from collections.abc import Iterator
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.shell import quote
from holdfast.kinds.texts import TextsKind, texts
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Query, Wanted

_NOW = "cat /proc/sys/kernel/hostname"


class HostnameDeclared(Strict):
    """
    The machine's name, now and after a reboot.

        - hostname: web-1
    """

    hostname: str


class HostnameKind(TextsKind):
    """``/etc/hostname`` and the kernel's."""

    name = "hostname"
    model = HostnameDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``kept`` (the file's digest) and ``name`` (in force)."""
        text = f"{declared.hostname}\n".encode()
        told = {"kept": ("/etc/hostname", text)}
        return texts("hostname", told, {"name": declared.hostname}, {})

    def live(self, resource: Resource) -> Iterator[Query]:
        """The kernel's name for it."""
        del resource
        yield Query("say", (_NOW,))

    def alive(self, resource: Resource, answers: Answers) -> Attributes:
        """The name in force."""
        del resource
        return {"name": answers[Query("say", (_NOW,))]}

    def taken_up(self, change: Change) -> Iterator[str]:
        """Tell the kernel."""
        name = (change.after or {}).get("name")
        if name:
            yield f"hostname {quote(str(name))}"
