"""Two people pass a window or a freeze, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from holdfast.gate import Glass, judge
from holdfast.model import Claim
from unit.gate.asked import HOUR, NOW, change, codes, facts, gated, plan

CLOSED = {"windows": ["Tue 08:00-09:00 UTC"]}
FROZEN = {
    "freezes": [{"reason": "sale", "from": "2026-11-01 UTC", "to": "2026-12-01 UTC"}]
}


def glass(**more: Any) -> Glass:
    made = {
        "digest": plan(change()).digest,
        "by": "ann",
        "why": "the shop is down",
        "until": NOW + HOUR,
        "confirmed": "bob",
        **more,
    }
    return Glass(**made)


@pytest.mark.parametrize("gates", [CLOSED, FROZEN])
def test_two_people_pass_a_window_and_a_freeze(gates: dict[str, Any]) -> None:
    closed = judge(plan(change()), gated(**gates), facts())
    assert not closed.allows(plan(change()), NOW)
    verdict = judge(plan(change()), gated(**gates), facts(glasses=(glass(),)))
    assert verdict.allows(plan(change()), NOW)
    assert verdict.broken.startswith("ann broke the glass: the shop is down")
    assert "confirmed by bob" in verdict.broken


@pytest.mark.parametrize(
    "more",
    [
        {"confirmed": ""},
        {"confirmed": "Ann "},
        {"until": NOW},
        {"why": " "},
        {"digest": "sha256:another"},
    ],
)
def test_one_that_does_not_count_lifts_nothing(more: dict[str, Any]) -> None:
    verdict = judge(plan(change()), gated(**CLOSED), facts(glasses=(glass(**more),)))
    assert codes(verdict) == ["gate.outside-window"]
    assert verdict.broken == ""


def test_a_yes_that_rests_on_it_is_over_with_it() -> None:
    verdict = judge(plan(change()), gated(**CLOSED), facts(glasses=(glass(),)))
    assert verdict.expires == NOW + HOUR
    assert not verdict.allows(plan(change()), NOW + HOUR + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("gates", "policies", "claims", "code"),
    [
        ({"approve": {"by": ["sre"]}}, [], [], "gate.needs-approval"),
        ({"limits": {"max_targets": 0}}, [], [], "gate.too-many-targets"),
        ({}, [{"name": "never", "when": "true", "deny": "No."}], [], "gate.denied"),
        (
            {},
            [],
            [Claim("host:web-1", "eve", "debugging", NOW, NOW + HOUR, 1)],
            "gate.claimed",
        ),
    ],
)
def test_it_passes_neither_approvals_nor_limits_nor_policies_nor_claims(
    gates: dict[str, Any], policies: list[object], claims: list[Claim], code: str
) -> None:
    verdict = judge(
        plan(change()),
        gated(policies, **CLOSED, **gates),
        facts(glasses=(glass(),), claims=tuple(claims)),
    )
    assert codes(verdict) == [code]
