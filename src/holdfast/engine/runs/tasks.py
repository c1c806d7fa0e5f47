"""Manual steps: what people are handed, how long it may take, and what came of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.declare import Input
from holdfast.engine.journal import moment
from holdfast.engine.runs.job_state import StepAt
from holdfast.expressions.coerce import to_text
from holdfast.model import TaskView, WaitView
from holdfast.plan import filled

_OUTCOMES = {"done": "success", "failed": "failure", "skipped": "skipped"}
_SAYS = {"done": "says it is done", "failed": "says it failed", "skipped": "skipped it"}


def handed(at: StepAt, now: datetime) -> Mapping[str, Any]:
    """
    What is written down when a manual step is handed to people.

    Raises ``ExpressionError`` and ``ValueError`` for what cannot be understood.
    """
    step = at.step
    minutes = filled(step.timeout_minutes, at.contexts)
    until = moment(now + timedelta(minutes=float(minutes))) if minutes else ""
    return {
        "id": step.id,
        "name": to_text(filled(step.title, at.contexts)),
        "text": to_text(filled(step.manual, at.contexts)),
        "needs": list(step.by),
        "fields": [_field(one) for one in step.fields],
        "until": until,
    }


def ended(wait: WaitView, now: datetime) -> Mapping[str, Any] | None:
    """What a manual step came to: outcome, why, outputs; ``None`` while it is open."""
    task = wait.task
    if task is None:
        return None
    if task.said:
        return _said(task.said)
    if wait.until and now >= until_of(wait):
        why = f"nobody said before {wait.until} that it is done"
        return {"outcome": "failure", "why": why, "state": "expired"}
    return None


def until_of(wait: WaitView) -> datetime:
    """When a wait is over."""
    return datetime.fromisoformat(wait.until).astimezone(UTC)


def waits_for(task: TaskView) -> str:
    """Who has to do what, since when, and who is at it."""
    who = " or ".join(task.needs) or "anybody"
    told = f"{who} has to do `{task.name}`, since {_short(task.handed)}"
    if task.taken_by:
        told += f"; {task.taken_by} is at it since {_short(task.taken)}"
    return told


def _said(said: Mapping[str, Any]) -> dict[str, Any]:
    how, by, text = str(said["how"]), str(said["by"]), str(said.get("text", ""))
    why = f"{by} {_SAYS[how]}" + (f": {text}" if text else "")
    made: dict[str, Any] = {"outcome": _OUTCOMES[how], "why": why}
    if how == "done":
        given = {k: to_text(v) for k, v in (said.get("fields") or {}).items()}
        made["outputs"] = {**given, "evidence": text, "by": by}
    return made


def _field(one: Input) -> dict[str, Any]:
    every = {
        "name": one.name,
        "type": one.type,
        "description": one.description,
        "required": one.required,
        "default": one.default,
        "options": list(one.options),
    }
    return {key: value for key, value in every.items() if value not in ("", None, [])}


def _short(at: str) -> str:
    return f"{at[:19].replace('T', ' ')} UTC"
