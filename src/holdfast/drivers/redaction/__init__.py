"""Keeps values out of what is shown; apart from where they come from, to begin fast."""

from holdfast.drivers.redaction.finding import Finder
from holdfast.drivers.redaction.forms import SHORTEST, forms
from holdfast.drivers.redaction.redactor import (
    Redactor,
    StreamRedactor,
    hiding,
    mask_for,
)

__all__ = [
    "SHORTEST",
    "Finder",
    "Redactor",
    "StreamRedactor",
    "forms",
    "hiding",
    "mask_for",
]
