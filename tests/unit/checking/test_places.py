"""Every expression of the published workflows is found again at its line and column."""

from pathlib import Path

import pytest

from holdfast.expressions.nodes import Name
from holdfast.expressions.parser import words
from holdfast.load.workflows import Source, read_source

ROOT = Path(__file__).parents[2] / "conformance/github-actions/workflows"
CASES = sorted(ROOT.glob("*.yml"))


def source_of(path: Path) -> Source:
    _, content, *_ = path.read_text(encoding="utf-8").split("\n---\n")
    return read_source(content.encode(), f".github/workflows/{path.name}")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_name_stands_where_it_is_said_to(path: Path) -> None:
    source = source_of(path)
    lines = source.text.split("\n")
    for expression in source.expressions:
        for one in words(expression.text):
            if isinstance(one, Name):
                at = source.place_in(expression, one.position, one.name)
                assert lines[at.line - 1][at.column - 1 :].startswith(one.name)


def test_there_is_something_to_find() -> None:
    assert sum(len(source_of(path).expressions) for path in CASES) > 50


def test_what_is_no_yaml_has_no_expressions() -> None:
    assert read_source(b"# A runbook\n${{ x }}\n", "workflows/a.md").expressions == ()
    assert read_source(b"a: [\n", "workflows/a.yaml").expressions == ()
    assert read_source(b"\xff", "workflows/a.yaml").expressions == ()
    assert read_source(b"", "workflows/a.yaml").expressions == ()
