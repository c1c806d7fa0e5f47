"""May this plan run? Every rule is asked, every objection is kept, silence is a no."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from holdfast.gate import approvals, break_glass, limits, policies, radius, timing
from holdfast.gate.approvals import Need
from holdfast.gate.claims import against_claims
from holdfast.gate.rules import Freeze, GateFacts, Gates, Rules
from holdfast.gate.touched import Touched, touched_by
from holdfast.gate.wording import brief, listed
from holdfast.model import Objection, Plan, Verdict
from holdfast.problems import Problem


def judge(plan: Plan, rules: Rules, facts: GateFacts) -> Verdict:
    """
    The answer for exactly this plan, allowed only when nothing objects.

    ``expires`` is when the first thing the yes rests on is over: an approval, a window,
    the time before a freeze. A plan without changes is allowed.
    """
    if not plan:
        return Verdict(plan.digest)
    digest, touched = plan.digest, touched_by(plan)
    gates = _present(touched, rules)
    freezes = timing.freezes_of(gates, rules.freezes)
    asked = policies.ask(rules, touched, facts)
    excess = radius.outside(touched.targets.values(), facts.earlier)
    needs = (
        *_own_needs(gates),
        *policies.needed(asked),
        *radius.needed(touched.environments, rules, excess, facts.owner),
    )
    broken = break_glass.broken(facts, digest)
    objections = (
        *_unknown(touched, rules),
        *_against_limits(gates, touched, facts),
        *(() if broken else _against_times(gates, freezes, touched, facts)),
        *against_claims(touched, facts),
        *policies.against_policies(asked),
        *_unapproved(needs, digest, facts),
    )
    ends = (
        *_approvals_end(needs, digest, facts),
        broken.until if broken else _times_end(gates, freezes, touched, facts),
    )
    return Verdict(
        digest=digest,
        objections=objections,
        approvals=tuple(_approved(needs, digest, facts)),
        rules=tuple(_names(gates, freezes, rules)),
        expires=min((end for end in ends if end is not None), default=None),
        warnings=tuple(one.text for one in excess),
        broken=break_glass.told(broken) if broken else "",
    )


def _present(touched: Touched, rules: Rules) -> list[tuple[str, Gates]]:
    """The environments a plan touches, with their gates as far as there are any."""
    found = ((name, _gates(name, rules)) for name in touched.environments)
    return [(name, gates) for name, gates in found if gates is not None]


def _gates(environment: str, rules: Rules) -> Gates | None:
    """What holds in an environment; hosts that are in none have no gates."""
    return rules.gates.get(environment, Gates() if not environment else None)


def _unknown(touched: Touched, rules: Rules) -> Iterator[Objection]:
    """A no for everything that no rule could be asked about."""
    for problem in rules.unreadable:
        yield Objection("a rule that cannot be read", problem)
    if touched.strangers:
        yield _strangers(touched)
    for environment in touched.environments:
        if _gates(environment, rules) is None:
            yield _no_rules(environment)


def _against_limits(
    gates: Sequence[tuple[str, Gates]], touched: Touched, facts: GateFacts
) -> Iterator[Objection]:
    for environment, gate in gates:
        yield from limits.against_limits(environment, gate.limits, touched, facts)
    for environment in touched.environments:
        yield from limits.against_limits(environment, facts.limits, touched, facts)


def _against_times(
    gates: Sequence[tuple[str, Gates]],
    freezes: Sequence[tuple[str, Freeze]],
    touched: Touched,
    facts: GateFacts,
) -> Iterator[Objection]:
    """What a broken glass passes: windows and freezes, and nothing else."""
    for environment, gate in gates:
        yield from timing.against_windows(environment, gate.windows, facts.now)
    yield from timing.against_freezes(freezes, touched, facts.now)


def _times_end(
    gates: Sequence[tuple[str, Gates]],
    freezes: Sequence[tuple[str, Freeze]],
    touched: Touched,
    facts: GateFacts,
) -> datetime | None:
    """When the first window closes, or the first freeze begins."""
    windows = [gate.windows for _, gate in gates]
    return timing.next_turn(windows, freezes, touched, facts.now)


def _own_needs(gates: Sequence[tuple[str, Gates]]) -> Iterator[Need]:
    """The approvals that environments require."""
    for environment, gate in gates:
        if gate.approve:
            rule, reason = f"{environment}: approve", f"changes in {environment}"
            yield Need(rule, reason, gate.approve)


def _unapproved(
    needs: Sequence[Need], digest: str, facts: GateFacts
) -> Iterator[Objection]:
    for need in needs:
        objection = approvals.against(need, digest, facts)
        if objection:
            yield objection


def _approved(needs: Sequence[Need], digest: str, facts: GateFacts) -> list[str]:
    """Who said yes in a way that counts, and why."""
    said = (
        f"{given.who}: {given.reason}" if given.reason else given.who
        for need in needs
        for given in approvals.count(need.approve, digest, facts).valid
    )
    return list(dict.fromkeys(said))


def _approvals_end(
    needs: Sequence[Need], digest: str, facts: GateFacts
) -> Iterator[datetime | None]:
    for need in needs:
        yield approvals.count(need.approve, digest, facts).expires(need.approve)


def _names(
    gates: Sequence[tuple[str, Gates]],
    freezes: Sequence[tuple[str, Freeze]],
    rules: Rules,
) -> Iterator[str]:
    """The name of every rule that was held against the plan."""
    for environment, gate in gates:
        yield from limits.names(environment, gate.limits)
        if gate.windows:
            yield f"{environment}: windows"
        if gate.approve:
            yield f"{environment}: approve"
    yield from (rule for rule, _ in freezes)
    yield "claims"
    yield from (policies.rule_of(policy) for policy in rules.policies)


def _strangers(touched: Touched) -> Objection:
    return Objection(
        "targets",
        Problem(
            code="gate.unknown-target",
            summary=brief("The plan changes hosts it does not name as targets"),
            detail=(
                f"{listed(touched.strangers)}: no rule about groups or owners can be "
                "asked about them. Nothing was changed."
            ),
            next_step="Run `holdfast plan` again.",
        ),
    )


def _no_rules(environment: str) -> Objection:
    return Objection(
        f"{environment}: gates",
        Problem(
            code="gate.unknown-environment",
            summary=brief(f"Nothing is declared about the environment {environment}"),
            detail="What nobody decided about is a no. Nothing was changed.",
            next_step=f"Declare `{environment}: {{}}` under environments.",
        ),
    )
