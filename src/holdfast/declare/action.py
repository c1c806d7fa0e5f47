"""A local action as its ``action.yml`` declares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from holdfast.declare.workflow import Dynamic, Step


@dataclass(frozen=True, slots=True)
class ActionInput:
    """One input of an action."""

    name: str
    default: Dynamic = None
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """
    One action: steps (``composite``), or a program for Node.js.

    ``main``, ``pre`` and ``post`` are files below its folder; ``outputs`` of a composite
    one are worked out from its steps.
    """

    name: str
    using: Literal["composite", "node"]
    inputs: tuple[ActionInput, ...] = ()
    outputs: Mapping[str, Dynamic] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    main: str = ""
    pre: str = ""
    post: str = ""
    post_if: str = "always()"
