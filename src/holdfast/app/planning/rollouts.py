"""One rollout for all that a plan changes."""

from collections.abc import Iterable, Sequence

from holdfast.declare import Project
from holdfast.model import Rollout


def strictest(rollouts: Iterable[Rollout], budgets: Iterable[int]) -> Rollout:
    """
    One rollout for all: the smallest first wave, the longest pause, the least failures.

    ``budgets`` are the ``max_fail_percentage`` of the environments' limits.
    """
    known = list(rollouts) or [Rollout()]
    return Rollout(
        serial=min((r.serial for r in known), key=_first_share),
        max_fail_percentage=min([*(r.max_fail_percentage for r in known), *budgets]),
        pause=max(r.pause for r in known),
    )


def budgets_of(project: Project, environments: Iterable[str]) -> list[int]:
    """``max_fail_percentage`` of the environments that set one."""
    gates = (project.environments[name].gates for name in environments)
    limits = (gate.limits for gate in gates if gate and gate.limits)
    told = (limit.max_fail_percentage for limit in limits)
    return [budget for budget in told if budget is not None]


def _first_share(serial: Sequence[int | str]) -> tuple[bool, int]:
    first = serial[0] if serial else "100%"
    if isinstance(first, int):
        return (False, first)
    return (True, int(first.rstrip("%")))
