"""Rules that a project writes itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from holdfast.expressions import ExpressionError, evaluate, is_truthy
from holdfast.gate.approvals import Need
from holdfast.gate.rules import GateFacts, Policy, Rules
from holdfast.gate.touched import Touched
from holdfast.gate.windows import DAYS
from holdfast.gate.wording import brief, listed
from holdfast.model import Action, Change, Objection, Plan
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Hits:
    """The changes a policy is about, or the first one it could not be asked about."""

    changes: tuple[Change, ...] = ()
    failed: tuple[Change, ExpressionError] | None = None


def ask(
    rules: Rules, touched: Touched, facts: GateFacts
) -> tuple[tuple[Policy, Hits], ...]:
    """Every policy with what it is about in this plan."""
    shared = _shared(rules, touched, facts)
    return tuple((policy, _hits(policy, touched, shared)) for policy in rules.policies)


def against_policies(asked: Iterable[tuple[Policy, Hits]]) -> Iterator[Objection]:
    """A flat no of every policy that denies, or that could not be asked."""
    for policy, hits in asked:
        if hits.failed:
            yield _unasked(policy, *hits.failed)
        elif hits.changes and (policy.deny or policy.need is None):
            yield _denied(policy, hits.changes)


def needed(asked: Iterable[tuple[Policy, Hits]]) -> Iterator[Need]:
    """What policies want to have approved in this plan."""
    for policy, hits in asked:
        if policy.need and hits.changes:
            yield Need(rule_of(policy), policy.name, policy.need)


def rule_of(policy: Policy) -> str:
    """The name of a policy among all rules."""
    return f"policy {policy.name}"


def _hits(policy: Policy, touched: Touched, shared: Mapping[str, Any]) -> Hits:
    """Ask a policy about every change."""
    if not policy.when.strip():
        return Hits(touched.plan.changes)
    hit: list[Change] = []
    for change in touched.plan.changes:
        try:
            value = evaluate(policy.when, {**shared, **_about(change, touched)})
        except ExpressionError as error:
            return Hits(failed=(change, error))
        if is_truthy(value):
            hit.append(change)
    return Hits(tuple(hit))


def _shared(rules: Rules, touched: Touched, facts: GateFacts) -> dict[str, Any]:
    """The contexts that are the same for every change."""
    local = facts.now.astimezone(ZoneInfo(rules.zone))
    return {
        "plan": _plan(touched.plan, touched),
        "weekday": DAYS[local.weekday()],
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "actor": facts.actor,
    }


def _plan(plan: Plan, touched: Touched) -> dict[str, Any]:
    counts = plan.counts
    replaced = counts[Action.REPLACE]
    hosts = sorted({c.address.host for c in plan.changes if c.address.host})
    return {
        "targets": len(hosts),
        "hosts": hosts,
        "environments": list(touched.environments),
        "changes": len(plan.changes),
        "creates": counts[Action.CREATE] + replaced,
        "updates": counts[Action.UPDATE],
        "deletes": counts[Action.DELETE] + replaced,
        "replaces": replaced,
        "runs": counts[Action.RUN],
        "purpose": plan.purpose,
        "commit": plan.commit,
    }


def _about(change: Change, touched: Touched) -> dict[str, Any]:
    """The contexts of one change."""
    target = touched.target_of(change)
    return {
        "environment": change.address.environment,
        "change": {
            "address": str(change.address),
            "action": change.action.value,
            "kind": change.address.kind,
            "name": change.address.name,
            "before": change.before,
            "after": change.after,
            "reversible": change.reversible,
        },
        "host": {
            "name": target.name,
            "groups": target.groups,
            "environment": target.environment,
            "owner": target.owner,
        },
    }


def _denied(policy: Policy, changes: Sequence[Change]) -> Objection:
    about = listed(str(change.address) for change in changes)
    return Objection(
        rule_of(policy),
        Problem(
            code="gate.denied",
            summary=brief(f"Refused by policy: {policy.name}"),
            detail=f"{policy.deny} This is about {about}. Nothing was changed.".strip(),
            next_step="Leave these out, or have the policy changed by who owns it.",
        ),
    )


def _unasked(policy: Policy, change: Change, error: ExpressionError) -> Objection:
    return Objection(
        rule_of(policy),
        Problem(
            code="gate.policy-broken",
            summary=brief(f"A policy has no answer: {policy.name}"),
            detail=(
                f"For {change.address}: {error.message}. A rule that cannot be "
                "asked is a no. Nothing was changed."
            ),
            next_step=f"Correct `when` of the policy `{policy.name}`.",
        ),
    )
