"""Which of several mistakes in an expression is told: the first one that is read."""

import pytest

from holdfast.expressions import ExpressionError, evaluate_expression
from holdfast.expressions.check import check_expression


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a == )", "Unrecognized named-value: 'a'"),
        ("github.x == )", "Unexpected symbol: ')'"),
        ("contains(a)", "Unrecognized named-value: 'a'"),
        ("contains(github)", "Too few parameters supplied: 'contains'"),
        ("nosuch(1, ]", "Unrecognized function: 'nosuch'"),
        ("github.x == a b", "Unrecognized named-value: 'a'"),
        ("github.x == (1 a", "Unexpected symbol: 'a'"),
        ("a == 0xZ", "Unexpected symbol: '0xZ'"),
        ("github.a == success()", "Unrecognized function: 'success'"),
    ],
)
def test_the_first_mistake_is_told(text: str, told: str) -> None:
    with pytest.raises(ExpressionError) as checked:
        check_expression(text, ["github"])
    assert checked.value.message.startswith(told)
    with pytest.raises(ExpressionError) as evaluated:
        evaluate_expression(text, {"github": {}})
    assert evaluated.value.message == checked.value.message


def test_a_function_takes_something_only_where_it_may() -> None:
    check_expression(
        "success('a') && hashFiles('b')", ["success(...)", "hashFiles(...)"]
    )
    check_expression("Success()", ["success()"])
    with pytest.raises(
        ExpressionError, match="Too many parameters supplied: 'Success'"
    ):
        check_expression("Success('a')", ["success()"])
    with pytest.raises(
        ExpressionError, match="Too few parameters supplied: 'hashFiles'"
    ):
        check_expression("hashFiles()", ["hashFiles(...)"])


def test_a_literal_is_asked_for_a_key_only_in_brackets() -> None:
    assert evaluate_expression("(1).x", {}) is None
    assert evaluate_expression("('a')[0]", {}) is None
    assert evaluate_expression("('a').*", {}) == []
    with pytest.raises(ExpressionError, match=r"Unexpected symbol: '\.'"):
        evaluate_expression("'a'.x", {})
