"""What a workflow may be given: inputs and secrets of calls, inputs of starts by hand."""

from holdfast.load.workflows.grammar import contexts
from holdfast.load.workflows.grammar.notation import (
    TEXT,
    key,
    maybe,
    required,
    words,
)
from holdfast.load.workflows.grammar.shapes import (
    Boolean,
    Keys,
    Number,
    OneOf,
    Sequence,
    Shape,
    String,
)

INPUT_TYPES = ("string", "boolean", "number", "choice", "environment")
"""Of an input that a person fills in."""

DISPATCH_INPUT = Keys(
    {
        "description": key(TEXT),
        "type": key(words(*INPUT_TYPES)),
        "required": key(Boolean()),
        "default": key(OneOf((Boolean(), Number(), TEXT))),
        "options": key(Sequence(TEXT)),
        "deprecationMessage": key(TEXT),
    }
)

DEFAULT = OneOf(
    (
        Boolean(contexts.WORKFLOW),
        Number(contexts.WORKFLOW),
        String(contexts.WORKFLOW),
    )
)
"""The default of an input of a call or an action."""

_CALL_INPUT = Keys(
    {
        "description": key(TEXT),
        "type": required(words("boolean", "number", "string")),
        "required": key(Boolean()),
        "default": key(DEFAULT),
    }
)
_CALL_SECRET = Keys({"description": key(TEXT), "required": key(Boolean())})
_CALL_OUTPUT = Keys(
    {"description": key(TEXT), "value": required(String(contexts.CALL_OUTPUT))}
)

CALL = maybe(
    Keys(
        {
            "inputs": key(maybe(Keys(others=_CALL_INPUT))),
            "secrets": key(maybe(Keys(others=maybe(_CALL_SECRET)))),
            "outputs": key(maybe(Keys(others=_CALL_OUTPUT))),
        }
    )
)


def dispatch(of_input: Shape) -> Shape:
    """A start by hand, with inputs of a shape."""
    return maybe(Keys({"inputs": key(maybe(Keys(others=of_input)))}))
