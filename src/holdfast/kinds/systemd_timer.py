"""``systemd_timer``: a command that systemd runs at its times."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.kinds.shell import quote
from holdfast.kinds.texts import TextsKind, absent, texts
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted


class SystemdTimerDeclared(Strict):
    """
    A timer and the service it starts, both below ``/etc/systemd/system``.

    ``at`` is a calendar expression of systemd; a run that was missed is made up for with
    ``catch_up``.

        - systemd_timer: backup
          at: "*-*-* 03:00:00"
          command: /usr/local/bin/backup
          user: backup
    """

    systemd_timer: str
    at: str = Field(default="", description="OnCalendar, as `Mon..Fri 03:00`.")
    command: str = Field(default="", description="What sh runs.")
    user: str | None = None
    catch_up: bool = False
    absent: bool = False


class SystemdTimerKind(TextsKind):
    """Two files, enabled and started."""

    name = "systemd_timer"
    model = SystemdTimerDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``timer``, ``service`` (digests), ``enabled`` and ``running``."""
        name = declared.systemd_timer
        files = {
            part: f"/etc/systemd/system/{name}.{part}" for part in ("timer", "service")
        }
        if declared.absent:
            return absent(name, files, {})
        told = {"timer": _timer(declared), "service": _service(declared)}
        both = {part: (files[part], told[part].encode()) for part in files}
        return texts(
            name, both, {"enabled": True, "running": True}, {"at": declared.at}
        )

    def live(self, resource: Resource) -> Iterator[Query]:
        """How the timer stands."""
        yield Query("unit", (f"{resource.address.name}.timer",))

    def alive(self, resource: Resource, answers: Answers) -> Attributes:
        """Enabled and waiting."""
        told = answers[Query("unit", (f"{resource.address.name}.timer",))]
        known = told if isinstance(told, dict) else {}
        return {
            "enabled": known.get("UnitFileState") == "enabled",
            "running": known.get("ActiveState") == "active",
        }

    def before_writing(self, change: Change, contents: Contents) -> Iterator[str]:
        """Refuse a time that systemd cannot read; stop a timer that goes."""
        del contents
        if change.after is None:
            yield f"systemctl disable -q --now -- {_unit(change)} || true"
        elif change.how.get("at"):
            yield f"systemd-analyze calendar -- {quote(str(change.how['at']))} >/dev/null"

    def taken_up(self, change: Change) -> Iterator[str]:
        """Reload, enable and start; restart when its time is another."""
        yield "systemctl daemon-reload"
        if change.after is None:
            return
        enable = "enable" if change.after["enabled"] else "disable"
        restart = "restart" if change.after["running"] else "stop"
        yield f"systemctl {enable} -q -- {_unit(change)}"
        yield f"systemctl {restart} -- {_unit(change)}"


def _unit(change: Change) -> str:
    return quote(f"{change.address.name}.timer")


def _timer(declared: SystemdTimerDeclared) -> str:
    persistent = "Persistent=true\n" if declared.catch_up else ""
    return (
        f"[Unit]\nDescription=Times of {declared.systemd_timer}\n\n"
        f"[Timer]\nOnCalendar={declared.at}\n{persistent}\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _service(declared: SystemdTimerDeclared) -> str:
    user = f"User={declared.user}\n" if declared.user else ""
    command = declared.command.replace("\\", "\\\\").replace('"', '\\"')
    command = command.replace("%", "%%").replace("$", "$$").replace("\n", "\\n")
    return (
        f"[Unit]\nDescription={declared.systemd_timer}\n\n"
        f'[Service]\nType=oneshot\n{user}ExecStart=/bin/sh -c "{command}"\n'
    )
