"""From a notice to the message a channel carries."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from holdfast.declare import ChannelDeclared, NotifyDeclared
from holdfast.load.notify import values_of
from holdfast.load.wording import WordingError, worded
from holdfast.model import Message, Notice, Phase

Redact = Callable[[str], str]

_LONGEST_TITLE = 200
_LONGEST_TEXT = 3000


def message_of(
    notice: Notice,
    cause: str,
    channel: ChannelDeclared,
    declared: NotifyDeclared,
    project: str,
    redact: Redact,
) -> Message:
    """
    The message about one cause in the words of one channel, without any secret.

    A template that cannot be filled in loses nothing: the usual words are sent.
    """
    link = declared.link.rstrip("/")
    made = Message(
        id="",
        cause=cause,
        happened=notice.happened,
        phase=notice.phase,
        severity="info" if notice.phase is Phase.CLOSED else notice.severity,
        title=" ".join(notice.title.split())[:_LONGEST_TITLE],
        text=notice.text.strip(),
        project=project,
        at=notice.at,
        workflow=notice.workflow,
        run=notice.run,
        job=notice.job,
        environment=", ".join(notice.environments),
        owner=notice.owner,
        actor=notice.actor,
        why=notice.why,
        command=notice.command,
        url=f"{link}{notice.path}" if link and notice.path else "",
    )
    clean = _redacted(made, redact)
    return replace(clean, text=redact(_words(clean, channel))[:_LONGEST_TEXT])


def _words(message: Message, channel: ChannelDeclared) -> str:
    usual = [
        message.text,
        f"Type: {message.command}" if message.command else "",
        message.url,
    ]
    plain = "\n".join(line for line in usual if line)
    if not channel.text:
        return plain
    try:
        return worded(channel.text, values_of(message))
    except WordingError as error:
        return f"{plain}\n(The template of this channel failed: {error})"


def _redacted(message: Message, redact: Redact) -> Message:
    texts: dict[str, Any] = {
        field.name: redact(value)
        for field in fields(message)
        if isinstance(value := getattr(message, field.name), str)
    }
    return replace(message, **texts)
