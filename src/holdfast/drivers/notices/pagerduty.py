"""PagerDuty, by its Events API v2: one incident for a cause, from trigger to resolve."""

from hashlib import sha256

from holdfast.drivers.notices.door import Outgoing, as_json
from holdfast.model import Message, Phase

_SUMMARY = 1024
_LONGEST_KEY = 255

_ACTIONS = {
    Phase.OPENED: "trigger",
    Phase.ONCE: "trigger",
    Phase.TAKEN_UP: "acknowledge",
    Phase.CLOSED: "resolve",
}


def pagerduty(message: Message, key: str, endpoint: str) -> Outgoing:
    """The request that triggers, acknowledges or resolves the incident of a cause."""
    action = _ACTIONS[message.phase]
    told: dict[str, object] = {
        "routing_key": key,
        "event_action": action,
        "dedup_key": _dedup(message),
    }
    if action == "trigger":
        told["client"] = f"Holdfast, {message.project}"
        told["payload"] = {
            "summary": message.title[:_SUMMARY],
            "source": message.project,
            "severity": message.severity,
            "timestamp": message.at,
            "component": message.workflow or message.project,
            "group": message.environment,
            "class": message.happened,
            "custom_details": {
                "text": message.text,
                "run": message.run,
                "owner": message.owner,
                "command": message.command,
            },
        }
        if message.url:
            told["client_url"] = message.url
            told["links"] = [{"href": message.url, "text": "In Holdfast"}]
    return Outgoing(endpoint, as_json(told))


def _dedup(message: Message) -> str:
    """The cause, with the project before it; its hash when it is too long."""
    whole = f"{message.project}/{message.cause}"
    if len(whole) <= _LONGEST_KEY:
        return whole
    return f"{message.project[:100]}/{sha256(whole.encode()).hexdigest()}"
