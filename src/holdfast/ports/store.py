"""What is kept: the ledger, contents and claims."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from holdfast.model import Address, Claim, Entry


class LedgerStore(Protocol):
    """Append-only rows in the order they happened."""

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        """Chain and keep entries, durably, in one transaction; the kept ones."""
        ...

    def of_run(self, run: str, /) -> tuple[Entry, ...]:
        """Every entry of one run, oldest first."""
        ...

    def of_address(
        self, pattern: str, /, since: str = "", limit: int = 1000
    ) -> tuple[Entry, ...]:
        """
        Entries whose address matches, newest first.

        ``pattern`` is a whole address or one with ``*``; empty matches all. ``since`` is
        an ISO 8601 moment.
        """
        ...

    def runs(self, limit: int = 50, /, since: str = "") -> tuple[str, ...]:
        """Names of runs, newest first."""
        ...

    def unfinished(self) -> tuple[str, ...]:
        """Runs that started and have not ended, oldest first."""
        ...

    def doubtful(self) -> tuple[str, ...]:
        """Runs with a change that was said to be in doubt and not decided since."""
        ...

    def last(self, addresses: Iterable[Address], /) -> dict[Address, Entry]:
        """For each address the last entry that says what its state became."""
        ...

    def all(self) -> Iterator[Entry]:
        """Every entry from the first on, as it is stored, for verification."""
        ...


class ContentStore(Protocol):
    """Bytes by their digest, compressed; sealed ones are encrypted."""

    def put(
        self, kept: Mapping[str, bytes], /, *, sealed: Collection[str] = ()
    ) -> None:
        """Keep bytes by their digest, those in ``sealed`` encrypted; twice is harmless."""
        ...

    def get(self, digest: str, /) -> bytes | None:
        """The bytes, ``None`` when they are not kept."""
        ...


class ClaimTable(Protocol):
    """Leases with fencing tokens."""

    def acquire(
        self,
        key: str,
        holder: str,
        why: str,
        now: datetime,
        until: datetime,
        run: str = "",
    ) -> Claim:
        """
        Take or renew a claim.

        Answers the claim that is in force: the caller's if it was free, expired or the
        caller's own, else somebody else's.
        """
        ...

    def release(self, key: str, holder: str, /) -> bool:
        """Give a claim back; whether it was held by ``holder``."""
        ...

    def held(self, now: datetime, /) -> tuple[Claim, ...]:
        """Every claim in force."""
        ...
