"""Texts with ``${{ }}`` in them: what is wrong with them, in GitHub's words."""

import re
from collections.abc import Iterator

from holdfast.expressions import ExpressionError
from holdfast.expressions.check import check_expression
from holdfast.expressions.template import Part, parts
from holdfast.load.workflows.grammar.shapes import Contexts

MAX_LENGTH = 21_000
"""How many characters a text with expressions may have, as GitHub has it."""

NOT_ALLOWED = "A template expression is not allowed in this context"

NOTHING_WRITTEN = "An expression was expected"

_INSERT = re.compile(r"insert(?:\s+(?P<rest>.*))?", re.DOTALL)
_INSERT_ALONE = re.compile(r"\$\{\{\s*insert\s*\}\}")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def is_insert(text: str) -> bool:
    """Whether a text is ``${{ insert }}`` and nothing else."""
    return bool(_INSERT_ALONE.fullmatch(text))


def quoted_text(text: str) -> str | None:
    """The text that a lone ``${{ '...' }}`` means; ``None`` for anything else."""
    try:
        found = parts(text)
    except ExpressionError:
        return None
    whole = _QUOTED.fullmatch(found[0].text) if len(found) == 1 else None
    return whole[1].replace("''", "'") if whole else None


def faults_of_expressions(text: str, contexts: Contexts) -> Iterator[str]:
    """What is wrong with the expressions of a text, each one apart."""
    if len(text) > MAX_LENGTH:
        yield f"Exceeded max expression length {MAX_LENGTH}"
        return
    try:
        found = parts(text)
    except ExpressionError as error:
        yield error.message
        return
    wrong = [fault for part in found if (fault := _fault(part, contexts))]
    yield from wrong
    if contexts is None and not wrong:
        yield NOT_ALLOWED


def _fault(part: Part, contexts: Contexts) -> str:
    """What is wrong with one part of a text; empty for nothing."""
    if not part.is_expression:
        return ""
    if not part.text:
        return NOTHING_WRITTEN
    insert = _INSERT.fullmatch(part.text)
    if insert:
        return _misplaced(insert["rest"] or "")
    try:
        check_expression(part.text, contexts or ())
    except ExpressionError as error:
        return error.message
    return ""


def _misplaced(rest: str) -> str:
    """What is said of the directive ``insert`` with words behind it or text around it."""
    if rest:
        return (
            "Exactly 0 parameter(s) were expected following the directive 'insert'. "
            f"Actual parameter count: {len(rest.split())}"
        )
    return (
        "The directive 'insert' is not allowed in this context. Directives are not "
        "supported for expressions that are embedded within a string. Directives are "
        "only supported when the entire value is an expression."
    )
