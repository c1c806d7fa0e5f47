"""What the gate is told about a job, beside the rules: made from its run and workflow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from holdfast import gate
from holdfast.declare import Workflow
from holdfast.gate import Glass, Limits, Reach
from holdfast.model import Claim, GateView, JobView, RunView
from holdfast.plan import Instance


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A job that would begin now, and what counts at this moment.

    ``earlier`` is what it reached in earlier runs of its workflow.
    """

    view: RunView
    flow: Workflow
    instance: Instance
    now: datetime
    claims: Sequence[Claim] = ()
    earlier: Sequence[Reach] = ()

    @property
    def seen(self) -> JobView:
        """How the job stands."""
        key = self.instance.key
        return self.view.jobs.get(key, JobView(key))

    @property
    def opened(self) -> GateView | None:
        """The gate before its first step, if one was opened."""
        found = self.seen.gate
        return found if found is not None and found.step < 0 else None


def limits_of(flow: Workflow) -> Limits:
    """How far one run of a workflow may go, as its ``limits:`` say."""
    written = flow.limits
    if written is None:
        return Limits()
    share = written.max_share
    if isinstance(share, str):
        parsed = gate.parse_share(share)
        part = parsed if isinstance(parsed, Fraction) else Fraction(0)
        return Limits(written.max_targets, part)
    counts = [n for n in (written.max_targets, share) if n is not None]
    return Limits(min(counts, default=None))


def glasses_of(seen: JobView, digest: str) -> tuple[Glass, ...]:
    """The request to pass windows and freezes, when it was for this very plan."""
    asked = seen.glass
    if asked is None or asked.plan != digest:
        return ()
    until = datetime.fromisoformat(asked.until).astimezone(UTC)
    return (Glass(digest, asked.by, asked.why, until, asked.confirmed),)
