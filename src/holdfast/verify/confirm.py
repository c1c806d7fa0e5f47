"""Decide whether an apply held."""

from collections.abc import Iterable

from holdfast.model import Action, Address, Plan, Proof
from holdfast.problems import Problem


def confirm(
    remaining: Plan, touched: Iterable[Address], failed_checks: Iterable[Problem]
) -> Proof:
    """
    Judge the plan made after an apply: of what was touched, nothing may be left to do.

    Handlers are not counted: they have no state that could be compared.
    """
    ours = set(touched)
    return Proof(
        remaining=tuple(
            change
            for change in remaining.changes
            if change.address in ours
            and not (change.action is Action.RUN and change.address.kind == "handler")
        ),
        failed_checks=tuple(failed_checks),
        unknown=tuple(
            problem
            for where, problem in remaining.unknown.items()
            if _ours(where, ours)
        ),
    )


def _ours(where: str, touched: set[Address]) -> bool:
    return any(where in (str(address), address.host) for address in touched)
