"""New files that share their syncs: run by real shells, whole and interrupted."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

import pytest

from holdfast.apply import shared_syncs
from holdfast.apply.script import Progress
from holdfast.ports import BESIDE, NewFile

SHELLS = [
    pytest.param(
        words,
        marks=pytest.mark.skipif(
            not shutil.which(words[0]), reason=f"no {words[0]} on this machine"
        ),
    )
    for words in (["dash"], ["bash", "--posix"], ["busybox", "sh"])
]
MARK = "feed"


def _new(path: Path, extra: str = ":", mode: str = "") -> NewFile:
    name = quote(str(path))
    return NewFile(
        name,
        f"f={name}; d=${{f%/*}}; n={BESIDE}; trap 'rm -f \"$n\"' EXIT\n"
        f'{extra}\necho new >"$n"; echo wrote {quote(path.name)}',
        mode,
    )


def _run(shell: list[str], files: Sequence[NewFile]) -> tuple[int, Progress]:
    (group,) = shared_syncs.grouped(enumerate([file] for file in files))
    script = shared_syncs.head(MARK) + shared_syncs.script(MARK, group)
    done = subprocess.run(
        shell, input=script.encode(), capture_output=True, check=False
    )
    progress = Progress(MARK.encode())
    for line in done.stdout.splitlines():
        progress.hear(line)
    assert not done.stderr
    return done.returncode, progress


@pytest.mark.parametrize("shell", SHELLS)
def test_all_are_put_in_place_and_told_one_by_one(
    shell: list[str], tmp_path: Path
) -> None:
    files = [tmp_path / f"it's {n}" for n in range(5)]
    status, progress = _run(shell, [_new(file) for file in files])
    assert status == 0
    assert progress.ended == dict.fromkeys(range(5), 0)
    assert "wrote" in progress.said(3)
    assert sorted(tmp_path.iterdir()) == files, "and nothing else"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_failure_leaves_those_before_it_made_and_those_after_untouched(
    shell: list[str], tmp_path: Path
) -> None:
    files = [tmp_path / str(n) for n in range(4)]
    said = [_new(f, "echo no; false" if f.name == "2" else ":") for f in files]
    status, progress = _run(shell, said)
    assert status == 1
    assert progress.ended == {0: 0, 1: 0, 2: 1}
    assert progress.said(2) == "no"
    assert sorted(tmp_path.iterdir()) == files[:2]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_folder_in_the_way_is_a_failure_of_its_own_change(
    shell: list[str], tmp_path: Path
) -> None:
    files = [tmp_path / str(n) for n in range(4)]
    files[1].mkdir()
    status, progress = _run(shell, [_new(file) for file in files])
    assert status == 1
    assert progress.ended == {0: 0, 1: 1}
    assert "is a directory" in progress.said(1)
    assert sorted(tmp_path.iterdir()) == files[:2]
    assert not list(files[1].iterdir())


@pytest.mark.parametrize("shell", SHELLS)
def test_each_has_its_own_mode(shell: list[str], tmp_path: Path) -> None:
    modes = ["0644", "0755", "", *["0664"] * 10]
    files = [_new(tmp_path / f"{n:02}", mode=mode) for n, mode in enumerate(modes)]
    assert _run(shell, files)[0] == 0
    found = [oct(path.stat().st_mode)[-4:] for path in sorted(tmp_path.iterdir())]
    assert found == ["0644", "0755", "0644", *["0664"] * 10]


def test_what_cannot_share_is_by_itself() -> None:
    a, b = _new(Path("/a")), _new(Path("/b"))
    commands: list[list[str]] = [
        [a],
        [b],
        ["mkdir /x"],
        [a],
        [a, "chmod 600 /a"],
        ["", b],
        [b],
    ]
    groups = [[n for n, _ in g] for g in shared_syncs.grouped(enumerate(commands))]
    assert groups == [[0, 1], [2], [3], [4], [5], [6]], "a file twice is no neighbour"


def test_a_group_has_an_end() -> None:
    files = [[_new(Path(f"/{n}"))] for n in range(70)]
    assert [len(g) for g in shared_syncs.grouped(enumerate(files))] == [32, 32, 6]
