"""
What rests on values that were hidden from the ledger. Pure.

There ``***`` stands in the place of a secret. Whatever comes out otherwise when another
text stands there holds some of it, and is of no use to anybody but the job itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

from holdfast.engine.runs.job_state import Stand
from holdfast.expressions import ExpressionError
from holdfast.plan import filled

MASK, _OTHER = "***", "(hidden)"
SEEN = ("outputs", "env", "path", "state")
"""What of the end of a step its later steps see."""


def hides(body: Mapping[str, Any]) -> bool:
    """Whether a step left something for later ones that the ledger does not have."""
    names = body.get("hidden") or ()
    return any(name.partition(".")[0] in SEEN for name in names)


def stand_in(stand: Stand) -> Stand:
    """The same with another text wherever a secret was hidden."""
    return stand.retold(
        lambda _, body: (
            retold(body, lambda _, text: _other(text)) if hides(body) else body
        )
    )


def retold(body: Mapping[str, Any], other: Callable[[str, str], str]) -> dict[str, Any]:
    """What a step left with other texts for what was hidden, by name: ``env.KEY``."""
    hidden = frozenset(body["hidden"])
    outputs, env = (
        {
            name: other(f"{kind}.{name}", value)
            if f"{kind}.{name}" in hidden
            else value
            for name, value in (body.get(kind) or {}).items()
        }
        for kind in ("outputs", "env")
    )
    path = body.get("path") or ()
    if "path" in hidden:
        path = tuple(other("path", one) for one in path)
    return {**body, "outputs": outputs, "env": env, "path": path}


def rests_on_hidden(of: Callable[[Stand], Any], stand: Stand) -> bool:
    """Whether a value that is made of a stand holds what was hidden in it."""
    if not any(hides(one.body) for one in stand.told):
        return False
    try:
        return bool(of(stand) != of(stand_in(stand)))
    except ExpressionError:
        return True


def seen_in(contexts: Mapping[str, Any], stand: Stand) -> dict[str, Any]:
    """Contexts with what is seen of a stand in them."""
    return {**contexts, "steps": stand.steps, "env": dict(stand.env)}


def outputs_of(
    written: Mapping[str, Any], contexts: Mapping[str, Any], stand: Stand
) -> dict[str, Any]:
    """
    What a job gives to others: ``outputs``, and as ``hidden`` what it does not.

    One that holds a secret is left out, as GitHub does. Raises ``ExpressionError``.
    """

    def of(name: str) -> Callable[[Stand], Any]:
        return lambda seen: filled(written[name], seen_in(contexts, seen))

    made = {name: of(name)(stand) for name in written}
    hidden = [name for name in written if rests_on_hidden(of(name), stand)]
    outputs = {name: value for name, value in made.items() if name not in hidden}
    names = {"hidden": [f"outputs.{name}" for name in hidden]} if hidden else {}
    return {"outputs": outputs, **names}


def _other(value: str) -> str:
    return value.replace(MASK, _OTHER) if MASK in value else _OTHER
