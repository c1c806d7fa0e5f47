"""A plan on disk, so that what was reviewed is what is applied."""

import json
from dataclasses import dataclass
from pathlib import Path

from holdfast.drivers.files import write_private
from holdfast.model import Plan, canonical, digest
from holdfast.problems import HoldfastError, Problem

_SCHEMA = "holdfast.saved-plan/1"
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Saved:
    """What a plan file says: digest, selectors and a digest of each change."""

    digest: str
    commit: str
    author: str
    selectors: tuple[str, ...]
    changes: dict[str, str]

    def compare(self, plan: Plan) -> None:
        """Raise ``HoldfastError`` that shows only what moved, unless nothing did."""
        if plan.digest == self.digest:
            return
        now = _changes(plan)
        moved = [
            f"{word}: {address}"
            for word, addresses in (
                ("no longer needed", sorted(self.changes.keys() - now.keys())),
                ("new", sorted(now.keys() - self.changes.keys())),
                ("different", sorted(a for a in now if self._differs(a, now[a]))),
            )
            for address in addresses
        ]
        if plan.commit != self.commit:
            moved.append(f"declaration: {self.commit} → {plan.commit}")
        raise HoldfastError(_stale(moved))

    def _differs(self, address: str, now: str) -> bool:
        return address in self.changes and self.changes[address] != now


def write_saved(
    path: Path, plan: Plan, selectors: tuple[str, ...], author: str
) -> None:
    """Write the file with mode 0600, whole or not at all."""
    data = {
        "schema": _SCHEMA,
        "digest": plan.digest,
        "commit": plan.commit,
        "author": author,
        "selectors": list(selectors),
        "changes": _changes(plan),
    }
    write_private(path, json.dumps(data, indent=1).encode())


def read_saved(path: Path) -> Saved:
    """Read a plan file; raises ``HoldfastError`` when it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != _SCHEMA:
            raise HoldfastError(_no_plan(path, f"its schema is {data['schema']}"))
        return Saved(
            digest=data["digest"],
            commit=data["commit"],
            author=data["author"],
            selectors=tuple(data["selectors"]),
            changes=data["changes"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HoldfastError(_no_plan(path, str(error))) from error


def _changes(plan: Plan) -> dict[str, str]:
    return {
        str(change.address): digest(
            canonical([change.action.value, change.before, change.after, change.how])
        )
        for change in plan.changes
    }


def _stale(moved: list[str]) -> Problem:
    more = [f"and {len(moved) - _SHOWN} more"] if len(moved) > _SHOWN else []
    return Problem(
        code="app.stale-plan",
        summary="The plan is stale: the world or the declaration has moved",
        detail="\n".join([*moved[:_SHOWN], *more, "Nothing was changed."]),
        next_step="Plan again with `holdfast plan -o FILE` and have that approved.",
    )


def _no_plan(path: Path, why: str) -> Problem:
    return Problem(
        code="app.no-plan",
        summary=f"{path.name} is not a saved plan",
        detail=f"{why}. Nothing was changed.",
        next_step="Make one with `holdfast plan -o FILE`.",
    )
