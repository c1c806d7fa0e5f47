"""A run that events or schedules start: with the decision, or refused with a reason."""

from collections.abc import Callable
from dataclasses import replace

from holdfast.expressions import ExpressionError
from holdfast.ports import DecisionRow, RunTransaction, Unanswered
from holdfast.problems import HoldfastError


class MissingInputError(Exception):
    """An input is required, and what happened does not say it; the message names it."""


def started(
    runs: RunTransaction, row: DecisionRow, start: Callable[[], str]
) -> DecisionRow:
    """
    The decision with the run that ``start`` gives, or with why it was refused.

    Of a start that is refused nothing is left. Raises ``Unanswered``.
    """
    try:
        with runs.part():
            run = start()
    except (MissingInputError, ExpressionError) as error:
        return replace(row, outcome="refused", why=str(error))
    except Unanswered:
        raise
    except HoldfastError as error:
        return replace(row, outcome="refused", why=error.problems[0].summary)
    return replace(row, outcome="started", run=run)
