"""A plan of one change and what the gate knows, as tests write them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.gate import Approval, GateFacts, Rules, rules_from
from holdfast.model import (
    Action,
    Address,
    Change,
    Objection,
    Plan,
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
