"""What is the same for every step of a job, found out once a segment."""

from dataclasses import dataclass, field
from threading import Lock

from holdfast.engine.runs.job_state import StepAt

_MOST = 1000
"""Jobs; one that ended elsewhere is forgotten when so many came after it."""


@dataclass(slots=True)
class Known:
    """
    Of one segment of a job.

    ``secrets`` are the names it reads, ``None`` for all, once they were ``read``;
    ``hidden`` what its steps asked to hide, once it was ``looked`` for.
    """

    secrets: set[str] | None = None
    read: bool = False
    hidden: set[str] = field(default_factory=set)
    looked: bool = False


@dataclass(slots=True)
class JobMemory:
    """
    Of the jobs at work here.

    Another segment begins anew: meanwhile others may have had the job.
    """

    _known: dict[tuple[str, str], tuple[int, Known]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, at: StepAt) -> Known:
        """What is known of the segment an attempt belongs to."""
        job = (at.run, at.job.key)
        with self._lock:
            fence, known = self._known.get(job, (at.fence, Known()))
            if fence != at.fence:
                known = Known()
            self._known[job] = (at.fence, known)
            while len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
        return known

    def forget(self, run: str, job: str) -> None:
        """A job has ended."""
        with self._lock:
            self._known.pop((run, job), None)
