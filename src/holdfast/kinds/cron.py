"""``cron``: a command that cron runs at its times."""

from typing import Any

from pydantic import Field, field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.texts import TextsKind, absent, texts
from holdfast.ports import Wanted


class CronDeclared(Strict):
    """
    A file of its own below ``/etc/cron.d``.

        - cron: rotate-reports
          at: "15 3 * * *"
          user: app
          command: /opt/app/rotate
    """

    cron: str
    at: str = Field(default="", description="Five fields, or `@daily`.")
    command: str = ""
    user: str = "root"
    env: dict[str, str] = Field(default_factory=dict)
    absent: bool = False

    @field_validator("cron")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not name.replace("-", "").replace("_", "").isalnum():
            message = "cron reads only files named with letters, digits, - and _"
            raise ValueError(message)
        return name

    @field_validator("command")
    @classmethod
    def _one_line(cls, command: str) -> str:
        if "\n" in command:
            message = "a command of cron is one line"
            raise ValueError(message)
        return command


class CronKind(TextsKind):
    """One file; cron notices by itself."""

    name = "cron"
    model = CronDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``content``."""
        place = f"/etc/cron.d/{declared.cron}"
        if declared.absent:
            return absent(declared.cron, {"content": place}, {})
        env = "".join(f"{key}={value}\n" for key, value in declared.env.items())
        command = declared.command.replace("%", "\\%")
        text = f"{env}{declared.at} {declared.user} {command}\n"
        return texts(declared.cron, {"content": (place, text.encode())}, {}, {})
