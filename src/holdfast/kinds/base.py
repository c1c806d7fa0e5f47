"""What most kinds have in common."""

from typing import Any

from holdfast.model import Change, Resource
from holdfast.problems import HoldfastError, Problem

_MODE_DIGITS = 4


class BaseKind:
    """No part of a file, and the way back is the swap of both sides."""

    confined = False

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """Only kinds that own a part of a file are asked."""
        raise NotImplementedError

    def inverse(self, change: Change, /) -> Change | None:
        """Put back what was before."""
        return change.swapped()


def octal(mode: str) -> str:
    """A mode as four octal digits; raises ``ValueError`` for anything else."""
    digits = mode.lstrip("0") or "0"
    if len(digits) > _MODE_DIGITS or not digits.isdigit() or set(digits) & {"8", "9"}:
        message = f"a mode is up to four octal digits in quotes, not {mode!r}"
        raise ValueError(message)
    return digits.zfill(4)


def denied(resource: Resource, answer: Any) -> None:
    """Raise ``HoldfastError`` when the host was not allowed to look."""
    if answer == "denied":
        raise HoldfastError(
            Problem(
                code="kind.denied",
                summary=f"{resource.address.local} cannot be looked at",
                detail="The host answered: permission denied. Nothing was changed.",
                next_step="Use `become: root` in `connect:`, or another user.",
                place=resource.place,
            )
        )


def cannot_look(resource: Resource, why: str) -> HoldfastError:
    """The error for a host that has no way to answer: never read as absent."""
    return HoldfastError(
        Problem(
            code="kind.cannot-look",
            summary=f"{resource.address.local} cannot be looked at on this host",
            detail=f"The host answered: {why}. Nothing was changed.",
            next_step="Declare it only for hosts that have it, with `when:`.",
            place=resource.place,
        )
    )
