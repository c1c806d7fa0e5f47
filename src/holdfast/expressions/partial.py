"""Filling in what is known of a text, and leaving the rest for later."""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from holdfast.expressions.coerce import to_text
from holdfast.expressions.functions import ALWAYS_THERE
from holdfast.expressions.language import evaluate_expression, references
from holdfast.expressions.nodes import Call, walk
from holdfast.expressions.parser import parse
from holdfast.expressions.template import parts

Contexts: TypeAlias = Mapping[str, Any]

_OPEN, _SHOWN = "${{", "${{ '${{' }}"


def fill_known(value: Any, contexts: Contexts, later: Collection[str] = ()) -> Any:
    """
    Plain values with every ``${{ }}`` replaced that reads only ``contexts``.

    One that reads anything else, or a key of ``later`` (contexts that know only some of
    their keys yet), or calls a function that depends on the moment, stays as it
    is. A value that looks like an expression does not become one. Raises
    ``ExpressionError``.
    """
    match value:
        case str():
            return "".join(
                _filled(part.text, contexts, later) if part.is_expression else part.text
                for part in parts(value)
            )
        case Mapping():
            return {k: fill_known(item, contexts, later) for k, item in value.items()}
        case list() | tuple():
            return [fill_known(item, contexts, later) for item in value]
        case _:
            return value


def literal(text: str) -> str:
    """A text that means itself where expressions are read, whatever it looks like."""
    return text.replace(_OPEN, _SHOWN)


def meant(text: str) -> str:
    """What a text that was made :func:`literal` means."""
    return text.replace(_SHOWN, _OPEN)


def _filled(text: str, contexts: Contexts, later: Collection[str]) -> str:
    if not _is_known(text, contexts, later):
        return f"{_OPEN} {text} }}}}"
    return literal(to_text(evaluate_expression(text, contexts)))


def _is_known(text: str, contexts: Contexts, later: Collection[str]) -> bool:
    calls = (node for node in walk(parse(text)) if isinstance(node, Call))
    if any(call.name.lower() not in ALWAYS_THERE for call in calls):
        return False
    return all(
        name in contexts and (name not in later or (keys and keys[0] in contexts[name]))
        for name, *keys in references(f"{_OPEN} {text} }}}}")
    )
