"""A running container of podman or docker."""

import shutil
from collections.abc import Callable
from subprocess import TimeoutExpired

from holdfast.drivers.hosts.child import run_child
from holdfast.drivers.hosts.local import _timed_out as timed_out
from holdfast.ports import Host, Result, Unreachable
from holdfast.problems import Problem


class ContainerHost:
    """Runs scripts with ``podman exec`` (``docker exec`` where there is no podman)."""

    confined = False

    def __init__(self, name: str, container: str) -> None:
        self.name = name
        self._container = container

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Run one script as root of the container."""
        engine = shutil.which("podman") or shutil.which("docker")
        if engine is None:
            raise self._gone("neither podman nor docker is installed here")
        argv = [engine, "exec", "-i", "-e", "LC_ALL=C", "-e", "R=", self._container]
        try:
            done = run_child(
                [*argv, "sh", "-s"], script, listen=listen, timeout=timeout
            )
        except TimeoutExpired as error:
            raise timed_out(self.name, error.timeout) from error
        if done.status in (125, 126, 127) and not done.stdout:
            raise self._gone(done.stderr.decode(errors="replace").strip())
        return done

    def close(self) -> None:
        """Nothing is kept open."""

    def _gone(self, said: str) -> Unreachable:
        return Unreachable(
            Problem(
                code="hosts.no-container",
                summary=f"The container of {self.name} cannot be entered",
                detail=f"{said}. Nothing was changed.",
                next_step=f"See whether it runs: podman ps --filter name={self._container}",
            )
        )


_: type[Host] = ContainerHost
