"""Jobs: those with steps of their own, and those that call another workflow."""

from holdfast.load.workflows.grammar import contexts
from holdfast.load.workflows.grammar.containers import CONTAINER, SERVICES
from holdfast.load.workflows.grammar.notation import (
    FILLED,
    filled,
    key,
    named,
    required,
    texts,
    words,
)
from holdfast.load.workflows.grammar.permissions import PERMISSIONS
from holdfast.load.workflows.grammar.shapes import (
    Anything,
    Boolean,
    Contexts,
    Key,
    Keys,
    Number,
    OneOf,
    Sequence,
    Shape,
    String,
)


def jobs(*sorts: dict[str, Key]) -> Key:
    """Jobs by their ids, each of one of several sorts."""
    return required(Keys(others=OneOf(tuple(Keys(keys) for keys in sorts))))


def concurrency(allowed: Contexts, short: Shape) -> Shape:
    """A group of which one runs at a time; ``short`` is its name alone."""
    return OneOf(
        (
            short,
            Keys(
                {
                    "group": required(filled(allowed)),
                    "cancel-in-progress": key(Boolean(allowed)),
                    "queue": key(words("single", "max")),
                }
            ),
        )
    )


def defaults(allowed: Contexts) -> Shape:
    """What scripts have that say nothing else: of a workflow or a job."""
    run = {"shell": key(filled(allowed)), "working-directory": key(filled(allowed))}
    return Keys({"run": key(Keys(run))})


_ROWS = Sequence(
    Keys(others=Anything(contexts.STRATEGY), contexts=contexts.STRATEGY),
    contexts.STRATEGY,
)
_MATRIX = Keys(
    {"include": key(_ROWS), "exclude": key(_ROWS)},
    others=Sequence(Anything(contexts.STRATEGY), contexts.STRATEGY),
    contexts=contexts.STRATEGY,
)
_STRATEGY = Keys(
    {
        "fail-fast": key(Boolean(contexts.STRATEGY)),
        "max-parallel": key(Number(contexts.STRATEGY)),
        "matrix": key(_MATRIX),
    },
    contexts=contexts.STRATEGY,
)
_LABELS = OneOf((filled(contexts.JOB), texts(contexts.JOB)))
_RUNNERS = Keys(
    {"group": key(filled(contexts.JOB)), "labels": key(_LABELS)},
    contexts=contexts.JOB,
)
RUNS_ON = OneOf((filled(contexts.JOB), texts(contexts.JOB), _RUNNERS))
_ENVIRONMENT = OneOf(
    (
        String(contexts.JOB),
        Keys(
            {
                "name": required(String(contexts.JOB)),
                "url": key(String(contexts.ENVIRONMENT_URL)),
                "deployment": key(Boolean(contexts.JOB)),
            }
        ),
    )
)
_OUTPUTS = Keys(others=String(contexts.JOB_OUTPUTS))
_SNAPSHOT = OneOf(
    (
        FILLED,
        Keys(
            {
                "image-name": required(FILLED),
                "if": key(String(contexts.JOB, condition=True)),
                "version": key(FILLED),
            }
        ),
    )
)

_ANY = {
    "needs": key(OneOf((FILLED, Sequence(FILLED)))),
    "if": key(String(contexts.JOB_IF, condition=True)),
    "strategy": key(_STRATEGY),
    "name": key(String(contexts.JOB)),
    "concurrency": key(concurrency(contexts.JOB, filled(contexts.JOB))),
    "permissions": key(PERMISSIONS),
}
_GIVEN = OneOf((Boolean(contexts.JOB), Number(contexts.JOB), String(contexts.JOB)))

_SECRETS = Keys(others=String(contexts.JOB_ENV))

CALLING = {
    **_ANY,
    "uses": required(FILLED),
    "with": key(Keys(others=_GIVEN)),
    "secrets": key(OneOf((words("inherit"), _SECRETS))),
}
"""A job that is another workflow."""

WORKING = {
    **_ANY,
    "runs-on": required(RUNS_ON),
    "timeout-minutes": key(Number(contexts.JOB)),
    "cancel-timeout-minutes": key(Number(contexts.JOB)),
    "continue-on-error": key(Boolean(contexts.JOB)),
    "container": key(CONTAINER),
    "services": key(SERVICES),
    "env": key(named(contexts.JOB_ENV)),
    "environment": key(_ENVIRONMENT),
    "outputs": key(_OUTPUTS),
    "defaults": key(defaults(contexts.JOB_DEFAULTS)),
    "snapshot": key(_SNAPSHOT),
}
"""A job with steps, but for the steps."""
