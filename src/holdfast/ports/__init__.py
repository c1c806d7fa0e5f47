"""What is asked of the outside world, one Protocol a file."""

from holdfast.ports.clock import Clock
from holdfast.ports.desk import (
    Desk,
    Desks,
    EventDesk,
    EventRow,
    GateSheet,
    InputRow,
    JobSheet,
    Reply,
    RunSheet,
    StepSheet,
    WaySheet,
    WorkflowRow,
)
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
from holdfast.ports.newfile import BESIDE, PUT_IN_PLACE, NewFile
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
from holdfast.ports.steps import Ended, LeaseOver, StepProcess, StepRunner, Task
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
    "PUT_IN_PLACE",
    "Answers",
    "Archive",
    "CauseRow",
    "ClaimTable",
    "Clock",
    "ContentStore",
    "Contents",
    "DecisionRow",
    "Desk",
    "Desks",
    "Ended",
    "EventDesk",
    "EventRow",
    "EventStore",
    "EventTransaction",
    "Freed",
    "GateSheet",
    "Host",
    "InputRow",
    "JobFolders",
    "JobRow",
    "JobSheet",
    "Kind",
    "LeaseOver",
    "LedgerStore",
    "Machine",
    "NewFile",
    "PrivateFile",
    "Probe",
    "PruningStore",
    "Query",
    "ReactionRow",
    "Receive",
    "Refusal",
    "Reply",
    "Result",
    "RunRow",
    "RunSheet",
    "RunStore",
    "RunTransaction",
    "Scrubbable",
    "SecretBackend",
    "SecretKeeper",
    "SecretSource",
    "SecretVersion",
    "StartRow",
    "StepFiles",
    "StepProcess",
    "StepRunner",
    "StepSheet",
    "Task",
    "Unanswered",
    "Unreachable",
    "Wanted",
    "WaySheet",
    "WorkerRow",
    "WorkflowRow",
    "Workplace",
    "still_running",
]
