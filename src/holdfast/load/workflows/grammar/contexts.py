"""
Which contexts and functions an expression may use, place by place.

They are those of GitHub's table of context availability; ``event`` is Holdfast's own.
Functions end with ``()``, those that may be given something with ``(...)``.
"""

_STATUS = ("always()", "cancelled()", "success()", "failure()")
_STATUS_OF_NEEDS = ("always()", "cancelled()", "success(...)", "failure(...)")
_HASH_FILES = "hashFiles(...)"

WORKFLOW: tuple[str, ...] = ("github", "event", "inputs", "vars")
"""Before any job is there: ``run-name``, ``concurrency``, defaults of inputs."""

WORKFLOW_ENV: tuple[str, ...] = (*WORKFLOW, "secrets")

CALL_OUTPUT: tuple[str, ...] = ("github", "event", "jobs", "vars", "inputs")

STRATEGY: tuple[str, ...] = (*WORKFLOW, "needs")
"""When a job is about to begin and its matrix is not known yet."""

JOB_IF: tuple[str, ...] = (*STRATEGY, *_STATUS_OF_NEEDS)

JOB: tuple[str, ...] = (*STRATEGY, "strategy", "matrix")
"""What a job is, before it has a machine."""

JOB_ENV: tuple[str, ...] = (*JOB, "secrets")

JOB_DEFAULTS: tuple[str, ...] = (*JOB, "env")

CREDENTIALS: tuple[str, ...] = (*JOB, "env", "secrets")
"""What an image is pulled with: nothing of the machine is there yet."""

CONTAINER: tuple[str, ...] = (*JOB, "job", "runner", "env", "secrets")
"""What the containers of a job are given."""

JOB_OUTPUTS: tuple[str, ...] = (*JOB, "job", "runner", "env", "secrets", "steps")

ENVIRONMENT_URL: tuple[str, ...] = (*JOB, "job", "runner", "env", "steps")

STEP: tuple[str, ...] = (*JOB_OUTPUTS, _HASH_FILES)

STEP_IF: tuple[str, ...] = (*ENVIRONMENT_URL, _HASH_FILES, *_STATUS)

ACTION: tuple[str, ...] = (*STEP, *_STATUS)
"""Outputs of an action."""

MANUAL: tuple[str, ...] = (*JOB, "job", "steps")
"""What a person is shown: nothing of a machine, and no secret."""

THRESHOLD: tuple[str, ...] = ("event", "github")
"""What one event is told from another by, when events are counted."""
