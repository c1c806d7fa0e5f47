"""What a run sees of the event that started it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.engine.triggers import Head, contexts
from holdfast.model import Occurrence

HEAD = Head("octo/shop", "trunk", "c" * 40)
REPOSITORY = {"full_name": "octo/api", "default_branch": "main"}
PULL = {
    "number": 7,
    "repository": REPOSITORY,
    "sender": {"login": "ada"},
    "pull_request": {
        "merge_commit_sha": "m" * 40,
        "head": {"ref": "feature", "sha": "h" * 40},
        "base": {"ref": "main", "sha": "b" * 40},
    },
}


def seen(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    occurrence = Occurrence("e", "github", kind, at, "d", data=data)
    found: dict[str, Any] = contexts(occurrence, HEAD)["github"]
    return found


@pytest.mark.parametrize(
    ("kind", "data", "wanted"),
    [
        (
            "push",
            {"ref": "refs/heads/a/b", "after": "a" * 40, "pusher": {"name": "bob"}},
            {
                "ref": "refs/heads/a/b",
                "ref_name": "a/b",
                "ref_type": "branch",
                "sha": "a" * 40,
                "actor": "bob",
                "repository": "octo/shop",
                "repository_owner": "octo",
                "head_ref": "",
                "base_ref": "",
                "event_name": "push",
            },
        ),
        (
            "push",
            {"ref": "refs/tags/v1", "after": "t", "head_commit": {"id": "c"}},
            {"ref_name": "v1", "ref_type": "tag", "sha": "c"},
        ),
        (
            "pull_request",
            PULL,
            {
                "ref": "refs/pull/7/merge",
                "ref_name": "7/merge",
                "sha": "m" * 40,
                "head_ref": "feature",
                "base_ref": "main",
                "actor": "ada",
                "triggering_actor": "ada",
                "repository": "octo/api",
            },
        ),
        (
            "pull_request_target",
            PULL,
            {"ref": "refs/heads/main", "sha": "b" * 40, "head_ref": "feature"},
        ),
        (
            "release",
            {"release": {"tag_name": "v2"}, "repository": REPOSITORY},
            {"ref": "refs/tags/v2", "ref_type": "tag"},
        ),
        (
            "issues",
            {"repository": REPOSITORY},
            {"ref": "refs/heads/main", "sha": "c" * 40},
        ),
        (
            "workflow_dispatch",
            {"ref": "refs/heads/x", "sha": "d", "actor": "eve"},
            {"ref_name": "x", "sha": "d", "actor": "eve"},
        ),
        ("alert", {"labels": {}}, {"ref": "refs/heads/trunk", "sha": "c" * 40}),
        ("push", {"ref": 7, "repository": []}, {"ref": "", "sha": ""}),
    ],
)
def test_the_context_is_that_of_github(
    kind: str, data: dict[str, Any], wanted: dict[str, str]
) -> None:
    found = seen(kind, data)
    assert {key: found[key] for key in wanted} == wanted


def test_the_whole_event_is_there() -> None:
    assert seen("issues", PULL)["event"] is PULL
