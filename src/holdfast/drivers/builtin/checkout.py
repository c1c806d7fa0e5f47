"""``actions/checkout``: a commit of a repository in the workspace."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from holdfast.problems import HoldfastError, Problem

_TIMEOUT = 1800


@dataclass(frozen=True, slots=True)
class Checkout:
    """
    What to check out, and where.

    ``url`` is anything git can fetch from, a folder too; ``ref`` a branch, tag or commit,
    empty for what is checked out there. ``depth`` 0 is all of the history. ``header`` is
    sent with HTTP requests and kept nowhere.
    """

    url: str
    into: Path
    ref: str = ""
    depth: int = 1
    tags: bool = False
    submodules: str = ""
    clean: bool = True
    sparse: tuple[str, ...] = ()
    header: str = ""


def check_out(wanted: Checkout) -> str:
    """The commit that is checked out now; raises ``HoldfastError`` with git's words."""
    into = wanted.into
    if wanted.clean and into.exists() and not (into / ".git").exists():
        for path in into.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    into.mkdir(parents=True, exist_ok=True)
    _git(into, "init", "-q", "--initial-branch=main")
    _git(into, "config", "advice.detachedHead", "false")
    ref = wanted.ref or "HEAD"
    fetch = ["fetch", "-q", "--no-tags" if not wanted.tags else "--tags", "--force"]
    fetch += [f"--depth={wanted.depth}"] if wanted.depth else []
    if wanted.sparse:
        _git(into, "sparse-checkout", "set", *wanted.sparse)
    _git(into, *_headed(wanted.header), *fetch, _address(wanted), ref)
    _git(into, "checkout", "-q", "--force", "--detach", "FETCH_HEAD")
    if wanted.clean:
        _git(into, "clean", "-ffdxq")
    if wanted.submodules in ("true", "recursive"):
        deep = ["--recursive"] if wanted.submodules == "recursive" else []
        update = ["submodule", "update", "--init", "--force", *deep]
        _git(into, *_headed(wanted.header), *update)
    return _git(into, "rev-parse", "HEAD").strip()


def fetch_missing(root: Path, commit: str) -> None:
    """
    Get a commit the project's own folder does not have from where it was cloned from.

    Nothing that is checked out there changes. A commit nobody has is left to
    :func:`check_out` to complain about.
    """
    kind = _tried(root, "cat-file", "-t", commit)
    if commit and kind.stdout.strip() != "commit":
        _tried(root, "fetch", "-q", "--no-tags", "origin", commit)


def _address(wanted: Checkout) -> str:
    """A folder of this machine as an address that keeps to the depth."""
    path = Path(wanted.url)
    return f"file://{path.resolve()}" if path.is_dir() else wanted.url


def _headed(header: str) -> list[str]:
    return ["-c", f"http.extraheader={header}"] if header else []


def _git(into: Path, *words: str) -> str:
    done = _tried(into, *words)
    if done.returncode:
        plain = next((w for w in words if not w.startswith(("-", "http."))), "git")
        raise HoldfastError(
            Problem(
                code="builtin.git",
                summary=f"git {plain} failed",
                detail=f"{done.stderr.strip()[-2000:]}. Nothing outside was changed.",
                next_step="Check the repository and the ref.",
            )
        )
    return done.stdout


def _tried(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
