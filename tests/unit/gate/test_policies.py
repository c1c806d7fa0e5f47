"""Policies: expressions that are asked about every change."""

import pytest

from holdfast.gate import judge, rules_from
from holdfast.model import (
    Action,
    Sensitive,
)
from unit.gate.asked import change, codes, facts, gated, only, plan, yes


@pytest.mark.parametrize(
    "when",
    [
        "${{ environment == 'production' && change.action == 'update' }}",
        "contains(host.groups, 'web') && weekday == 'Mon'",
        "host.owner == 'team-a' && host.name == 'web-1'",
        "startsWith(change.address, 'production/web-1/file:')",
        "change.kind == 'file' && change.name == '/etc/motd'",
        "change.before.mode == '0600' && change.after.mode == '0644'",
        "plan.targets == 1 && plan.changes == 1 && plan.updates == 1",
        "date == '2026-11-23' && time >= '12:00' && time < '12:01'",
        "actor == 'alice'",
        "",
    ],
)
def test_a_policy_is_asked_about_every_change(when: str) -> None:
    rules = gated([{"name": "p", "when": when, "deny": "Ask team-a."}])
    objection = only(judge(plan(change()), rules, facts()))
    assert objection.rule == "policy p"
    assert "Ask team-a. This is about production/web-1/file" in objection.problem.detail


def test_a_policy_that_is_not_true_is_no_matter() -> None:
    rules = gated([{"name": "p", "when": "weekday == 'Fri'", "deny": "x"}])
    asked = plan(change())
    assert judge(asked, rules, facts()).allows(asked)


def test_the_weekday_is_that_of_the_rules_own_zone() -> None:
    policy = {"name": "p", "when": "weekday == 'Tue'", "deny": "x"}
    rules = rules_from({"production": {}}, [policy], zone="Pacific/Auckland")
    assert codes(judge(plan(change()), rules, facts())) == ["gate.denied"]


@pytest.mark.parametrize(
    "when",
    [
        "hots.name == 'x'",
        "change.after.password == 'hunter2'",
        "fromJSON(change.name)",
        "${{ environment == 'staging' }} && true",
        "contains(host.groups",
        "success()",
    ],
)
def test_a_policy_that_cannot_be_asked_is_a_no(when: str) -> None:
    rules = gated([{"name": "p", "when": when, "deny": "x"}])
    secret = {"password": Sensitive("db", "1", "hunter2")}
    objection = only(judge(plan(change(after=secret)), rules, facts()))
    assert objection.problem.code == "gate.policy-broken"


def test_one_change_of_many_is_enough_for_a_no() -> None:
    rules = gated([{"name": "p", "when": "change.action == 'delete'", "deny": "x"}])
    many = [change(f"h{n}") for n in range(20)]
    asked = plan(*many, change("last", Action.DELETE))
    assert "production/last/file" in only(judge(asked, rules, facts())).problem.detail


def test_a_policy_can_need_an_approval() -> None:
    policy = {"name": "two", "when": "true", "need": {"approve": {"count": 2}}}
    asked = plan(change())
    missing = only(judge(asked, gated([policy]), facts(approvals=(yes(asked),))))
    assert (missing.rule, missing.count, missing.needs) == ("policy two", 1, ())
    both = facts(approvals=(yes(asked), yes(asked, "carol")))
    assert judge(asked, gated([policy]), both).allows(asked)
