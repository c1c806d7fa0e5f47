"""Steps: scripts, actions, and what GitHub tries out beside them."""

from holdfast.load.workflows.grammar import contexts
from holdfast.load.workflows.grammar.notation import (
    FILLED,
    filled,
    key,
    maybe,
    named,
    one_or_more,
    required,
)
from holdfast.load.workflows.grammar.shapes import (
    Boolean,
    Key,
    Keys,
    Number,
    OneOf,
    Sequence,
    Shape,
    String,
)


def steps(*sorts: dict[str, Key]) -> Shape:
    """A list of steps, each of one of several sorts."""
    return Sequence(OneOf(tuple(Keys(keys) for keys in sorts)))


def _with_parallel(*sorts: dict[str, Key]) -> tuple[dict[str, Key], ...]:
    """Sorts of steps, and groups of them that go on side by side; none in another."""
    return (*sorts, {"parallel": required(steps(*sorts))})


NAMING = {
    "id": key(FILLED),
    "name": key(String(contexts.STEP)),
    "if": key(String(contexts.STEP_IF, condition=True)),
}
ENDING = {
    "timeout-minutes": key(Number(contexts.STEP)),
    "continue-on-error": key(Boolean(contexts.STEP)),
}
_ANY = {
    "id": NAMING["id"],
    "if": NAMING["if"],
    "name": NAMING["name"],
    **ENDING,
    "env": key(named(contexts.STEP)),
}

RUN = {
    **_ANY,
    "run": required(String(contexts.STEP)),
    "working-directory": key(String(contexts.STEP)),
    "shell": key(filled(contexts.STEP)),
}
USES = {**_ANY, "uses": required(FILLED), "with": key(named(contexts.STEP))}
_BACKGROUND = {"background": key(Boolean())}
_ON_OTHERS = {
    "id": NAMING["id"],
    "name": NAMING["name"],
    "continue-on-error": ENDING["continue-on-error"],
}
_WAIT = {**_ON_OTHERS, "wait": required(one_or_more(FILLED))}
_WAIT_ALL = {**_ON_OTHERS, "wait-all": required(maybe(Boolean()))}
_CANCEL = {**_ON_OTHERS, "cancel": required(FILLED)}

IN_ORDER = _with_parallel(RUN, USES)
"""The steps GitHub has."""

IN_BACKGROUND = _with_parallel(
    {**RUN, **_BACKGROUND},
    {**USES, **_BACKGROUND},
    _WAIT,
    _WAIT_ALL,
    _CANCEL,
)
"""The steps GitHub tries out: some go on while the next ones run."""
