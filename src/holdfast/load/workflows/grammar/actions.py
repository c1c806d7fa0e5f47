"""The file of an action: ``action.yml``."""

from holdfast.load.workflows.grammar import contexts, steps
from holdfast.load.workflows.grammar.inputs import DEFAULT
from holdfast.load.workflows.grammar.notation import (
    TEXT,
    filled,
    key,
    maybe,
    required,
)
from holdfast.load.workflows.grammar.shapes import (
    Anything,
    Boolean,
    Keys,
    OneOf,
    String,
)

_RUN = {**steps.RUN, "shell": required(filled(contexts.STEP))}
_INPUT = Keys(
    {
        "description": key(TEXT),
        "default": key(DEFAULT),
        "required": key(OneOf((Boolean(), TEXT))),
        "deprecationMessage": key(TEXT),
        "type": key(TEXT),
    }
)
_OUTPUT = Keys({"description": key(TEXT), "value": key(String(contexts.ACTION))})
_PROGRAM = ("main", "pre", "post", "pre-if", "post-if", "image", "entrypoint")
_RUNS = Keys(
    {
        "using": required(TEXT),
        "steps": key(steps.steps(_RUN, steps.USES)),
        **{name: key(TEXT) for name in _PROGRAM},
        "args": key(Anything(contexts.WORKFLOW)),
        "env": key(Anything(contexts.WORKFLOW)),
    }
)

ACTION = Keys(
    {
        "name": key(TEXT),
        "author": key(TEXT),
        "description": key(TEXT),
        "inputs": key(maybe(Keys(others=maybe(_INPUT)))),
        "outputs": key(maybe(Keys(others=_OUTPUT))),
        "runs": required(_RUNS),
        "branding": key(Anything()),
    }
)
