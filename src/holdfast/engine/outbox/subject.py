"""What an entry of the ledger is about: the run it belongs to, and whose that is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.declare import Workflow
from holdfast.model import Entry, Event

Environments = Mapping[str, Mapping[str, str]]
"""The environment of each job, by the workflow's file and the job's id."""


@dataclass(frozen=True, slots=True)
class About:
    """
    One run, as its first entry tells it; all empty for what belongs to none.

    ``subject`` is what the run was for, when that tells one cause from another: a target,
    or a branch. ``within`` is the run of a workflow that made this one as a step.
    """

    owner: str = ""
    run: str = ""
    workflow: str = ""
    file: str = ""
    actor: str = ""
    parent: str = ""
    subject: str = ""
    commit: str = ""
    why: str = ""
    within: str = ""
    applies: bool = False
    environments: tuple[str, ...] = ()
    of_jobs: Mapping[str, str] = field(default_factory=dict)

    def places(self, job: str = "") -> tuple[str, ...]:
        """The environments a job is in, of the whole run without one."""
        named = self.of_jobs.get(job.partition(".")[0], "") if job else ""
        return (named,) if named else self.environments


def about(first: Entry | None, places: Environments, owner: str) -> About:
    """What a run's first entry tells; ``owner`` is the project's."""
    if first is None:
        return About(owner)
    body: Mapping[str, Any] = first.body
    if first.event is Event.RUN_STARTED:
        environments = str(body.get("environment") or "").split(", ")
        return About(
            owner=owner,
            run=first.run,
            actor=first.actor,
            commit=str(body.get("commit") or ""),
            why=str(body.get("why") or ""),
            applies=True,
            environments=tuple(name for name in environments if name),
        )
    file = str(body.get("file") or "")
    jobs = places.get(file, {})
    cause, github = body.get("cause") or {}, body.get("github") or {}
    return About(
        owner=str(body.get("owner") or owner),
        run=first.run,
        workflow=str(body.get("workflow") or ""),
        file=file,
        actor=first.actor,
        parent=str(body.get("parent") or ""),
        subject=str(cause.get("target") or github.get("ref_name") or ""),
        commit=str(body.get("commit") or ""),
        why=str(body.get("why") or ""),
        environments=tuple(dict.fromkeys(jobs.values())),
        of_jobs=jobs,
    )


def beside(entry: Entry, owner: str) -> About:
    """What an entry that belongs to no run tells itself; ``owner`` is the project's."""
    body: Mapping[str, Any] = entry.body
    file, place = str(body.get("workflow") or ""), str(body.get("environment") or "")
    return About(
        owner=str(body.get("owner") or owner),
        workflow=str(body.get("name") or file),
        file=file,
        subject=str(body.get("target") or ""),
        environments=(place,) if place else (),
    )


def environments_of(flows: Iterable[Workflow]) -> Environments:
    """The environments of every job, as far as they are written and not worked out."""
    return {flow.file: dict(_jobs(flow)) for flow in flows}


def _jobs(flow: Workflow) -> Iterable[tuple[str, str]]:
    for job in flow.jobs:
        said = job.environment
        name = said.get("name") if isinstance(said, Mapping) else said
        if isinstance(name, str) and "${{" not in name:
            yield job.id, name
