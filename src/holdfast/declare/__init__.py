"""What a person writes, as typed classes; their docstrings are the reference."""

from holdfast.declare.action import Action, ActionInput
from holdfast.declare.builtin import ACTIONS, BuiltIn, built_in
from holdfast.declare.config import (
    CheckDeclared,
    ConfigDeclared,
    HandlerDeclared,
    RolloutDeclared,
)
from holdfast.declare.cron import Cron, parse_cron
from holdfast.declare.hosts import Connect, HostDeclared, HostsDeclared, over
from holdfast.declare.loaded import Config, HostEntry, Item, Project
from holdfast.declare.notify import (
    EVENT_TYPES,
    OWNER,
    ChannelDeclared,
    NotifyDeclared,
    SendDeclared,
    SubscriberDeclared,
)
from holdfast.declare.policy import PolicyDeclared
from holdfast.declare.project import EnvironmentDeclared, GatesDeclared, ProjectDeclared
from holdfast.declare.retention import RetentionDeclared
from holdfast.declare.secrets import SecretsDeclared, VaultDeclared
from holdfast.declare.strict import Strict
from holdfast.declare.units import lasting, seconds_of
from holdfast.declare.webhook import PollDeclared, WebhookDeclared
from holdfast.declare.workflow import (
    Autonomy,
    Call,
    CatchUp,
    ClaimWanted,
    Concurrency,
    Defaults,
    Dynamic,
    Input,
    Job,
    Overlap,
    Retry,
    Schedule,
    Step,
    Storm,
    Strategy,
    Trigger,
    Workflow,
)
from holdfast.declare.workflowtest import (
    AnswerFaked,
    AttemptFaked,
    EventFaked,
    Expected,
    JobExpected,
    StepExpected,
    StepFaked,
    SweepDeclared,
    WorkflowTestDeclared,
)

__all__ = [
    "ACTIONS",
    "EVENT_TYPES",
    "OWNER",
    "Action",
    "ActionInput",
    "AnswerFaked",
    "AttemptFaked",
    "Autonomy",
    "BuiltIn",
    "Call",
    "CatchUp",
    "ChannelDeclared",
    "CheckDeclared",
    "ClaimWanted",
    "Concurrency",
    "Config",
    "ConfigDeclared",
    "Connect",
    "Cron",
    "Defaults",
    "Dynamic",
    "EnvironmentDeclared",
    "EventFaked",
    "Expected",
    "GatesDeclared",
    "HandlerDeclared",
    "HostDeclared",
    "HostEntry",
    "HostsDeclared",
    "Input",
    "Item",
    "Job",
    "JobExpected",
    "NotifyDeclared",
    "Overlap",
    "PolicyDeclared",
    "PollDeclared",
    "Project",
    "ProjectDeclared",
    "RetentionDeclared",
    "Retry",
    "RolloutDeclared",
    "Schedule",
    "SecretsDeclared",
    "SendDeclared",
    "Step",
    "StepExpected",
    "StepFaked",
    "Storm",
    "Strategy",
    "Strict",
    "SubscriberDeclared",
    "SweepDeclared",
    "Trigger",
    "VaultDeclared",
    "WebhookDeclared",
    "Workflow",
    "WorkflowTestDeclared",
    "built_in",
    "lasting",
    "over",
    "parse_cron",
    "seconds_of",
]
