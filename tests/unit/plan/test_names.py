"""What the jobs of a matrix are called."""

from typing import Any

import pytest

from holdfast.declare import Job, Strategy
from holdfast.plan import instances
from holdfast.problems import Place


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("linux", "t (linux)"),
        (3, "t (3)"),
        (True, "t (true)"),
        ({"version": 20, "env": {"A": "x"}}, "t (20, x)"),
        ([1, "b"], "t (1, b)"),
        ({"on": False, "none": None}, "t (false)"),
    ],
)
def test_a_name_holds_what_the_values_hold(value: Any, name: str) -> None:
    job = Job(id="t", place=Place("w.yaml", 1, 1), strategy=Strategy({"n": [value]}))
    assert [one.name for one in instances(job, {})] == [name]
