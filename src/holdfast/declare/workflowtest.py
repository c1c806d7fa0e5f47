"""A test of a workflow: what happens around it, and what it is expected to do."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration


def _text(value: object) -> object:
    """Plain values as GitHub's files of outputs hold them."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    made = datetime.fromisoformat(value)
    return made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)


Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({})]
"""A text; numbers and ``true`` stand for their words."""

Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment, ``2026-03-01T12:00:00Z``; UTC when nothing else is said."""

Outcome = Literal["success", "failure", "cancelled", "crash"]
Seen = Literal["success", "failure", "cancelled", "skipped", "in_doubt", "none"]
Ending = Literal[
    "queued",
    "waiting",
    "running",
    "gated",
    "in_doubt",
    "succeeded",
    "failed",
    "cancelled",
    "rejected",
    "expired",
    "skipped",
    "none",
]


class Short(Strict):
    """A class that may be written as one word: the value of its most important key."""

    short: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _from_a_word(cls, value: Any) -> Any:
        return {cls.short: value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """For editors: the word, or the whole."""
        whole = handler.resolve_ref_schema(handler(core))
        word = whole["properties"][cls.short]
        return {"anyOf": [word, whole]}


class AttemptFaked(Short):
    """
    What one attempt of a step comes to, without being run.

    ``takes`` is time of the test and costs none. A `crash` cuts the step off in the
    middle: it may have been made, and ``check`` is what its `check:` then says.

        outcome: failure
        why: no space left on device
        prints: [copying, "::error::disk full"]
        takes: 4m
    """

    short: ClassVar[str] = "outcome"

    outcome: Outcome = "success"
    why: str = ""
    outputs: Mapping[str, Text] = Field(default_factory=dict)
    env: Mapping[str, Text] = Field(default_factory=dict)
    """What it leaves in the environment of the steps after it."""
    prints: list[Text] = Field(default_factory=list)
    takes: Duration = 0
    check: Literal["made", "not-made"] | None = None
    """Before it begins: whether its `check:` holds already; after a crash the same."""


class StepFaked(AttemptFaked):
    """
    What a step comes to; a word alone is its outcome.

    ``real: true`` runs its script on this machine, in a copy of the project.
    ``attempts`` says each attempt apart, the last one for all that follow; without them
    only the first attempt crashes. ``effects``
    says for the sweep whether the step changes anything; it is guessed when not said.

        migrate: {outputs: {version: "7"}, takes: 2m}
        deploy: failure
        upload: {attempts: [failure, success]}
        unit: {real: true}
    """

    real: bool = False
    attempts: list[AttemptFaked] = Field(default_factory=list)
    effects: bool | None = None

    def attempt(self, number: int) -> AttemptFaked:
        """What an attempt comes to, counted from 1."""
        if not self.attempts:
            again = self.outcome == "crash" and number > 1
            return AttemptFaked() if again else self
        return self.attempts[min(number, len(self.attempts)) - 1]


class EventFaked(Strict):
    """
    Something that happens outside, ``after`` the beginning of the test.

        type: alert
        action: firing
        source: alertmanager
        data: {labels: {alertname: HighMemory, host: web-1}}
    """

    type: str
    action: str = ""
    source: str = "test"
    subject: str = ""
    data: Mapping[str, Any] = Field(default_factory=dict)
    after: Duration = 0


class AnswerFaked(Strict):
    """
    What a person says when the run asks.

    `approve` and `reject` answer a gate, `made`, `not-made` and `failed` a step in doubt,
    `done` (with what it asks for as ``fields``), `failed` and `skipped` a manual step;
    `cancel` ends the run. ``job`` names the job that asks, the first one that does when
    not said. ``after`` is the time since it asked, of `cancel` since the run began.
    ``refused`` is part of the reason why the word must not count.

        says: approve
        by: bob
        job: deploy
        after: 10m
    """

    says: Literal[
        "approve", "reject", "made", "not-made", "done", "failed", "skipped", "cancel"
    ]
    by: str
    job: str = ""
    why: str = "said in a test"
    fields: Mapping[str, Any] = Field(default_factory=dict)
    after: Duration = 0
    refused: str = ""


class StepExpected(Short):
    """
    How a step ends, and what it was run with; a word alone is its outcome.

    `none` is a step that was never reached. ``run`` is the whole script as it was filled
    in, ``with`` and ``env`` are some of the values, ``why`` is part of the reason.
    """

    short: ClassVar[str] = "outcome"

    outcome: Seen | None = None
    why: str = ""
    attempts: int | None = None
    run: str | None = None
    with_: Mapping[str, Text] = Field(default_factory=dict, alias="with")
    env: Mapping[str, Text] = Field(default_factory=dict)
    outputs: Mapping[str, Text] = Field(default_factory=dict)


class JobExpected(Short):
    """How a job ends; a word alone is its state, `none` a job that never began."""

    short: ClassVar[str] = "state"

    state: Ending | None = None
    why: str = ""
    outputs: Mapping[str, Text] = Field(default_factory=dict)
    steps: Mapping[str, StepExpected] = Field(default_factory=dict)


class Expected(Strict):
    """
    What must be true in the end; what is not written is not asked.

    ``why`` is part of the run's reason. ``ran`` are all steps that were begun, in order,
    as `JOB/STEP`. ``notified`` has for every notification some of its ``with``, and
    ``claimed`` every claim that was taken. ``starts`` are the moments at which runs began;
    ``not_started`` is part of the reason why none did.

        state: failed
        jobs:
          deploy: {state: failed, steps: {migrate: failure, tell: success}}
        ran: [deploy/migrate, deploy/tell]
        notified: [{channel: "#ops"}]
    """

    state: Ending | None = None
    why: str = ""
    jobs: Mapping[str, JobExpected] = Field(default_factory=dict)
    ran: list[str] | None = None
    notified: list[Mapping[str, Text]] | None = None
    claimed: list[str] | None = None
    starts: list[Moment] | None = None
    not_started: str = ""


class SweepDeclared(Strict):
    """
    What `--sweep` does not count as a finding of this test.

        accept: [untold]
    """

    accept: list[Literal["no-way-back", "untold", "not-cleaned", "held", "asked"]] = (
        Field(default_factory=list)
    )


class WorkflowTestDeclared(Strict):
    """
    One test of a workflow, a file below `workflow-tests/`.

    It is started by hand with ``inputs``, by an ``event`` or ``events``, or by its own
    schedule, watched for the time that ``schedule`` says. Time is the test's: it begins at
    ``at`` and goes on until nothing more can happen, or for as long as ``lasts`` says.
    Steps that are not faked are a success that leaves nothing. ``secrets`` have the value
    `***` where no other is given.

        name: people are told when a migration fails
        workflow: ship
        inputs: {environment: production}
        fakes:
          deploy: {migrate: failure}
        people:
          - {says: approve, by: bob}
        expect:
          state: failed
          ran: [deploy/migrate, deploy/tell]
    """

    name: str = ""
    workflow: str
    at: Moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    lasts: Duration | None = None
    by: str = "author"
    inputs: Mapping[str, Any] | None = None
    event: EventFaked | None = None
    events: list[EventFaked] = Field(default_factory=list)
    schedule: Duration | None = None
    github: Mapping[str, Any] = Field(default_factory=dict)
    vars: Mapping[str, Any] = Field(default_factory=dict)
    secrets: Mapping[str, Text] = Field(default_factory=dict)
    fakes: Mapping[str, Mapping[str, StepFaked]] = Field(default_factory=dict)
    people: list[AnswerFaked] = Field(default_factory=list)
    expect: Expected = Field(default_factory=Expected)
    sweep: SweepDeclared = Field(default_factory=SweepDeclared)

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        by_event = self.event is not None or bool(self.events)
        begins = (self.inputs is not None, by_event, self.schedule is not None)
        if sum(begins) > 1:
            message = (
                "a run begins by `inputs`, by `event` or by `schedule`: one of them"
            )
            raise ValueError(message)
        return self

    @property
    def occurs(self) -> tuple[EventFaked, ...]:
        """Everything that happens outside, in order."""
        first = () if self.event is None else (self.event,)
        return tuple(sorted((*first, *self.events), key=lambda one: one.after))
