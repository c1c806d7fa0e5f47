"""What is wrong with a runbook, and where it is said to be."""

from typing import Any

import pytest

from holdfast.load.workflows.runbooks.info import read_info
from holdfast.problems import Place
from unit.runbooks.page import FILE, HEAD_LINES, read

FAULTS = {
    "a key of a step": ("```sh chekc=a\nb\n```\n", 1, 7, "Unexpected value 'chekc'"),
    "a key in the block": (
        "```sh\n---\nid: x\nchekc: a\n---\nb\n```\n",
        4,
        1,
        "'chekc'",
    ),
    "a key in a list": (
        "- x\n\n  ```sh\n  ---\n  chekc: a\n  ---\n  b\n  ```\n",
        5,
        3,
        "'chekc'",
    ),
    "written twice": ("```sh id=x\n---\nid: y\n---\nb\n```\n", 3, 1, "already defined"),
    "no words": ("```sh id='x\nb\n```\n", 1, 7, 'key="some words" was expected'),
    "an id twice": (
        "```sh id=x\na\n```\n```sh id=x\nb\n```\n",
        4,
        10,
        "more than once",
    ),
    "an expression": (
        "```sh\necho\necho ${{ stepz.x }}\n```\n",
        2,
        1,
        "Unrecognized named-value: 'stepz'",
    ),
    "a secret shown to people": (
        "```manual\n${{ secrets.a }}\n```\n",
        2,
        1,
        "Unrecognized named-value: 'secrets'",
    ),
    "YAML that is none": ("```uses holdfast/wait\nfor: [\n```\n", 3, 1, ""),
    "an action that is not there": (
        "```uses a/b@v1\n```\n",
        1,
        4,
        "cannot be run here",
    ),
    "no action": ("```uses\nfor: 1s\n```\n", 1, 4, "is missing: uses"),
    "an empty script": ("```sh\n\n```\n", 2, 1, "nothing in this block"),
    "keys without an end": (
        "```sh\n---\nid: x\n```\n",
        2,
        1,
        "a line `---` is missing",
    ),
    "no step": ("# Only words\n", 1, 1, "There is no step"),
    "an output of its own": (
        "```manual\n---\nfields: {evidence: {}}\n---\na\n```\n",
        1,
        4,
        "cannot ask for `evidence`",
    ),
    "a field of no sort": (
        "```manual\n---\nfields: {n: {type: numbr}}\n---\na\n```\n",
        3,
        20,
        "'numbr'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_place_in_the_file(name: str) -> None:
    body, line, column, words = FAULTS[name]
    made, problems = read(body)
    assert made is None
    assert words in f"{problems[0].summary}"
    assert problems[0].place == Place(FILE, line + HEAD_LINES, column)


HEADS = {
    "a key": (
        "---\nowner: t\nenviroment: x\n---\n",
        3,
        1,
        "Unexpected value 'enviroment'",
    ),
    "jobs of its own": (
        "---\nowner: t\njobs: {}\n---\n",
        3,
        1,
        "Unexpected value 'jobs'",
    ),
    "no end": ("---\nowner: t\n", 1, 1, "The front matter has no end"),
    "a length of time": ("---\nowner: t\nreview: often\n---\n", 3, 9, "often"),
    "a list": ("---\n- a\n---\n", 2, 1, "A mapping was expected"),
    "none": ("# Heading\n", 1, 1, "A runbook begins with front matter"),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_fault_of_the_head_has_its_place(name: str) -> None:
    head, line, column, words = HEADS[name]
    made, problems = read("```sh\na\n```\n", head)
    assert made is None
    assert words in problems[0].summary
    assert problems[0].place == Place(FILE, line, column)


def test_the_nearest_key_of_the_job_is_known_too() -> None:
    _, (problem,) = read("```sh\na\n```\n", "---\nowner: t\nenviroment: x\n---\n")
    assert problem.next_step == "Did you mean `environment`?"


@pytest.mark.parametrize(
    ("info", "language", "words", "pairs"),
    [
        ("", "", [], {}),
        ("sh", "sh", [], {}),
        ("uses holdfast/wait x", "uses", ["holdfast/wait", "x"], {}),
        ("sh a=1 b=true c=x d='1'", "sh", [], {"a": 1, "b": True, "c": "x", "d": "1"}),
        ("sh a=\"\" b=''", "sh", [], {"a": "", "b": ""}),
        ("sh a=b=c", "sh", [], {"a": "b=c"}),
    ],
)
def test_an_info_string_is_read(
    info: str, language: str, words: list[str], pairs: dict[str, Any]
) -> None:
    read = read_info(info, Place(FILE, 1, 4))
    assert read.language.text == language
    assert [one.text for one in read.words] == words
    assert {
        key.text: getattr(value, "value", None) for key, value in read.pairs
    } == pairs
