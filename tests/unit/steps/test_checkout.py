"""A pushed commit is checked out, also when the project's folder has not got it yet."""

import subprocess
from pathlib import Path

import pytest

from holdfast.drivers.builtin import Checkout, check_out, fetch_missing
from holdfast.problems import HoldfastError


def git(folder: Path, *words: str) -> str:
    named = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    command = ["git", "-C", str(folder), *named, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-q", "--initial-branch=main")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    commit(folder, "one")
    return folder


def commit(folder: Path, text: str) -> str:
    (folder / "file.txt").write_text(text, encoding="utf-8")
    git(folder, "add", "file.txt")
    git(folder, "commit", "-qm", text)
    return git(folder, "rev-parse", "HEAD").strip()


def test_a_commit_that_was_pushed_elsewhere_is_fetched(
    origin: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    git(tmp_path, "clone", "-q", str(origin), str(project))
    pushed = commit(origin, "two")
    before = git(project, "show-ref", "--head")
    fetch_missing(project, pushed)
    assert check_out(Checkout(str(project), tmp_path / "work", pushed)) == pushed
    assert (tmp_path / "work/file.txt").read_text(encoding="utf-8") == "two"
    assert git(project, "show-ref", "--head") == before
    assert (project / "file.txt").read_text(encoding="utf-8") == "one"


def test_a_commit_nobody_has_is_an_error_of_git(origin: Path, tmp_path: Path) -> None:
    nobody = "1234567890" * 4
    fetch_missing(origin, nobody)
    fetch_missing(origin, "")
    with pytest.raises(HoldfastError, match="git fetch failed"):
        check_out(Checkout(str(origin), tmp_path / "work", nobody))
