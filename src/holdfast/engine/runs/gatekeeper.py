"""Whether a job may begin or go on: the same gate as for every other plan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast import gate
from holdfast.declare import Workflow
from holdfast.engine.journal import moment
from holdfast.engine.runs.answers import (
    Answer,
    Look,
    Open,
    Pass,
    Refuse,
    Wait,
    because,
    is_for_good,
    until,
)
from holdfast.engine.runs.gate_facts import Asked, glasses_of, limits_of
from holdfast.engine.runs.parts import Part, parts_of
from holdfast.engine.runs.request import contexts_of
from holdfast.gate import Approval, Approve, GateFacts, Rules
from holdfast.model import (
    Claim,
    GateView,
    Objection,
    Plan,
    RunView,
    Verdict,
)
from holdfast.plan import (
    Aim,
    Instance,
    is_looked_at,
    job_plan,
    managed_in,
    needs_of,
    shown,
)


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """
    The project's rules as jobs meet them.

    ``aims_of`` are the hosts each step of a job names, given what expressions see;
    ``versions_of`` the ``name@version`` of the secrets a job of a run reads.
    """

    rules: Rules = field(default_factory=Rules)
    teams: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)
    aims_of: Callable[[Instance, Mapping[str, Any]], Sequence[Aim]] = field(
        default=lambda _job, _contexts: ()
    )
    versions_of: Callable[[RunView, Workflow, Instance], Iterable[str]] = field(
        default=lambda _run, _flow, _job: ()
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
        seen = view.jobs.get(instance.key)
        return job_plan(
            view,
            instance,
            environment,
            aims=self.aims(view, flow, instance),
            look=(seen.look if seen else None) or None,
            secrets=self.versions_of(view, flow, instance),
            results=dict(results),
        )

    def aims(
        self, view: RunView, flow: Workflow, instance: Instance
    ) -> tuple[Aim, ...]:
        """The hosts each step of a job names, one for each step."""
        found = [Aim() for _ in instance.job.steps]
        for part, aim in self._aimed(view, flow, instance):
            found[part.index] = found[part.index].and_(aim)
        return tuple(found)

    def to_look_at(
        self, view: RunView, flow: Workflow, instance: Instance
    ) -> tuple[Part, ...]:
        """The steps whose hosts are known, and whose changes only a look can tell."""
        every = self._aimed(view, flow, instance)
        return tuple(p for p, aim in every if aim.known and is_looked_at(p.step))

    def _aimed(
        self, view: RunView, flow: Workflow, instance: Instance
    ) -> list[tuple[Part, Aim]]:
        """Every step, also those within local actions, with the hosts it names."""
        contexts = {
            **contexts_of(view),
            "needs": needs_of(instance.job, view),
            "matrix": dict(instance.matrix),
        }
        parts = parts_of(flow, instance.job, contexts)
        opened = replace(instance.job, steps=tuple(part.step for part in parts))
        aims = self.aims_of(replace(instance, job=opened), contexts)
        return list(zip(parts, aims, strict=False))

    def beginning(  # noqa: PLR0911 - one an answer
        self, plan: Plan, asked: Asked
    ) -> Answer | Look:
        """May a job begin."""
        opened = asked.opened
        said = _rejected(opened, plan)
        if said is not None:
            return said
        verdict = gate.judge(plan, self.rules, self._facts_about(plan, asked))
        missing = [o for o in verdict.objections if o.needs is not None]
        flat = [o for o in verdict.objections if o.needs is None]
        never = next((o for o in flat if is_for_good(o)), None)
        if never is not None:
            return Refuse(f"{never.rule}: {because(never)}")
        extra = self._lacking(plan, asked)
        asks = bool(missing) or extra is not None
        if (asks or self.rules.policies) and self._wants_a_look(asked):
            return Look()
        if asks and opened is not None and opened.digest == plan.digest:
            return _silence(opened, asked.now)
        if asks:
            return self._opening(plan, verdict, missing, extra, asked.now)
        if flat:
            return Wait("; ".join(map(because, flat)), until(flat, asked.now))
        return Pass(verdict.approvals, verdict.broken)

    def _opening(
        self,
        plan: Plan,
        verdict: Verdict,
        missing: Sequence[Objection],
        extra: Approve | None,
        now: datetime,
    ) -> Open:
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
                "warnings": list(verdict.warnings),
            }
        )

    @property
    def has_times(self) -> bool:
        """Whether any window or freeze is declared."""
        gates = self.rules.gates.values()
        return bool(self.rules.freezes) or any(g.windows or g.freezes for g in gates)

    def is_closed(self, plan: Plan, asked: Asked) -> bool:
        """Whether a window or a freeze is in the way of a job."""
        verdict = gate.judge(plan, self.rules, self._facts_about(plan, asked))
        return any(o.problem.code in gate.GLASS_LIFTS for o in verdict.objections)

    def _wants_a_look(self, asked: Asked) -> bool:
        """Whether nobody has looked yet at what the job would change."""
        look = asked.seen.look
        return look is None and bool(
            self.to_look_at(asked.view, asked.flow, asked.instance)
        )

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
        said = _rejected(opened, plan)
        if said is not None:
            return said
        wanted = Approve(opened.needs, opened.count, not_author=opened.not_author)
        if self._enough(wanted, plan, view, opened, now):
            return Pass(tuple(str(word["by"]) for word in opened.said))
        return _silence(opened, now)

    def may(self, opened: GateView, actor: str, author: str) -> str:
        """Why a person's word does not count at a gate; empty when it does."""
        if opened.not_author and actor.casefold() == author.casefold():
            return f"{actor} started it; somebody else has to say yes"
        if opened.needs and not {actor, *self._teams(actor)} & set(opened.needs):
            return f"{actor} is not among {', '.join(opened.needs)}"
        return ""

    def said_yes(self, opened: GateView, actor: str) -> bool:
        """Whether a person said so already: two are two people."""
        yes = (str(word["by"]) for word in opened.said if word["yes"])
        return any(not gate.is_other(actor, one) for one in yes)

    def people(self, opened: GateView) -> tuple[str, ...]:
        """Everybody whose word counts, teams opened up; empty: anybody's does."""
        return self.named(opened.needs)

    def named(self, needs: Sequence[str]) -> tuple[str, ...]:
        """Persons and teams, each team with who is in it."""
        return tuple(
            f"{name} ({', '.join(self.teams[name])})" if name in self.teams else name
            for name in needs
        )

    def _facts_about(self, plan: Plan, asked: Asked) -> GateFacts:
        seen, digest = asked.seen, plan.digest
        return replace(
            self._facts(asked.view, asked.opened, asked.now, digest, asked.claims),
            managed=managed_in((seen.look or {}).values()),
            earlier=tuple(asked.earlier),
            owner=self._owner(asked.view),
            limits=limits_of(asked.flow),
            glasses=glasses_of(seen, digest),
        )

    def _lacking(self, plan: Plan, asked: Asked) -> Approve | None:
        """The yes that a proposed run still lacks."""
        wanted = self._proposal(asked.view)
        if wanted is None:
            return None
        enough = self._enough(wanted, plan, asked.view, asked.opened, asked.now)
        return None if enough else wanted

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
        owner = self._owner(view)
        return Approve((owner,) if owner else ())

    def _owner(self, view: RunView) -> str:
        """The team that owns the workflow, if it is one that is declared."""
        owner = str(view.started.get("owner") or "")
        return owner if owner in self.teams else ""

    def _expires(self, plan: Plan, now: datetime) -> str:
        gates = (self.rules.gates.get(name) for name in _environments(plan))
        within = [
            g.approve.within for g in gates if g and g.approve and g.approve.within
        ]
        return moment(now + min(within, default=timedelta(days=7)))

    def _teams(self, actor: str) -> tuple[str, ...]:
        return tuple(sorted(t for t, people in self.teams.items() if actor in people))


def _rejected(opened: GateView | None, plan: Plan) -> Refuse | None:
    """A no to exactly this plan."""
    if opened is None or opened.digest != plan.digest:
        return None
    no = next((word for word in opened.said if not word["yes"]), None)
    return None if no is None else Refuse(f"{no['by']} said no: {no.get('why', '')}")


def _silence(opened: GateView, now: datetime) -> Wait | Refuse:
    """People have not said enough: they have time, or it counts as a no."""
    expiry = _expiry(opened)
    if expiry is None or now < expiry:
        return Wait("", expiry)
    people = dict.fromkeys(str(word["by"]) for word in opened.said)
    who = ", ".join(people)
    if not people:
        why = f"nobody said yes before {opened.expires}"
    elif len(people) < opened.count:
        why = f"{opened.count} yes were needed before {opened.expires}, only {who} said so"
    else:
        why = f"{who} said yes in time, but it could not begin while that counted"
    return Refuse(why, expired=True)


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
