"""Why, for people and for machines."""

from collections.abc import Iterator

import click

from holdfast.model import Event, differences
from holdfast.model.moments import to_second
from holdfast.record import Cause, WhyAddress, WhyRun

_MOST = 40
_WORDS = {
    Event.SUCCEEDED: "made",
    Event.FAILED: "failed",
    Event.SKIPPED: "not begun",
    Event.UNREACHABLE: "unreachable",
    Event.IN_DOUBT: "in doubt",
    Event.RESOLVED: "decided by a look or a person",
}


def human(answer: WhyAddress | WhyRun) -> str:
    """The answer in sentences, the newest first."""
    lines = _run(answer) if isinstance(answer, WhyRun) else _address(answer)
    return "\n".join(lines)


def data(answer: WhyAddress | WhyRun) -> dict[str, object]:
    """The answer as ``holdfast.why/1``."""
    causes = [_cause_data(cause) for cause in answer.causes]
    if isinstance(answer, WhyAddress):
        about = str(answer.address)
        return {"address": about, "declared": answer.declared or None, "causes": causes}
    story = answer.story
    return {
        "run": story.run,
        "purpose": story.purpose,
        "actor": story.actor,
        "why": answer.why,
        "started": story.started,
        "ended": story.ended or None,
        "outcome": story.outcome or None,
        "digest": story.digest,
        "commit": story.commit,
        "rules": list(answer.rules),
        "approvals": list(answer.approvals),
        "broken": answer.broken or None,
        "verified": answer.verified,
        "causes": causes,
    }


def _address(answer: WhyAddress) -> Iterator[str]:
    yield click.style(str(answer.address), bold=True)
    yield (
        f"  declared at {answer.declared}"
        if answer.declared
        else "  not declared now: nothing keeps it as it is"
    )
    if not answer.causes:
        yield "  Holdfast has never changed it: what is there was there before."
        yield "  Next: holdfast plan, to see whether it is as declared."
    for cause in answer.causes:
        yield ""
        yield from _cause(cause)


def _cause(cause: Cause) -> Iterator[str]:
    word = _WORDS[cause.ended] if cause.ended else "begun, its end is not known"
    action = cause.change.action
    yield f"{to_second(cause.at)}  {action.mark} {action.value}: {word}"
    because = f", because: {cause.why}" if cause.why else ""
    yield f"  run {cause.run} of {cause.actor}{because}"
    if cause.change.declared:
        yield f"  it was asked for at {cause.change.declared}"
    yield from _allowed(cause)
    if not cause.change.sensitive:
        for name, before, after in differences(cause.change):
            yield f"  {name}: {_short(before)} → {_short(after)}"
    yield from _ended(cause)


def _allowed(told: Cause | WhyRun) -> Iterator[str]:
    """Who or what let it pass the gate."""
    if told.approvals:
        yield f"  approved by {', '.join(told.approvals)}"
    if told.broken:
        yield f"  {told.broken}"
    if told.rules:
        yield f"  asked were: {', '.join(told.rules)}"


def _ended(cause: Cause) -> Iterator[str]:
    if cause.ended is Event.SUCCEEDED and cause.verified is not None:
        yield "  a look afterwards found it " + (
            "as wanted" if cause.verified else "NOT as wanted"
        )
    for line in str(cause.said.get("output", "")).splitlines()[-5:]:
        yield f"  | {line}"
    problem = cause.said.get("problem")
    if isinstance(problem, dict):
        yield f"  {problem.get('summary', '')}"


def _run(answer: WhyRun) -> Iterator[str]:
    story = answer.story
    title = f"{story.run}: {story.purpose}, {story.outcome or 'still running'}"
    yield click.style(title, bold=True)
    because = f", because: {answer.why}" if answer.why else ""
    yield f"  by {story.actor}{because}"
    ended = story.ended[11:19] if story.ended else "?"
    yield f"  from {story.started[:19].replace('T', ' ')} to {ended} UTC"
    yield f"  declaration {story.commit}"
    yield f"  plan {story.digest}"
    yield from _allowed(answer)
    if answer.verified is not None:
        yield f"  verified: {'it held' if answer.verified else 'it did NOT hold'}"
    for cause in answer.causes[:_MOST]:
        word = _WORDS[cause.ended] if cause.ended else "its end is not known"
        yield f"  {cause.change.action.mark} {cause.change.address}  {word}"
        if cause.ended is not Event.SUCCEEDED:
            yield from (f"  {line}" for line in _ended(cause))
    if len(answer.causes) > _MOST:
        yield f"  … {len(answer.causes) - _MOST} more; see: holdfast evidence {story.run}"


def _cause_data(cause: Cause) -> dict[str, object]:
    return {
        "run": cause.run,
        "at": cause.at,
        "actor": cause.actor,
        "why": cause.why,
        "address": str(cause.change.address),
        "action": cause.change.action.value,
        "ended": cause.ended.value if cause.ended else None,
        "declared": str(cause.change.declared) if cause.change.declared else None,
        "rules": list(cause.rules),
        "approvals": list(cause.approvals),
        "broken": cause.broken or None,
        "verified": cause.verified,
        "changed": [name for name, _, _ in differences(cause.change)],
    }


def _short(value: object) -> str:
    if value is None:
        return "(absent)"
    text = str(value)
    return f"{text[:19]}…" if text.startswith("sha256:") else text[:60]
