"""Containers of a job: started for it, worked in by its steps, removed when it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from holdfast.ports.steps import Task


@dataclass(frozen=True, slots=True)
class Image:
    """
    One container as a job wants it.

    ``ports`` and ``volumes`` are as written (``8080:80``, ``/data:/data``), ``options``
    words for the command line of the client. ``env`` and ``password`` may be secret: they
    never come into an argument list.
    """

    image: str
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class JobContainers:
    """
    Everything one job wants: ``job`` is its name (``r12/build``).

    ``container`` is what its steps run in, ``None`` for the worker's own machine.
    ``mounts`` are folders of the machine, and where they are inside; ``folder`` is where
    steps begin.
    """

    job: str
    container: Image | None = None
    services: Mapping[str, Image] = field(default_factory=dict)
    mounts: tuple[tuple[str, str], ...] = ()
    folder: str = "/"


class Containers(Protocol):
    """
    Starts containers by what the machine has for that, and finds them again by name.

    Raises ``HoldfastError`` when one cannot be started.
    """

    def start(self, wanted: JobContainers, /) -> Mapping[str, Any]:
        """
        Start them, and wait until they are healthy.

        The answer has ``container`` and ``services`` as GitHub's context ``job`` has them,
        and the ``pid`` of the container. What was left under their names is removed first.
        """
        ...

    def inside(self, container: str, pid: int, task: Task, /) -> Task:
        """
        A task as one that is carried out in a container.

        It ends there when its process here ends, however that ends. One that stopped is
        started again; ``pid`` is the process it was started as.
        """
        ...

    def jobs(self) -> Iterable[str]:
        """Jobs that may have left containers on this machine."""
        ...

    def clear(self, job: str, /) -> None:
        """Remove whatever a job has left; cheap when that is nothing."""
        ...
