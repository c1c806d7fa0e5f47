from typing import Any

import pytest

from holdfast.plan import expand


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (None, [{}]),
        ({"os": ["a", "b"]}, [{"os": "a"}, {"os": "b"}]),
        (
            {"os": ["a", "b"], "v": [1, 2], "exclude": [{"os": "a", "v": 2}]},
            [{"os": "a", "v": 1}, {"os": "b", "v": 1}, {"os": "b", "v": 2}],
        ),
        ({"include": [{"x": 1}, {"x": 2}]}, [{"x": 1}, {"x": 2}]),
        ({"os": []}, []),
        (
            {
                "fruit": ["apple", "pear"],
                "animal": ["cat", "dog"],
                "include": [
                    {"color": "green"},
                    {"color": "pink", "animal": "cat"},
                    {"fruit": "apple", "shape": "circle"},
                    {"fruit": "banana"},
                    {"fruit": "banana", "animal": "cat"},
                ],
            },
            [
                {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
                {
                    "fruit": "apple",
                    "animal": "dog",
                    "color": "green",
                    "shape": "circle",
                },
                {"fruit": "pear", "animal": "cat", "color": "pink"},
                {"fruit": "pear", "animal": "dog", "color": "green"},
                {"fruit": "banana"},
                {"fruit": "banana", "animal": "cat"},
            ],
        ),
    ],
)
def test_a_matrix_becomes_its_combinations_in_order(
    matrix: Any, expected: list[Any]
) -> None:
    assert list(expand(matrix)) == expected


@pytest.mark.parametrize(
    "matrix",
    ["os", {"os": "linux"}, {"os": ["a"], "include": "b"}, {"n": list(range(257))}],
)
def test_a_matrix_that_cannot_be_worked_out_says_why(matrix: Any) -> None:
    with pytest.raises(ValueError, match="matrix"):
        expand(matrix)
