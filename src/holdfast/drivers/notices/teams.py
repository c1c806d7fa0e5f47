"""Microsoft Teams, by the webhook of a workflow: an Adaptive Card of plain text runs."""

from holdfast.drivers.notices.door import Outgoing, as_json
from holdfast.model import Message

_COLOURS = {
    "critical": "Attention",
    "error": "Attention",
    "warning": "Warning",
    "info": "Default",
}


def teams(message: Message, url: str) -> Outgoing:
    """
    The request that posts a card.

    Text runs, not text blocks: these would read what others wrote as Markdown.
    """
    lines = message.text.splitlines()
    where = ", ".join(
        word for word in (message.project, message.environment, message.owner) if word
    )
    title = {
        "text": message.title,
        "weight": "Bolder",
        "size": "Medium",
        "color": _COLOURS[message.severity],
    }
    body = [_run(**title), *(_run(text=line) for line in lines if line)]
    body.append(_run(text=where, isSubtle=True, size="Small"))
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if message.url:
        card["actions"] = [
            {"type": "Action.OpenUrl", "title": "Open", "url": message.url}
        ]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return Outgoing(url, as_json({"type": "message", "attachments": [attachment]}))


def _run(**run: object) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}]}
