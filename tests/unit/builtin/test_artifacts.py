"""Artifacts hold the files that GitHub's would, under the names they have there."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.runs.builtin import Step, perform


@dataclass
class Project:
    """All of an application that an artifact needs."""

    state: Path


@dataclass
class Job:
    """A job's workspace, and what its steps said."""

    folder: Path
    said: list[str] = field(default_factory=list)

    def does(self, action: str, **inputs: str) -> int:
        env = {
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STATE": str(self.folder / "state-file"),
            "GITHUB_WORKSPACE": str(self.folder / "w"),
            "HOLDFAST_RUN": "r1",
        }
        given = {name.upper().replace("_", "-"): v for name, v in inputs.items()}
        project: Any = Project(self.folder / "state")
        return perform(action, Step(project, given, env, self.said.append))

    def writes(self, *names: str) -> None:
        for name in names:
            file = self.folder / "w" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(name)

    def comes_back(self, path: str, **more: str) -> list[str]:
        """What a download of an upload gives."""
        assert self.does("upload-artifact", path=path, name="a", **more) == 0
        assert self.does("download-artifact", name="a", path="got") == 0
        return self.got()

    def got(self) -> list[str]:
        at = self.folder / "w/got"
        files = (file for file in at.rglob("*") if file.is_file())
        return sorted(str(file.relative_to(at)) for file in files)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Job(tmp_path)
    made.writes(
        "out/a.txt", "out/sub/b.log", "out/.hidden", "out/.git/x", "other/c.txt"
    )
    return made


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("out", ["a.txt", "sub/b.log"]),
        ("out/*.txt", ["a.txt"]),
        ("out/**/*.log", ["sub/b.log"]),
        ("out/a.txt", ["a.txt"]),
        ("out\n!out/**/*.log", ["a.txt"]),
        ("out/a.txt\nother/c.txt", ["other/c.txt", "out/a.txt"]),
        ("out/a.txt\nout/sub", ["a.txt", "sub/b.log"]),
        ("./out/../other", ["c.txt"]),
    ],
)
def test_names_are_below_what_the_paths_share(
    job: Job, path: str, names: list[str]
) -> None:
    assert job.comes_back(path) == names


def test_hidden_files_are_left_out_unless_asked_for(job: Job) -> None:
    every = [".git/x", ".hidden", "a.txt", "sub/b.log"]
    assert job.comes_back("out", include_hidden_files="true") == every


def test_a_hidden_folder_itself_is_left_out(job: Job) -> None:
    assert job.does("upload-artifact", path="out/.git", name="a") == 0
    assert job.said == ["::warning::nothing is at out/.git"]


def test_nothing_to_keep_leaves_no_artifact(job: Job) -> None:
    wanted = {"path": "nowhere", "name": "a"}
    assert job.does("upload-artifact", **wanted) == 0
    assert job.does("upload-artifact", **wanted, if_no_files_found="error") == 1
    assert job.does("upload-artifact", path="out", name="a") == 0


@pytest.mark.parametrize("name", ["a/b", "a\\b", "../a", "a:b", "a*"])
def test_a_name_that_is_no_file_name_elsewhere_is_refused(job: Job, name: str) -> None:
    assert job.does("upload-artifact", path="out", name=name) == 1
    assert job.said[0].startswith(f"::error::the name `{name}` cannot have")


def test_a_pattern_takes_the_artifacts_that_fit(job: Job) -> None:
    for name in ("res-1", "res-2", "log"):
        job.writes(f"{name}/{name}.txt")
        job.does("upload-artifact", path=name, name=name)
    job.does("download-artifact", pattern="res-*", path="got")
    assert job.got() == ["res-1/res-1.txt", "res-2/res-2.txt"]


def test_a_cache_that_is_not_there_says_nothing_of_a_hit(job: Job) -> None:
    job.does("cache", key="k", path="out")
    assert "cache-hit=\n" in (job.folder / "output").read_text()


def test_no_cache_is_made_of_nothing(job: Job) -> None:
    job.does("cache-save", key="k", path="nowhere")
    assert job.said == ["::warning::nothing is at nowhere: no cache is kept"]
    job.does("cache-save", key="k", path="out")
    assert job.said[-1] == "Kept 4 files as the cache `k`"


def test_keys_to_fall_back_on_may_have_spaces(job: Job) -> None:
    job.does("cache-save", key="my lib 1", path="out")
    job.does("cache", key="other", path="out", restore_keys="none\nmy lib")
    assert "cache-matched-key=my lib 1" in (job.folder / "output").read_text()
