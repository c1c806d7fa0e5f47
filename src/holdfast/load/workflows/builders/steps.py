"""Steps of a job or an action."""

import re
from collections.abc import Mapping
from typing import Any

from holdfast.declare import Retry, Step
from holdfast.load.workflows import ids
from holdfast.load.workflows.builders.conditions import condition_of
from holdfast.load.workflows.builders.durations import seconds_at
from holdfast.load.workflows.builders.inputs import build_inputs
from holdfast.load.workflows.builders.on_others import (
    faults_of_parallel,
    faults_of_targets,
)
from holdfast.load.workflows.builders.settings import listed
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Tree, items_of
from holdfast.problems import Place

_ACTION = re.compile(r"[^/@\s$.][^/@\s$]*/[^@\s]+@\S+")
_IMAGE = "docker://"
_OURS = "holdfast/"
_ON_OTHERS = {
    "wait": "Wait",
    "wait-all": "Wait for all",
    "cancel": "Cancel",
    "parallel": "Parallel group",
}
"""The names of steps that are about other steps."""


def build_steps(
    told: list[Any], tree: Tree | None, faults: list[Fault]
) -> tuple[Step, ...]:
    """Steps of a job or an action, with the names nobody wrote."""
    pairs = [(a, b) for a, b in zip(told, items_of(tree), strict=False) if a]
    taken: set[str] = set()
    for one, at in pairs:
        if one.get("id") is not None:
            _take(one["id"], _place(at, "id"), taken, faults)
    faults += faults_of_targets(pairs)
    return tuple(_step(one, at, taken, faults) for one, at in pairs)


def _take(name: str, place: Place, taken: set[str], faults: list[Fault]) -> None:
    """Note an id that was written; ids of one job are all different."""
    wrong = ids.fault_of_id(name)
    if not wrong and name.lower() in taken:
        wrong = ids.repeated(name)
    if wrong:
        faults.append(Fault(place, wrong))
    taken.add(name.lower())


def _step(
    told: Mapping[str, Any], tree: Tree, taken: set[str], faults: list[Fault]
) -> Step:
    uses = told.get("uses") or ""
    if uses and not _is_action(uses):
        message = f"Expected format {{org}}/{{repo}}[/path]@ref. Actual '{uses}'"
        faults.append(Fault(_place(tree, "uses"), message))
    if "parallel" in told and isinstance(tree, Pairs):
        build_steps(told["parallel"] or [], tree.get("parallel"), faults)
        faults += faults_of_parallel(told, tree)
    on_others = next((word for word in _ON_OTHERS if word in told), "")
    return Step(
        id=told.get("id") or ids.made(_stem(told, on_others), taken),
        place=tree.place,
        name=told.get("name") or _ON_OTHERS.get(on_others),
        condition=condition_of(told.get("if")),
        run=told.get("run"),
        uses=uses,
        with_=told.get("with") or {},
        env=told.get("env") or {},
        shell=told.get("shell"),
        working_directory=told.get("working-directory") or None,
        continue_on_error=told.get("continue-on-error", False),
        timeout_minutes=told.get("timeout-minutes"),
        check=told.get("check"),
        undo=told.get("undo"),
        retry=_retry(told.get("retry"), tree, faults),
        idempotent=bool(told.get("idempotent")),
        cancel_signal=told.get("cancel-signal") or "TERM",
        background=bool(told.get("background")),
        manual=told.get("manual") or "",
        by=listed(told.get("by")),
        fields=build_inputs(told.get("fields")),
        waits=listed(told.get("wait")),
        waits_for_all="wait-all" in told,
        cancels=told.get("cancel") or "",
    )


def _is_action(uses: str) -> bool:
    """Whether it may name an action, an image, or what Holdfast has."""
    if uses.startswith(("./", _IMAGE, _OURS)):
        return True
    return bool(_ACTION.fullmatch(uses)) and "://" not in uses


def _retry(written: Any, tree: Tree, faults: list[Fault]) -> Retry:
    """How often it is tried; a mere number is that."""
    if written is None:
        return Retry()
    if isinstance(written, (int, float)):
        return Retry(int(written))
    at = tree.get("retry") if isinstance(tree, Pairs) else None
    return Retry(
        attempts=int(written.get("attempts", 1)),
        delay=seconds_at("delay", written.get("delay"), at, faults) or 0,
        backoff=float(written.get("backoff", 1)),
    )


def _stem(told: Mapping[str, Any], on_others: str) -> str:
    """What the id is made of that nobody wrote."""
    if on_others:
        return on_others
    if told.get("manual"):
        return "manual"
    uses = str(told.get("uses") or "")
    if uses.startswith(_IMAGE):
        return uses.removeprefix(_IMAGE)
    if uses.startswith("./"):
        return "self"
    name = uses.partition("@")[0]
    return "/".join(name.split("/")[:2]) or "run"


def _place(tree: Tree, key: str) -> Place:
    """Where a key's value was written; else where its step begins."""
    value = tree.get(key) if isinstance(tree, Pairs) else None
    return (value or tree).place
