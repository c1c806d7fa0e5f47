"""A project that was opened: what the command line and the server call."""

import getpass
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from holdfast import gate, load, record
from holdfast.app.rules import approval_of, facts_for, rules_for
from holdfast.app.saved import read_saved, write_saved
from holdfast.app.wiring import hosts_for, secrets_for
from holdfast.apply.script import commands_of
from holdfast.declare import Project
from holdfast.drivers.clock import SystemClock
from holdfast.drivers.lock import alone
from holdfast.drivers.secrets import SecretChain
from holdfast.drivers.stores import Store, open_store
from holdfast.drivers.tools import git
from holdfast.engine import Doubt, Drift, Engine, Report
from holdfast.engine.drift import compare
from holdfast.engine.look import Eyes
from holdfast.engine.loop import Listen, Wanted
from holdfast.engine.settle import resolve, settle
from holdfast.kinds import BUILT_IN, PROBES
from holdfast.load import Resolved, Selection
from holdfast.model import Address, Attributes, Change, Plan, Rollout, Target, Verdict
from holdfast.plan import Binding, NoWayBack
from holdfast.problems import HoldfastError, Problem


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan, what it is to reach, and what the gate says before anybody is asked."""

    plan: Plan
    wanted: Wanted
    selectors: tuple[str, ...] = ()
    verdict: Verdict | None = None
    of: str = ""

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

    # --- looking -------------------------------------------------------------

    def select(self, selectors: Sequence[str]) -> Selection:
        """Resolve selectors; raises ``HoldfastError`` for one that matches nothing."""
        selection = load.select(self.project, selectors)
        if selection.problems:
            raise HoldfastError(*selection.problems)
        return selection

    def resolve(self, selection: Selection) -> Resolved:
        """What is wanted on the selected hosts, asking for facts where they are needed."""
        kinds = self.engine.eyes.kinds
        known = self.store.facts()
        needed = [host for host in selection.hosts if host in known]
        facts: Mapping[str, Attributes] = {host: known[host] for host in needed}
        resolved = load.resolve(
            self.project, kinds, selection.hosts, facts, self.secrets.get
        )
        if resolved.facts_missing:
            seen = self.engine.eyes.facts(sorted(resolved.facts_missing))
            self.store.keep_facts(seen.facts)
            resolved = load.resolve(
                self.project,
                kinds,
                [host for host in selection.hosts if host not in seen.unknown],
                {**facts, **seen.facts},
                self.secrets.get,
            )
            if seen.unknown and not seen.facts:
                raise HoldfastError(*seen.unknown.values())
        if resolved.problems:
            raise HoldfastError(*resolved.problems)
        return resolved

    def propose(self, selectors: Sequence[str]) -> Proposal:
        """Look, and propose the plan that reaches what is declared."""
        selection = self.select(selectors)
        resolved = self.resolve(selection)
        wanted = _wanted(resolved, selection)
        plan, _ = self.engine.plan(wanted, self._binding(resolved, "apply"))
        return self._judged(Proposal(plan, wanted, tuple(selectors)))

    def propose_undo(
        self, run: str, only: Sequence[str]
    ) -> tuple[Proposal, tuple[NoWayBack, ...]]:
        """Propose the plan that takes a run back, with what it cannot take back."""
        chosen = _chooser(self.select(only).addresses) if only else _every
        hosts = self._hosts_of(run)
        binding = Binding(
            targets=self._targets(hosts), commit=self.commit, purpose=f"undo {run}"
        )
        plan, lost, wanted = self.engine.undo_plan(run, binding, chosen)
        return self._judged(Proposal(plan, wanted, of=run)), lost

    def drift(self, selectors: Sequence[str]) -> tuple[Drift, Proposal]:
        """Compare what is there with how it was left and with what is declared."""
        proposal = self.propose(selectors)
        addresses = [resource.address for resource in proposal.wanted.resources]
        recorded = {
            address: record.state_of(entry)
            for address, entry in self.store.ledger.last(addresses).items()
        }
        return compare(proposal.plan, recorded, addresses), proposal

    # --- deciding and doing ----------------------------------------------------

    def judge(self, proposal: Proposal, *, ask: bool, why: str) -> Verdict:
        """Ask the gate; with ``ask`` the person at the terminal counts as an approver."""
        rules, plan = rules_for(self.project), proposal.plan
        approvals = (
            (approval_of(self.project, self.actor, plan, self.engine.clock.now(), why),)
            if ask and why
            else ()
        )
        facts = facts_for(
            self.project, self.actor, self.engine, approvals, self.managed(plan)
        )
        return self.engine.judge(plan, rules, facts)

    def carry_out(
        self,
        proposal: Proposal,
        verdict: Verdict,
        listen: Listen = lambda _event, _change: None,
    ) -> Report:
        """Apply one judged proposal."""
        return self.engine.carry_out(
            proposal.plan, verdict, proposal.wanted, listen=listen, of=proposal.of
        )

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one that changes things in this project."""
        return alone(self.state / "apply.lock")

    def settle(self) -> tuple[Doubt, ...]:
        """Decide what a cut-off run left in doubt; call it inside :meth:`alone`."""
        engine = self.engine
        return settle(engine.eyes, engine.ledger, engine.clock, self.actor)

    def open_doubts(self) -> tuple[Problem, ...]:
        """What a person must still say."""
        return tuple(
            _doubt(run, address)
            for run in self.store.ledger.runs(20)
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
        write_saved(path, proposal.plan, proposal.selectors)

    def load_plan(self, path: Path) -> Proposal:
        """A saved plan, if world and declaration are still the same; else what moved."""
        saved = read_saved(path)
        proposal = self.propose(saved.selectors)
        saved.compare(proposal.plan)
        return proposal

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

    def managed(self, plan: Plan) -> int:
        """How many things are managed on the plan's targets."""
        return len(plan.unchanged) + len(plan.changes)

    def close(self) -> None:
        """Let go of hosts and store."""
        for host in self.engine.eyes.hosts.values():
            host.close()
        self.store.close()

    def _judged(self, proposal: Proposal) -> Proposal:
        verdict = self.judge(proposal, ask=False, why="")
        return Proposal(
            proposal.plan, proposal.wanted, proposal.selectors, verdict, proposal.of
        )

    def _binding(self, resolved: Resolved, purpose: str) -> Binding:
        hosts = sorted({resource.address.host for resource in resolved.resources})
        return Binding(
            targets=self._targets(hosts),
            commit=self.commit,
            rollout=_strictest(list(resolved.rollouts.values())),
            purpose=purpose,
        )

    def _targets(self, hosts: Sequence[str]) -> tuple[Target, ...]:
        return tuple(
            Target(
                entry.name, entry.environment, tuple(entry.groups), self.project.owner
            )
            for entry in (self.project.hosts[host] for host in hosts)
        )

    def _hosts_of(self, run: str) -> list[str]:
        entries = self.store.ledger.of_run(run)
        named = {entry.address.host for entry in entries if entry.address}
        return sorted(named & set(self.project.hosts))


def open_application(directory: Path) -> Application:
    """Open the project around a folder; raises ``HoldfastError`` with all its problems."""
    root = load.find_root(directory)
    if root is None:
        raise HoldfastError(_no_project(directory))
    kinds = {kind.name: kind for kind in BUILT_IN}
    loaded = load.load(root, kinds)
    if loaded.project is None or loaded.problems:
        raise HoldfastError(*loaded.problems)
    state = root / ".holdfast"
    _make_state(state)
    store = open_store(state / "holdfast.db")
    secrets = secrets_for(root, state)
    actor = os.environ.get("HOLDFAST_ACTOR") or getpass.getuser()
    engine = Engine(
        eyes=Eyes(
            hosts=hosts_for(loaded.project, root, state, secrets),
            kinds=kinds,
            probes={probe.name: probe for probe in PROBES},
            parallel=loaded.project.connect.parallel,
        ),
        ledger=store.ledger,
        contents=store.contents,
        claims=store.claims,
        clock=SystemClock(),
        actor=actor,
        redact=secrets.redact,
    )
    return Application(root, state, loaded.project, engine, store, secrets, actor)


def _make_state(state: Path) -> None:
    """The project's state; it keeps itself out of git."""
    try:
        state.mkdir(mode=0o700, exist_ok=True)
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise HoldfastError(
            Problem(
                code="app.no-state",
                summary="The project's state cannot be kept",
                detail=f"{state}: {error.strerror}. Nothing was changed.",
                next_step=f"Make the folder writable: chmod u+rwx {state.parent}",
            )
        ) from error


def _wanted(resolved: Resolved, selection: Selection) -> Wanted:
    chosen = _chooser(selection.addresses) if selection.addresses else _every
    resources = tuple(r for r in resolved.resources if chosen(r.address))
    return Wanted(resources, resolved.handlers, resolved.checks)


def _every(_address: Address) -> bool:
    return True


def _chooser(patterns: Sequence[str]) -> Callable[[Address], bool]:
    """Whether an address matches one of these, each whole or with ``*``."""
    from fnmatch import fnmatchcase

    def chosen(address: Address) -> bool:
        names = (address.local, f"{address.host}/{address.local}", str(address))
        return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)

    return chosen


def _strictest(rollouts: Sequence[Rollout]) -> Rollout:
    """One rollout for all: the smallest first wave, budget and the longest pause."""
    if not rollouts:
        return Rollout()
    return Rollout(
        serial=min((r.serial for r in rollouts), key=_first_share),
        max_fail_percentage=min(r.max_fail_percentage for r in rollouts),
        pause=max(r.pause for r in rollouts),
    )


def _first_share(serial: Sequence[int | str]) -> tuple[bool, int]:
    first = serial[0] if serial else "100%"
    if isinstance(first, int):
        return (False, first)
    return (True, int(first.rstrip("%")))


def _doubt(run: str, address: Address) -> Problem:
    return Problem(
        code="engine.in-doubt",
        summary=f"{address} of {run} may have been made, and cannot be looked at",
        detail="Holdfast was cut off while it ran, and nothing tells whether it did.",
        next_step=f"holdfast resolve {run} '{address}' --as made   (or not-made)",
    )


def _no_doubt(run: str, address: str) -> Problem:
    return Problem(
        code="app.no-doubt",
        summary="That change is not in doubt",
        detail=f"{address} of {run} has an end, or is not part of that run.",
        next_step=f"See the run: holdfast why {run}",
    )


def _no_project(directory: Path) -> Problem:
    return Problem(
        code="app.no-project",
        summary="There is no holdfast.yaml here or above",
        detail=f"Looked in {directory.resolve()} and every folder above it.",
        next_step="Begin one here with `holdfast init`, or name it with `-C DIR`.",
    )
