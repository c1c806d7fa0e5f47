"""Who only looks at what was done can do so while a file of the project is broken."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from holdfast.cli.main import holdfast
from holdfast.problems import HoldfastError

GOOD = """
on: {workflow_dispatch: {}}
jobs: {a: {runs-on: self-hosted, steps: [{run: echo hello}]}}
"""
BROKEN = "on: {nonsense: {}}\njobs: {}\n"
NOTE = "workflows/broken.yaml:1:6 cannot be used; what is shown is without it"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One run that was done, and since then a workflow that cannot be read."""
    (tmp_path / "holdfast.yaml").write_text("project: shop\nowner: team\n")
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows/good.yaml").write_text(GOOD)
    assert typed(tmp_path, "run", "good").exit_code == 0
    (tmp_path / "workflows/broken.yaml").write_text(BROKEN)
    return tmp_path


def typed(project: Path, *words: str) -> Result:
    return CliRunner().invoke(holdfast, ["-C", str(project), *words])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("status r1", "r1  workflows/good.yaml  succeeded"),
        ("why r1", "It is succeeded"),
        ("runs", "succeeded"),
        ("logs r1", "hello"),
        ("event list", "Nothing was stored"),
        ("workflows", "good.yaml"),
    ],
)
def test_what_was_done_is_shown_with_a_note(
    project: Path, words: str, said: str
) -> None:
    told = typed(project, *words.split())
    assert told.exit_code == 0
    assert said in told.stdout
    assert NOTE in told.stderr


@pytest.mark.parametrize("words", ["run good", "cancel r1 --why x", "serve"])
def test_what_does_something_wants_every_file(project: Path, words: str) -> None:
    told = typed(project, *words.split())
    assert isinstance(told.exception, HoldfastError)
    assert "Unexpected value 'nonsense'" in str(told.exception)
