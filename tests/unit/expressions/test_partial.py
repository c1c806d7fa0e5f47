"""What is known is filled in; what is not stays an expression; no value becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.expressions import evaluate, interpolate
from holdfast.expressions.partial import fill_known

KNOWN = {"inputs": {"host": "web-1", "n": 3}, "github": {"sha": "abc"}}


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("plain", "plain"),
        ("restart ${{ inputs.host }}", "restart web-1"),
        ("${{ inputs.n }}", "3"),
        ("${{ secrets.key }} on ${{ inputs.host }}", "${{ secrets.key }} on web-1"),
        ("${{ format('{0}-{1}', inputs.host, secrets.key) }}", None),
        (
            "${{ github.sha }} in ${{ github.workspace }}",
            "abc in ${{ github.workspace }}",
        ),
        ("${{ github }}", None),
        ("${{ always() }}", None),
        ("${{ hashFiles('a') }}", None),
        ("${{ inputs.missing }}", ""),
        ("${{ env.X || inputs.host }}", None),
    ],
)
def test_only_what_is_known_is_filled_in(text: str, then: str | None) -> None:
    assert fill_known(text, KNOWN, later=("github",)) == (
        text if then is None else then
    )


def test_mappings_and_lists_are_filled_in_too() -> None:
    value = {"a": ["${{ inputs.host }}", 3, None], "b": {"c": "${{ secrets.x }}"}}
    then = {"a": ["web-1", 3, None], "b": {"c": "${{ secrets.x }}"}}
    assert fill_known(value, KNOWN) == then


@given(st.text(max_size=40) | st.sampled_from(["${{ secrets.key }}", "${{", "a }} b"]))
def test_a_value_means_the_same_after_it_is_evaluated_again(value: str) -> None:
    filled = fill_known("<${{ inputs.text }}>", {"inputs": {"text": value}})
    assert interpolate(filled, {"secrets": {"key": "S"}}) == f"<{value}>"
    assert evaluate("true", {}) is True
