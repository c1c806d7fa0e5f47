"""What git says of a project is asked once, and again whenever it may be another."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.drivers.tools import git

Ask = Callable[..., str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Every time the program itself was run."""
    made: list[tuple[str, ...]] = []
    ask = git._asked

    def note(root: Path, words: tuple[str, ...]) -> str:
        made.append(words)
        return ask(root, words)

    monkeypatch.setattr(git, "_asked", note)
    monkeypatch.setattr(git, "_answers", {})
    return made


def _git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=ann", "-c", "user.email=ann@example.test")
    subprocess.run(
        ["git", "-C", str(root), *who, *words], check=True, capture_output=True
    )


def _commit(root: Path, text: str) -> None:
    (root / "file").write_text(text, encoding="utf-8")
    _git(root, "add", "-A")
    _git(root, "commit", "-m", text)


def test_it_is_asked_again_after_a_commit_a_switch_and_a_new_origin(
    tmp_path: Path, asked: list[tuple[str, ...]]
) -> None:
    _git(tmp_path, "init", "-b", "main")
    assert git.head(tmp_path) == ""
    _commit(tmp_path, "one")
    first = git.head(tmp_path)
    assert len(first) == 40
    assert git.head(tmp_path) == first
    assert len(asked) == 2
    _commit(tmp_path, "two")
    second = git.head(tmp_path)
    assert second not in ("", first)
    _git(tmp_path, "pack-refs", "--all")
    assert git.head(tmp_path) == second
    assert git.branch(tmp_path) == "main"
    _git(tmp_path, "switch", "-c", "other")
    assert git.branch(tmp_path) == "other"
    assert git.repository(tmp_path) == ""
    _git(tmp_path, "remote", "add", "origin", "https://forge.test/team/shop.git")
    assert git.repository(tmp_path) == "team/shop"


def test_a_worktree_has_a_head_of_its_own(
    tmp_path: Path, asked: list[tuple[str, ...]]
) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.mkdir()
    _git(main, "init", "-b", "main")
    _commit(main, "one")
    _git(main, "worktree", "add", str(other), "-b", "feature")
    below = other / "below"
    below.mkdir()
    assert git.head(below) == git.head(main)
    _commit(other, "two")
    assert git.head(below) != git.head(main)
    assert git.branch(below) == "feature"
    before = len(asked)
    assert git.head(below) != git.head(main)
    assert len(asked) == before


def test_outside_of_a_repository_the_program_is_run_once(
    tmp_path: Path, asked: list[tuple[str, ...]]
) -> None:
    assert [git.head(tmp_path), git.head(tmp_path)] == ["", ""]
    assert len(asked) == 1
    _git(tmp_path, "init", "-b", "main")
    _commit(tmp_path, "one")
    assert len(git.head(tmp_path)) == 40
