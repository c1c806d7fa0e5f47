"""What is asked of the outside world, one Protocol a file."""

from holdfast.ports.clock import Clock
from holdfast.ports.containers import Containers, Image, JobContainers
from holdfast.ports.desks import Desks
from holdfast.ports.desks.events import ConditionRow, EventDesk, EventRow, Reply, Told
from holdfast.ports.desks.outbox import LetterRow, OutboxDesk
from holdfast.ports.desks.rules import (
    AnswerRow,
    BacktestRow,
    CircuitRow,
    RuleDesk,
    RuleRow,
)
from holdfast.ports.desks.runbooks import (
    BlockRow,
    Proof,
    Report,
    RunbookDesk,
    RunbookRow,
    RunbookSheet,
)
from holdfast.ports.desks.runs import (
    GateSheet,
    InputRow,
    JobSheet,
    RunDesk,
    RunSheet,
    StepSheet,
    WaySheet,
    WorkflowRow,
)
from holdfast.ports.desks.schedules import ScheduleDesk, ScheduleRow
from holdfast.ports.events import (
    CauseRow,
    DecisionRow,
    EventStore,
    EventTransaction,
    ReactionRow,
    StartRow,
)
from holdfast.ports.host import Host, Result, Unreachable, still_running
from holdfast.ports.inbound import Receive, Refusal
from holdfast.ports.kind import Answers, Contents, Kind, Probe, Query, Wanted
from holdfast.ports.masks import MaskBook
from holdfast.ports.matching import Matched, Matchers, ProblemMatching
from holdfast.ports.newfile import BESIDE, PUT_IN_PLACE, NewFile
from holdfast.ports.notice import Answer, Sender
from holdfast.ports.outbox import (
    Letter,
    OutboxSheet,
    OutboxStore,
    OutboxTransaction,
    Thread,
)
from holdfast.ports.privatefile import PrivateFile
from holdfast.ports.pruning import Archive, Freed, PruningStore
from holdfast.ports.runs import (
    JobRow,
    RunRow,
    RunStore,
    RunTransaction,
    WorkerRow,
)
from holdfast.ports.secret import (
    SecretBackend,
    SecretKeeper,
    SecretSource,
    SecretVersion,
)
from holdfast.ports.steps import (
    MOST_OUTPUT,
    Ended,
    LeaseOver,
    LetGo,
    NotBegun,
    StepProcess,
    StepRunner,
    Task,
)
from holdfast.ports.store import (
    ClaimTable,
    ContentStore,
    LedgerStore,
    Scrubbable,
    Unanswered,
)
from holdfast.ports.workplace import JobFolders, Machine, StepFiles, Workplace

__all__ = [
    "BESIDE",
    "MOST_OUTPUT",
    "PUT_IN_PLACE",
    "Answer",
    "AnswerRow",
    "Answers",
    "Archive",
    "BacktestRow",
    "BlockRow",
    "CauseRow",
    "CircuitRow",
    "ClaimTable",
    "Clock",
    "ConditionRow",
    "Containers",
    "ContentStore",
    "Contents",
    "DecisionRow",
    "Desks",
    "Ended",
    "EventDesk",
    "EventRow",
    "EventStore",
    "EventTransaction",
    "Freed",
    "GateSheet",
    "Host",
    "Image",
    "InputRow",
    "JobContainers",
    "JobFolders",
    "JobRow",
    "JobSheet",
    "Kind",
    "LeaseOver",
    "LedgerStore",
    "LetGo",
    "Letter",
    "LetterRow",
    "Machine",
    "MaskBook",
    "Matched",
    "Matchers",
    "NewFile",
    "NotBegun",
    "OutboxDesk",
    "OutboxSheet",
    "OutboxStore",
    "OutboxTransaction",
    "PrivateFile",
    "Probe",
    "ProblemMatching",
    "Proof",
    "PruningStore",
    "Query",
    "ReactionRow",
    "Receive",
    "Refusal",
    "Reply",
    "Report",
    "Result",
    "RuleDesk",
    "RuleRow",
    "RunDesk",
    "RunRow",
    "RunSheet",
    "RunStore",
    "RunTransaction",
    "RunbookDesk",
    "RunbookRow",
    "RunbookSheet",
    "ScheduleDesk",
    "ScheduleRow",
    "Scrubbable",
    "SecretBackend",
    "SecretKeeper",
    "SecretSource",
    "SecretVersion",
    "Sender",
    "StartRow",
    "StepFiles",
    "StepProcess",
    "StepRunner",
    "StepSheet",
    "Task",
    "Thread",
    "Told",
    "Unanswered",
    "Unreachable",
    "Wanted",
    "WaySheet",
    "WorkerRow",
    "WorkflowRow",
    "Workplace",
    "still_running",
]
