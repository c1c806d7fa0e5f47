"""Settings that workflows and jobs have alike."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import ClaimWanted, Concurrency, Defaults


def build_defaults(written: Mapping[str, Any] | None) -> Defaults:
    """What scripts have that say nothing else."""
    run = (written or {}).get("run") or {}
    return Defaults(run.get("shell"), run.get("working-directory"))


def build_concurrency(written: Mapping[str, Any] | str | None) -> Concurrency | None:
    """The group of which one runs at a time; a mere text is its name, empty for none."""
    if not written:
        return None
    if not isinstance(written, Mapping):
        return Concurrency(written)
    return Concurrency(
        written.get("group"),
        written.get("cancel-in-progress", False),
        written.get("queue") or "single",
    )


def build_permissions(
    written: Mapping[str, str] | str | None,
) -> Mapping[str, str] | None:
    """Scopes with their levels, ``*`` for all of them; ``None``: nothing is said."""
    return {"*": written} if isinstance(written, str) else written


def build_claims(written: Any) -> tuple[ClaimWanted, ...]:
    """The claims; a mere text is the name of one that is waited for."""
    return tuple(_claim(one) for one in written or () if one)


def listed(written: Any) -> tuple[str, ...]:
    """One or more, as a tuple; nothing is an empty one."""
    if written is None:
        return ()
    return tuple(written) if isinstance(written, (list, tuple)) else (written,)


def _claim(written: Mapping[str, Any] | str) -> ClaimWanted:
    if isinstance(written, str):
        return ClaimWanted(written)
    return ClaimWanted(
        written["claim"],
        bool(written.get("shared")),
        written.get("otherwise") or "wait",
    )
