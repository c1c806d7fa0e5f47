"""A cache is kept when the job ends, and is there for the next one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.app.runs.builtin import Step, perform


@dataclass
class Project:
    """All of an application that a cache needs."""

    state: Path


def _step(folder: Path, job: str, inputs: dict[str, str], **env: str) -> Any:
    home = folder / job
    home.mkdir(exist_ok=True)
    files = {f"GITHUB_{n}": str(home / n) for n in ("OUTPUT", "STATE")}
    own = {"GITHUB_WORKSPACE": str(folder / "work"), **files, **env}
    return Step(Project(folder / "state"), inputs, own, lambda _: None)  # type: ignore[arg-type]


def _kept(folder: Path, job: str) -> dict[str, str]:
    """What the step wrote for its ``post``, as a run hands it on."""
    from holdfast.engine.commands import read_values

    text = (folder / job / "STATE").read_text()
    return {f"STATE_{name}": value for name, value in read_values(text).values.items()}


def test_what_a_job_made_is_there_for_the_next(tmp_path: Path) -> None:
    made = tmp_path / "work/lib/one"
    made.parent.mkdir(parents=True)
    inputs = {"KEY": "lib-1", "PATH": "lib"}
    assert perform("cache", _step(tmp_path, "a", inputs)) == 0
    made.write_text("1")
    assert perform("cache-post", _step(tmp_path, "a", {}, **_kept(tmp_path, "a"))) == 0
    made.unlink()
    assert perform("cache", _step(tmp_path, "b", inputs)) == 0
    assert made.read_text() == "1"
    assert "cache-hit=true" in (tmp_path / "b/OUTPUT").read_text()
    made.write_text("2")
    assert perform("cache-post", _step(tmp_path, "b", {}, **_kept(tmp_path, "b"))) == 0
    made.unlink()
    assert perform("cache", _step(tmp_path, "c", inputs)) == 0
    assert made.read_text() == "1"
