"""How a run ended, and what the ledger is told of its beginning and end."""

from dataclasses import dataclass

from holdfast import apply
from holdfast.engine.journal import said
from holdfast.model import Attributes, Event, Plan, Proof, Verdict
from holdfast.problems import Exit


@dataclass(frozen=True, slots=True)
class Reason:
    """
    Why a run is made: the run it takes back, if any, and a person's words.

    ``step`` is the step of a workflow's run that makes it: ``r7/deploy/apply``.
    """

    of: str = ""
    why: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """How one run ended."""

    run: str
    plan: Plan
    walked: apply.Walked
    proof: Proof

    @property
    def exit(self) -> Exit:
        """The exit code of the run, the worst thing first."""
        stopped = self.walked.stopped
        for event, code in (
            (Event.IN_DOUBT, Exit.IN_DOUBT),
            (Event.FAILED, Exit.FAILED),
            (Event.UNREACHABLE, Exit.UNREACHABLE),
        ):
            if self.walked.of(event):
                return code
        if stopped and stopped.code == apply.INTERRUPTED:
            return Exit.INTERRUPTED
        if self.proof.remaining or self.proof.failed_checks:
            return Exit.PERSON_NEEDED
        if self.proof.unknown or (self.plan.unknown and not stopped):
            return Exit.UNREACHABLE
        return Exit.FAILED if stopped else Exit.DONE


def started(proposal: Plan, reason: Reason) -> Attributes:
    """What a run is for, and of which plan."""
    return {
        "purpose": proposal.purpose,
        "digest": proposal.digest,
        "commit": proposal.commit,
        "environment": ", ".join(sorted({t.environment for t in proposal.targets})),
        "targets": tuple(sorted(target.name for target in proposal.targets)),
        "changes": len(proposal.changes),
        "inputs": dict(proposal.inputs),
        "secrets": tuple(sorted(proposal.secrets)),
        "of": reason.of,
        "why": reason.why,
        **({"step": reason.step} if reason.step else {}),
    }


def judged(verdict: Verdict) -> Attributes:
    """What the gate said."""
    broken = {"broken": verdict.broken} if verdict.broken else {}
    return {
        "allowed": not verdict.objections,
        "rules": verdict.rules,
        "approvals": verdict.approvals,
        "objections": tuple(o.problem.summary for o in verdict.objections),
        **broken,
    }


def verified(proof: Proof) -> Attributes:
    """What the look afterwards found."""
    problems = (*proof.failed_checks, *proof.unknown)
    return {
        "holds": proof.holds,
        "remaining": tuple(str(change.address) for change in proof.remaining),
        "problems": tuple(said(problem) for problem in problems),
    }


def ended(report: Report) -> Attributes:
    """How many changes ended in which way."""
    counts = {
        event.value: len(report.walked.of(event))
        for event in (
            Event.SUCCEEDED,
            Event.FAILED,
            Event.SKIPPED,
            Event.UNREACHABLE,
            Event.IN_DOUBT,
        )
    }
    return {"outcome": report.exit.name.lower().replace("_", "-"), "counts": counts}
