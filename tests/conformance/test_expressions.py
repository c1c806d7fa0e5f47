"""Every case that GitHub published for its expression language."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.expressions import ExpressionError, evaluate_expression

FOLDER = Path(__file__).parent / "github-actions" / "expressions"
KINDS: dict[str, Any] = {
    "Null": type(None),
    "Boolean": bool,
    "Number": (int, float),
    "String": str,
    "Array": list,
    "Object": dict,
}


def cases() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*.json")):
        for group, listed in json.loads(file.read_text(encoding="utf-8")).items():
            for number, case in enumerate(listed):
                yield pytest.param(case, id=f"{file.stem}-{group}-{number}")


def test_all_cases_are_here() -> None:
    assert len(list(FOLDER.glob("*.json"))) == 17
    assert len(list(cases())) > 400


@pytest.mark.parametrize("case", list(cases()))
def test_a_published_case_comes_out_as_published(case: dict[str, Any]) -> None:
    contexts = case.get("contexts", {})
    if "err" in case:
        with pytest.raises(ExpressionError) as caught:
            evaluate_expression(case["expr"], contexts)
        expected = case["err"]
        assert caught.value.kind == expected["kind"]
        if expected["value"].endswith(": "):  # the beginning is what was published
            assert caught.value.message.startswith(expected["value"])
        else:
            assert caught.value.message == expected["value"]
        return
    value = evaluate_expression(case["expr"], contexts)
    expected = case["result"]
    assert isinstance(value, KINDS[expected["kind"]])
    assert isinstance(value, bool) is (expected["kind"] == "Boolean")
    assert value == expected["value"]
