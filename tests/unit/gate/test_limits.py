"""How much a plan may change at once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import judge
from holdfast.gate.limits import allowed_of
from holdfast.model import (
    Action,
)
from unit.gate.asked import change, codes, facts, gated, only, plan


@pytest.mark.parametrize(
    ("share", "whole", "allowed"),
    [
        ("30%", 10, 3),
        ("30%", 9, 2),
        ("30%", 1, 1),
        ("5%", 10, 1),
        ("0%", 10, 0),
        ("100%", 7, 7),
        ("33.4%", 3, 1),
        ("66.7%", 3, 2),
        ("1%", 0, 0),
    ],
)
def test_a_share_is_rounded_down_but_allows_one(
    share: str, whole: int, allowed: int
) -> None:
    assert allowed_of(Fraction(share[:-1]) / 100, whole) == allowed


@given(st.integers(0, 1000), st.integers(0, 100))
def test_a_share_never_allows_more_than_it_says_beyond_one(
    whole: int, percent: int
) -> None:
    allowed = allowed_of(Fraction(percent, 100), whole)
    assert allowed <= max(1, whole)
    assert allowed * 100 <= percent * whole or allowed == 1


def test_a_share_of_the_hosts_counts_hosts_and_not_changes() -> None:
    rules = gated(limits={"max_share": "20%"})
    two = plan(change("a"), change("a", name="/x"), change("b"))
    assert judge(two, rules, facts()).allows(two)
    three = plan(change("a"), change("b"), change("c"))
    objection = only(judge(three, rules, facts()))
    assert "3 of 10 hosts in production, 2 allowed" in objection.problem.summary


def test_a_share_of_nobody_knows_how_many_hosts_is_a_no() -> None:
    rules = gated(limits={"max_share": "100%"})
    verdict = judge(plan(change()), rules, facts(hosts={}))
    assert codes(verdict) == ["gate.unknown-size"]


def test_a_replace_counts_as_a_delete() -> None:
    rules = gated(limits={"max_delete_share": "10%"})
    asked = plan(change(action=Action.REPLACE), change("b", Action.DELETE))
    assert judge(asked, rules, facts(managed={"production": 20})).allows(asked)
    verdict = judge(asked, rules, facts(managed={"production": 19}))
    assert codes(verdict) == ["gate.too-many-deletes"]
    assert codes(judge(asked, rules, facts())) == ["gate.too-many-deletes"]
