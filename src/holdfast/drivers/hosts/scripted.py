"""The fake: really runs scripts in a folder, and fails when it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.drivers.hosts.local import LocalHost
from holdfast.ports import Host, Result, Unreachable
from holdfast.problems import Problem


@dataclass
class ScriptedHost:
    """
    A host for tests of one's own automation: a folder, a memory and a temper.

    ``fail`` is asked before each script (with its number, counting from 0) and answers
    ``None``, ``"unreachable"`` (nothing runs) or ``"broken"`` (it runs, then the
    connection is lost before it could say how it ended).
    """

    name: str
    root: Path
    fail: Callable[[int], str | None] = lambda _number: None
    scripts: list[bytes] = field(default_factory=list)

    @property
    def confined(self) -> bool:
        """Always below its folder."""
        return True

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Run one script in the folder, or fail as told."""
        trouble = self.fail(len(self.scripts))
        self.scripts.append(script)
        if trouble == "unreachable":
            raise _lost(self.name, started=False)
        host = LocalHost(self.name, self.root)
        if trouble == "broken":
            host.run(script, timeout=timeout)
            raise _lost(self.name, started=True)
        return host.run(script, listen=listen, timeout=timeout)

    def close(self) -> None:
        """Nothing is kept open."""


def _lost(host: str, *, started: bool) -> Unreachable:
    return Unreachable(
        Problem(
            code="hosts.scripted-failure",
            summary=f"{host} was told to be unreachable",
            detail="This is a scripted host; its test asked for this.",
            next_step="Nothing: this is a rehearsed failure.",
        ),
        started=started,
    )


_: type[Host] = ScriptedHost
