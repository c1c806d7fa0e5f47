"""What is asked of the outside world, one Protocol a file."""

from holdfast.ports.clock import Clock
from holdfast.ports.host import Host, Result, Unreachable, still_running
from holdfast.ports.kind import Answers, Contents, Kind, Probe, Query, Wanted
from holdfast.ports.newfile import BESIDE, PUT_IN_PLACE, NewFile
from holdfast.ports.secret import SecretBackend
from holdfast.ports.store import ClaimTable, ContentStore, LedgerStore

__all__ = [
    "BESIDE",
    "PUT_IN_PLACE",
    "Answers",
    "ClaimTable",
    "Clock",
    "ContentStore",
    "Contents",
    "Host",
    "Kind",
    "LedgerStore",
    "NewFile",
    "Probe",
    "Query",
    "Result",
    "SecretBackend",
    "Unreachable",
    "Wanted",
    "still_running",
]
