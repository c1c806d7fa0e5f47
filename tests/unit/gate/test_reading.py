"""Rules that cannot be read are a no."""

import pytest

from holdfast.gate import judge, rules_from
from unit.gate.asked import change, codes, facts, gated, only, plan


@pytest.mark.parametrize(
    "gates",
    [
        {"windows": ["Mon-Fri 08:00-18:00 Nowhere/Land"]},
        {"approve": {"by": "sre", "not": "autor"}},
        {"approve": {"count": 0}},
        {"approve": {"count": True}},
        {"approve": {"within": "soon"}},
        {"limits": {"max_share": "130%"}},
        {"limits": {"max_share": "lots"}},
        {"limits": {"max_targets": -1}},
        {"limits": {"max_taregts": 1}},
        {"freezes": [{"reason": "no time"}]},
        {"freezes": [{"from": "2026-13-01 UTC"}]},
        {"freezes": [{"from": "2026-12-01"}]},
        {"freezes": [{"from": "2026-12-02 UTC", "to": "2026-12-01 UTC"}]},
        {"aprove": {}},
        [],
        "open",
    ],
)
def test_a_rule_that_cannot_be_read_is_a_no(gates: object) -> None:
    verdict = judge(plan(change()), rules_from({"production": gates}), facts())
    assert only(verdict).problem.code in {
        "gate.rule-unreadable",
        "gate.window-unreadable",
    }


def test_a_policy_or_zone_that_cannot_be_read_is_a_no() -> None:
    for rules in (
        rules_from({"production": {}}, [{"when": "true"}]),
        rules_from({"production": {}}, ["no policy"]),
        rules_from({"production": {}}, zone="Nowhere/Land"),
    ):
        assert codes(judge(plan(change()), rules, facts())) == ["gate.rule-unreadable"]


def test_a_policy_that_neither_denies_nor_needs_is_a_no() -> None:
    rules = gated([{"name": "p", "when": True}])
    assert codes(judge(plan(change()), rules, facts())) == ["gate.denied"]
