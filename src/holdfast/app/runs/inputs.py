"""Values a person gives: inputs of a run, fields of a manual step. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from holdfast.declare import Input, Workflow
from holdfast.expressions.coerce import to_text
from holdfast.problems import HoldfastError, Problem, did_you_mean

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def given_inputs(
    flow: Workflow, given: Mapping[str, Any], project_names: Mapping[str, list[str]]
) -> dict[str, Any]:
    """
    The inputs of a run by hand, of the sorts they were declared with.

    ``project_names`` are hosts and environments. Raises ``HoldfastError`` with everything
    that does not fit.
    """
    if flow.dispatch is None:
        raise HoldfastError(_not_by_hand(flow))
    return given_values(
        flow.dispatch,
        given,
        project_names,
        lambda name, known: _unknown(flow, name, known),
        lambda one: _missing(flow, one),
    )


def given_values(
    wanted: Iterable[Input],
    given: Mapping[str, Any],
    project_names: Mapping[str, list[str]],
    unknown: Callable[[str, Iterable[str]], Problem],
    missing: Callable[[Input], Problem],
) -> dict[str, Any]:
    """
    What a person was asked for, each of the sort it was declared with.

    ``unknown`` and ``missing`` say what is wrong in the words of what is asked for.
    Raises ``HoldfastError`` with everything that does not fit.
    """
    known = {one.name: one for one in wanted}
    problems = [unknown(name, known) for name in given if name not in known]
    made: dict[str, Any] = {}
    for one in known.values():
        value = given.get(one.name, one.default)
        if value is None or value == "":
            if one.required:
                problems.append(missing(one))
            made[one.name] = "" if one.type != "boolean" else False
            continue
        fitted = _fitted(one, value, project_names)
        if isinstance(fitted, Problem):
            problems.append(fitted)
        else:
            made[one.name] = fitted
    if problems:
        raise HoldfastError(*problems)
    return made


def _fitted(one: Input, value: Any, names: Mapping[str, list[str]]) -> Any:
    """A value as the sort it was declared with, or what is wrong with it."""
    text = to_text(value)
    if one.type == "boolean":
        known = text.lower() in (*_TRUE, *_FALSE)
        return text.lower() in _TRUE if known else _unfit(one, text, "true", "false")
    if one.type == "number":
        number = _number(text)
        return _no_number(one, text) if number is None else number
    if one.type in ("choice", "host", "environment"):
        wanted = one.options if one.type == "choice" else names.get(one.type, [])
        return text if text in wanted else _unfit(one, text, *wanted)
    return text


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


def _unfit(one: Input, seen: str, *wanted: str) -> Problem:
    return Problem(
        code="app.input-unfit",
        summary=f"The input `{one.name}` has a value that does not fit",
        detail=f"Seen: {seen[:60]!r}. Wanted: {', '.join(wanted)[:300]}. "
        "Nothing was done.",
        next_step=did_you_mean(seen, wanted),
    )


def _no_number(one: Input, seen: str) -> Problem:
    return Problem(
        code="app.input-unfit",
        summary=f"The input `{one.name}` has a value that does not fit",
        detail=f"Seen: {seen[:60]!r}. Wanted: a number. Nothing was done.",
        next_step="Write a number.",
    )


def _missing(flow: Workflow, one: Input) -> Problem:
    return Problem(
        code="app.input-missing",
        summary=f"{flow.name} needs the input `{one.name}`",
        detail=f"{one.description or f'It is a {one.type}'}. Nothing was started.",
        next_step=f"holdfast run {flow.file} -i {one.name}=VALUE",
    )


def _unknown(flow: Workflow, name: str, known: Iterable[str]) -> Problem:
    return Problem(
        code="app.input-unknown",
        summary=f"{flow.name} has no input `{name}`",
        detail=f"It has: {', '.join(known) or 'none'}. Nothing was started.",
        next_step=did_you_mean(name, known),
    )


def _not_by_hand(flow: Workflow) -> Problem:
    return Problem(
        code="app.not-by-hand",
        summary=f"{flow.name} cannot be started by hand",
        detail="Its `on:` has no workflow_dispatch. Nothing was started.",
        next_step=f"Add `workflow_dispatch:` under `on:` in {flow.file}.",
    )
