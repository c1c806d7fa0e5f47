"""What the gate is asked with: the rules, and the facts they are held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from holdfast.gate.windows import Window
from holdfast.model import Claim, Target
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Approve:
    """
    Who must say yes: ``count`` persons, each in ``by`` or in a team in ``by``.

    An empty ``by`` is anybody. ``within`` is how long an approval may take to come and
    how long it then lasts.
    """

    by: tuple[str, ...] = ()
    count: int = 1
    not_author: bool = False
    within: timedelta | None = None

    @property
    def persons(self) -> int:
        """How many different persons it takes, at least one."""
        return max(self.count, 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much one plan may touch; ``None`` is no limit.

    Shares are parts of one: ``max_share`` of an environment's hosts,
    ``max_delete_share`` of its managed things. A share that comes to less than one
    still allows one, unless it is zero.
    """

    max_targets: int | None = None
    max_share: Fraction | None = None
    max_delete_share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Freeze:
    """
    A time in which nothing is changed: from ``start`` to before ``end``, or a window.

    An empty ``environments`` or ``groups`` is all of them. Without ``start`` it has
    always been on, without ``end`` it never ends.
    """

    reason: str
    start: datetime | None = None
    end: datetime | None = None
    window: Window | None = None
    environments: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def covers(self, target: Target) -> bool:
        """Whether a host is meant."""
        in_environment = target.environment in self.environments
        in_group = not set(self.groups).isdisjoint(target.groups)
        return (not self.environments or in_environment) and (
            not self.groups or in_group
        )

    def holds(self, now: datetime) -> bool:
        """Whether it is on at an aware moment."""
        if self.start is not None and now < self.start:
            return False
        if self.end is not None and now >= self.end:
            return False
        return self.window is None or self.window.is_open(now)


@dataclass(frozen=True, slots=True)
class Policy:
    """
    For every change for which ``when`` is true: ``deny``, or ``need`` somebody's yes.

    An empty ``when`` is always true. One that has no value counts as a no.
    """

    name: str
    when: str = ""
    deny: str = ""
    need: Approve | None = None


@dataclass(frozen=True, slots=True)
class Gates:
    """What holds for one environment; no windows is always open."""

    approve: Approve | None = None
    windows: tuple[Window, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Every rule of a project.

    ``gates`` has an entry for every environment there is. ``zone`` is where policies'
    ``weekday``, ``date`` and ``time`` are read. ``unreadable`` are rules that could not
    be understood: each is a no.
    """

    gates: Mapping[str, Gates] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    zone: str = "UTC"
    unreadable: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes to the plan with one digest, given at an aware moment."""

    who: str
    teams: tuple[str, ...]
    digest: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Glass:
    """
    Two people's word that one plan passes windows and freezes, until ``until``.

    ``by`` asked for it and said ``why``; ``confirmed`` is the other person, empty while
    nobody is. It is bound to ``digest`` and lifts nothing but times.
    """

    digest: str
    by: str
    why: str
    until: datetime
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """The hosts that one earlier run touched."""

    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class GateFacts:
    """
    What the gate is told about the world, at the aware moment ``now``.

    ``author`` made the plan (empty: the actor did); ``asked`` is when its approval was
    first asked for. ``hosts`` and ``managed`` count hosts and managed things by
    environment; without an entry in ``managed`` the plan's own things are counted.
    ``earlier`` is what successful runs of the same work reached, ``owner`` whom to ask
    about more than that where no environment says; ``limits`` are the work's own.
    """

    now: datetime
    actor: str
    author: str = ""
    asked: datetime | None = None
    approvals: tuple[Approval, ...] = ()
    claims: tuple[Claim, ...] = ()
    hosts: Mapping[str, int] = field(default_factory=dict)
    managed: Mapping[str, int] = field(default_factory=dict)
    earlier: tuple[Reach, ...] = ()
    owner: str = ""
    limits: Limits = field(default_factory=Limits)
    glasses: tuple[Glass, ...] = ()
