"""``retention:``: how long things are kept beside the ledger."""

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration

_DAY = 86_400


class RetentionDeclared(Strict):
    """
    How long things are kept after their end; the ledger is kept for ever.

        retention: {runs: 90d, logs: 30d, events: 30d, artifacts: 90d, keep: 20}
    """

    runs: Duration = Field(default=90 * _DAY, description="Runs in lists and pages.")
    logs: Duration = Field(default=30 * _DAY, description="What steps printed.")
    events: Duration = Field(
        default=30 * _DAY, description="Events, and what was decided about them."
    )
    artifacts: Duration = Field(
        default=90 * _DAY, description="Artifacts; caches that are not used any more."
    )
    keep: int = Field(
        default=20,
        ge=0,
        description="Newest runs of each workflow that stay however old they are.",
    )
