"""A project that was opened: what the command line and the server call."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast import load, record
from holdfast.app.planning.addresses import chooser
from holdfast.app.planning.rollouts import budgets_of, strictest
from holdfast.app.planning.rules import approval_of, facts_for, rules_for
from holdfast.app.planning.saved_plan import read_saved, write_saved
from holdfast.app.unknown import no_such_changes
from holdfast.apply.script import commands_of
from holdfast.declare import Project
from holdfast.drivers.lock import alone
from holdfast.drivers.secrets import SecretChain
from holdfast.drivers.stores import Store
from holdfast.drivers.tools import git
from holdfast.engine import Doubt, Drift, Engine, Report
from holdfast.engine.drift.findings import State, compare, marked
from holdfast.engine.entries import Reason
from holdfast.engine.journal import moment
from holdfast.engine.loop import Person, Wanted
from holdfast.engine.recovery import resolve, settle
from holdfast.gate import Approval, GateFacts
from holdfast.load import Resolved, Selection
from holdfast.model import (
    Address,
    Attributes,
    Entry,
    Event,
    Plan,
    Snapshot,
    Target,
    Verdict,
)
from holdfast.plan import Binding, NoWayBack
from holdfast.problems import HoldfastError, Problem, Severity


def _as_they_are(facts: GateFacts) -> GateFacts:
    return facts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan, what it is to reach, and what the gate says before anybody is asked."""

    plan: Plan
    wanted: Wanted
    selectors: tuple[str, ...] = ()
    verdict: Verdict | None = None
    of: str = ""
    author: str = ""
    seen: Snapshot = field(default_factory=Snapshot)

    @property
    def verdict_problems(self) -> tuple[Problem, ...]:
        """Why the gate would say no now."""
        return tuple(o.problem for o in self.verdict.objections) if self.verdict else ()


@dataclass(slots=True)
class Application:
    """One opened project with its drivers; close it when done."""

    root: Path
    state: Path
    project: Project
    engine: Engine
    store: Store
    secrets: SecretChain
    actor: str
    _commit: str = field(default="")

    def note(self, event: Event, body: Attributes) -> None:
        """Record what the actor did now, outside of any run."""
        at = moment(self.engine.clock.now())
        entry = Entry(event=event, actor=self.actor, at=at, body=body)
        self.store.ledger.append([entry])

    # --- looking -------------------------------------------------------------

    def select(self, selectors: Sequence[str]) -> Selection:
        """Resolve selectors; raises ``HoldfastError`` for one that matches nothing."""
        selection = load.select(self.project, selectors)
        if selection.problems:
            raise HoldfastError(*selection.problems)
        return selection

    def facts(self, hosts: Iterable[str]) -> Snapshot:
        """Ask hosts what sort of machine they are."""
        return self.engine.eyes.facts(sorted(hosts))

    def resolve(self, selection: Selection) -> tuple[Resolved, Mapping[str, Problem]]:
        """
        What is wanted on the selected hosts, and the hosts that could not be asked.

        Hosts are asked for facts only where something declared for them needs facts.
        Raises ``HoldfastError`` with everything that cannot be worked out.
        """
        kinds, find = self.engine.eyes.kinds, self.secrets.get
        resolved = load.resolve(self.project, kinds, selection.hosts, {}, find)
        unknown: Mapping[str, Problem] = {}
        if resolved.facts_missing:
            seen = self.facts(resolved.facts_missing)
            unknown = seen.unknown
            hosts = [host for host in selection.hosts if host not in unknown]
            resolved = load.resolve(self.project, kinds, hosts, seen.facts, find)
        if resolved.problems:
            raise HoldfastError(*map(self.secrets.without, resolved.problems))
        return resolved, unknown

    def propose(self, selectors: Sequence[str]) -> Proposal:
        """Look, and propose the plan that reaches what is declared."""
        selection = self.select(selectors)
        resolved, unknown = self.resolve(selection)
        wanted = _wanted(resolved, selection)
        plan, seen = self.engine.plan(wanted, self._binding(resolved))
        plan = replace(plan, unknown={**plan.unknown, **unknown})
        return self._judged(Proposal(plan, wanted, tuple(selectors), seen=seen))

    def propose_undo(
        self, run: str, only: Sequence[str]
    ) -> tuple[Proposal, tuple[NoWayBack, ...]]:
        """
        Propose the plan that takes a run back, with what it cannot take back.

        ``only`` are selectors, none for all. Raises ``HoldfastError`` for a run that
        changed no hosts.
        """
        if not self.store.ledger.of_run(run):
            raise HoldfastError(no_such_changes(self.store, run))
        chosen = chooser(self.select(only).addresses)
        hosts = self._hosts_of(run)
        binding = Binding(
            targets=self._targets(hosts), commit=self.commit, purpose=f"undo {run}"
        )
        unhidden = self._learn_secrets_on(hosts)
        plan, lost, wanted = self.engine.undo_plan(run, binding, chosen)
        plan = replace(plan, warnings=(*plan.warnings, *unhidden))
        return self._judged(Proposal(plan, wanted, of=run)), lost

    def drift(self, selectors: Sequence[str]) -> tuple[Drift, Proposal]:
        """Compare what is there with how it was left and with what is declared."""
        proposal = self.propose(selectors)
        addresses = [resource.address for resource in proposal.wanted.resources]
        recorded = {
            address: record.state_of(entry)
            for address, entry in self.store.ledger.last(addresses).items()
        }
        found = compare(proposal.plan, recorded, addresses)
        marks = self.engine.eyes.marks(found.of(State.DRIFTED))
        return marked(found, marks), proposal

    # --- deciding and doing ----------------------------------------------------

    def judge(
        self,
        proposal: Proposal,
        *,
        ask: bool,
        why: str,
        given: Sequence[Approval] = (),
        run: str = "",
        more: Callable[[GateFacts], GateFacts] = _as_they_are,
    ) -> Verdict:
        """
        Ask the gate; with ``ask`` the person at the terminal counts as an approver.

        ``given`` are words that were said before; what ``run`` claims is not in its way.
        ``more`` adds what only the caller knows.
        """
        rules, plan = rules_for(self.project), proposal.plan
        now = self.engine.clock.now()
        here = approval_of(self.project, self.actor, plan, now, why)
        yes = [*given, *([here] if ask and why else [])]
        facts = facts_for(self.project, self.engine, proposal.author, plan, yes)
        others = tuple(c for c in facts.claims if not run or c.run != run)
        return self.engine.judge(plan, rules, more(replace(facts, claims=others)))

    def carry_out(
        self,
        proposal: Proposal,
        verdict: Verdict,
        person: Person | None = None,
        *,
        why: str = "",
        step: str = "",
    ) -> Report:
        """
        Apply one judged proposal; ``person`` watches, and may ask to stop.

        ``step`` is the step of a workflow's run that it is done for.
        """
        self.adopt(proposal)
        reason = Reason(of=proposal.of, why=why, step=step)
        return self.engine.carry_out(
            proposal.plan, verdict, proposal.wanted, reason, person
        )

    def adopt(self, proposal: Proposal) -> None:
        """Remember how things are that are already as declared."""
        self.engine.adopt(proposal.plan, proposal.seen)

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one that changes things in this project."""
        return alone(self.state / "apply.lock")

    def settle(self) -> tuple[Doubt, ...]:
        """Decide what a cut-off run left in doubt; call it inside :meth:`alone`."""
        return settle(self.engine, self.actor)

    def open_doubts(self) -> tuple[Problem, ...]:
        """What a person must still say."""
        return tuple(
            _doubt(run, address)
            for run in self.store.ledger.doubtful()
            for address in record.open_doubts(self.store.ledger.of_run(run))
        )

    def resolve_doubt(self, run: str, address: str, answer: str) -> None:
        """Record what a person says; raises ``HoldfastError`` when nothing is in doubt."""
        entries = self.store.ledger.of_run(run)
        for change in record.in_doubt(entries):
            if str(change.address) == address:
                doubt = Doubt(run, change, answer)
                return resolve(self.store.ledger, self.engine.clock, self.actor, doubt)
        raise HoldfastError(_no_doubt(run, address))

    # --- plans on disk -----------------------------------------------------------

    def save_plan(self, proposal: Proposal, path: Path) -> None:
        """Write a plan down so that exactly it can be applied later; mode 0600."""
        write_saved(path, proposal.plan, proposal.selectors, self.actor)

    def load_plan(self, path: Path) -> Proposal:
        """A saved plan, if world and declaration are still the same; else what moved."""
        saved = read_saved(path)
        proposal = self.propose(saved.selectors)
        saved.compare(proposal.plan)
        return replace(proposal, author=saved.author)

    def commands_text(self, plan: Plan) -> str:
        """The sh of every change, as it would run; secrets are not shown."""
        kinds = self.engine.eyes.kinds
        return "\n".join(
            f"# {change.address}\n"
            + "\n".join(commands_of(change, kinds, plan.contents))
            for change in plan.changes
            if not change.sensitive
        )

    # --- the rest ------------------------------------------------------------------

    @property
    def commit(self) -> str:
        """The version of the declaration: the git commit and a digest of the files."""
        if not self._commit:
            self._commit = (
                f"{git.head(self.root)[:12]}+{self.project.files_digest[7:19]}"
            )
        return self._commit

    def forget_commit(self) -> None:
        """Work the version out anew when it is asked for next."""
        self._commit = ""

    def close(self) -> None:
        """Let go of hosts and store."""
        for host in self.engine.eyes.hosts.values():
            host.close()
        self.store.close()

    def _judged(self, proposal: Proposal) -> Proposal:
        verdict = self.judge(proposal, ask=False, why="")
        return replace(proposal, verdict=verdict)

    def _binding(self, resolved: Resolved) -> Binding:
        hosts = sorted({resource.address.host for resource in resolved.resources})
        places = {self.project.hosts[host].environment for host in hosts}
        budgets = budgets_of(self.project, places)
        return Binding(
            targets=self._targets(hosts),
            commit=self.commit,
            rollout=strictest(resolved.rollouts.values(), budgets),
            purpose="apply",
        )

    def _targets(self, hosts: Sequence[str]) -> tuple[Target, ...]:
        return tuple(
            Target(
                entry.name, entry.environment, tuple(entry.groups), self.project.owner
            )
            for entry in (self.project.hosts[host] for host in hosts)
        )

    def _learn_secrets_on(self, hosts: Sequence[str]) -> tuple[Problem, ...]:
        """Hide what any run took to these hosts; a warning for what cannot be."""
        warnings = []
        started = self.store.ledger.of_event(Event.RUN_STARTED)
        for name in record.secrets_on(hosts, started):
            try:
                self.secrets.every(name)
            except HoldfastError as error:
                warnings.append(_unhidden(name, error.problems[0]))
        return tuple(warnings)

    def _hosts_of(self, run: str) -> list[str]:
        entries = self.store.ledger.of_run(run)
        named = {entry.address.host for entry in entries if entry.address}
        return sorted(named & set(self.project.hosts))


def _wanted(resolved: Resolved, selection: Selection) -> Wanted:
    chosen = chooser(selection.addresses)
    resources = tuple(r for r in resolved.resources if chosen(r.address))
    return Wanted(resources, resolved.handlers, resolved.checks)


def _unhidden(name: str, why: Problem) -> Problem:
    return Problem(
        code="app.cannot-hide",
        summary=f"{name} cannot be hidden if a command prints it",
        detail=f"It was taken to that host, and cannot be opened: {why.summary}.",
        next_step=why.next_step,
        severity=Severity.WARNING,
    )


def _doubt(run: str, address: Address) -> Problem:
    return Problem(
        code="engine.in-doubt",
        summary=f"{address} of {run} may have been made, and cannot be looked at",
        detail="It was cut off while it ran, and nothing tells whether it did: there is "
        "no check, the host cannot be asked, or its script is still at work.",
        next_step=f"Try again later, or: holdfast resolve {run} '{address}' "
        "--as made   (or not-made)",
    )


def _no_doubt(run: str, address: str) -> Problem:
    return Problem(
        code="app.no-doubt",
        summary="That change is not in doubt",
        detail=f"{address} of {run} has an end, or is not part of that run.",
        next_step=f"See the run: holdfast why {run}",
    )
