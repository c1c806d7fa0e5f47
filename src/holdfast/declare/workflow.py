"""A workflow as it was read: GitHub Actions' nouns, and the few that are ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from holdfast.problems import Place

Dynamic = Any
"""Plain values as written; every text in them may hold ``${{ }}``."""

Autonomy = Literal["observe", "propose", "act"]
CatchUp = Literal["skip", "last", "all", "ask"]
Overlap = Literal["skip", "queue", "cancel-running", "allow"]


_TITLE = 60
REPORTED = ("evidence", "by")
"""Outputs that every manual step has: what was seen, and by whom."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of ``workflow_dispatch`` or ``workflow_call``."""

    name: str
    type: str = "string"
    """``string boolean number choice environment``, and ``host`` (ours)."""
    description: str = ""
    required: bool = False
    default: Dynamic = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    One ``on: schedule``.

    ``catch_up`` says what becomes of runs that were missed, ``not_after`` (seconds)
    until when one may still start, ``overlap`` what happens when the last still runs.
    """

    cron: str
    timezone: str = "UTC"
    catch_up: CatchUp = "last"
    not_after: int | None = None
    overlap: Overlap = "skip"
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """
    Something that starts a workflow, by the name of its event.

    ``options`` are the checked keys below it: ``branches``, ``paths`` or ``types`` of a
    forge's event, ``match`` of an alert. ``schedule``, ``workflow_dispatch`` and
    ``workflow_call`` have classes of their own.
    """

    event: str
    options: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a workflow takes and gives when another one uses it."""

    inputs: tuple[Input, ...] = ()
    secrets: Mapping[str, bool] = field(default_factory=dict)
    """Names, and whether each is required."""
    outputs: Mapping[str, Dynamic] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concurrency:
    """At most one run (or job) of a group at a time."""

    group: Dynamic
    cancel_in_progress: Dynamic = False
    queue: str = "single"
    """``single``: a newer one waiting replaces an older one; ``max``: all wait."""


@dataclass(frozen=True, slots=True)
class Storm:
    """
    How often a reaction may start, and how far it may go (``limits:``).

    Times are seconds. ``per`` is what is counted apart: ``target``, or an expression
    over ``event``. Shares are of the environment's hosts.
    """

    once_within: int | None = None
    once_after: int | None = None
    accumulate_within: int | None = None
    threshold: int | None = None
    per: str = ""
    attempts: int = 3
    within: int = 3600
    """Of ``attempts``: how many in how many seconds."""
    max_targets: int | None = None
    max_share: int | str | None = None
    max_fail_percentage: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimWanted:
    """One claim a run takes: ``host:web-1``, ``db:orders/shared``."""

    key: Dynamic
    shared: bool = False
    otherwise: Literal["wait", "skip", "fail"] = "wait"


@dataclass(frozen=True, slots=True)
class Defaults:
    """``defaults.run``."""

    shell: Dynamic = None
    working_directory: Dynamic = None


@dataclass(frozen=True, slots=True)
class Retry:
    """``retry: {attempts, delay, backoff}``; the delay in seconds."""

    attempts: int = 1
    delay: int = 0
    backoff: float = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step; exactly one of ``run`` and ``uses`` is set.

    ``id`` is what a person wrote or a made one beginning with ``__``. ``condition`` is a
    bare expression. ``check`` decides whether the work is done already, ``undo`` takes
    it back (``"none"``: there is no way back).
    """

    id: str
    place: Place
    name: Dynamic = None
    condition: str = "success()"
    run: Dynamic = None
    uses: str = ""
    with_: Mapping[str, Dynamic] = field(default_factory=dict)
    env: Dynamic = field(default_factory=dict)
    shell: Dynamic = None
    working_directory: Dynamic = None
    continue_on_error: Dynamic = False
    timeout_minutes: Dynamic = None
    check: Dynamic = None
    undo: Dynamic = None
    retry: Retry = Retry()
    idempotent: bool = False
    cancel_signal: str = "TERM"
    background: bool = False
    manual: str = ""
    """What a person is to do: a ``manual`` block of a runbook."""
    by: tuple[str, ...] = ()
    """Of a manual step: people and teams who may say that it is done; empty: anybody."""
    fields: tuple[Input, ...] = ()
    """Of a manual step: what is asked from whoever does it; outputs beside REPORTED."""
    waits: tuple[str, ...] = ()
    """Steps in the background it waits for; ``waits_for_all``: every one of them."""
    waits_for_all: bool = False
    cancels: str = ""
    post_of: str = ""
    """The step it cleans up after when the job ends; what ``uses:`` names says how."""

    @property
    def title(self) -> str:
        """What people call it: its name, or the beginning of what it does."""
        if self.name is not None:
            return str(self.name)
        if self.manual:
            return _first_line(self.manual)
        return f"Run {self.uses if self.run is None else _first_line(str(self.run))}"


def _first_line(text: str) -> str:
    """The first line, not too long, and with no more than whole expressions in it."""
    line = next(iter(text.strip().splitlines()), "")
    if len(line) <= _TITLE:
        return line
    cut = line[:_TITLE]
    begins = cut.rfind("${{")
    whole = cut if "}}" in cut[begins:] or begins < 0 else cut[:begins]
    return f"{whole.rstrip()}…"


@dataclass(frozen=True, slots=True)
class Strategy:
    """``strategy``; the matrix as written, worked out when the job's needs are known."""

    matrix: Dynamic = None
    fail_fast: Dynamic = True
    max_parallel: Dynamic = None


@dataclass(frozen=True, slots=True)
class Job:
    """
    One job: steps on one worker, or a call of another workflow (``calls``).

    ``condition`` is a bare expression, already with the ``success() &&`` that GitHub
    puts before conditions that ask for no status.
    """

    id: str
    place: Place
    name: Dynamic = None
    needs: tuple[str, ...] = ()
    condition: str = "success()"
    runs_on: Dynamic = None
    environment: Dynamic = None
    """A name, or a mapping with ``name`` and ``url``."""
    strategy: Strategy = Strategy()
    outputs: Dynamic = field(default_factory=dict)
    env: Dynamic = field(default_factory=dict)
    defaults: Defaults = Defaults()
    concurrency: Concurrency | None = None
    permissions: Mapping[str, str] | None = None
    container: Dynamic = None
    services: Dynamic = None
    snapshot: Dynamic = None
    """An image made of the machine afterwards; not done here."""
    timeout_minutes: Dynamic = 360
    continue_on_error: Dynamic = False
    claims: tuple[ClaimWanted, ...] = ()
    steps: tuple[Step, ...] = ()
    uses: str = ""
    """The reusable workflow this job calls, as written."""
    with_: Mapping[str, Dynamic] = field(default_factory=dict)
    secrets: Mapping[str, Dynamic] | Literal["inherit"] = field(default_factory=dict)
    calls: "Workflow | None" = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow with everything it calls."""

    file: str
    name: str
    jobs: tuple[Job, ...] = ()
    run_name: Dynamic = None
    description: str = ""
    owner: str = ""
    triggers: tuple[Trigger, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    dispatch: tuple[Input, ...] | None = None
    """Inputs of ``workflow_dispatch``; ``None`` when nobody may start it by hand."""
    call: Call | None = None
    env: Dynamic = field(default_factory=dict)
    defaults: Defaults = Defaults()
    concurrency: Concurrency | None = None
    permissions: Mapping[str, str] | None = None
    autonomy: Autonomy = "act"
    limits: Storm | None = None
    claims: tuple[ClaimWanted, ...] = ()
    sources: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Every file it was read from, so that a run keeps what it was started with."""
    prose: tuple[tuple[str, str], ...] = ()
    """Of a Markdown runbook: the text before each step, by its id; ``""``: the rest."""
    review: int | None = None
    """Of a Markdown runbook: after so many seconds a success proves nothing any more."""

    @property
    def is_runbook(self) -> bool:
        """Whether it is written in Markdown."""
        return self.file.endswith(".md")

    def job(self, name: str) -> Job | None:
        """The job of an id."""
        return next((job for job in self.jobs if job.id == name), None)
