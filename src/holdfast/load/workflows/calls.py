"""Workflows that call workflows: what they are given, and how deep that may go."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from holdfast.declare import Job, Workflow
from holdfast.load.workflows.check import Checker
from holdfast.load.workflows.tree import Pairs, Tree, pairs_of
from holdfast.problems import Place

Find: TypeAlias = Callable[[str], bytes | None]
"""Gives the bytes of a file by its name; ``None``: it is not there."""

_SORTS = {"boolean": "true or false", "number": "a number"}
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Limits:
    """``depth`` is how many workflows may call one another in a row."""

    depth: int = 10


class Reader(Protocol):
    """What reads the files."""

    limits: Limits

    @property
    def find(self) -> Find | None:
        """Looks for the workflows that are called; ``None``: nobody does."""
        ...

    def one(self, content: bytes, file: str, depth: int) -> Workflow | None:
        """Reads one of them."""
        ...


@dataclass(slots=True)
class Calls:
    """The calls of one workflow."""

    reader: Reader
    checker: Checker
    depth: int

    def called(self, uses: str, place: Place) -> Workflow | None:
        """The workflow a job names; ``None`` when nobody looks for it."""
        if self.reader.find is None:
            return None
        if self.depth >= self.reader.limits.depth:
            limit = self.reader.limits.depth
            message = f"Nested reusable workflow depth exceeded {limit}."
            step = f"Look at what calls {uses}: does it call itself, by others too?"
            self.checker.fault(None, message, next_step=step)
            return None
        content = self.reader.find(uses)
        if content is None:
            self.checker.fault(place, _not_found(uses))
            return None
        return self.reader.one(content, uses.removeprefix("./"), self.depth + 1)

    def check(self, workflow: Workflow, tree: Pairs) -> None:
        """Whether every call gives what is wanted."""
        jobs = tree.get("jobs")
        for job in workflow.jobs:
            at = jobs.get(job.id) if isinstance(jobs, Pairs) else None
            if job.calls is not None and isinstance(at, Pairs):
                self._check_call(job, job.calls, at)

    def _check_call(self, job: Job, called: Workflow, tree: Pairs) -> None:
        uses = (tree.get("uses") or tree).place
        if called.call is None:
            self.checker.fault(
                uses,
                "workflow_call key is not defined in the referenced workflow.",
                next_step=f"Write `workflow_call:` below `on:` in {job.uses}.",
            )
            return
        given, at = job.with_, tree.get("with")
        known = {one.name: one for one in called.call.inputs}
        for one in known.values():
            if one.required and one.name not in given:
                message = (
                    f"Input {one.name} is required, but not provided while calling."
                )
                step = f"Write `{one.name}:` below `with:`."
                self.checker.fault(uses, message, next_step=step)
            elif one.name in given and not _fits(given[one.name], one.type):
                self.checker.fault(
                    _value_at(at, one.name) or uses,
                    f"Unexpected value '{given[one.name]}'",
                    next_step=f"Write {_SORTS[one.type]}.",
                )
        for name in given:
            if name not in known:
                message = (
                    f"Invalid input, {name} is not defined in the referenced workflow."
                )
                self.checker.fault(_value_at(at, name) or uses, message, tuple(known))
        if job.secrets != "inherit":
            self._check_secrets(job.secrets, called.call.secrets, tree, uses)

    def _check_secrets(
        self,
        given: Mapping[str, Any] | str,
        known: Mapping[str, bool],
        tree: Pairs,
        uses: Place,
    ) -> None:
        names = given if isinstance(given, Mapping) else {}
        for name, required in known.items():
            if required and name not in names:
                message = f"Secret {name} is required, but not provided while calling."
                step = f"Write `{name}:` below `secrets:`, or `secrets: inherit`."
                self.checker.fault(uses, message, next_step=step)
        for name in names:
            if name not in known:
                place = _value_at(tree.get("secrets"), name) or uses
                message = (
                    f"Invalid secret, {name} is not defined in the referenced workflow."
                )
                self.checker.fault(place, message)


def _not_found(uses: str) -> str:
    if uses.startswith("./"):
        return f"There is no workflow `{uses}`"
    return f"`{uses}` is in another repository; copy it here and call it by its path"


def _value_at(tree: Tree | None, name: str) -> Place | None:
    named = (value for key, value in pairs_of(tree) if key.text.lower() == name.lower())
    return next((value.place for value in named), None)


def _fits(value: Any, sort: str) -> bool:
    """Whether a value is of the sort an input wants, or an expression that may be."""
    if isinstance(value, str) and "${{" in value:
        return True
    match sort:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return number or bool(isinstance(value, str) and _NUMBER.fullmatch(value))
        case _:
            return True
