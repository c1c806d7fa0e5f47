"""Files of steps on the disk, and when the next step gets those of the one before."""

from pathlib import Path

import pytest

from holdfast.drivers.steps.workplace import LocalWorkplace
from holdfast.ports import StepFiles


@pytest.fixture
def place(tmp_path: Path) -> LocalWorkplace:
    return LocalWorkplace(tmp_path / "work", "w1")


def written(files: StepFiles) -> list[Path]:
    return [files.output, files.env, files.path, files.state, files.summary]


def test_a_step_has_empty_files_that_only_its_owner_reads(
    place: LocalWorkplace,
) -> None:
    files = place.files("r1/build/0/1")
    assert [file.read_text() for file in written(files)] == [""] * 5
    assert {file.stat().st_mode & 0o777 for file in written(files)} == {0o600}


def test_the_next_step_gets_the_files_that_nothing_was_written_to(
    place: LocalWorkplace,
) -> None:
    before = place.files("r1/build/0/1")
    place.write(before.script, "echo one")
    inodes = [file.stat().st_ino for file in written(before)]
    place.spare("r1/build/0/1")
    files = place.files("r1/build/1/1")
    assert [file.stat().st_ino for file in written(files)] == inodes
    assert not before.summary.exists()


@pytest.mark.parametrize("name", ["output", "summary.md", "more", "kept.json"])
def test_files_that_something_was_written_to_stay(
    place: LocalWorkplace, name: str
) -> None:
    before = place.files("r1/build/0/1")
    (before.output.parent / name).write_text("a=1\n")
    place.spare("r1/build/0/1")
    files = place.files("r1/build/1/1")
    assert [file.read_text() for file in written(files)] == [""] * 5
    assert (before.output.parent / name).read_text() == "a=1\n"


def test_a_file_that_became_a_link_is_not_handed_on(
    place: LocalWorkplace, tmp_path: Path
) -> None:
    before = place.files("r1/build/0/1")
    before.output.unlink()
    (tmp_path / "elsewhere").touch()
    before.output.symlink_to(tmp_path / "elsewhere")
    place.spare("r1/build/0/1")
    assert not place.files("r1/build/1/1").output.is_symlink()


def test_files_of_one_job_do_not_become_those_of_another(place: LocalWorkplace) -> None:
    before = place.files("r1/build/0/1")
    place.spare("r1/build/0/1")
    place.files("r1/test/0/1")
    assert before.summary.exists()
