"""What Holdfast can run, and what it wants beyond GitHub's grammar."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.declare import ACTIONS, Cron, Job, Step, Workflow, parse_cron
from holdfast.expressions import ExpressionError, references
from holdfast.problems import Place, Problem, Severity, did_you_mean

BUILT_IN = frozenset(name for name in ACTIONS if not name.startswith("holdfast/"))
"""Actions of others that Holdfast carries out itself, whatever is behind the ``@``."""

OURS = frozenset(name for name in ACTIONS if name.startswith("holdfast/"))
_LATER = frozenset(
    f"holdfast/{name}"
    for name in (
        "deploy",
        "rollback",
        "scale",
        "terraform",
        "ansible",
        "pulumi",
        "kubernetes",
        "github-workflow",
        "gitlab-pipeline",
        "jenkins-job",
    )
)


def unrunnable(workflow: Workflow) -> Iterator[Problem]:
    """Everything in a workflow that cannot be run here, with the reason."""
    for job in workflow.jobs:
        yield from _job(job)
        for step in job.steps:
            yield from _step(step)
        if job.calls is not None:
            yield from unrunnable(job.calls)


def outside_text(workflow: Workflow, severity: Severity) -> Iterator[Problem]:
    """Scripts that text from outside would become part of."""
    for job in workflow.jobs:
        for step in job.steps:
            scripts = [step.run, step.check, step.undo, step.with_.get("run")]
            if any(map(takes_outside_text, scripts)):
                yield Problem(
                    code="workflow.outside-text",
                    summary=f"`{_called(step)}` puts text from outside into a shell",
                    detail="Whoever writes an event, a branch name or a commit message "
                    "could run commands with it. Nothing was run.",
                    next_step='Pass it through `env:` and write "$NAME" in the script.',
                    place=step.place,
                    severity=severity,
                )


def secrets_in_commands(workflow: Workflow) -> Iterator[Problem]:
    """Commands for hosts that a secret would become part of: they are kept for good."""
    for job in workflow.jobs:
        for step in job.steps:
            elsewhere = step.uses.partition("@")[0] == "holdfast/exec"
            written = [step.check, step.undo, *step.with_.values()]
            if elsewhere and any(map(_reads_secrets, written)):
                yield Problem(
                    code="workflow.secret-in-command",
                    summary=f"`{_called(step)}` puts a secret into a command for hosts",
                    detail="It would be shown in plans and kept in the ledger. "
                    "Nothing was run.",
                    next_step="Write env: {NAME: ${{ secrets.NAME }}} at the step, "
                    "and $NAME in the command.",
                    place=step.place,
                )


def unowned(workflow: Workflow) -> Iterator[Problem]:
    """A workflow that nobody answers for."""
    if not workflow.owner:
        yield Problem(
            code="workflow.no-owner",
            summary=f"The workflow {workflow.name} has no owner",
            detail="Neither it nor the project says who answers for it.",
            next_step="Write `owner: TEAM` here or in holdfast.yaml.",
            place=Place(workflow.file, 1, 1),
        )


def odd_schedules(workflow: Workflow) -> Iterator[Problem]:
    """Schedules that nothing is ever due by."""
    for schedule in workflow.schedules:
        read = parse_cron(schedule.cron, schedule.timezone, workflow.name)
        if not isinstance(read, Cron):
            yield Problem(
                code=read.code,
                summary=read.summary,
                detail=read.detail,
                next_step=read.next_step,
                place=schedule.place,
            )


def _job(job: Job) -> Iterator[Problem]:
    if job.snapshot is not None:
        yield _refused(
            job.place,
            f"The job {job.id} has a `snapshot`",
            "No images are made of the machines that jobs run on.",
            "Take it out, or make the image with a step of your own.",
        )
    services = job.services if isinstance(job.services, Mapping) else {}
    for name, service in services.items():
        keys = set(service) if isinstance(service, Mapping) else set()
        for key in sorted(keys & {"command", "entrypoint"}):
            yield _refused(
                job.place,
                f"The service {name} of the job {job.id} has a `{key}`",
                "Services run what their image says.",
                "Take an image that does it by itself.",
            )


def _step(step: Step) -> Iterator[Problem]:
    name = step.uses.partition("@")[0]
    if step.background or step.waits or step.waits_for_all or step.cancels:
        yield _refused(
            step.place,
            f"`{_called(step)}` is about steps in the background",
            "Steps of a job run one after the other here.",
            "Make them jobs of their own.",
        )
    elif not (step.uses or step.run is not None or step.manual):
        yield _refused(
            step.place,
            "Steps in parallel are not run here",
            "Steps of a job run one after the other.",
            "Make them jobs of their own.",
        )
    elif name in _LATER:
        yield _refused(
            step.place,
            f"`{_called(step)}` uses {name}, which this version does not have yet",
            "",
            f"There are: {', '.join(sorted(OURS))}",
        )
    elif step.uses and not (
        step.uses.startswith("./") or name in BUILT_IN or name in OURS
    ):
        yield _refused(
            step.place,
            f"`{_called(step)}` uses `{step.uses}`, which cannot be run here",
            "There are scripts (`run:`), local actions (`./path`), and equivalents of: "
            f"{', '.join(sorted(BUILT_IN))}.",
            did_you_mean(name, [*BUILT_IN, *OURS])
            or "Write what it does as `run:`, or copy it here as a local action.",
        )


def takes_outside_text(script: Any) -> bool:
    """Whether what an event says becomes part of a text."""
    if not isinstance(script, str) or "${{" not in script:
        return False
    try:
        read = references(script)
    except ExpressionError:
        return False
    for path in read:
        if path[0] == "event" or path == ("github",):
            return True
        if path[0] == "github" and path[1].lower() in {"event", "head_ref"}:
            return True
    return False


def _reads_secrets(text: Any) -> bool:
    """Whether a secret becomes part of a text."""
    if not isinstance(text, str) or "${{" not in text:
        return False
    try:
        return any(path[0] == "secrets" for path in references(text))
    except ExpressionError:
        return False


def _called(step: Step) -> str:
    return str(
        step.name or (step.id if not step.id.startswith("__") else step.uses or "run")
    )


def _refused(place: Place, summary: str, detail: str, next_step: str) -> Problem:
    return Problem(
        code="workflow.cannot-run",
        summary=summary,
        detail=detail,
        next_step=next_step,
        place=place,
    )
