"""Where a job stands between two of its steps; made of what earlier steps left."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from holdfast.declare import Step, Workflow
from holdfast.expressions import Status
from holdfast.load.workflows import CONTAINERS
from holdfast.plan import Instance


@dataclass(frozen=True, slots=True)
class StepEnd:
    """
    How a step went.

    ``outcome`` is ``success failure cancelled skipped``. ``env`` and ``path`` are for
    the steps after it, ``summary`` is Markdown for the page, ``lines`` the last ones of
    its output, ``why`` one sentence.
    """

    outcome: Status
    why: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    lines: tuple[str, ...] = ()
    annotations: tuple[Mapping[str, Any], ...] = ()
    refused: str = ""
    """``rejected`` or ``expired``, when people decided so."""
    hidden: tuple[str, ...] = ()
    """What held a secret: ``outputs.token``, ``env.KEY``, ``path``; ``***`` is there."""
    from_secrets: Mapping[str, str] = field(default_factory=dict)
    """Of these, what can be made again: ``Bearer ${{ secrets.TOKEN }}``, by the name."""
    secrets: tuple[str, ...] = ()
    """The secrets it was given, by our names: ``TOKEN@store-3``."""

    matchers: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    """Problem matchers it added for its job, by owner; ``None``: it removed one."""

    def body(self) -> dict[str, Any]:
        """What the ledger keeps of it; empty things are left out."""
        every: dict[str, Any] = {
            "why": self.why,
            "outputs": dict(self.outputs),
            "env": dict(self.env),
            "path": self.path,
            "state": dict(self.state),
            "summary": self.summary,
            "lines": self.lines,
            "annotations": self.annotations,
            "refused": self.refused,
            "hidden": self.hidden,
            "from_secrets": dict(self.from_secrets),
            "secrets": self.secrets,
            "matchers": dict(self.matchers),
        }
        return {name: value for name, value in every.items() if value}


def resumed(body: Mapping[str, Any]) -> StepEnd | None:
    """The end of a step as its wait, or a person, gave it; ``None``: nobody did."""
    if body.get("outcome"):
        return StepEnd(
            outcome=body["outcome"],
            why=str(body.get("why", "")),
            outputs=body.get("outputs") or {},
            refused=str(body.get("state", "")),
        )
    match body.get("answer"):
        case "made":
            return StepEnd("success", f"{body.get('by')} says it was made")
        case "failed":
            return StepEnd("failure", f"{body.get('by')} says it failed")
        case _:
            return None


Fate = StepEnd | Literal["anew"] | None
"""
What became of an attempt.

``anew``: it may be begun again, since nothing of it happened or twice is harmless;
``None``: it began, and nobody knows how far it came.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger keeps of the end of one step."""

    step: Step
    outcome: str
    conclusion: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stand:
    """
    What the steps so far come to.

    ``steps`` is the expression context of that name. ``status`` is what ``success()``
    and ``failure()`` ask for. ``told`` is what it was made of, a job's first step first.
    """

    steps: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    status: Status = "success"
    states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What actions kept for their own ``post``, by the step's id."""
    told: tuple[Told, ...] = ()
    matchers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The problem matchers of the job, by owner."""

    def after(
        self, step: Step, outcome: str, conclusion: str, body: Mapping[str, Any]
    ) -> "Stand":
        """The stand after one more step, from what the ledger keeps of it."""
        seen = {
            "outputs": dict(body.get("outputs") or {}),
            "outcome": outcome,
            "conclusion": conclusion,
        }
        status = self.status
        if conclusion == "failure" and status == "success":
            status = "failure"
        return Stand(
            steps={**self.steps, step.id: seen},
            env={**self.env, **(body.get("env") or {})},
            path=(*reversed(body.get("path") or ()), *self.path),
            status=status,
            states={**self.states, step.id: body.get("state") or {}},
            told=(*self.told, Told(step, outcome, conclusion, body)),
            matchers=_in_use({**self.matchers, **(body.get("matchers") or {})}),
        )

    @property
    def around(self) -> Mapping[str, Any]:
        """
        The containers of the job; empty until they are there.

        ``container`` and ``services`` are as in the context ``job``; ``pid`` is what the
        container began as.
        """
        outputs = self.steps.get(f"__{CONTAINERS}", {}).get("outputs", {})
        told = outputs.get(CONTAINERS)
        found: Mapping[str, Any] = json.loads(told) if told else {}
        return found

    def retold(
        self, of: Callable[[int, Mapping[str, Any]], Mapping[str, Any]]
    ) -> "Stand":
        """The same, from other words for what each step left; ``of`` gets its number."""
        made = Stand()
        for index, one in enumerate(self.told):
            body = of(index, one.body)
            made = made.after(one.step, one.outcome, one.conclusion, body)
        return replace(made, status=self.status)

    def stopped(self) -> "Stand":
        """The same, of a job that was asked to end."""
        return replace(self, status="cancelled")

    def failed(self) -> "Stand":
        """The same, of a job that cannot go on."""
        return replace(self, status="failure")


def _in_use(
    matchers: Mapping[str, Mapping[str, Any] | None],
) -> dict[str, Mapping[str, Any]]:
    return {owner: one for owner, one in matchers.items() if one is not None}


@dataclass(frozen=True, slots=True)
class StepAt:
    """One attempt of one step, with everything its expressions see."""

    run: str
    job: Instance
    index: int
    attempt: int
    step: Step
    flow: Workflow
    stand: Stand
    contexts: Mapping[str, Any]
    fence: int
    moved: bool = False
    """It was begun on another site: its files and processes are not here."""
    names: Mapping[str, str] | None = None
    """Our names of the secrets of a called workflow; ``None``: they are the same."""
    inner: str = ""
    """Where it is within a local action: ``.0``, ``.0.2``."""
    term: int = 0
    """The term of the worker's lease in which the job was its own."""

    @property
    def state(self) -> Mapping[str, str]:
        """What the step it cleans up after has kept for it."""
        return self.stand.states.get(self.step.post_of, {})

    @property
    def name(self) -> str:
        """The step's name within its job: ``deploy``, in a local action ``deploy.0``."""
        return f"{self.job.job.steps[self.index].id}{self.inner}"

    @property
    def key(self) -> str:
        """The name of the attempt for good: ``r12/build/3/1``."""
        return f"{self.run}/{self.job.key}/{self.index}/{self.attempt}{self.inner}"
