"""``systemd_unit``: a unit file that systemd has read and found good."""

from collections.abc import Iterator
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.shell import quote
from holdfast.kinds.texts import TextsKind, absent, texts
from holdfast.model import Change
from holdfast.ports import Contents, Wanted


class SystemdUnitDeclared(Strict):
    """
    A unit file below ``/etc/systemd/system``.

    It is checked by ``systemd-analyze verify`` before it replaces the old one; then
    systemd reads it (``daemon-reload``).

        - systemd_unit: shop.service
          content: |
            [Service]
            ExecStart=/opt/shop/run
            [Install]
            WantedBy=multi-user.target
          then: restart shop
    """

    systemd_unit: str
    content: str | None = None
    template: str | None = None
    source: str | None = None
    absent: bool = False


class SystemdUnitKind(TextsKind):
    """One file."""

    name = "systemd_unit"
    model = SystemdUnitDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``content``."""
        name = declared.systemd_unit
        place = f"/etc/systemd/system/{name}"
        if declared.absent:
            return absent(name, {"content": place}, {})
        return texts(name, {"content": (place, content or b"")}, {}, {})

    def before_writing(self, change: Change, contents: Contents) -> Iterator[str]:
        """Let systemd look at it under its own name, in a folder that goes away."""
        if change.after is None:
            return
        text = contents[str(change.after["content"])].decode(errors="replace")
        name = quote(change.address.name)
        yield (
            f"t=$(mktemp -d); trap 'rm -rf \"$t\"' EXIT\n"
            f'printf %s {quote(text)} >"$t"/{name}\n'
            f'systemd-analyze verify "$t"/{name}\n'
            'rm -rf "$t"; trap - EXIT'
        )

    def taken_up(self, change: Change) -> Iterator[str]:
        """Reload; a unit that goes is stopped first by its own ``service`` resource."""
        del change
        yield "systemctl daemon-reload"
