"""Whether a job may begin or go on: the same gate as for every other plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast import gate
from holdfast.declare import Workflow
from holdfast.engine.journal import moment
from holdfast.gate import Approval, Approve, GateFacts, Rules
from holdfast.model import (
    Claim,
    GateView,
    Objection,
    Plan,
    RunView,
    Target,
    Verdict,
)
from holdfast.plan import Instance, job_plan, shown


@dataclass(frozen=True, slots=True)
class Open:
    """People have to be asked: the body of the entry that says so."""

    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pass:
    """It may."""

    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; ``until`` is when it is to be asked again, if that is known."""

    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never: ``expired`` when silence was the answer."""

    why: str
    expired: bool = False


Answer = Open | Pass | Wait | Refuse


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """
    The project's rules as jobs meet them.

    ``targets_of`` are the hosts a job's steps name, ``versions_of`` the
    ``name@version`` of the secrets a job reads.
    """

    rules: Rules = field(default_factory=Rules)
    teams: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)
    targets_of: Callable[[Instance], Sequence[Target]] = field(default=lambda _: ())
    versions_of: Callable[[Workflow, Instance], Iterable[str]] = field(
        default=lambda _flow, _job: ()
    )

    def plan(
        self,
        view: RunView,
        flow: Workflow,
        instance: Instance,
        environment: str,
        results: Mapping[str, Any],
    ) -> Plan:
        """What the job would do, as it is now."""
        return job_plan(
            view,
            instance,
            environment,
            targets=self.targets_of(instance),
            secrets=self.versions_of(flow, instance),
            results=dict(results),
        )

    def beginning(
        self, plan: Plan, view: RunView, now: datetime, claims: Sequence[Claim]
    ) -> Answer:
        """May a job begin; its own gate, if one was opened, is in the view."""
        opened = self._opened(plan, view)
        said = _refused(opened, plan, now)
        if said is not None:
            return said
        verdict = self._judged(plan, view, opened, now, claims)
        extra = self._proposal(view)
        missing = [o for o in verdict.objections if o.needs is not None]
        flat = [o for o in verdict.objections if o.needs is None]
        for objection in flat:
            if objection.until is None:
                return Refuse(f"{objection.rule}: {objection.problem.summary}")
        proposed = extra is not None and not self._enough(
            extra, plan, view, opened, now
        )
        if missing or proposed:
            if opened is not None and opened.digest == plan.digest:
                return Wait("", _expiry(opened))
            return Open(
                {
                    "digest": plan.digest,
                    "kind": "gate" if missing else "proposal",
                    "needs": list(_named(missing, extra)),
                    "count": max([o.count for o in missing] or [1]),
                    "not_author": any(o.not_author for o in missing),
                    "expires": self._expires(plan, now),
                    "shows": shown(plan),
                    "message": "; ".join(o.problem.summary for o in missing),
                }
            )
        if flat:
            until = min(o.until for o in flat if o.until is not None)
            return Wait("; ".join(o.problem.summary for o in flat), until)
        return Pass(verdict.approvals)

    def asking(
        self,
        wanted: Approve,
        plan: Plan,
        message: str,
        step: int,
        kind: str,
        now: datetime,
    ) -> Open:
        """The gate a step opens."""
        within = wanted.within
        return Open(
            {
                "digest": plan.digest,
                "step": step,
                "kind": kind,
                "needs": list(wanted.by),
                "count": wanted.persons,
                "not_author": wanted.not_author,
                "expires": moment(now + within) if within else "",
                "shows": shown(plan),
                "message": message,
            }
        )

    def going_on(
        self, opened: GateView, plan: Plan, view: RunView, now: datetime
    ) -> Answer:
        """What became of a gate that a step opened."""
        if opened.digest != plan.digest:
            body = {
                "digest": plan.digest,
                "step": opened.step,
                "kind": opened.kind,
                "needs": list(opened.needs),
                "count": opened.count,
                "not_author": opened.not_author,
                "expires": opened.expires,
                "shows": shown(plan),
                "message": opened.message,
            }
            return Open(body)
        said = _refused(opened, plan, now)
        if said is not None:
            return said
        wanted = Approve(opened.needs, opened.count, not_author=opened.not_author)
        if self._enough(wanted, plan, view, opened, now):
            return Pass(tuple(str(word["by"]) for word in opened.said))
        return Wait("", _expiry(opened))

    def may(self, opened: GateView, actor: str, author: str) -> str:
        """Why a person's word does not count at a gate; empty when it does."""
        if opened.not_author and actor.casefold() == author.casefold():
            return f"{actor} started it; somebody else has to say yes"
        if opened.needs and not {actor, *self._teams(actor)} & set(opened.needs):
            return f"{actor} is not among {', '.join(opened.needs)}"
        return ""

    def people(self, opened: GateView) -> tuple[str, ...]:
        """Everybody whose word counts, teams opened up; empty: anybody's does."""
        return tuple(
            f"{name} ({', '.join(self.teams[name])})" if name in self.teams else name
            for name in opened.needs
        )

    def _opened(self, plan: Plan, view: RunView) -> GateView | None:
        key = plan.purpose.removeprefix("job ").rpartition(" of ")[0]
        seen = view.jobs.get(key)
        return seen.gate if seen and seen.gate and seen.gate.step < 0 else None

    def _judged(
        self,
        plan: Plan,
        view: RunView,
        opened: GateView | None,
        now: datetime,
        claims: Sequence[Claim],
    ) -> Verdict:
        facts = self._facts(view, opened, now, plan.digest, claims)
        return gate.judge(plan, self.rules, facts)

    def _facts(
        self,
        view: RunView,
        opened: GateView | None,
        now: datetime,
        digest: str,
        claims: Sequence[Claim] = (),
    ) -> GateFacts:
        return GateFacts(
            now=now,
            actor=view.id,
            author=view.actor,
            asked=_moment(opened.opened) if opened else None,
            approvals=self._approvals(opened, digest),
            claims=tuple(claim for claim in claims if claim.run != view.id),
            hosts=self.hosts,
        )

    def _approvals(self, opened: GateView | None, digest: str) -> tuple[Approval, ...]:
        if opened is None:
            return ()
        return tuple(
            Approval(
                who=str(word["by"]),
                teams=self._teams(str(word["by"])),
                digest=digest if opened.digest == digest else opened.digest,
                at=_moment(str(word["at"])),
                reason=str(word.get("why", "")),
            )
            for word in opened.said
            if word["yes"]
        )

    def _enough(
        self,
        wanted: Approve,
        plan: Plan,
        view: RunView,
        opened: GateView | None,
        now: datetime,
    ) -> bool:
        facts = self._facts(view, opened, now, plan.digest)
        counted = gate.count(wanted, plan.digest, facts)
        return len(counted.valid) >= wanted.persons

    def _proposal(self, view: RunView) -> Approve | None:
        """Who has to say yes to a run that was only proposed, by rule."""
        if view.started.get("autonomy") != "propose":
            return None
        owner = str(view.started.get("owner") or "")
        return Approve((owner,) if owner in self.teams else ())

    def _expires(self, plan: Plan, now: datetime) -> str:
        gates = (self.rules.gates.get(name) for name in _environments(plan))
        within = [
            g.approve.within for g in gates if g and g.approve and g.approve.within
        ]
        return moment(now + min(within, default=timedelta(days=7)))

    def _teams(self, actor: str) -> tuple[str, ...]:
        return tuple(sorted(t for t, people in self.teams.items() if actor in people))


def _refused(opened: GateView | None, plan: Plan, now: datetime) -> Refuse | None:
    """A no, or the silence that counts as one, to exactly this plan."""
    if opened is None or opened.digest != plan.digest:
        return None
    no = next((word for word in opened.said if not word["yes"]), None)
    if no is not None:
        return Refuse(f"{no['by']} said no: {no.get('why', '')}")
    if opened.expires and now >= _moment(opened.expires):
        return Refuse(f"nobody said yes before {opened.expires}", expired=True)
    return None


def _named(missing: Sequence[Objection], extra: Approve | None) -> tuple[str, ...]:
    """Everybody who is asked; nobody by name when one of the rules takes anybody."""
    lists = [o.needs or () for o in missing] or [extra.by if extra else ()]
    return (
        tuple(dict.fromkeys(n for names in lists for n in names)) if all(lists) else ()
    )


def _expiry(opened: GateView) -> datetime | None:
    return _moment(opened.expires) if opened.expires else None


def _environments(plan: Plan) -> set[str]:
    return {change.address.environment for change in plan.changes}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
