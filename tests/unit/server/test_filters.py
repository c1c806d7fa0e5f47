"""What a list of runs is asked for, as its address says."""

import pytest

from holdfast.model import State
from holdfast.server.pages.filters import filter_of


def test_a_state_and_the_name_of_several() -> None:
    assert filter_of({}).states == ()
    assert filter_of({"state": "failed"}).states == (State.FAILED,)
    person = filter_of({"state": "needs a person"})
    assert person.states == (State.GATED, State.IN_DOUBT)
    assert not any(one.is_end for one in filter_of({"state": "not ended"}).states)


@pytest.mark.parametrize("before", ["", "x", "r", "r-1", "r1;", "17", "r" + "9" * 40])
def test_what_is_no_run_asks_for_no_page(before: str) -> None:
    assert filter_of({"before": before}).before == ""


def test_a_state_that_is_none_asks_for_all_and_is_not_repeated() -> None:
    asked = filter_of({"state": "<b>", "workflow": "a b", "before": "r7"})
    assert asked.fields == (("workflow", "a b"),)
    assert asked.before == "r7"


def test_a_trigger_nobody_here_knows_can_be_asked_for_too() -> None:
    assert "release" in filter_of({"trigger": "release"}).triggers
    assert "release" not in filter_of({}).triggers
