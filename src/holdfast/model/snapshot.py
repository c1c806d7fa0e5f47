"""What was really there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.model.address import Address
from holdfast.model.values import Attributes
from holdfast.problems import Problem


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    Everything that was looked at, at one moment.

    ``seen`` gives attributes by address, ``None`` for a thing that is not there. An
    address that is missing could not be looked at; ``unknown`` says why, by host or by
    address. ``contents`` are bytes fetched because their hash was not the wanted one.
    ``facts`` are by host name. ``marks`` say who and when as far as a host can tell.
    """

    seen: Mapping[Address, Attributes | None] = field(default_factory=dict)
    unknown: Mapping[str, Problem] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    facts: Mapping[str, Attributes] = field(default_factory=dict)
    marks: Mapping[Address, Attributes] = field(default_factory=dict)
