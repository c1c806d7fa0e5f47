"""What starts a workflow, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.declare import Trigger


def trigger_words(trigger: Trigger) -> str:
    """One trigger with its options: ``alert (match.alertname HighMemory)``."""
    told = ", ".join(_words(trigger.options))
    return f"{trigger.event} ({told})" if told else trigger.event


def _words(options: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for key, value in options.items():
        if isinstance(value, Mapping):
            yield from _words(value, f"{within}{key}.")
        elif isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            yield f"{within}{key} {' or '.join(value)}"
        else:
            yield f"{within}{key} {value}"
