"""What the token of a workflow or a job may do."""

from holdfast.load.workflows.grammar.notation import NOTHING, key, words
from holdfast.load.workflows.grammar.shapes import Keys, OneOf

_SCOPES = (
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
)
_LEVEL = words("read", "write", "none")

PERMISSIONS = OneOf(
    (
        words("read-all", "write-all"),
        Keys(
            {
                **{name: key(_LEVEL) for name in _SCOPES},
                "id-token": key(words("write", "none")),
                "models": key(words("read", "none")),
            }
        ),
        NOTHING,
    )
)
