"""``push``, ``pull_request`` and the other events of a forge, filtered as at GitHub."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.engine.triggers.globs import choose
from holdfast.engine.triggers.match import Match, Truth, all_of, leaf
from holdfast.engine.triggers.values import NOTHING, at, shown, words
from holdfast.model import Occurrence

PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
_PULL_REQUEST_TYPES = ("opened", "synchronize", "reopened")
_SKIP = ("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]")

Options = Mapping[str, Any]


def push(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """What a push has to be: its branch or tag, its files."""
    ref = at(occurrence.data, "ref")
    yield _still_there(occurrence)
    yield _not_skipped(occurrence)
    yield _of_ref(options, ref if isinstance(ref, str) else None)
    if not str(ref).startswith("refs/tags/"):
        yield from _of_files(options, occurrence)


def pull_request(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """What a pull request has to be: its action, the branch it goes to, its files."""
    wanted = words(options.get("types")) or _PULL_REQUEST_TYPES
    yield _of_action(wanted, occurrence)
    base = at(occurrence.data, "pull_request.base.ref")
    yield from _of_names("branch", "branches", options, base, "the branch it goes to")
    yield from _of_files(options, occurrence)


def workflow_run(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """What a run at GitHub has to be: its action, its workflow, its branch."""
    if types := words(options.get("types")):
        yield _of_action(types, occurrence)
    if names := words(options.get("workflows")):
        name = at(occurrence.data, "workflow.name")
        chosen = isinstance(name, str) and choose(names, name).chosen
        yield leaf(f"the workflow is {_either(names)}", _seen(name), holds=chosen)
    branch = at(occurrence.data, "workflow_run.head_branch")
    yield from _of_names("branch", "branches", options, branch, "its branch")


def other(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """What any other event has to be: its action, where ``types`` names some."""
    if types := words(options.get("types")):
        yield _of_action(types, occurrence)


def files(data: Mapping[str, Any]) -> frozenset[str] | None:
    """
    The paths a push or pull request changed; ``None`` when the event does not tell.

    They are in ``changed_files`` where somebody looked, else in the commits of a push.
    """
    told = at(data, "changed_files")
    if isinstance(told, list | tuple):
        return frozenset(str(path) for path in told)
    commits = at(data, "commits")
    if not isinstance(commits, list | tuple):
        return None
    kinds = ("added", "modified", "removed")
    lists = [at(commit, kind) for commit in commits for kind in kinds]
    if any(not isinstance(paths, list | tuple) for paths in lists):
        return None
    return frozenset(str(path) for paths in lists for path in paths)


def _still_there(occurrence: Occurrence) -> Match:
    deleted = at(occurrence.data, "deleted") is True
    return leaf(
        "the ref is still there", "deleted" if deleted else "", holds=not deleted
    )


def _not_skipped(occurrence: Occurrence) -> Match:
    message = at(occurrence.data, "head_commit.message")
    said = next((word for word in _SKIP if word in str(message)), "")
    return leaf("the commit does not ask to be skipped", said, holds=not said)


def _of_action(wanted: Sequence[str], occurrence: Occurrence) -> Match:
    action = occurrence.action
    return leaf(
        f"the action is {_either(wanted)}", action or None, holds=action in wanted
    )


def _of_ref(options: Options, ref: str | None) -> Match:
    """The branch or tag of a push; who asks only for one does not get the other."""
    branches = [key for key in ("branches", "branches-ignore") if key in options]
    tags = [key for key in ("tags", "tags-ignore") if key in options]
    what = "the branch or tag is wanted"
    if ref is None:
        return leaf(what, None, holds=False)
    if not branches and not tags:
        return leaf(what, ref, holds=True)
    for prefix, keys, word in (
        ("refs/heads/", branches, "branch"),
        ("refs/tags/", tags, "tag"),
    ):
        if ref.startswith(prefix) and keys:
            name = ref.removeprefix(prefix)
            plural = keys[0].removesuffix("-ignore")
            return all_of(what, _of_names(word, plural, options, name, f"the {word}"))
    return leaf(f"it is about one of {', '.join(branches + tags)}", ref, holds=False)


def _of_names(
    word: str, key: str, options: Options, name: Any, subject: str
) -> Iterator[Match]:
    """``branches`` and ``branches-ignore``, ``tags`` and ``tags-ignore``."""
    known = isinstance(name, str)
    if wanted := words(options.get(key)):
        chosen = known and choose(wanted, name).chosen
        yield leaf(f"{subject} is {_either(wanted)}", _seen(name), holds=chosen)
    if ignored := words(options.get(f"{key}-ignore")):
        kept = known and not choose(ignored, name).chosen
        yield leaf(
            f"{subject} is no {word} of {_listed(ignored)}", _seen(name), holds=kept
        )


def _of_files(options: Options, occurrence: Occurrence) -> Iterator[Match]:
    """``paths`` and ``paths-ignore``; files nobody told of count as wanted."""
    wanted, ignored = words(options.get("paths")), words(options.get("paths-ignore"))
    if not wanted and not ignored:
        return
    paths = files(occurrence.data)
    if paths is None:
        what = "a wanted file is changed; the event names none, so that counts as yes"
        yield Match(what, Truth.YES)
        return
    if wanted:
        found = sorted(path for path in paths if choose(wanted, path).chosen)
        what = f"a changed file is {_either(wanted)}"
        yield leaf(what, _some(found or sorted(paths)), holds=bool(found))
    if ignored:
        found = sorted(path for path in paths if not choose(ignored, path).chosen)
        what = f"a changed file is none of {_listed(ignored)}"
        yield leaf(what, _some(found or sorted(paths)), holds=bool(found))


def _some(paths: Sequence[str]) -> str:
    """A few paths; something also when there are none, for that was seen."""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""  # noqa: PLR2004 - enough
    return ", ".join(map(shown, paths[:3])) + more or "no files"


def _seen(value: Any) -> str | None:
    return None if value is NOTHING else shown(value)


def _either(names: Sequence[str]) -> str:
    return " or ".join(names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
