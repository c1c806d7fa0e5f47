"""What the rest of Holdfast asks of the language: checked, filled in, evaluated."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypedDict, Unpack

from holdfast.expressions.check import check_words
from holdfast.expressions.coerce import Data, to_text
from holdfast.expressions.errors import (
    MAX_RESULT,
    ExpressionError,
    impossible,
)
from holdfast.expressions.evaluator import (
    HashFiles,
    Status,
    Surroundings,
    value_of,
)
from holdfast.expressions.nodes import Index, Literal, Name, Node, walk
from holdfast.expressions.parser import parse
from holdfast.expressions.template import Part, parts


class Options(TypedDict, total=False):
    """
    What an expression may use besides its contexts.

    ``status`` makes ``success failure always cancelled`` work, ``hash_files`` makes
    ``hashFiles`` work, ``reveal`` opens secrets.
    """

    status: Status | None
    hash_files: HashFiles | None
    reveal: bool


def evaluate(
    text: str, contexts: Mapping[str, Data], **options: Unpack[Options]
) -> Data:
    """
    The value of one condition, written with or without ``${{ }}``.

    Raises ``ExpressionError``, also for text around a ``${{ }}``: ``${{ a }} && b``
    would be a text and so always true.
    """
    return evaluate_expression(_inside(text), contexts, **options)


def evaluate_expression(
    expression: str, contexts: Mapping[str, Data], **options: Unpack[Options]
) -> Data:
    """The value of one bare expression; raises ``ExpressionError``."""
    around = Surroundings(contexts, **options)
    check_words(expression, around.has)
    return value_of(parse(expression), around)


def interpolate(
    text: str, contexts: Mapping[str, Data], **options: Unpack[Options]
) -> Data:
    """
    A text with each ``${{ }}`` replaced by its value.

    A text that is exactly one ``${{ }}`` keeps the value's type. Raises
    ``ExpressionError``, also when a secret would become part of a longer text and
    ``reveal`` is not set.
    """
    found = parts(text)
    if len(found) == 1 and found[0].is_expression:
        return evaluate_expression(found[0].text, contexts, **options)
    made: list[str] = []
    length = 0
    for part in found:
        made.append(_filled(part, contexts, options))
        length += len(made[-1])
        if length > MAX_RESULT:
            raise impossible(f"The result is longer than {MAX_RESULT} characters")
    return "".join(made)


def has_expression(text: str) -> bool:
    """Whether a text holds a ``${{``, closed or not."""
    return "${{" in text


@lru_cache(maxsize=65536)
def references(text: str, *, bare: bool = False) -> frozenset[tuple[str, ...]]:
    """
    What a text reads: ``("secrets", "db")``, or ``("facts",)`` for a whole context.

    Context names are in small letters, keys as written; a key that is computed gives
    the context alone. Only what is inside ``${{ }}`` counts, with ``bare`` the whole
    text is one condition as :func:`evaluate` takes it. Nothing is evaluated. Raises
    ``ExpressionError`` when the text cannot be read.
    """
    inner = [_inside(text)] if bare else _expressions(text)
    return frozenset(path for part in inner for path in _paths(parse(part)))


def contexts_of(text: str, *, bare: bool = False) -> frozenset[str]:
    """The names of the contexts a text reads; see :func:`references`."""
    return frozenset(path[0] for path in references(text, bare=bare))


def _inside(text: str) -> str:
    """The bare expression of a condition."""
    stripped = text.strip()
    if not stripped.startswith("${{"):
        return stripped
    found = parts(stripped)
    if len(found) > 1:
        message = "There is text around ${{ }}; write the whole condition inside of one"
        raise ExpressionError("parsing", message, 1, stripped)
    return found[0].text


def _filled(part: Part, contexts: Mapping[str, Data], options: Options) -> str:
    if not part.is_expression:
        return part.text
    return to_text(evaluate_expression(part.text, contexts, **options))


def _expressions(text: str) -> Iterator[str]:
    return (part.text for part in parts(text) if part.is_expression)


def _paths(tree: Node) -> Iterator[tuple[str, ...]]:
    """Every context in a tree, with the key that is asked of it when that is fixed."""
    keyed: set[int] = set()
    for node in walk(tree):
        match node:
            case Index(Name(name) as of, Literal(str(key))):
                keyed.add(id(of))
                yield name.lower(), key
            case Name(name) if id(node) not in keyed:
                yield (name.lower(),)
            case _:
                pass
