"""The exit codes of the command line; an unknown code is a failure."""

from enum import IntEnum


class Exit(IntEnum):
    """What the shell is told; docs/reference/exit-codes.md is made from this."""

    DONE = 0
    FAILED = 1
    CHANGES = 2
    REFUSED = 3
    NOT_PERMITTED = 4
    NOT_VERIFIED = 5
    PERSON_NEEDED = 6
    UNREACHABLE = 7
    PENDING = 8
    IN_DOUBT = 9
    FINDINGS = 10
    USAGE = 64
    BUSY = 75
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One line for the reference page."""
        return _MEANING[self]


_MEANING = {
    Exit.DONE: "done (also plan and drift with changes, unless --detailed-exitcode)",
    Exit.FAILED: "failed",
    Exit.CHANGES: "changes or drift present, only with --detailed-exitcode",
    Exit.REFUSED: "refused: gate, policy, rejected approval, freeze window",
    Exit.NOT_PERMITTED: "not authenticated or not permitted",
    Exit.NOT_VERIFIED: "applied but not verified, and undone",
    Exit.PERSON_NEEDED: "not verified and not undone: a person is needed",
    Exit.UNREACHABLE: "some targets were unreachable",
    Exit.PENDING: "pending: waiting for approval, or still running with --no-wait",
    Exit.IN_DOUBT: "in doubt: a person must say what happened",
    Exit.FINDINGS: "findings: of check at or above --fail-on, of test --sweep any",
    Exit.USAGE: "usage error (a typo must not read as changes present)",
    Exit.BUSY: "busy or locked: try later",
    Exit.INTERRUPTED: "interrupted",
}
