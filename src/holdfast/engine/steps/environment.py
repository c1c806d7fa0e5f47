"""The variables a step's process gets; the names are GitHub's, with twins of ours."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from holdfast.engine.runs.job_state import StepAt
from holdfast.engine.steps.contexts import Sight
from holdfast.expressions.coerce import to_text
from holdfast.ports import JobFolders, Machine, StepFiles

_FROM_GITHUB = (
    "action action_path action_repository actor actor_id api_url base_ref event_name "
    "graphql_url head_ref job ref ref_name ref_protected ref_type repository "
    "repository_id repository_owner repository_owner_id retention_days run_attempt "
    "run_id run_number server_url sha triggering_actor workflow workflow_ref "
    "workflow_sha workspace"
)
_TWINS = ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY", "STATE")


def variables(
    at: StepAt,
    sight: Sight,
    folders: JobFolders,
    files: StepFiles,
    machine: Machine,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """
    The whole environment of one process.

    What a person declares stands over what the worker passes on, and what belongs to the
    run stands over both. ``more`` are an action's inputs and state.
    """
    passed = dict(machine.environment)
    declared = {str(k): to_text(v) for k, v in sight.contexts["env"].items()}
    made = {**passed, **declared, **(more or {}), **_own(at, sight, folders, files)}
    path = declared.get("PATH", passed.get("PATH", ""))
    return {**made, "PATH": ":".join([*at.stand.path, path])}


def step_paths(files: StepFiles) -> dict[str, str]:
    """The files of a step as the context ``github`` names them."""
    names = (name.lower() for name in _TWINS)
    return {
        "event_path": str(files.event),
        **dict(zip(names, _paths(files), strict=True)),
    }


def _own(
    at: StepAt, sight: Sight, folders: JobFolders, files: StepFiles
) -> dict[str, str]:
    github: Mapping[str, Any] = sight.contexts["github"]
    runner: Mapping[str, Any] = sight.contexts["runner"]
    made = {
        f"GITHUB_{name.upper()}": to_text(github[name])
        for name in _FROM_GITHUB.split()
        if github.get(name) is not None
    }
    told = dict(zip(_TWINS, _paths(files), strict=True))
    return {
        **made,
        **{f"GITHUB_{name}": path for name, path in told.items()},
        **{f"HOLDFAST_{name}": path for name, path in told.items()},
        **{f"RUNNER_{name.upper()}": to_text(value) for name, value in runner.items()},
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_PATH": str(files.event),
        "HOLDFAST": "true",
        "HOLDFAST_SUMMARY": str(files.summary),
        "HOLDFAST_RUN": at.run,
        "HOLDFAST_JOB": at.job.key,
        "HOLDFAST_STEP": at.name,
        "HOLDFAST_ATTEMPT": str(at.attempt),
        "TMPDIR": str(PurePosixPath(folders.temp)),
    }


def _paths(files: StepFiles) -> tuple[str, ...]:
    every = (files.output, files.env, files.path, files.summary, files.state)
    return tuple(str(path) for path in every)
