"""``retention:``: how long, and how much, is kept beside the ledger."""

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration, Size

_DAY = 86_400


class RetentionDeclared(Strict):
    """
    How long things are kept after their end; the ledger is kept for ever.

        retention:
          {runs: 90d, logs: 30d, log_size: 64MiB, events: 30d, artifacts: 90d, keep: 20}
    """

    runs: Duration = Field(default=90 * _DAY, description="Runs in lists and pages.")
    logs: Duration = Field(default=30 * _DAY, description="What steps printed.")
    log_size: Size = Field(
        default=64 << 20,
        ge=1 << 10,
        description="Bytes of the output of one step that are kept: `64MiB`.",
    )
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
