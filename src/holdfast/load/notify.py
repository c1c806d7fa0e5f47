"""Channels are there, and templates can be filled in: it is known before it is late."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict

from holdfast.declare import OWNER, ChannelDeclared, NotifyDeclared, Workflow
from holdfast.load.wording import WordingError, worded
from holdfast.load.yaml12 import Document, Path
from holdfast.model import Message, Phase
from holdfast.problems import Place, Problem, did_you_mean

TELL = "holdfast/notify"
"""The action that tells a channel something."""

_FORMULA = "${{"

_SAMPLE = Message(
    id="m-1",
    cause="failed/workflows/ship.yaml",
    happened="failed",
    phase=Phase.OPENED,
    severity="error",
    title="r7 of ship failed",
    text="See what it printed.",
    project="shop",
    at="2026-01-01T00:00:00.000000Z",
    workflow="ship",
    run="r7",
    job="deploy",
    environment="production",
    owner="team-shop",
    actor="ann",
    why="a step failed",
    command="holdfast logs r7",
    url="https://holdfast.example/runs/r7",
)


def read_notify(
    declared: NotifyDeclared, document: Document, find: Callable[[str], bytes | None]
) -> tuple[NotifyDeclared, tuple[Problem, ...]]:
    """The same with templates read into ``text``, and everything that is wrong."""
    channels, problems = dict[str, ChannelDeclared](), list[Problem]()
    for name, channel in declared.channels.items():
        place = document.place(("notify", "channels", name, _key(channel)))
        read = _read(channel, find)
        if read is None:
            problems.append(_no_file(channel.template, place))
            continue
        channels[name] = read
        if read.text and (wrong := _wrong(read.text)):
            problems.append(_unrenderable(name, wrong, place))
    problems += _unknown(declared, document)
    return declared.model_copy(update={"channels": channels}), tuple(problems)


def unknown_channels(
    flows: Iterable[Workflow], declared: NotifyDeclared
) -> Iterator[Problem]:
    """Steps that tell a channel nobody declared, unless its name is worked out."""
    known = list(declared.channels)
    for flow in flows:
        for step in (step for job in flow.jobs for step in job.steps):
            if step.uses.partition("@")[0] != TELL:
                continue
            to = step.with_.get("to")
            if to is not None and _FORMULA not in str(to) and str(to) not in known:
                yield _no_channel(str(to), known, step.place)


def values_of(message: Message) -> Mapping[str, object]:
    """What a template sees of a message."""
    return {**asdict(message), "phase": message.phase.value}


def _wrong(text: str) -> str:
    try:
        worded(text, values_of(_SAMPLE))
    except WordingError as error:
        return str(error)
    return ""


def _key(channel: ChannelDeclared) -> str:
    return "template" if channel.template else "text"


def _read(
    channel: ChannelDeclared, find: Callable[[str], bytes | None]
) -> ChannelDeclared | None:
    if not channel.template:
        return channel
    content = find(channel.template)
    if content is None:
        return None
    return channel.model_copy(update={"text": content.decode(errors="replace")})


def _unknown(declared: NotifyDeclared, document: Document) -> Iterator[Problem]:
    known = list(declared.channels)
    named: list[tuple[str, Path]] = [
        (name, ("notify", "send", number, "to"))
        for number, rule in enumerate(declared.send)
        for name in rule.to
        if name != OWNER
    ]
    named += [
        (name, ("notify", "owners", owner))
        for owner, names in declared.owners.items()
        for name in names
    ]
    for name, path in named:
        if name not in known:
            yield _no_channel(name, known, document.place(path))


def _no_channel(name: str, known: list[str], place: Place) -> Problem:
    return Problem(
        code="load.no-channel",
        summary=f"There is no channel `{name}`",
        detail=f"Known below notify: channels: are {', '.join(known) or 'none'}.",
        next_step=did_you_mean(name, known) or "Declare it in holdfast.yaml.",
        place=place,
    )


def _no_file(name: str, place: Place) -> Problem:
    return Problem(
        code="load.no-notify-template",
        summary=f"The template {name} is not there",
        detail="It is looked for from the project's root.",
        next_step="Write the file, or take `template:` out.",
        place=place,
    )


def _unrenderable(channel: str, wrong: str, place: Place) -> Problem:
    return Problem(
        code="load.notify-template",
        summary=f"The words of the channel `{channel}` cannot be filled in",
        detail=f"{wrong}.",
        next_step=f"Known names: {', '.join(sorted(values_of(_SAMPLE)))}.",
        place=place,
    )
