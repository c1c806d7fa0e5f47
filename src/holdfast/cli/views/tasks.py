"""Manual steps that a run waits for, for people and for machines."""

import re
from shlex import quote
from typing import Any

import click

from holdfast.model import RunView, TaskView

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def task_text(task: TaskView) -> str:
    """A manual step: what is to be done, by whom, and who is at it."""
    who = " or ".join(task.needs) or "anybody"
    lines = [click.style(f"▸ {safe(task.name)}", bold=True) + f"  by hand, {who}"]
    lines += [f"  {line}" for line in safe(task.text).splitlines()]
    return "\n".join(lines)


def tasks(run: str, view: RunView) -> list[str]:
    """The manual steps a run waits for, with what to type when they are done."""
    lines: list[str] = []
    for key, job in view.jobs.items():
        task = job.wait.task if job.wait and not job.state.is_end else None
        if task is not None:
            lines += ["", *(f"  {line}" for line in task_text(task).splitlines())]
            lines += [f"    -f {one['name']}=…" for one in task.fields]
            lines.append(
                f"    holdfast done {run} {quote(key)} --evidence TEXT   "
                "(or --failed, --skip, with --why TEXT)"
            )
    return lines


def tasks_data(view: RunView) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "job": key,
            "step": job.wait.step,
            "id": job.wait.task.id,
            "name": job.wait.task.name,
            "text": job.wait.task.text,
            "needs": list(job.wait.task.needs),
            "fields": [dict(one) for one in job.wait.task.fields],
            "handed": job.wait.task.handed,
            "taken_by": job.wait.task.taken_by,
            "until": job.wait.until,
        }
        for key, job in view.jobs.items()
        if job.wait and job.wait.task and not job.state.is_end
    ]


def safe(text: str) -> str:
    """A text that can do nothing to a terminal."""
    return _CONTROL.sub("", text)
