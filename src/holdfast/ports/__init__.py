"""What is asked of the outside world, one Protocol a file."""

from holdfast.ports.clock import Clock
from holdfast.ports.host import STILL_RUNNING, Host, Result, Unreachable
from holdfast.ports.kind import Answers, Contents, Kind, Probe, Query, Wanted
from holdfast.ports.secret import SecretBackend
from holdfast.ports.store import ClaimTable, ContentStore, LedgerStore

__all__ = [
    "STILL_RUNNING",
    "Answers",
    "ClaimTable",
    "Clock",
    "ContentStore",
    "Contents",
    "Host",
    "Kind",
    "LedgerStore",
    "Probe",
    "Query",
    "Result",
    "SecretBackend",
    "Unreachable",
    "Wanted",
]
