"""What the expressions of a step see."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from holdfast.declare import Job, Step, Workflow
from holdfast.engine.runs.job_state import StepAt
from holdfast.expressions import (
    ExpressionError,
    HashFiles,
    Status,
    evaluate,
    has_expression,
    interpolate,
    is_truthy,
    references,
    texts_in,
)
from holdfast.expressions.coerce import to_text
from holdfast.ports import JobFolders, Machine

_RUN_CONTEXTS = (
    "github",
    "event",
    "inputs",
    "vars",
    "secrets",
    "needs",
    "strategy",
    "matrix",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """Contexts with what else an expression needs; values come out as plain data."""

    contexts: Mapping[str, Any]
    hash_files: HashFiles | None = None
    status: Status = "success"

    def fill(self, value: Any) -> Any:
        """
        Plain values with every ``${{ }}`` replaced; raises ``ExpressionError``.

        Secrets become part of longer texts: these go to a process and nowhere else.
        """
        match value:
            case str():
                return interpolate(
                    value,
                    self.contexts,
                    status=self.status,
                    hash_files=self.hash_files,
                    reveal=True,
                )
            case Mapping():
                return {key: self.fill(item) for key, item in value.items()}
            case list() | tuple():
                return [self.fill(item) for item in value]
            case _:
                return value

    def text(self, value: Any) -> str:
        """A value filled in, as text; ``None`` is empty."""
        return to_text(self.fill(value))

    def texts(self, values: Any) -> dict[str, str]:
        """A mapping of texts, like ``env``."""
        return {
            str(key): to_text(item) for key, item in (self.fill(values) or {}).items()
        }

    def holds(self, condition: str) -> bool:
        """Whether a bare condition is true."""
        value = evaluate(
            condition, self.contexts, status=self.status, hash_files=self.hash_files
        )
        return is_truthy(value)

    def number(self, value: Any) -> float | None:
        """A number of minutes or the like; ``None`` for nothing."""
        filled = self.fill(value)
        return None if filled is None or filled == "" else float(to_text(filled))

    def with_(self, **contexts: Any) -> "Sight":
        """The same with some contexts replaced."""
        return replace(self, contexts={**self.contexts, **contexts})


def sight_of(
    at: StepAt,
    folders: JobFolders,
    machine: Machine,
    secrets: Mapping[str, str],
    hash_files: HashFiles,
    paths: Mapping[str, str],
) -> Sight:
    """
    What the step's own keys see: everything, ``env`` with its own variables.

    ``paths`` are the step's files as ``github`` names them: ``env``, ``path`` ...
    """
    github = {
        **at.contexts["github"],
        **paths,
        "workspace": str(folders.workspace),
        "action": at.step.id,
        "job": at.job.job.id,
    }
    runner = {
        "os": machine.os,
        "arch": machine.arch,
        "name": machine.name,
        "temp": str(folders.temp),
        "workspace": str(folders.around),
        "tool_cache": str(folders.tools),
        "environment": "self-hosted",
    }
    contexts = {
        **at.contexts,
        "github": github,
        "runner": runner,
        "secrets": dict(secrets),
    }
    sight = Sight(contexts, hash_files, at.stand.status)
    env = {**_outer_env(at, sight), **at.stand.env}
    inner = sight.with_(env=env)
    return inner.with_(env={**env, **inner.texts(at.step.env)})


def _outer_env(at: StepAt, sight: Sight) -> dict[str, str]:
    """The variables of workflow and job, each with what it may see."""
    seen = {name: sight.contexts.get(name, {}) for name in _RUN_CONTEXTS}
    outer = replace(sight, contexts=seen)
    env = outer.with_(env={}).texts(at.flow.env)
    return {**env, **outer.with_(env=env).texts(at.job.job.env)}


def secrets_wanted(flow: Workflow, job: Job, steps: Iterable[Step]) -> set[str] | None:
    """
    Names of the secrets a job reads; ``None`` when only all of them will do.

    That is when a key is computed, or the whole context is used.
    """
    written = [flow.env, job.env, job.with_, job.secrets, job.container, job.services]
    for step in steps:
        written += [step.run, step.env, dict(step.with_), step.working_directory]
        written += [step.check, step.undo, step.name, step.shell]
    return secrets_in(written)


def secrets_in(written: Any) -> set[str] | None:
    """Names of the secrets that plain values read; ``None`` for any, or all of them."""
    found: set[str] = set()
    for text in texts_in(written):
        try:
            read = references(text) if has_expression(text) else frozenset()
        except ExpressionError:
            continue
        for context, *keys in read:
            if context == "secrets" and not keys:
                return None
            if context == "secrets":
                found.add(keys[0])
    return found


def passed(
    wanted: Collection[str] | None,
    ours: Mapping[str, str] | None,
    every: Callable[[], Iterable[str]],
) -> dict[str, str]:
    """
    Our names of the secrets a job reads, by the names it knows them by.

    ``wanted`` is ``None`` for all of them; ``ours`` for a run whose names are the same.
    """
    if ours is None:
        return {name: name for name in (every() if wanted is None else wanted)}
    return {n: ours[n] for n in (ours if wanted is None else wanted) if n in ours}
