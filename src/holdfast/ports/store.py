"""What is kept: the ledger, contents and claims."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from holdfast.model import Address, Claim, Entry, Event
from holdfast.problems import HoldfastError


class Unanswered(HoldfastError):  # noqa: N818 - what the database is
    """
    The database does not do what it is asked now, and may later.

    Nothing of the transaction is kept, unless the connection broke while it was
    committed: then nobody knows.
    """


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

    def next_run(self) -> str:
        """A name no run has had or will have: ``r17``."""
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

    def of_event(self, *events: Event) -> tuple[Entry, ...]:
        """Every entry of some sorts, oldest first."""
        ...

    def of_workflow(self, workflow: str, /, *events: Event) -> tuple[Entry, ...]:
        """Entries of some sorts of every run of a workflow that is kept, oldest first."""
        ...

    def mentioning(self, words: str, /) -> tuple[Entry, ...]:
        """Entries whose body, as it is hashed, holds these words; oldest first."""
        ...

    def all(self) -> Iterator[Entry]:
        """Every entry from the first on, as it is stored, for verification."""
        ...

    def scrub(
        self,
        clean: Callable[[bytes], bytes],
        note: Callable[[Mapping[str, str], tuple[str, ...]], Entry],
        /,
    ) -> Entry | None:
        """
        Rewrite whatever ``clean`` changes, and note it, in one transaction.

        ``note`` is given the new hash of each row that was rewritten by its number, and
        the digests of printed texts that were; its entry is appended and answered.
        ``None`` when there was nothing.
        """
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


class Scrubbable(Protocol):
    """Keeps what programs said, and can be made to forget a secret in it."""

    def scrub(self, clean: Callable[[bytes], bytes], /) -> tuple[str, ...]:
        """Rewrite or drop whatever ``clean`` changes; names of it. Twice is harmless."""
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
