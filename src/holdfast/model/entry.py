"""What the ledger remembers."""

from dataclasses import dataclass, field, replace
from enum import Enum

from holdfast.model.address import Address
from holdfast.model.values import Attributes, canonical, digest

GENESIS = "sha256:" + "0" * 64
"""What the first entry is chained to."""


class Event(Enum):
    """Everything that can happen to a run, to one of its changes, or beside them."""

    RUN_STARTED = "run-started"
    JUDGED = "judged"
    INTENDED = "intended"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNREACHABLE = "unreachable"
    IN_DOUBT = "in-doubt"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    RUN_ENDED = "run-ended"
    OBSERVED = "observed"
    CLAIMED = "claimed"
    RELEASED = "released"
    QUEUED = "queued"
    JOB_STARTED = "job-started"
    JOB_ENDED = "job-ended"
    STEP_STARTED = "step-started"
    STEP_ENDED = "step-ended"
    LOOK_ASKED = "look-asked"
    LOOKED = "looked"
    PLANNED = "planned"
    GATE_OPENED = "gate-opened"
    GLASS_ASKED = "glass-asked"
    GLASS_BROKEN = "glass-broken"
    GLASS_REFUSED = "glass-refused"
    APPROVED = "approved"
    REJECTED = "rejected"
    ASKED = "asked"
    ANSWERED = "answered"
    WAITING = "waiting"
    HANDED = "handed"
    TAKEN = "taken"
    REPORTED = "reported"
    RESUMED = "resumed"
    CANCEL_ASKED = "cancel-asked"
    FINISHED = "finished"
    DRAINED = "drained"
    UNDRAINED = "undrained"
    SCHEDULE_MISSED = "schedule-missed"
    DRIFT_FOUND = "drift-found"
    TRUST_LOST = "trust-lost"
    TRUST_GIVEN = "trust-given"
    PAUSED = "paused"
    UNPAUSED = "unpaused"
    PAGED = "paged"
    BREAKER_CLOSED = "breaker-closed"
    LETTER_RETRIED = "letter-retried"
    LETTER_DROPPED = "letter-dropped"
    PRUNED = "pruned"
    SECRET_SET = "secret-set"  # noqa: S105 - the name of an event
    SECRET_RETIRED = "secret-retired"  # noqa: S105 - the name of an event
    SECRET_SCRUBBED = "secret-scrubbed"  # noqa: S105 - the name of an event
    SECRET_REKEYED = "secret-rekeyed"  # noqa: S105 - the name of an event

    @classmethod
    def _missing_(cls, value: object) -> "Event":
        """
        A word of a newer Holdfast that works at the same ledger, for an older one.

        It is kept as it is, the same each time, and nobody here acts on it.
        """
        made = object.__new__(cls)
        made._name_, made._value_ = "NEWER", str(value)
        cls._value2member_map_[value] = made
        return made


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One immutable row of the ledger, chained by hash to the one before.

    ``sequence`` counts from 1 without a gap. ``at`` is UTC, ISO 8601 with microseconds
    and ``Z``. ``run`` is empty for what happens outside of runs; ``address`` is ``None``
    for what concerns a run as a whole. ``body`` never holds a secret value.
    """

    event: Event
    run: str = ""
    address: Address | None = None
    actor: str = ""
    at: str = ""
    body: Attributes = field(default_factory=dict)
    sequence: int = 0
    previous: str = GENESIS
    hash: str = ""

    def chained(self, sequence: int, previous: str) -> "Entry":
        """Give the entry its place in the ledger, and its hash."""
        placed = replace(self, sequence=sequence, previous=previous)
        return replace(placed, hash=placed.expected_hash)

    @property
    def name(self) -> str:
        """What others know it by: its number and a part of its hash."""
        return f"{self.sequence}-{self.hash[7:19]}"

    @property
    def expected_hash(self) -> str:
        """SHA-256 over everything but ``hash`` itself."""
        return digest(
            canonical(
                {
                    "sequence": self.sequence,
                    "previous": self.previous,
                    "at": self.at,
                    "run": self.run,
                    "event": self.event.value,
                    "address": str(self.address) if self.address else None,
                    "actor": self.actor,
                    "body": self.body,
                }
            )
        )
