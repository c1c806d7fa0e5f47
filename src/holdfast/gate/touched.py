"""Which hosts a plan really changes."""

from dataclasses import dataclass, field

from holdfast.model import Action, Change, Plan, Target


@dataclass(frozen=True, slots=True)
class Touched:
    """
    A plan's changes with the hosts they are on.

    ``targets`` are by (environment, host); ``strangers`` are hosts that are changed
    although the plan does not list them.
    """

    plan: Plan
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()

    def target_of(self, change: Change) -> Target:
        """The host of a change; one without a name for a thing on no host."""
        address = change.address
        found = self.targets.get((address.environment, address.host))
        return found or Target(address.host, address.environment)

    @property
    def environments(self) -> tuple[str, ...]:
        """Every environment something is changed in, in order."""
        return tuple(sorted({c.address.environment for c in self.plan.changes}))

    def hosts_in(self, environment: str) -> tuple[str, ...]:
        """The hosts of one environment that are changed, in order."""
        addresses = (change.address for change in self.plan.changes)
        return tuple(
            sorted(
                {a.host for a in addresses if a.host and a.environment == environment}
            )
        )


def touched_by(plan: Plan) -> Touched:
    """What a plan touches."""
    known = {(target.environment, target.name): target for target in plan.targets}
    changed = {
        (change.address.environment, change.address.host) for change in plan.changes
    }
    hosts = {where for where in changed if where[1]}
    return Touched(
        plan,
        {where: known[where] for where in sorted(hosts & known.keys())},
        tuple(sorted(host for _, host in hosts - known.keys())),
    )


def deletes_in(plan: Plan, environment: str) -> int:
    """How many things of one environment go away; a replace counts."""
    gone = (Action.DELETE, Action.REPLACE)
    return sum(
        change.action in gone and change.address.environment == environment
        for change in plan.changes
    )


def managed_in(plan: Plan, environment: str) -> int:
    """How many things of one environment a plan is about; runs are no things."""
    changed = (change.address for change in plan.changes if change.action != Action.RUN)
    every = {*changed, *plan.unchanged}
    return sum(address.environment == environment for address in every)
