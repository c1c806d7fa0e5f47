"""What starts a workflow on GitHub: its events, their types and filters."""

from holdfast.load.workflows.grammar.inputs import CALL, DISPATCH_INPUT, dispatch
from holdfast.load.workflows.grammar.notation import (
    FILLED,
    NOTHING,
    key,
    maybe,
    one_or_more,
    required,
    words,
)
from holdfast.load.workflows.grammar.shapes import Key, Keys, OneOf, Sequence, Shape


def on(events: dict[str, Shape]) -> Shape:
    """One event, several, or each with what it is filtered by."""
    names = words(*events)
    keys = {name: key(shape) for name, shape in events.items()}
    return OneOf((names, Sequence(names), Keys(keys)))


def _types(*allowed: str) -> dict[str, Key]:
    """The types of an event that are wanted."""
    return {"types": key(one_or_more(words(*allowed)))}


def _typed(*allowed: str) -> Shape:
    """An event that has types and nothing else."""
    return maybe(Keys(_types(*allowed)))


def _filters(*names: str) -> dict[str, Key]:
    """Keys that hold patterns of branches, tags or paths."""
    return {name: key(one_or_more(FILLED)) for name in names}


_BRANCHES = _filters("branches", "branches-ignore")
_PATHS = _filters("paths", "paths-ignore")
_TAGS = _filters("tags", "tags-ignore")
_PLAIN = NOTHING
"""An event about which nothing can be chosen."""

_COMMENT = ("created", "edited", "deleted")
_BOARD = ("created", "closed", "reopened", "edited", "deleted")
_PULL_REQUEST = (
    "assigned",
    "unassigned",
    "labeled",
    "unlabeled",
    "opened",
    "edited",
    "closed",
    "reopened",
    "synchronize",
    "converted_to_draft",
    "ready_for_review",
    "locked",
    "unlocked",
    "milestoned",
    "demilestoned",
    "review_requested",
    "review_request_removed",
    "auto_merge_enabled",
    "auto_merge_disabled",
    "enqueued",
    "dequeued",
    "stacked",
)
_ISSUE = (
    "opened",
    "edited",
    "deleted",
    "transferred",
    "pinned",
    "unpinned",
    "closed",
    "reopened",
    "assigned",
    "unassigned",
    "labeled",
    "unlabeled",
    "locked",
    "unlocked",
    "milestoned",
    "demilestoned",
    "typed",
    "untyped",
    "field_added",
    "field_removed",
)
_DISCUSSION = (
    "created",
    "edited",
    "deleted",
    "transferred",
    "pinned",
    "unpinned",
    "labeled",
    "unlabeled",
    "locked",
    "unlocked",
    "category_changed",
    "answered",
    "unanswered",
)
_RELEASE = (
    "published",
    "unpublished",
    "created",
    "edited",
    "deleted",
    "prereleased",
    "released",
)

SCHEDULE = {"cron": required(FILLED), "timezone": key(FILLED)}
_PULL = maybe(Keys({**_BRANCHES, **_PATHS, **_types(*_PULL_REQUEST)}))
_IMAGE_VERSION = maybe(
    Keys({**_filters("names", "versions"), **_types("created", "ready", "deleted")})
)
_MERGE_GROUP = maybe(Keys({**_BRANCHES, **_types("checks_requested")}))
_WORKFLOW_RUN = maybe(
    Keys(
        {
            **_filters("workflows"),
            **_BRANCHES,
            **_types("requested", "completed", "in_progress"),
        }
    )
)

GITHUB_EVENTS: dict[str, Shape] = {
    "branch_protection_rule": _typed(*_COMMENT),
    "check_run": _typed("created", "completed", "requested_action", "rerequested"),
    "check_suite": _typed("completed"),
    "create": _PLAIN,
    "delete": _PLAIN,
    "deployment": _PLAIN,
    "deployment_status": _PLAIN,
    "discussion": _typed(*_DISCUSSION),
    "discussion_comment": _typed(*_COMMENT),
    "fork": _PLAIN,
    "gollum": _PLAIN,
    "image_version": _IMAGE_VERSION,
    "issue_comment": _typed(*_COMMENT),
    "issues": _typed(*_ISSUE),
    "label": _typed(*_COMMENT),
    "merge_group": _MERGE_GROUP,
    "milestone": _typed("created", "closed", "opened", "edited", "deleted"),
    "page_build": _PLAIN,
    "project": _typed(*_BOARD),
    "project_card": _typed("created", "moved", "converted", "edited", "deleted"),
    "project_column": _typed("created", "updated", "moved", "deleted"),
    "public": _PLAIN,
    "pull_request": _PULL,
    "pull_request_comment": _typed(*_COMMENT),
    "pull_request_review": _typed("submitted", "edited", "dismissed"),
    "pull_request_review_comment": _typed(*_COMMENT),
    "pull_request_target": _PULL,
    "push": maybe(Keys({**_BRANCHES, **_PATHS, **_TAGS})),
    "registry_package": _typed("published", "updated"),
    "release": _typed(*_RELEASE),
    "repository_dispatch": maybe(Keys(_filters("types"))),
    "schedule": Sequence(Keys(SCHEDULE)),
    "status": _PLAIN,
    "watch": _typed("started"),
    "workflow_call": CALL,
    "workflow_dispatch": dispatch(DISPATCH_INPUT),
    "workflow_run": _WORKFLOW_RUN,
}
