"""Nothing that is written as an expression brings the program down."""

from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.expressions import ExpressionError, evaluate_expression, interpolate

WORDS = st.sampled_from(
    [
        *"()[].,!<>*{}'=\"",
        *("<=", "==", "&&", "||", "a", "b.c", "'x'", "''", "1", "-1", "0x1F", "NaN"),
        *("null", "true", "format(", "join(", "toJSON(", "fromJSON(", "case("),
        *("contains(", "${{", "}}"),
    ]
)


@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=60))
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    for call in (evaluate_expression, interpolate):
        with suppress(ExpressionError):
            call(text, {"a": [1, {"b": "x"}], "b": {"c": None}})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "!" * 10_000 + "true",
        "(" * 60 + "1" + ")" * 60,
        "a" + ".b" * 5_000,
        "a" + "[a" * 5_000,
        "1" + " == 1" * 3_000,
        "join(" * 3_000,
        "fromJSON('" + "[" * 10_000 + "')",
        "fromJSON('" + '{"a":' * 2_000 + "')",
        "x" * 30_000,
    ],
)
def test_hostile_nesting_is_an_error_and_no_crash(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate_expression(text, {"a": {}})


def test_a_long_chain_of_choices_is_not_deep() -> None:
    assert evaluate_expression("false || " * 2_000 + "7", {}) == 7


def test_data_that_holds_itself_is_an_error() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    for text in ("toJSON(loop)", "contains(toJSON(loop), 'x')"):
        for reveal in (False, True):
            with pytest.raises(ExpressionError):
                evaluate_expression(text, {"loop": loop}, reveal=reveal)


def test_a_result_cannot_grow_without_end() -> None:
    many = "{0}" * 1_000
    bomb = f"format('{many}', format('{many}', format('{many}', 'xxxxxxxxxx')))"
    with pytest.raises(ExpressionError, match="longer than"):
        evaluate_expression(bomb, {})


def test_data_that_explodes_is_an_error() -> None:
    data: Any = "x"
    for _ in range(40):
        data = [data] * 10
    for text in ("toJSON(d)", "d" + ".*" * 30):
        with pytest.raises(ExpressionError):
            evaluate_expression(text, {"d": data}, reveal=True)


def test_a_number_too_big_for_a_float_is_infinite() -> None:
    assert evaluate_expression("0x" + "F" * 5_000, {}) == float("inf")
    assert evaluate_expression("format('{0}', big)", {"big": 10**5000}) == "Infinity"
    assert evaluate_expression("a[big]", {"big": 10**5000, "a": [1]}) is None


numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)


@given(numbers, numbers)
def test_order_is_the_order_of_numbers(left: float, right: float) -> None:
    contexts = {"l": left, "r": right}
    assert evaluate_expression("l < r", contexts) is (left < right)
    assert evaluate_expression("l >= r", contexts) is (left >= right)
    assert evaluate_expression("l == r", contexts) is (left == right)


plain: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner)
    ),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_as_json_is_read_back(value: Any) -> None:
    assert evaluate_expression("fromJSON(toJSON(v))", {"v": value}) == value


@given(st.text(max_size=30))
def test_a_quoted_text_is_itself(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert interpolate("${{ " + quoted + " }}", {}) == text


MUCH = 20.0
"""Seconds of processor time; what grows by the square would take hours."""


@pytest.mark.parametrize(
    "text", ["1" * 1_000_000 + "x", '"' + '\\"' * 500_000, "{{" * 500_000 + "{"]
)
def test_long_text_takes_no_longer_than_its_length(text: str) -> None:
    began = process_time()
    for call in ("x == 1", "fromJSON(x)", "format(x)"):
        with suppress(ExpressionError):
            evaluate_expression(call, {"x": text})
    assert process_time() - began < MUCH
