"""``command``: a piece of sh that is run when it is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Self

from pydantic import Field, model_validator

from holdfast.declare.strict import SecretText, Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import path, quote
from holdfast.model import Action, Attributes, Change, Resource, Sensitive
from holdfast.ports import Answers, Contents, Query, Wanted


class CommandDeclared(Strict):
    """
    A piece of sh with something that tells whether it is needed.

    ``check`` (ends with 0 when it is already so), ``unless`` (the same) or ``creates`` (a
    path) must be given: a command that cannot say whether it ran is never run. ``undo``
    is the way back; ``none`` says that there is none.

        - command: /opt/app/migrate
          check: /opt/app/migrate --status
          undo: /opt/app/migrate --down
    """

    command: str
    name: str | None = None
    check: str | None = None
    creates: str | None = None
    unless: str | None = None
    undo: str | None = None
    cwd: str | None = None
    env: dict[str, SecretText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _tells(self) -> Self:
        if not (self.check or self.creates or self.unless):
            message = "a command needs `check:`, `creates:` or `unless:`"
            raise ValueError(message)
        return self


class CommandKind(BaseKind):
    """Done or not done; the host's own check says which."""

    name = "command"
    model = CommandDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attribute ``done``; everything else is how."""
        keys = ("check", "creates", "unless", "undo", "cwd")
        given = {key: getattr(declared, key) for key in keys}
        how = {key: value for key, value in given.items() if value is not None}
        env = {"env": dict(declared.env)} if declared.env else {}
        name = declared.name or declared.command
        return Wanted(name, {"done": True}, {"run": declared.command, **how, **env})

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """Ask the check."""
        yield Query("check", (_check(resource.how),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """Whether it is done."""
        return {"done": answers[Query("check", (_check(resource.how),))] == 0}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Its folder, its environment, and the command."""
        cwd = change.how.get("cwd")
        lines = [f"cd {path(str(cwd)) if cwd else chr(34) + '${R:-/}' + chr(34)}"]
        lines.append('export HOLDFAST_ROOT="$R"')
        env = change.how.get("env")
        for key, value in env.items() if isinstance(env, dict) else ():
            told = value.reveal() if isinstance(value, Sensitive) else str(value)
            lines.append(f"export {key}={quote(told)}")
        return (*lines, str(change.how["run"]))

    def inverse(self, change: Change, /) -> Change | None:
        """Run ``undo``, if there is one."""
        undo = change.how.get("undo")
        if not undo or undo == "none":
            return None
        how = {**change.how, "run": undo, "undo": change.how["run"]}
        return replace(
            change, action=Action.RUN, before=change.after, after=change.before, how=how
        )


def _check(how: Attributes) -> str:
    tests = [str(how[key]) for key in ("check", "unless") if key in how]
    if "creates" in how:
        tests.append(f"[ -e {path(str(how['creates']))} ]")
    return "\n".join(f"( {test}\n) || exit 1" for test in tests)
