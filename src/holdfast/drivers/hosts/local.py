"""The machine Holdfast runs on, or a folder of it."""

import os
from collections.abc import Callable
from pathlib import Path
from subprocess import TimeoutExpired

from holdfast.drivers.hosts.child import run_child
from holdfast.ports import Host, Result, Unreachable
from holdfast.problems import Problem


class LocalHost:
    """
    Runs scripts on this machine.

    With ``root``, paths in scripts are below that folder and only kinds that can be kept
    there work: a playground that needs no privileges.
    """

    def __init__(self, name: str, root: Path | None = None) -> None:
        self.name = name
        self._root = root

    @property
    def confined(self) -> bool:
        """Whether there is a root folder."""
        return self._root is not None

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Run one script with ``sh``; a missing root folder is made."""
        own = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
        env = {**own, "LC_ALL": "C", "R": ""}
        if self._root is not None:
            self._root.mkdir(parents=True, exist_ok=True)
            env["R"] = str(self._root.resolve())
        try:
            return run_child(
                ["sh", "-s"], script, listen=listen, timeout=timeout, env=env
            )
        except TimeoutExpired as error:
            raise _timed_out(self.name, error.timeout) from error

    def close(self) -> None:
        """Nothing is kept open."""


def _timed_out(host: str, seconds: float) -> Unreachable:
    return Unreachable(
        Problem(
            code="hosts.timed-out",
            summary=f"The script on {host} took longer than {seconds:.0f} s",
            detail="It was killed. What it was doing is in doubt.",
            next_step="Look what takes so long, or raise `timeout:` in `connect:`.",
        ),
        started=True,
    )


_: type[Host] = LocalHost
