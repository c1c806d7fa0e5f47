"""What the gate lets through, and everything it does not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.gate import Approval, GateFacts, Rules, judge, rules_from
from holdfast.gate.limits import allowed_of
from holdfast.model import (
    Action,
    Address,
    Change,
    Claim,
    Objection,
    Plan,
    Sensitive,
    Target,
    Verdict,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)


def change(
    host: str = "web-1",
    action: Action = Action.UPDATE,
    name: str = "/etc/motd",
    after: dict[str, Any] | None = None,
) -> Change:
    address = Address("production", host, "file", name)
    return Change(address, action, {"mode": "0600"}, after or {"mode": "0644"})


def plan(*changes: Change, groups: Sequence[str] = ("web",)) -> Plan:
    hosts = sorted({c.address.host for c in changes})
    return Plan(
        changes=changes,
        targets=tuple(Target(h, "production", tuple(groups), "team-a") for h in hosts),
    )


def facts(**more: Any) -> GateFacts:
    return GateFacts(
        **{"now": NOW, "actor": "alice", "hosts": {"production": 10}, **more}
    )


def gated(policies: Sequence[object] = (), **gates: Any) -> Rules:
    return rules_from({"production": gates}, policies)


def codes(verdict: Verdict) -> list[str]:
    return [objection.problem.code for objection in verdict.objections]


def only(verdict: Verdict) -> Objection:
    assert len(verdict.objections) == 1, codes(verdict)
    return verdict.objections[0]


def yes(to: Plan, who: str = "bob", **more: Any) -> Approval:
    given = {"teams": ("sre",), "digest": to.digest, "at": NOW - HOUR, **more}
    return Approval(who, **given)


# --- the whole ---------------------------------------------------------------------


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


# --- limits --------------------------------------------------------------------------


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


# --- windows, freezes, claims ---------------------------------------------------


def test_outside_of_its_windows_a_plan_waits_for_the_next_opening() -> None:
    rules = gated(windows=["Tue 08:00-09:00 Europe/Berlin", "Wed 01:00-02:00 UTC"])
    objection = only(judge(plan(change()), rules, facts()))
    assert objection.until == datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert "Tue 2026-11-24 08:00 Europe/Berlin" in objection.problem.next_step


def test_a_yes_lasts_until_the_window_closes() -> None:
    rules = gated(windows=["Mon 08:00-14:00 UTC"])
    asked = plan(change())
    verdict = judge(asked, rules, facts())
    assert verdict.expires == NOW + 2 * HOUR
    assert not verdict.allows(asked, NOW + 3 * HOUR)


def test_a_freeze_says_why_and_until_when() -> None:
    frozen = {
        "from": "2026-11-20T18:00+01:00",
        "to": "2026-11-23 Europe/Berlin",
        "reason": "Black Friday",
    }
    objection = only(judge(plan(change()), gated(freezes=[frozen]), facts()))
    assert objection.problem.summary == "Changes are frozen: Black Friday"
    assert objection.until == datetime(2026, 11, 23, 23, tzinfo=UTC), "the day's end"


def test_a_freeze_that_is_over_or_about_others_does_not_count() -> None:
    over = {"from": "2026-11-01 UTC", "to": "2026-11-22 UTC", "reason": "over"}
    others = {"window": "00:00-24:00 UTC", "reason": "db only", "groups": ["db"]}
    rules = gated(freezes=[over, others])
    asked = plan(change())
    assert judge(asked, rules, facts()).allows(asked)
    database = plan(change(), groups=["db"])
    assert codes(judge(database, rules, facts())) == ["gate.frozen"]


def test_a_recurring_freeze_ends_with_its_window_and_a_yes_before_it() -> None:
    rules = gated(freezes=[{"window": "Mon 13:00-15:00 UTC", "reason": "payroll"}])
    asked = plan(change())
    assert judge(asked, rules, facts()).expires == NOW + HOUR
    later = judge(asked, rules, facts(now=NOW + 2 * HOUR))
    assert only(later).until == NOW + 3 * HOUR


def test_a_freeze_of_the_project_knows_its_environments() -> None:
    freeze = {"window": "00:00-24:00 UTC", "reason": "move", "environments": ["lab"]}
    asked = plan(change())
    rules = rules_from({"production": None}, freezes=[freeze])
    assert judge(asked, rules, facts()).allows(asked)
    freeze["environments"] = ["production"]
    rules = rules_from({"production": None}, freezes=[freeze])
    assert codes(judge(asked, rules, facts())) == ["gate.frozen"]


@pytest.mark.parametrize("key", ["host:web-1", "environment:production"])
def test_a_claim_of_somebody_else_keeps_a_plan_away(key: str) -> None:
    claim = Claim(key, "carol", "looking at the disk", NOW - HOUR, NOW + HOUR, 1)
    objection = only(judge(plan(change()), gated(), facts(claims=(claim,))))
    assert objection.until == NOW + HOUR
    told = objection.problem
    assert "carol" in told.summary
    assert "looking at the disk" in told.detail
    assert "carol can release it" in told.detail
    assert f"holdfast claim {key} --release" in told.next_step


def test_a_claim_of_ones_own_or_past_or_elsewhere_is_no_matter() -> None:
    claims = (
        Claim("host:web-1", "alice", "mine", NOW - HOUR, NOW + HOUR, 1),
        Claim("host:web-1", "carol", "over", NOW - HOUR, NOW, 2),
        Claim("host:web-9", "carol", "elsewhere", NOW - HOUR, NOW + HOUR, 3),
    )
    asked = plan(change())
    assert judge(asked, gated(), facts(claims=claims)).allows(asked)


# --- policies ------------------------------------------------------------------------


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


# --- approvals -----------------------------------------------------------------------

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


# --- rules that cannot be read -------------------------------------------------------


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


def test_a_freeze_begins_with_its_first_moment_and_is_over_at_its_end() -> None:
    freeze = {
        "from": "2026-11-23T10:00+00:00",
        "to": "2026-11-23T12:00+00:00",
        "reason": "x",
    }
    rules, asked = gated(freezes=[freeze]), plan(change())
    instant = timedelta(microseconds=1)
    for now, is_frozen in (
        (NOW - 2 * HOUR - instant, False),
        (NOW - 2 * HOUR, True),
        (NOW - instant, True),
        (NOW, False),
    ):
        verdict = judge(asked, rules, facts(now=now))
        assert bool(verdict.objections) is is_frozen
    before = judge(asked, rules, facts(now=NOW - 3 * HOUR))
    assert before.expires == NOW - 2 * HOUR
