"""Slack, by an incoming webhook: plain text, so that nobody's words become a mention."""

from holdfast.drivers.notices.door import Outgoing, as_json
from holdfast.model import Message

_TITLE = 150
_TEXT = 3000
"""The most Slack takes in a header and in a section."""


def slack(message: Message, url: str) -> Outgoing:
    """The request that posts a message; a posted one cannot be changed by a webhook."""
    blocks: list[dict[str, object]] = [
        {"type": "header", "text": _plain(message.title[:_TITLE])}
    ]
    if message.text:
        blocks.append({"type": "section", "text": _plain(message.text[:_TEXT])})
    where = " - ".join(
        word for word in (message.project, message.environment, message.owner) if word
    )
    blocks.append({"type": "context", "elements": [_plain(where)]})
    told = {"text": _escaped(message.title), "blocks": blocks}
    return Outgoing(url, as_json(told))


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    """As Slack wants it where its own marks have a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
