"""What the gate lets through, and everything it does not."""

from dataclasses import replace

from holdfast.gate import Rules, judge
from holdfast.model import (
    Action,
    Claim,
    Plan,
)
from unit.gate.asked import HOUR, NOW, change, codes, facts, gated, plan


def test_without_rules_a_plan_is_allowed_and_its_digest_is_named() -> None:
    asked = plan(change())
    verdict = judge(asked, gated(), facts())
    assert verdict.allows(asked, NOW)
    assert not verdict.allows(plan(change("web-2")), NOW)


def test_a_plan_without_changes_needs_nobody() -> None:
    rules = gated(approve={"by": ["sre"]}, windows=["Sun 00:00-01:00 UTC"])
    assert judge(Plan(), rules, facts()).allows(Plan(), NOW)


def test_an_environment_nobody_declared_is_a_no() -> None:
    verdict = judge(plan(change()), Rules(), facts())
    assert codes(verdict) == ["gate.unknown-environment"]


def test_a_changed_host_that_is_no_target_is_a_no() -> None:
    stray = replace(plan(change()), targets=())
    assert codes(judge(stray, gated(), facts())) == ["gate.unknown-target"]


def test_every_objection_is_collected() -> None:
    rules = gated(
        [{"name": "never", "when": "true", "deny": "No."}],
        approve={"by": ["sre"]},
        windows=["Sun 00:00-01:00 UTC"],
        freezes=[{"from": "2026-11-01 UTC", "to": "2026-12-01 UTC", "reason": "x"}],
        limits={"max_targets": 1, "max_share": "10%", "max_delete_share": "0%"},
    )
    claim = Claim("host:web-1", "carol", "disk", NOW - HOUR, NOW + HOUR, 1)
    asked = plan(change(action=Action.DELETE), change("web-2"))
    verdict = judge(asked, rules, facts(claims=(claim,)))
    assert sorted(codes(verdict)) == [
        "gate.claimed",
        "gate.denied",
        "gate.frozen",
        "gate.needs-approval",
        "gate.outside-window",
        "gate.too-large-share",
        "gate.too-many-deletes",
        "gate.too-many-targets",
    ]
    assert verdict.rules == (
        "production: max_targets",
        "production: max_share",
        "production: max_delete_share",
        "production: windows",
        "production: approve",
        "production: freeze x",
        "claims",
        "policy never",
    )
    for objection in verdict.objections:
        assert len(objection.problem.summary) <= 72
        assert not objection.problem.summary.endswith(".")
        assert "Nothing was changed." in objection.problem.detail
        assert objection.problem.next_step
