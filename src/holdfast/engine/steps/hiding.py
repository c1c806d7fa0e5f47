"""
What a step left, twice: without secrets for the ledger, whole for the rest of its job.

The whole values are in a file of the step, on the site of the job, until it leaves.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from holdfast.engine.runs.hidden import SEEN, hides, seen_in
from holdfast.engine.runs.job_state import Fate, Stand, StepAt, StepEnd
from holdfast.engine.steps.output import Printed, Redact, Redactor
from holdfast.expressions.partial import literal
from holdfast.ports import Workplace


def without_secrets(end: StepEnd, redact: Redact) -> StepEnd:
    """An end as it may be written down; ``hidden`` names what is not in it."""
    whole = end.body()
    shown = {name: _redacted(value, redact) for name, value in whole.items()}
    names = dict.fromkeys([*end.hidden, *_changed(whole, shown, redact)])
    return replace(end, **{**shown, "hidden": tuple(names)})


def whole_of(end: StepEnd) -> dict[str, Any]:
    """What of an end later steps of its job see, as plain data."""
    return {name: end.body()[name] for name in SEEN if name in end.body()}


def put_back(stand: Stand, kept: Callable[[int], Mapping[str, Any]]) -> Stand:
    """A stand with the whole values in it; ``kept`` gives those of a step, by number."""
    if not any(hides(one.body) for one in stand.told):
        return stand
    return stand.retold(
        lambda index, body: {**body, **kept(index)} if hides(body) else body
    )


@dataclass(frozen=True, slots=True)
class Hiding:
    """
    Stands between the steps of a job and its ledger.

    ``redactor`` hides the job's secrets, and what it masked.
    """

    place: Workplace
    redactor: Redactor

    def hide(
        self, at: StepAt, fate: Fate, printed: Printed, secrets: Mapping[str, str]
    ) -> Fate:
        """
        What may be written down; what that lacks is kept for later steps.

        What is made of ``secrets``, by the names the job knows, is written down so.
        """
        if not isinstance(fate, StepEnd) or not fate.body():
            return fate
        redact = self.redactor(printed.hidden)
        shown = without_secrets(fate, redact)
        made = dict(_from_secrets(fate, shown.hidden, secrets, redact))
        shown = replace(shown, from_secrets=made)
        if hides(shown.body()):
            self.place.write(self._file(at, at.index), json.dumps(whole_of(fate)))
        for name in shown.hidden:
            kind, _, output = name.partition(".")
            if kind == "outputs":
                printed.say(f"::warning::{_NOT_KEPT.format(output)}")
        return shown

    def put_back(self, at: StepAt) -> StepAt:
        """
        The same with what earlier steps of its job really left.

        Raises ``ValueError`` when it is not there any more.
        """
        stand = put_back(at.stand, lambda index: self._kept(at, index))
        return replace(at, stand=stand, contexts=seen_in(at.contexts, stand))

    def _kept(self, at: StepAt, index: int) -> Mapping[str, Any]:
        text = self.place.read(self._file(at, index))
        if not text:
            step = at.job.job.steps[index]
            message = f"the values that `{step.title}` left were removed from the disk"
            raise ValueError(message)
        kept: dict[str, Any] = json.loads(text)
        return kept

    def _file(self, at: StepAt, index: int) -> Path:
        return self.place.files(f"{at.run}/{at.job.key}/{index}").kept


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_BETWEEN = "\0"
_NOT_KEPT = "the output `{}` holds a secret: it is not kept, later jobs do not see it"


def _from_secrets(
    end: StepEnd, hidden: Iterable[str], secrets: Mapping[str, str], redact: Redact
) -> Iterator[tuple[str, str]]:
    """What of the hidden values is made of secrets that have a name, and how."""
    for name in hidden:
        kind, _, key = name.partition(".")
        values = {"env": end.env, "outputs": end.outputs}.get(kind, {})
        if key in values and (text := _referring(values[key], secrets, redact)):
            yield name, text


def _referring(value: str, secrets: Mapping[str, str], redact: Redact) -> str:
    """A value with references for its secrets; empty when it holds any other."""
    named = {
        text: name
        for name, text in secrets.items()
        if _NAME.fullmatch(name) and redact(text) != text
    }
    if not named:
        return ""
    longest = sorted(named, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest))})", value)
    rest = _BETWEEN.join(parts[::2])
    if len(parts) == 1 or redact(rest) != rest:
        return ""
    return "".join(
        f"${{{{ secrets.{named[part]} }}}}" if at % 2 else literal(part)
        for at, part in enumerate(parts)
    )


def _redacted(value: Any, redact: Redact) -> Any:
    match value:
        case str():
            return redact(value)
        case Mapping():
            return dict(_pair(*pair, redact) for pair in value.items())
        case list() | tuple():
            return tuple(_redacted(one, redact) for one in value)
        case _:
            return value


def _pair(name: str, value: Any, redact: Redact) -> tuple[str, Any]:
    """A name with its value; a secret with ``=`` in it may have become both of them."""
    if not isinstance(value, str):
        return name, value
    line = f"{name}={value}"
    shown = redact(line)
    if shown == line:
        return name, value
    name, _, value = shown.partition("=")
    return name, value


def _changed(
    whole: Mapping[str, Any], shown: Mapping[str, Any], redact: Redact
) -> Iterator[str]:
    for kind, value in whole.items():
        if value == shown[kind]:
            continue
        if isinstance(value, Mapping):
            pairs = ((pair, _pair(*pair, redact)) for pair in value.items())
            yield from (f"{kind}.{new[0]}" for old, new in pairs if old != new)
        else:
            yield kind
