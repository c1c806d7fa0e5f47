"""Finding problems in what steps print."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Matchers = Mapping[str, Mapping[str, Any]]
"""Problem matchers by their owners, each as its file has it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """
    What problem matchers made of one output.

    ``problems`` have ``level``, ``text`` and where known ``file``, ``line`` and ``title``.
    ``matchers`` are those that the output added, ``None`` for those that are not used any
    more. ``said`` is what has to be told about them.
    """

    problems: tuple[Mapping[str, Any], ...] = ()
    matchers: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    said: tuple[str, ...] = ()


class ProblemMatching(Protocol):
    """Reads outputs with matchers in bounded time, whatever patterns and lines are."""

    def find(
        self, output: Iterable[bytes], matchers: Matchers, workspace: Path, /
    ) -> Matched:
        """
        The problems in an output; commands in it add and remove matchers as it goes on.

        Files are named from the ``workspace``, and matchers are read from there.
        """
        ...
