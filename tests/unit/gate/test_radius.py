"""What a workflow usually reaches, and that more than that is asked about."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import Limits, Reach, judge, reach_of, rules_from
from holdfast.gate.radius import outside
from holdfast.model import Action, Address, Change, Plan, Target
from unit.gate.asked import facts, only


def hosts(
    number: int, environment: str = "production", group: str = "web", owner: str = "ops"
) -> tuple[Target, ...]:
    return tuple(
        Target(f"{group}-{environment}-{n}", environment, (group,), owner)
        for n in range(number)
    )


def runs(*sizes: int) -> list[Reach]:
    return [reach_of(hosts(size)) for size in sizes]


def touching(targets: Sequence[Target]) -> Plan:
    return Plan(
        changes=tuple(
            Change(
                Address(t.environment, t.name, "file", "/x"),
                Action.CREATE,
                None,
                {"a": 1},
            )
            for t in targets
        ),
        targets=tuple(targets),
    )


@pytest.mark.parametrize(
    ("before", "now", "is_outside"),
    [
        ((6, 6, 6, 6), 412, True),
        ((6, 6, 6), 12, False),
        ((6, 6, 6), 13, True),
        ((1, 1, 1), 2, False),
        ((1, 1, 1), 3, True),
        ((2, 10, 2, 10), 20, False),
        ((2, 10, 2, 10), 23, True),
        ((6, 6, 6, 412), 412, False),
        ((6, 6), 412, False),
        ((), 412, False),
    ],
)
def test_more_than_the_profile_is_outside_of_it(
    before: tuple[int, ...],
    now: int,
    is_outside: bool,  # noqa: FBT001 - a column
) -> None:
    found = outside(hosts(now), runs(*before))
    assert bool([one for one in found if not one.of]) is is_outside


def test_it_says_what_is_usual() -> None:
    assert outside(hosts(412), runs(6, 6, 6, 6))[0].text == "usually 6 targets, now 412"


def test_an_environment_it_never_touched_is_outside_by_one_host() -> None:
    found = outside(hosts(1, "staging"), runs(6, 6, 6))
    assert [one.of for one in found] == ["environment staging"]


def test_an_owner_it_never_touched_is_outside_by_one_host() -> None:
    found = outside(hosts(1, owner="billing"), runs(6, 6, 6))
    assert [one.of for one in found] == ["owner billing"]


def test_one_host_of_a_new_group_is_within() -> None:
    assert outside(hosts(1, group="db"), runs(6, 6, 6)) == ()
    assert [one.of for one in outside(hosts(2, group="db"), runs(6, 6, 6))] == [
        "group db"
    ]


@given(st.lists(st.integers(0, 50), min_size=3, max_size=20))
def test_as_much_as_was_fine_before_is_never_outside(sizes: list[int]) -> None:
    assert outside(hosts(max(sizes)), runs(*sizes)) == ()


@given(st.lists(st.integers(1, 50), min_size=3, max_size=20), st.integers(0, 500))
def test_more_is_never_less_suspicious(sizes: list[int], now: int) -> None:
    if outside(hosts(now), runs(*sizes)):
        assert outside(hosts(now + 1), runs(*sizes))


def test_outside_of_it_a_yes_is_needed_even_where_none_is_declared() -> None:
    plan = touching(hosts(9))
    earlier = tuple(runs(3, 3, 3))
    verdict = judge(
        plan,
        rules_from({"production": {}}),
        facts(earlier=earlier, owner="team-web"),
    )
    objection = only(verdict)
    assert objection.needs == ("team-web",)
    assert "usually 3 targets, now 9" in objection.problem.summary
    assert verdict.warnings[0] == "usually 3 targets, now 9"


def test_who_approves_for_the_environment_is_asked_first() -> None:
    gates = {"approve": {"by": ["sre"], "count": 2}}
    verdict = judge(
        touching(hosts(9)),
        rules_from({"production": gates}),
        facts(earlier=tuple(runs(3, 3, 3)), owner="team-web"),
    )
    assert {objection.needs for objection in verdict.objections} == {("sre",)}


def test_the_works_own_limits_hold_beside_those_of_the_environment() -> None:
    verdict = judge(
        touching(hosts(3)),
        rules_from({"production": {}}),
        facts(limits=Limits(max_targets=2)),
    )
    assert only(verdict).problem.code == "gate.too-many-targets"
