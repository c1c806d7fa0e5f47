"""Steps about other steps: what they wait for, cancel, or run side by side."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.load.workflows import ids
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Text, Tree, items_of

_NOT_SIDE_BY_SIDE = ("wait", "wait-all", "cancel")


def faults_of_targets(steps: list[tuple[Mapping[str, Any], Tree]]) -> Iterator[Fault]:
    """What steps wait for or cancel that does not stand before them."""
    known: set[str] = set()
    for told, tree in steps:
        own = str(told.get("id") or "")
        known |= {own} - {""}
        for target in _targets(tree):
            wrong = _fault_of_target(target.text, own, known)
            if wrong:
                yield Fault(target.place, wrong)
        if told.get("wait-all") is False:
            message = "The value of 'wait-all' must be true or omitted"
            yield Fault(_at(tree, "wait-all").place, message)


def faults_of_parallel(told: Mapping[str, Any], tree: Tree) -> Iterator[Fault]:
    """What is in a group of steps side by side and cannot be."""
    for step in told.get("parallel") or ():
        if "background" in step:
            yield Fault(
                tree.place,
                "'background' is not allowed inside a parallel block. Steps in a "
                "parallel block are automatically run as background steps.",
            )
        for word in _NOT_SIDE_BY_SIDE:
            if word in step:
                message = f"'{word}' is not allowed inside a parallel block."
                yield Fault(tree.place, message)


def _fault_of_target(name: str, own: str, known: set[str]) -> str:
    """What is wrong with the id of another step; empty for nothing."""
    if name.startswith("__"):
        return ids.fault_of_id(name)
    if own and name.lower() == own.lower():
        return f"Step '{own}' cannot reference itself"
    return "" if name in known else f"Step references unknown step ID '{name}'"


def _targets(tree: Tree) -> Iterator[Text]:
    for word in ("wait", "cancel"):
        at = _at(tree, word)
        for one in items_of(at) or (at,):
            if isinstance(one, Text):
                yield one


def _at(tree: Tree, key: str) -> Tree:
    """The value of a key; without it the step itself."""
    return (tree.get(key) if isinstance(tree, Pairs) else None) or tree
