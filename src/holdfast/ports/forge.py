"""Where commits are."""

from collections.abc import Mapping
from typing import Protocol


class Remote(Protocol):
    """A repository somewhere else."""

    def refs(self) -> Mapping[str, str]:
        """
        The commit each branch and tag points to, by its full name.

        Of an annotated tag the commit, not the tag. Raises ``HoldfastError`` when it
        cannot be asked.
        """
        ...
