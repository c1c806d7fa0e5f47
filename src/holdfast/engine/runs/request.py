"""What a run is started with, and what its expressions see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.declare import Autonomy, Job, Workflow
from holdfast.expressions import ExpressionError
from holdfast.expressions.coerce import to_text
from holdfast.model import Attributes, RunView
from holdfast.plan import filled

_HOSTED = "ubuntu-"
_LONGEST_TITLE = 200

_UNLESS_TOLD = {
    "api_url": "https://api.github.com",
    "base_ref": "",
    "graphql_url": "https://api.github.com/graphql",
    "head_ref": "",
    "ref_protected": False,
    "retention_days": "90",
    "server_url": "https://github.com",
}
"""What ``github`` has where neither the event nor the project says otherwise."""

CALLED = "workflow_call"
"""What starts a run that another one called."""

CLIENT = "containers"
"""The label of workers that have podman or docker."""


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a run is started with.

    ``sources`` are the digests of the files it was read from, ``github`` what its
    expressions see; ``parent`` the run and job that called it. ``autonomy`` is
    ``propose`` for a run that a person has to agree to. ``secrets`` are our names for
    the names a called workflow uses; ``None``: they are the same. ``cause`` says which
    events or which schedule started it.
    """

    flow: Workflow
    sources: Mapping[str, str]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    github: Mapping[str, Any] = field(default_factory=dict)
    vars: Mapping[str, Any] = field(default_factory=dict)
    commit: str = ""
    title: str = ""
    why: str = ""
    parent: str = ""
    autonomy: Autonomy = "act"
    secrets: Mapping[str, str] | None = None
    cause: Mapping[str, Any] = field(default_factory=dict)

    @property
    def trigger(self) -> str:
        """What starts it, in GitHub's words."""
        return CALLED if self.parent else str(self.github.get("event_name", ""))

    def body(self) -> Attributes:
        """The body of the run's first entry."""
        return {
            "purpose": "workflow",
            "workflow": self.flow.name,
            "file": self.flow.file,
            "owner": self.flow.owner,
            "sources": dict(self.sources),
            "inputs": recorded(self.inputs),
            "github": recorded(self.github),
            "vars": recorded(self.vars),
            "commit": self.commit,
            "why": self.why,
            "parent": self.parent,
            "autonomy": self.autonomy,
            "cause": recorded(self.cause),
            "secrets": None if self.secrets is None else dict(self.secrets),
        }


def recorded(value: Any) -> Any:
    """
    Plain values as the ledger takes them: a number with a point is its text.

    Expressions compare it as the number it is.
    """
    match value:
        case Mapping():
            return {str(key): recorded(item) for key, item in value.items()}
        case list() | tuple():
            return [recorded(item) for item in value]
        case float():
            return to_text(value)
        case _:
            return value


def contexts_of(view: RunView) -> dict[str, Any]:
    """What expressions of a run see, before any job."""
    return contexts_from(view.started, view.id)


def contexts_from(started: Mapping[str, Any], run: str) -> dict[str, Any]:
    """The same, from the body of the run's first entry."""
    told = started.get("github") or {}
    github = {**_UNLESS_TOLD, **_of_the_run(started, told, run), **told}
    return {
        "github": github,
        "event": github.get("event", {}),
        "inputs": started.get("inputs") or {},
        "vars": started.get("vars") or {},
    }


def _of_the_run(
    started: Mapping[str, Any], told: Mapping[str, Any], run: str
) -> dict[str, Any]:
    """What ``github`` says of the run; one that is called is told its caller's."""
    number = run.removeprefix("r")
    repository, ref = (to_text(told.get(name)) for name in ("repository", "ref"))
    return {
        "workflow": started.get("workflow"),
        "workflow_ref": f"{repository}/{started.get('file')}@{ref}",
        "workflow_sha": told.get("sha"),
        "run_id": number,
        "run_number": number,
        "run_attempt": "1",
    }


def title_of(flow: Workflow, contexts: Mapping[str, Any]) -> str:
    """
    What a run is called: its ``run-name`` filled in, else its workflow's name.

    One line, without what a terminal would obey: a value may come from outside.
    """
    try:
        written = to_text(filled(flow.run_name, contexts))
    except ExpressionError:
        return flow.name
    name = "".join(one if one.isprintable() else " " for one in written)
    return name.strip()[:_LONGEST_TITLE] or flow.name


def wants_container(written: Any) -> bool:
    """Whether a filled-in ``container:`` names an image; none is the machine itself."""
    image = written.get("image") if isinstance(written, Mapping) else written
    return bool(image)


def labels_wanted(job: Job, contexts: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels a worker must have for a job, also those that nobody wrote."""
    named = labels_of(filled(job.runs_on, contexts))
    image = job.container.get("image") if isinstance(job.container, Mapping) else None
    container = filled(image or job.container, contexts)
    return (*named, CLIENT) if job.services or container else named


def labels_of(runs_on: Any) -> tuple[str, ...]:
    """The labels a job asks for; GitHub's own machines are any Linux worker."""
    match runs_on:
        case None:
            return ()
        case str():
            return () if runs_on.startswith(_HOSTED) else (runs_on,)
        case Mapping():
            return labels_of(runs_on.get("labels"))
        case list() | tuple():
            return tuple(label for one in runs_on for label in labels_of(one))
        case _:
            return (to_text(runs_on),)
