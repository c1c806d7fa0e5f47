"""What the gate is asked with, made from the project and the ledger."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from holdfast import gate
from holdfast.declare import Project
from holdfast.engine import Engine
from holdfast.gate import Approval, GateFacts, Rules
from holdfast.model import Plan


def rules_for(project: Project) -> Rules:
    """Every rule of the project; each environment is listed, so that silence is a no."""
    gates = {name: project.gates.get(name) or None for name in project.environments}
    return gate.rules_from(gates, project.policies, project.freezes, project.zone)


def facts_for(
    project: Project,
    engine: Engine,
    author: str,
    plan: Plan,
    yes: Sequence[Approval],
) -> GateFacts:
    """What is true now: the time, who asks, what is claimed, how much there is."""
    now = engine.clock.now()
    things = (*(change.address for change in plan.changes), *plan.unchanged)
    return GateFacts(
        now=now,
        actor=engine.actor,
        author=author,
        approvals=tuple(yes),
        claims=engine.claims.held(now),
        hosts=Counter(host.environment for host in project.hosts.values()),
        managed=Counter(thing.environment for thing in things),
    )


def approval_of(
    project: Project, actor: str, plan: Plan, now: datetime, why: str
) -> Approval:
    """The yes of the person at the terminal, to exactly this plan."""
    teams = tuple(sorted(t for t, who in project.teams.items() if actor in who))
    return Approval(actor, teams, plan.digest, now, why)
