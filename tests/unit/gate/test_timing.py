"""When a plan may be applied: windows, freezes, and claims of others."""

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.gate import judge, rules_from
from holdfast.model import (
    Claim,
)
from unit.gate.asked import HOUR, NOW, change, codes, facts, gated, only, plan


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
