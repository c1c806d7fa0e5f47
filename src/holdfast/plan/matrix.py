"""From ``strategy.matrix`` to the combinations it stands for."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

MOST = 256
"""Combinations of one matrix; GitHub's own limit."""

Combination: TypeAlias = Mapping[str, Any]


def expand(matrix: Any) -> tuple[Combination, ...]:
    """
    Every combination, in GitHub's order: axes as written, then what ``include`` adds.

    An ``exclude`` takes out what agrees with all of its keys. An ``include`` is added to
    every combination whose axes it does not change, else it is one of its own. Raises
    ``ValueError`` with what is wrong, also for more than ``MOST``.
    """
    if matrix is None:
        return ({},)
    if not isinstance(matrix, Mapping):
        message = f"a matrix is keys with lists, not {matrix!r}"
        raise ValueError(message)  # noqa: TRY004 - what was declared is wrong
    axes = {k: _axis(k, v) for k, v in matrix.items() if k not in _NOT_AXES}
    kept = [
        dict(combination)
        for combination in _products(axes)
        if not any(_agrees(combination, out) for out in _listed(matrix, "exclude"))
    ]
    every = [*_included(kept, axes, _listed(matrix, "include"))]
    if len(every) > MOST:
        message = (
            f"the matrix has {len(every)} combinations, at most {MOST} are allowed"
        )
        raise ValueError(message)
    return tuple(every)


_NOT_AXES = ("include", "exclude")


def _axis(name: str, values: Any) -> Sequence[Any]:
    if not isinstance(values, (list, tuple)):
        message = f"`{name}` in the matrix is no list"
        raise ValueError(message)  # noqa: TRY004 - what was declared is wrong
    return values


def _listed(matrix: Mapping[str, Any], name: str) -> Sequence[Combination]:
    values = matrix.get(name) or ()
    if not isinstance(values, (list, tuple)):
        message = f"`{name}` in the matrix is no list"
        raise ValueError(message)  # noqa: TRY004 - what was declared is wrong
    return [value for value in values if isinstance(value, Mapping)]


def _products(axes: Mapping[str, Sequence[Any]]) -> Iterator[Combination]:
    if axes:
        for values in product(*axes.values()):
            yield dict(zip(axes, values, strict=True))


def _agrees(combination: Combination, wanted: Combination) -> bool:
    return all(
        key in combination and combination[key] == value
        for key, value in wanted.items()
    )


def _included(
    kept: Sequence[dict[str, Any]],
    axes: Mapping[str, object],
    include: Sequence[Combination],
) -> Iterator[Combination]:
    original = [dict(combination) for combination in kept]
    added: list[Combination] = []
    for extra in include:
        fits = [
            number
            for number, combination in enumerate(original)
            if all(combination[key] == extra[key] for key in axes if key in extra)
        ]
        for number in fits:
            kept[number].update(extra)
        if not fits:
            added.append(dict(extra))
    yield from kept
    yield from added
