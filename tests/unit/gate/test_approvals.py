"""Which approvals count, and what silence is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import judge
from unit.gate.asked import HOUR, NOW, change, codes, facts, gated, only, plan, yes

SRE = {"by": ["sre"], "count": 1, "not": "author", "within": "4h"}


def test_an_approval_of_exactly_this_plan_is_a_yes() -> None:
    asked = plan(change())
    given = facts(approvals=(yes(asked, reason="looked at it"),))
    verdict = judge(asked, gated(approve=SRE), given)
    assert verdict.allows(asked, NOW)
    assert verdict.approvals == ("bob: looked at it",)
    assert verdict.expires == NOW + 3 * HOUR


def test_silence_is_a_no_that_says_whom_to_ask() -> None:
    objection = only(judge(plan(change()), gated(approve=SRE), facts()))
    assert (objection.needs, objection.count, objection.not_author) == (
        ("sre",),
        1,
        True,
    )
    assert objection.problem.next_step.startswith("Ask sre to approve exactly this")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"digest": "sha256:0"}, "approved another plan"),
        ({"teams": ("dev",)}, "not among those"),
        ({"who": "alice"}, "is its author"),
        ({"who": " Alice "}, "is its author"),
        ({"who": ""}, "is nobody"),
        ({"at": NOW - 5 * HOUR}, "not approve in time"),
        ({"at": NOW + HOUR}, "not approve in time"),
    ],
)
def test_an_approval_that_does_not_count_says_why(
    changed: dict[str, Any], why: str
) -> None:
    asked = plan(change())
    given = replace(yes(asked), **changed)
    verdict = judge(asked, gated(approve=SRE), facts(approvals=(given,)))
    assert why in only(verdict).problem.detail
    assert verdict.approvals == ()


def test_an_approval_that_came_too_late_after_being_asked_is_none() -> None:
    asked = plan(change())
    given = facts(approvals=(yes(asked),), asked=NOW - 6 * HOUR)
    assert codes(judge(asked, gated(approve=SRE), given)) == ["gate.needs-approval"]


def test_who_applies_another_ones_plan_may_approve_it() -> None:
    asked = plan(change())
    given = facts(actor="bob", author="alice", approvals=(yes(asked),))
    assert judge(asked, gated(approve=SRE), given).allows(asked)


def test_a_person_counts_once_however_often_they_say_yes() -> None:
    asked = plan(change())
    approvals = (yes(asked), yes(asked, "BOB"), yes(asked, at=NOW))
    rules = gated(approve={"by": ["sre", "carol"], "count": 2})
    assert only(judge(asked, rules, facts(approvals=approvals))).count == 1
    carol = yes(asked, "carol", teams=())
    more = facts(approvals=(*approvals, carol))
    assert judge(asked, rules, more).allows(asked)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(-6, 6)), max_size=6
    ),
    st.integers(1, 3),
)
def test_a_yes_rests_on_enough_different_valid_people(
    given_by: list[tuple[str, bool, int]], count: int
) -> None:
    asked = plan(change())
    approvals = tuple(
        yes(asked if right else plan(), who, at=NOW + hours * HOUR)
        for who, right, hours in given_by
    )
    rules = gated(approve={**SRE, "count": count})
    verdict = judge(asked, rules, facts(approvals=approvals, actor="a"))
    valid = {w for w, right, h in given_by if right and w != "a" and -4 <= h <= 0}
    assert verdict.allows(asked, NOW) is (len(valid) >= count)
