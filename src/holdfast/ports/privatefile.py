"""Files that only their owner may read."""

from pathlib import Path
from typing import Protocol


class PrivateFile(Protocol):
    """Writes one whole or not at all, mode 0600; raises ``HoldfastError``."""

    def __call__(self, path: Path, content: bytes, /) -> None:
        """Write it."""
        ...
