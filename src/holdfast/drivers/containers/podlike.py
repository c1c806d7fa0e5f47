"""A job's containers and their network, under names that say whose they are."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from holdfast.drivers.containers import inside, words
from holdfast.drivers.containers.client import Client
from holdfast.ports import Containers, Image, JobContainers, Task
from holdfast.problems import HoldfastError, Problem

_LONGEST = 300.0
_PAUSE = 0.5
_NANO = 1e9
_CHECK = (("StartPeriod", 0), ("Interval", 30), ("Timeout", 30))
_ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"


@dataclass(frozen=True, slots=True)
class PodlikeContainers:
    """
    Of one site; ``folder`` says which jobs may have left some.

    A name is noted there before anything is started, and taken out when all is removed.
    """

    client: Client
    folder: Path
    say: Callable[[str], None] = field(default=lambda _: None)

    def start(self, wanted: JobContainers, /) -> Mapping[str, Any]:
        """Start them, and wait until they are healthy."""
        self.clear(wanted.job)
        self._note(wanted.job).mkdir(mode=0o700, parents=True, exist_ok=True)
        network = self._name(wanted.job)
        self.client.do(["network", "create", network], {})
        services = {}
        for name, image in wanted.services.items():
            service = f"{network}..{name}"
            self._run(
                service, image, words.run_words(service, image, network, alias=name)
            )
            services[name] = service
        for name, service in services.items():
            self._await_health(name, service)
        told: dict[str, Any] = {
            "services": {n: self._told(s, network) for n, s in services.items()}
        }
        if wanted.container is not None:
            hosts = {n: self._address(s) for n, s in services.items()}
            asked = words.run_words(
                network, wanted.container, network, hosts=hosts, around=wanted
            )
            self._run(network, wanted.container, asked, wanted)
            self._await_health("container", network)
            told["container"] = self._told(network, network)
            told["pid"] = self._looked(network)["State"]["Pid"]
        return told

    def inside(self, container: str, pid: int, task: Task, /) -> Task:
        """A task as one in a container."""
        env = {**task.env, "HOLDFAST_ADD_PATH": task.env.get("PATH", "").strip(":")}
        del env["PATH"]
        held = {n: v for n, v in env.items() if words.is_the_clients(n)}
        plain = {n: v for n, v in env.items() if n not in held}
        wrapper = (sys.executable, "-I", "-S", inside.__file__)
        call = (str(pid), str(task.grace), self.client.program, container, "exec")
        where = ("-i", "-w", str(task.folder), *words.passed(plain), container)
        return replace(
            task,
            argv=(
                *wrapper,
                *call,
                *where,
                *("sh", "-c", inside.SUPERVISOR, task.key),
                *task.argv,
            ),
            env={
                **plain,
                **{f"{inside.HELD}{name}": value for name, value in held.items()},
                **self.client.env,
            },
            folder=Path("/"),
        )

    def jobs(self) -> Iterable[str]:
        """Jobs that were noted."""
        for run in sorted(self.folder.glob("*")):
            for job in sorted(run.glob("*")):
                yield f"{run.name}/{job.name}"

    def clear(self, job: str, /) -> None:
        """Remove the containers of a job, then their network."""
        note = self._note(job)
        if not note.exists():
            return
        network = self._name(job)
        mine = self._of(network)
        if mine:
            at_once = ("-t", "0") if self.client.name == "podman" else ()
            self.client.ask("rm", "-f", "-v", *at_once, *mine)
        self.client.ask("network", "rm", network)
        if not self._of(network):
            with suppress(OSError):
                note.rmdir()
                note.parent.rmdir()

    def _of(self, network: str) -> list[str]:
        mine = f"label={words.LABEL}={network}"
        return self.client.ask("ps", "-aq", "--filter", mine).stdout.split()

    # --- one container ---------------------------------------------------------------

    def _run(
        self,
        name: str,
        image: Image,
        asked: list[str],
        around: JobContainers | None = None,
    ) -> None:
        self.say(f"Starting {image.image} as {name}")
        if image.username:
            self.client.pull(image)
        after = [image.image, *words.arguments(around)]
        self.client.do(asked, image.env, after)

    def _await_health(self, name: str, container: str) -> None:
        """Wait for a container that says how it is; one that does not is taken as it is."""
        seen = self._looked(container)
        if not _running(seen):
            self._give_up(name, container, "it has ended")
        check = seen["Config"].get("Healthcheck")
        if not check or check.get("Test") in ([], ["NONE"]):
            return
        self.say(f"Waiting until {name} is healthy")
        patience, began = _patience(check), monotonic()
        while not self._healthy(container):
            if not _running(self._looked(container)):
                self._give_up(name, container, "it has ended")
            if (waited := monotonic() - began) > patience:
                self._give_up(name, container, f"not healthy after {waited:.0f} s")
            sleep(_PAUSE)

    def _healthy(self, container: str) -> bool:
        """Podman is asked to look, as nothing else may do so; docker looks by itself."""
        if self.client.name == "podman":
            return self.client.ask("healthcheck", "run", container).returncode == 0
        health = self._looked(container)["State"].get("Health") or {}
        return health.get("Status") == "healthy"

    def _give_up(self, name: str, container: str, why: str) -> None:
        logs = self.client.ask("logs", "--tail", "50", container)
        self.say(f"{logs.stdout}{logs.stderr}")
        raise HoldfastError(_unhealthy(name, why))

    def _told(self, container: str, network: str) -> dict[str, Any]:
        ports = words.read_ports(self.client.ask("port", container).stdout)
        found = self._looked(container)["Id"]
        return {"id": found, "network": network, "ports": ports}

    def _address(self, container: str) -> str:
        asked = self.client.ask("inspect", "--format", _ADDRESS, container)
        return next(iter(asked.stdout.split()), "")

    def _looked(self, container: str) -> Mapping[str, Any]:
        done = self.client.ask("inspect", "--type", "container", container)
        found = json.loads(done.stdout or "[]")
        if not found:
            raise HoldfastError(_unhealthy(container, "it is gone"))
        seen: Mapping[str, Any] = found[0]
        return seen

    # --- names -----------------------------------------------------------------------

    def _note(self, job: str) -> Path:
        return self.folder / job

    def _name(self, job: str) -> str:
        """One for good: of this site, the run and the job."""
        site = sha256(str(self.folder.resolve()).encode()).hexdigest()[:8]
        return f"holdfast-{site}-{job.replace('/', '-')}"


def _running(seen: Mapping[str, Any]) -> bool:
    return bool(seen["State"].get("Running"))


def _patience(check: Mapping[str, Any]) -> float:
    """How many seconds a health check gives its container."""
    start, interval, timeout = (
        (check.get(name) or default * _NANO) / _NANO for name, default in _CHECK
    )
    tries = check.get("Retries") or 3
    return float(min(_LONGEST, start + tries * (interval + timeout)))


def _unhealthy(name: str, why: str) -> Problem:
    return Problem(
        code="containers.not-healthy",
        summary=f"The container {name} is not there to be worked with",
        detail=f"{why[0].upper()}{why[1:]}; its last lines are above. It is removed when "
        "the job ends.",
        next_step="Look at its image, its environment and its health check.",
    )


_: type[Containers] = PodlikeContainers
