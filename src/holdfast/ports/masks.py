"""What jobs ask to hide, known where people's reports are taken."""

from collections.abc import Collection
from typing import Protocol


class MaskBook(Protocol):
    """
    Values that steps masked, kept so that only this site and servers can read them.

    A row is gone some time after the end of its run. Raises ``HoldfastError``.
    """

    def admit(self) -> None:
        """Let this site open what is kept from now on, wherever it is masked."""
        ...

    def keep(self, run: str, job: str, step: int, values: Collection[str], /) -> None:
        """Keep what a step masked, before anything it left goes anywhere."""
        ...

    def of(self, run: str, job: str, /) -> tuple[str, ...]:
        """What the steps of a job masked; raises when some of it cannot be opened."""
        ...
