"""What GitHub and GitLab tell; GitLab's in GitHub's words besides its own."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from holdfast.drivers.webhooks.reading import NotReadError
from holdfast.drivers.webhooks.request import Request, mapping_at, text_at
from holdfast.model import Occurrence

_MERGE_ACTIONS = {
    "open": "opened",
    "reopen": "reopened",
    "close": "closed",
    "merge": "closed",
}


def github(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """
    One event, by ``X-GitHub-Event`` and ``X-GitHub-Delivery``.

    Raises ``NotReadError`` without both. See GitHub: Webhook events and payloads.
    """
    event = request.header("x-github-event")
    delivery = request.header("x-github-delivery")
    if not event or not delivery:
        raise NotReadError("X-GitHub-Event or X-GitHub-Delivery is missing")
    happened = request.happened(
        event,
        delivery,
        payload,
        action=text_at(payload, "action"),
        subject=text_at(payload, "repository", "full_name"),
    )
    return (happened,)


def gitlab(request: Request, payload: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """
    One event, by ``X-Gitlab-Event``.

    Its delivery is ``webhook-id`` or ``Idempotency-Key``, the same when GitLab tries
    again. Older servers have only ``X-Gitlab-Event-UUID``, which several events
    can share, so the body counts too. Raises ``NotReadError`` for one of no kind.
    """
    kind = text_at(payload, "object_kind") or text_at(payload, "event_name")
    kind = kind or request.header("x-gitlab-event").removesuffix(" Hook").lower()
    if not kind:
        raise NotReadError("neither object_kind nor X-Gitlab-Event is there")
    data = {**payload, **_as_github(kind, payload)}
    happened = request.happened(
        {"tag_push": "push", "merge_request": "pull_request"}.get(kind, kind),
        _gitlab_delivery(request),
        data,
        action=text_at(data, "action"),
        subject=text_at(payload, "project", "path_with_namespace"),
    )
    return (happened,)


def _gitlab_delivery(request: Request) -> str:
    for header in ("webhook-id", "idempotency-key"):
        if request.header(header):
            return request.header(header)
    body = sha256(request.body).hexdigest()[:32]
    return f"{request.header('x-gitlab-event-uuid')}/{body}"


def _as_github(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The keys a workflow written for GitHub reads."""
    project = mapping_at(payload, "project")
    user = text_at(payload, "user_username") or text_at(payload, "user", "username")
    found: dict[str, Any] = {
        "repository": {
            **mapping_at(payload, "repository"),
            "full_name": text_at(project, "path_with_namespace"),
            "default_branch": text_at(project, "default_branch"),
        },
        "sender": {"login": user},
    }
    if kind == "merge_request":
        found |= _merge_request(mapping_at(payload, "object_attributes"))
    return found


def _merge_request(merge: Mapping[str, Any]) -> dict[str, Any]:
    said = text_at(merge, "action")
    moved = said == "update" and bool(merge.get("oldrev"))
    action = "synchronize" if moved else _MERGE_ACTIONS.get(said, "edited")
    return {
        "action": action,
        "number": merge.get("iid"),
        "pull_request": {
            "number": merge.get("iid"),
            "title": text_at(merge, "title"),
            "merged": said == "merge",
            "merge_commit_sha": merge.get("merge_commit_sha"),
            "head": {
                "ref": text_at(merge, "source_branch"),
                "sha": text_at(merge, "last_commit", "id"),
            },
            "base": {"ref": text_at(merge, "target_branch")},
        },
    }
