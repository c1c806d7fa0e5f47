"""Tests of workflows for people and for machines."""

from collections.abc import Iterator, Sequence

import click

from holdfast.app.testing.suite import Tested
from holdfast.app.testing.sweep import Left, Swept
from holdfast.app.testing.work import Fault
from holdfast.cli.output import problem_data, problem_text

_WORDS = {
    "no-way-back": "not taken back",
    "untold": "nobody told",
    "not-cleaned": "not cleaned up",
    "held": "still held",
    "asked": "a person asked",
}
_FEW = 3


def tested_text(one: Tested) -> str:
    """One test: a line, and below it everything that is not as expected."""
    word = (
        click.style("ok  ", fg="green") if one.passed else click.style("FAIL", fg="red")
    )
    lines = [f"{word}  {one.file}  {one.name}  ({one.seconds * 1000:.0f} ms)"]
    for problem in one.problems:
        lines += [f"      {line}" for line in problem_text(problem).splitlines()]
    if one.swept is not None:
        lines += [f"      {line}" for line in _swept_lines(one.swept)]
    return "\n".join(lines)


def sum_text(tested: Sequence[Tested]) -> str:
    """The sum of all tests."""
    failed = sum(not one.passed for one in tested)
    swept = [one.swept for one in tested if one.swept is not None]
    said = f"{len(tested)} tests, {failed} failed."
    if swept:
        tried = sum(one.tried for one in swept)
        found = sum(len(one.findings) for one in swept)
        said += f" {tried} faults tried, {found} findings."
    return said


def tested_data(one: Tested) -> dict[str, object]:
    """One test as it is in ``holdfast.test/1``."""
    swept = one.swept
    return {
        "file": one.file,
        "name": one.name,
        "passed": one.passed,
        "milliseconds": round(one.seconds * 1000, 1),
        "problems": [problem_data(problem) for problem in one.problems],
        "sweep": None
        if swept is None
        else {"tried": swept.tried, "left": [_left_data(left) for left in swept.left]},
    }


def _swept_lines(swept: Swept) -> Iterator[str]:
    if not swept.left:
        yield f"{swept.tried} faults tried; nothing would be left behind"
        return
    yield f"{swept.tried} faults tried; left behind:"
    for left in swept.left:
        colour = "red" if left.is_finding else "yellow"
        word = click.style(f"{_WORDS[left.what]:<15}", fg=colour)
        yield f"  {word} {left.subject}: {left.why}"
        yield f"  {'':<15} when {_faults(left.faults)}"
        if left.place:
            yield f"  {'':<15} at {left.place}"


def _faults(faults: Sequence[Fault]) -> str:
    every = [f"{one.job}/{one.step} {one.kind}" for one in faults]
    more = f", and {len(every) - _FEW} more" if len(every) > _FEW else ""
    return ", ".join(every[:_FEW]) + more


def _left_data(left: Left) -> dict[str, object]:
    return {
        "what": left.what,
        "finding": left.is_finding,
        "subject": left.subject,
        "why": left.why,
        "place": str(left.place) if left.place else None,
        "faults": [
            {"job": one.job, "step": one.step, "kind": one.kind} for one in left.faults
        ],
    }
