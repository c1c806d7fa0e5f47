"""Local actions: ``./path/action.yml``, steps or a program for Node.js."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from holdfast.declare import Action, ActionInput, Workflow
from holdfast.load.workflows import grammar
from holdfast.load.workflows.builders import bare, build_steps
from holdfast.load.workflows.calls import Find
from holdfast.load.workflows.check import Checker, Fault
from holdfast.load.workflows.tree import Pairs, TreeError, read_tree
from holdfast.problems import Place

FILES = ("action.yml", "action.yaml")
_NODE = ("node12", "node16", "node20", "node24")
_TRUE = (True, "true")


@dataclass(frozen=True, slots=True)
class Read:
    """An action, or what is wrong with it."""

    action: Action | None
    faults: tuple[Fault, ...] = ()


def file_of(uses: str, find: Find) -> tuple[str, bytes] | None:
    """The name and the bytes of the file a path stands for."""
    folder = uses.removeprefix("./").rstrip("/")
    for name in FILES:
        content = find(f"{folder}/{name}" if folder else name)
        if content is not None:
            return f"{folder}/{name}" if folder else name, content
    return None


def is_action(file: str) -> bool:
    """Whether a file is the one of an action."""
    return file.rpartition("/")[2] in FILES


def read_action(content: bytes, file: str) -> Read:
    """The action of a file; never raises."""
    checker = Checker()
    try:
        tree = read_tree(content, file)
    except TreeError as error:
        return Read(None, (Fault(error.place or Place(file, 1, 1), error.message),))
    if not isinstance(tree, Pairs):
        return Read(None, (Fault(Place(file, 1, 1), "A mapping was expected"),))
    plain = checker.check(tree, grammar.action())
    if checker.faults:
        return Read(None, tuple(checker.faults))
    made = _made(plain, tree, file, checker)
    return Read(made if not checker.faults else None, tuple(checker.faults))


def local_actions(workflow: Workflow) -> Iterable[str]:
    """The paths of every local action a workflow's steps use."""
    steps = (step for job in workflow.jobs for step in job.steps)
    return dict.fromkeys(step.uses for step in steps if step.uses.startswith("./"))


def _made(plain: Any, tree: Pairs, file: str, checker: Checker) -> Action | None:
    runs, at = plain["runs"], tree.get("runs")
    using = runs["using"].lower()
    place = at.place if at else tree.place
    if using != "composite" and using not in _NODE:
        checker.fault(place, f"Actions that run by `{using}` cannot be run here")
        return None
    if using in _NODE and not runs.get("main"):
        checker.fault(place, "Required property is missing: main")
    steps = at.get("steps") if isinstance(at, Pairs) else None
    return Action(
        name=plain.get("name") or file,
        using="composite" if using == "composite" else "node",
        inputs=tuple(
            ActionInput(
                name,
                (one or {}).get("default"),
                (one or {}).get("required") in _TRUE,
                (one or {}).get("description") or "",
            )
            for name, one in (plain.get("inputs") or {}).items()
        ),
        outputs={
            name: one.get("value") for name, one in (plain.get("outputs") or {}).items()
        },
        steps=build_steps(runs.get("steps") or [], steps, checker.faults),
        main=runs.get("main") or "",
        pre=runs.get("pre") or "",
        post=runs.get("post") or "",
        post_if=bare(runs.get("post-if")) or "always()",
    )
