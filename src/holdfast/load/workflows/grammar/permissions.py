"""What the token of a workflow or a job may do."""

from holdfast.load.workflows.grammar.notation import key, words
from holdfast.load.workflows.grammar.shapes import Keys, OneOf

_SCOPES = (
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "code-quality",
    "contents",
    "copilot-requests",
    "deployments",
    "discussions",
    "drives",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
    "vulnerability-alerts",
)
_LEVEL = words("read", "write", "none")
_READ = key(words("read", "none"))
_WRITTEN = key(words("write", "none"))

PERMISSIONS = OneOf(
    (
        words("read-all", "write-all"),
        Keys(
            {
                **{name: key(_LEVEL) for name in _SCOPES},
                **dict.fromkeys(("copilot-requests", "id-token"), _WRITTEN),
                **dict.fromkeys(("models", "vulnerability-alerts"), _READ),
            }
        ),
    )
)
