"""What expressions of a run see of what started it: ``event`` and ``github``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.engine.triggers.forge import PULL_REQUESTS
from holdfast.engine.triggers.values import at
from holdfast.model import Occurrence

_HEADS, _TAGS = "refs/heads/", "refs/tags/"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the project itself stands: what events without a ref of their own get."""

    repository: str = ""
    branch: str = "main"
    sha: str = ""


@dataclass(frozen=True, slots=True)
class _Ref:
    """What is checked out, and between which branches a pull request goes."""

    ref: str
    sha: str
    head: str = ""
    base: str = ""


def contexts(occurrence: Occurrence, head: Head) -> dict[str, Any]:
    """
    The contexts ``event`` and ``github``; the latter as GitHub documents it.

    The engine adds what only it knows: ``workflow``, ``run_id``, ``job`` and the rest.
    """
    data = occurrence.data
    found = _ref(occurrence, head)
    repository = _text(data, "repository.full_name") or head.repository
    actor = _text(data, "sender.login") or _text(data, "pusher.name")
    actor = actor or _text(data, "actor")
    github = {
        "event": data,
        "event_name": occurrence.type,
        "ref": found.ref,
        "ref_name": _name(found.ref),
        "ref_type": "tag" if found.ref.startswith(_TAGS) else "branch",
        "sha": found.sha,
        "head_ref": found.head,
        "base_ref": found.base,
        "repository": repository,
        "repository_owner": repository.partition("/")[0],
        "actor": actor,
        "triggering_actor": actor,
    }
    return {"event": data, "github": github}


def _ref(occurrence: Occurrence, head: Head) -> _Ref:
    data = occurrence.data
    if occurrence.type in PULL_REQUESTS:
        return _pull_request(occurrence)
    if occurrence.type == "push":
        return _Ref(_text(data, "ref"), _pushed(data))
    if occurrence.type == "release" and _text(data, "release.tag_name"):
        return _Ref(_TAGS + _text(data, "release.tag_name"), head.sha)
    if _text(data, "ref").startswith("refs/"):
        return _Ref(_text(data, "ref"), _text(data, "sha") or head.sha)
    branch = _text(data, "repository.default_branch") or head.branch
    return _Ref(_HEADS + branch, head.sha)


def _pushed(data: Mapping[str, Any]) -> str:
    """The commit a push ends at: of an annotated tag not the tag itself."""
    return _text(data, "head_commit.id") or _text(data, "after")


def _pull_request(occurrence: Occurrence) -> _Ref:
    """The merge of a pull request; for ``_target`` the branch it goes to."""
    pull = at(occurrence.data, "pull_request")
    head, base = _text(pull, "head.ref"), _text(pull, "base.ref")
    if occurrence.type == "pull_request_target":
        return _Ref(_HEADS + base, _text(pull, "base.sha"), head, base)
    number = at(occurrence.data, "number")
    merge = _text(pull, "merge_commit_sha") or _text(pull, "head.sha")
    return _Ref(f"refs/pull/{number}/merge", merge, head, base)


def _name(ref: str) -> str:
    for prefix in (_HEADS, _TAGS, "refs/pull/"):
        if ref.startswith(prefix):
            return ref.removeprefix(prefix)
    return ref


def _text(data: Any, path: str) -> str:
    found = at(data, path)
    return found if isinstance(found, str) else ""
