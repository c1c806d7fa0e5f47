"""A plan is everything an apply is allowed to do, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.model.address import Address
from holdfast.model.change import Action, Change
from holdfast.model.values import Attributes, canonical, digest
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Rollout:
    """
    How a plan is walked.

    ``serial`` are sizes of successive waves, each a number of hosts (``2``) or a share of
    all of them (``"10%"``); the last one repeats. ``pause`` is in seconds, between waves.
    ``max_fail_percentage`` is of the hosts of a wave: beyond it the walk stops.
    """

    serial: tuple[int | str, ...] = ("100%",)
    max_fail_percentage: int = 0
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """One host of a plan with what policies may ask about."""

    name: str
    environment: str
    groups: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Changes in the order they will be made on each host, with all they rest on.

    ``commit`` is the version of the declaration, ``inputs`` what was passed in,
    ``secrets`` the ``name@version`` of every secret needed. ``unchanged`` counts what is
    already as wanted by address, ``unknown`` says what could not be looked at.
    ``contents`` are the bytes that digests in the changes stand for.
    """

    changes: tuple[Change, ...] = ()
    targets: tuple[Target, ...] = ()
    commit: str = ""
    inputs: Attributes = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    rollout: Rollout = field(default_factory=Rollout)
    purpose: str = "apply"
    unchanged: tuple[Address, ...] = ()
    unknown: Mapping[str, Problem] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        """
        A name for exactly this plan: SHA-256 over the canonical encoding.

        Covers commit, inputs, resolved targets, every change with its state before and
        after, the rollout and the secret versions. What is merely shown (unchanged
        things, places in files) is left out.
        """
        return digest(canonical(self._bound()))

    def _bound(self) -> dict[str, object]:
        return {
            "commit": self.commit,
            "inputs": self.inputs,
            "purpose": self.purpose,
            "secrets": sorted(self.secrets),
            "rollout": {
                "serial": self.rollout.serial,
                "max_fail_percentage": self.rollout.max_fail_percentage,
                "pause": self.rollout.pause,
            },
            "targets": sorted(f"{t.environment}/{t.name}" for t in self.targets),
            "changes": [
                {
                    "address": str(change.address),
                    "action": change.action.value,
                    "before": change.before,
                    "after": change.after,
                    "how": change.how,
                    "then": change.then,
                    "triggered_by": [str(address) for address in change.triggered_by],
                    "late": change.late,
                }
                for change in self.changes
            ],
        }

    @property
    def counts(self) -> Counter[Action]:
        """How many changes of each action; a replace also counts as delete and create."""
        counts = Counter(change.action for change in self.changes)
        counts[Action.NONE] += len(self.unchanged)
        return counts

    def __bool__(self) -> bool:
        return bool(self.changes)
