"""Markdown as parts: which blocks there are, and that no line is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.load.workflows import read_workflow
from holdfast.load.workflows.runbooks.document import Fence, read_document
from holdfast.load.workflows.runbooks.steps import kind_of
from holdfast.load.workflows.tree import TreeError
from holdfast.problems import Place
from unit.runbooks.page import FILE, HEAD, HEAD_LINES, read

FENCES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "backticks": ("```sh\na\n```\n", [("sh", "a\n")]),
    "tildes": ("~~~sh\na\n~~~\n", [("sh", "a\n")]),
    "a longer fence holds shorter ones": (
        "````manual\n```sh\ninner\n```\n````\n",
        [("manual", "```sh\ninner\n```\n")],
    ),
    "tildes hold backticks": ("~~~sh\n```\n~~~\n", [("sh", "```\n")]),
    "the end may be longer": ("```sh\na\n`````\n", [("sh", "a\n")]),
    "an end with words is none": ("```sh\n``` no\n```\n", [("sh", "``` no\n")]),
    "indented by up to three": ("   ```sh\n   a\n  b\n   ```\n", [("sh", "a\nb\n")]),
    "four spaces are code, not a fence": ("    ```sh\n    a\n    ```\n", []),
    "in a list": ("1. first\n\n   ```sh\n   a\n   ```\n", [("sh", "a\n")]),
    "in a list of a list": ("- x\n  - y\n    ```sh\n    a\n    ```\n", [("sh", "a\n")]),
    "in a quote": ("> ```sh\n> a\n> ```\n", [("sh", "a\n")]),
    "other languages are prose": ("```bash\na\n```\n```\nb\n```\n```shell\n```\n", []),
    "the language is a whole word": ("```sh-session\na\n```\n```SH\n```\n", []),
    "spaces before the language": ("```   sh   id=x\na\n```\n", [("sh", "a\n")]),
    "a comment holds no steps": ("<!--\n```sh\na\n```\n-->\n", []),
    "code in a line is none": ("Type ```sh``` now\n", []),
    "without an empty line before": ("text\n```sh\na\n```\ntext\n", [("sh", "a\n")]),
    "two next to each other": (
        "```sh\na\n```\n```sh\nb\n```\n",
        [("sh", "a\n"), ("sh", "b\n")],
    ),
    "lines of another system": ("```sh\r\na\r\n```\r\n", [("sh", "a\n")]),
    "no line break at the end": ("```sh\na\n```", [("sh", "a\n")]),
    "empty lines inside": ("```sh\n\na\n\n```\n", [("sh", "\na\n\n")]),
    "a tab inside": ("```sh\n\ta\n```\n", [("sh", "\ta\n")]),
    "an odd line break inside": (
        "```sh\na\u2028b\x0cc\n```\n",
        [("sh", "a\u2028b\x0cc\n")],
    ),
    "front matter inside": ("```sh\n---\n---\na\n```\n", [("sh", "---\n---\na\n")]),
}


@pytest.mark.parametrize("name", FENCES)
def test_fences_are_commonmarks(name: str) -> None:
    body, expected = FENCES[name]
    document = read_document((HEAD + body).encode(), FILE)
    found = [
        (kind_of(part.info), part.content)
        for part in document.parts
        if isinstance(part, Fence) and kind_of(part.info)
    ]
    assert found == expected


UNCLOSED = {
    "at the end of the file": ("text\n\n```sh\na\n", 3, 1),
    "at the very end": ("```sh", 1, 1),
    "of a list": ("- x\n\n  ```sh\n  a\n\nafter\n", 3, 3),
    "by a shorter end": ("````sh\na\n```\n", 1, 1),
    "by the other mark": ("~~~sh\na\n```\n", 1, 1),
    "of a language that is prose": ("```python\na\n\n```sh not the end\n", 1, 1),
}


@pytest.mark.parametrize("name", UNCLOSED)
def test_a_block_without_an_end_is_said_with_its_place(name: str) -> None:
    body, line, column = UNCLOSED[name]
    made, (problem,) = read(body)
    assert made is None
    assert problem.summary.startswith("This block has no end")
    assert problem.place == Place(FILE, line + HEAD_LINES, column)


PIECES = st.sampled_from(
    [
        "```sh",
        "```",
        "````",
        "~~~ manual",
        "~~~",
        "  ```gate",
        "  ```",
        "- item",
        "> quote",
        "> ```uses",
        "# Heading",
        "text",
        "",
        "    indented",
        "\ttab",
        "<!--",
        "-->",
        "---",
        "a\u2028b",
        "[link]: /x",
        "1. one",
        "   ```sh",
        "   ```",
    ]
)


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_every_line_is_in_exactly_one_part(lines: list[str], ends: bool) -> None:  # noqa: FBT001
    body = "\n".join(lines) + ("\n" if ends else "")
    try:
        document = read_document((HEAD + body).encode(), FILE)
    except TreeError:
        return
    assert "".join(document.text(part) for part in document.parts) == body
    edges = [(part.line, part.end) for part in document.parts]
    assert all(line < end for line, end in edges)
    assert [end for _, end in edges[:-1]] == [line for line, _ in edges[1:]]


@given(st.lists(PIECES, max_size=30))
def test_prose_and_steps_are_the_whole_file(lines: list[str]) -> None:
    """What is in no step is prose of one, and nothing is in both."""
    body = "\n".join(lines) + "\n```sh\nlast\n```\ntail\n"
    try:
        document = read_document((HEAD + body).encode(), FILE)
    except TreeError:
        return
    made, _ = read(body)
    if made is None:
        return
    prose = dict(made.prose)
    blocks = [
        document.text(part)
        for part in document.parts
        if isinstance(part, Fence) and kind_of(part.info)
    ]
    told = [prose.get(step.id, "") for step in made.jobs[0].steps]
    whole = [text for pair in zip(told, blocks, strict=True) for text in pair]
    joined = "\n".join([*whole, prose.get("", "")])
    assert _bare(joined) == _bare(body)


def _bare(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@given(st.binary(max_size=400))
def test_nothing_that_is_no_runbook_gets_further_than_a_problem(content: bytes) -> None:
    for whole in (content, HEAD.encode() + content, b"---\n" + content):
        found = read_workflow(whole, FILE, lambda _: None, "t")
        assert (found.workflow is None) == bool(found.problems)
