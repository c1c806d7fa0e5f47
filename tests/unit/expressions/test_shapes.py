"""What an expression asks for that is never there, and conditions that are decided."""

import pytest

from holdfast.expressions.constant import verdict
from holdfast.expressions.shapes import OPEN, Record, Shape, missing

STEPS = Record({"build": Record({"outputs": Record({"x": OPEN}), "outcome": OPEN})})
CONTEXTS: dict[str, Shape] = {"steps": STEPS, "matrix": Record(), "github": OPEN}


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("steps.build.outputs.x", []),
        ("STEPS.Build.Outputs.X", []),
        ("steps['build']['outputs'].x.y.z", []),
        ("steps.build.outputs.y", ["steps.build.outputs.y"]),
        ("steps.nope.outputs.y == steps['other']", ["steps.nope", "steps.other"]),
        ("steps[matrix.a].outputs.y", ["matrix.a"]),
        ("steps.*.outputs.y", []),
        ("steps[0].outputs", []),
        ("github.nope && env.any", []),
        ("contains(fromJSON(matrix.b).c, !steps.x)", ["matrix.b", "steps.x"]),
        ("(steps.build).outputz", ["steps.build.outputz"]),
        ("toJSON(steps)", []),
    ],
)
def test_keys_that_are_never_there(text: str, lost: list[str]) -> None:
    assert [one.written for one in missing(text, CONTEXTS)] == lost


def test_a_position_is_that_of_the_context() -> None:
    (one,) = missing("true && steps.nope", CONTEXTS)
    assert one.position == 9


VALUES = {("github", "event_name"): frozenset({"push", "schedule"})}


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("false", False),
        ("true", True),
        ("''", False),
        ("success() && false", False),
        ("github.ref && 0", False),
        ("github.ref || 1", True),
        ("!(github.ref && false)", True),
        ("github.ref", None),
        ("success()", None),
        ("always()", True),
        ("!cancelled()", None),
        ("1 == 1", True),
        ("contains('abc', 'b')", True),
        ("fromJSON('[')", None),
        ("hashFiles('x') == ''", None),
        ("github.event_name == 'release'", False),
        ("'RELEASE' != github.event_name", True),
        ("github.event_name == 'PUSH'", None),
        ("github.event_name == github.ref", None),
        ("github.event_name != 'push'", None),
        ("github.event_name", None),
    ],
)
def test_what_a_condition_always_comes_to(text: str, always: bool | None) -> None:  # noqa: FBT001
    assert verdict(text, VALUES) is always


def test_what_is_known_of_the_status_counts() -> None:
    assert verdict("success() && github.ref", {}, {"success": False}) is False
    assert verdict("failure() || always()", {}, {"failure": False}) is True
