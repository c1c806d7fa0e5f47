"""The step before all others of a job with containers: they are started, or it fails."""

import json
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from holdfast.app.application import Application
from holdfast.drivers.containers import PodlikeContainers, find_client, own_environment
from holdfast.engine.runs.request import wants_container
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.programs import Program
from holdfast.engine.steps.work import Action, Setting, environment
from holdfast.expressions.coerce import to_text
from holdfast.load.workflows import CONTAINERS
from holdfast.ports import Containers, Image, JobContainers, Workplace
from holdfast.problems import HoldfastError, Problem

_WANTED = "HOLDFAST_CONTAINERS_WANTED"


def containers_of(
    app: Application, say: Callable[[str], None] = lambda _: None
) -> Containers | None:
    """What starts containers on this machine; ``None`` when nothing here does."""
    client = find_client()
    return PodlikeContainers(client, app.state / CONTAINERS, say) if client else None


def program_of(app: Application) -> tuple[str, ...]:
    """What is built in, as a program that wants one more word."""
    return (sys.executable, "-m", "holdfast", "-C", str(app.root), "step")


def container_program(
    app: Application, processes: Processes, place: Workplace
) -> Action:
    """The action: a program under a shim like any other; it may be begun anew."""

    def env_of(
        setting: Setting, more: Mapping[str, str] | None = None, key: str = ""
    ) -> dict[str, str]:
        made = environment(place, setting, more, key)
        wanted = json.dumps(_written(setting), default=str)
        own = {_WANTED: wanted, "PYTHONUNBUFFERED": "1"}
        return own_environment({**made, **own})

    argv = (*program_of(app), CONTAINERS)
    return Program(processes, lambda _setting: argv, env_of, lasting=True)


def start_containers(
    app: Application,
    env: Mapping[str, str],
    say: Callable[[str], None],
    output: Callable[..., None],
) -> int:
    """Inside of its process: start what the job wants. Raises ``HoldfastError``."""
    wanted = read_wanted(json.loads(env[_WANTED]))
    if wanted.container is None and not wanted.services:
        say("The job wants no containers")
        return 0
    containers = containers_of(app, say)
    if containers is None:
        raise HoldfastError(_no_client())
    output(containers=json.dumps(containers.start(wanted)))
    return 0


def read_wanted(told: Mapping[str, Any]) -> JobContainers:
    """What a job wants, from its keys as they are filled in."""
    container, services = told.get("container"), told.get("services") or {}
    return JobContainers(
        job=told["job"],
        container=_image(container) if wants_container(container) else None,
        services={
            n: _image(one) for n, one in services.items() if wants_container(one)
        },
        mounts=tuple((outer, inner) for outer, inner in told["mounts"]),
        folder=told["folder"],
    )


def _written(setting: Setting) -> dict[str, Any]:
    """The job's keys filled in, and where its folders come to be."""
    job, sight, folders = setting.at.job, setting.sight, setting.folders
    home = folders.temp / "_github_home"
    home.mkdir(mode=0o700, exist_ok=True)
    name = str(sight.contexts["github"].get("repository", "")).rpartition("/")[2]
    theirs = [(folders.workspace, f"/__w/{name}/{name}")] if name else []
    same = [(one, one) for one in (folders.around, folders.temp, folders.tools)]
    mounts = [*same, (home, "/github/home"), *theirs]
    return {
        "job": f"{setting.at.run}/{job.key}",
        "container": sight.fill(job.job.container),
        "services": sight.fill(job.job.services),
        "mounts": [(str(outer), str(inner)) for outer, inner in mounts],
        "folder": str(Path(folders.workspace)),
    }


def _image(written: Any) -> Image:
    if not isinstance(written, Mapping):
        return Image(to_text(written))
    credentials = written.get("credentials") or {}
    return Image(
        image=to_text(written["image"]),
        env={str(n): to_text(v) for n, v in (written.get("env") or {}).items()},
        ports=tuple(to_text(one) for one in written.get("ports") or ()),
        volumes=tuple(to_text(one) for one in written.get("volumes") or ()),
        options=tuple(shlex.split(to_text(written.get("options")))),
        username=to_text(credentials.get("username")),
        password=to_text(credentials.get("password")),
    )


def _no_client() -> Problem:
    return Problem(
        code="containers.no-client",
        summary="This worker has neither podman nor docker",
        detail="The job wants containers. Nothing was started.",
        next_step="apt install podman, then start the worker again",
    )
