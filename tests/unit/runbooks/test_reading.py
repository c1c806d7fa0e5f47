"""Markdown runbooks: which blocks are steps, where faults are, and that no line is lost."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.app.checking import check_project
from holdfast.declare import Step, Workflow
from holdfast.kinds import BUILT_IN
from holdfast.load import load
from holdfast.load.workflows import read_workflow
from holdfast.load.workflows.runbooks.document import Fence, read_document
from holdfast.load.workflows.runbooks.info import read_info
from holdfast.load.workflows.runbooks.steps import kind_of
from holdfast.load.workflows.tree import TreeError
from holdfast.problems import Place, Problem

HEAD = "---\nowner: team-shop\n---\n"
HEAD_LINES = 3
FILE = "runbooks/page.md"


def read(body: str, head: str = HEAD) -> tuple[Workflow | None, tuple[Problem, ...]]:
    found = read_workflow((head + body).encode(), FILE, lambda _: None, "")
    return found.workflow, found.problems


def runbook(body: str, head: str = HEAD) -> Workflow:
    made, problems = read(body, head)
    assert made is not None, problems
    return made


def steps(body: str, head: str = HEAD) -> tuple[Step, ...]:
    return runbook(body, head).jobs[0].steps


# --- fences -----------------------------------------------------------------------------

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


# --- steps ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    block: str
    expected: dict[str, Any]


STEPS = {
    "a script": Case("```sh\nmake\n```", {"run": "make"}),
    "keys beside the language": Case(
        '```sh id=x check="systemctl is-active x" idempotent timeout-minutes=5\nmake\n```',
        {
            "id": "x",
            "check": "systemctl is-active x",
            "idempotent": True,
            "timeout_minutes": 5,
        },
    ),
    "single quotes, and a quote inside": Case(
        '~~~sh check=\'a "b"\' undo="c \\"d\\""\nmake\n~~~',
        {"check": 'a "b"', "undo": 'c "d"'},
    ),
    "keys at the top of the block": Case(
        "```sh id=x\n---\nenv: {A: b}\nretry: {attempts: 3, delay: 5s}\n---\nmake\n```",
        {"id": "x", "env": {"A": "b"}, "run": "make"},
    ),
    "a condition": Case(
        "```sh if=\"inputs.x == 'a'\"\nmake\n```",
        {"condition": "success() && (inputs.x == 'a')"},
    ),
    "by hand": Case(
        "```manual by=[sre,ann] timeout-minutes=30\nLook.\n```",
        {"manual": "Look.", "by": ("sre", "ann"), "timeout_minutes": 30},
    ),
    "by hand, of one": Case("```manual by=sre\nLook.\n```", {"by": ("sre",)}),
    "a gate": Case(
        "```gate by=[sre] count=2 not=author within=4h\nIs it well?\n```",
        {
            "uses": "holdfast/approve",
            "with_": {
                "by": ["sre"],
                "count": 2,
                "not": "author",
                "within": "4h",
                "message": "Is it well?",
            },
        },
    ),
    "a gate without words": Case(
        "```gate\n```", {"uses": "holdfast/approve", "with_": {}}
    ),
    "an action": Case(
        "```uses holdfast/wait\nfor: 1s\n```",
        {"uses": "holdfast/wait", "with_": {"for": "1s"}},
    ),
    "an action with keys of the step": Case(
        "```uses holdfast/exec idempotent\n---\ncheck: 'true'\n---\n"
        "hosts: web\nrun: ls\n```",
        {"idempotent": True, "check": "true", "with_": {"hosts": "web", "run": "ls"}},
    ),
    "an action that is given nothing": Case(
        "```uses actions/checkout@v4\n```", {"uses": "actions/checkout@v4"}
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_block_is_the_step_it_says(name: str) -> None:
    (made,) = steps(STEPS[name].block + "\n")
    expected = STEPS[name].expected
    assert {key: getattr(made, key) for key in expected} == expected


def test_a_heading_names_the_step_below_it_and_the_number_may_move() -> None:
    body = (
        "# Top\n## 1. Stop *it* on ${{ inputs.x }}\n```manual\na\n```\n```sh\nb\n```\n"
    )
    first, second = steps(body)
    assert (first.id, first.name) == ("stop-it-on", "1. Stop it on ${{ inputs.x }}")
    assert (second.id, second.name) == ("stop-it-on-2", None)
    again = steps(body.replace("1. Stop", "7. Stop").replace("```manual", "```sh"))
    assert [one.id for one in again] == [first.id, second.id]


def test_an_id_that_is_written_is_never_given_to_another() -> None:
    made = steps(
        "# Stop\n```sh\na\n```\n```sh id=stop\nb\n```\n# Öl & 中\n```sh\nc\n```\n"
    )
    assert [one.id for one in made] == ["stop-2", "stop", "ol"]


def test_the_head_is_the_workflows_and_its_jobs() -> None:
    head = (
        "---\nowner: t\nreview: 90d\nenvironment: staging\nruns-on: [linux]\n"
        "env: {A: b}\nclaims: [db]\nlimits: {attempts: 2}\ntimeout-minutes: 5\n"
        "outputs: {seen: '${{ steps.x.outputs.seen }}'}\n"
        "on: {schedule: [{cron: '0 3 * * 1'}]}\n---\n"
    )
    made = runbook("# Drain\n```sh id=x\na\n```\n", head)
    (job,) = made.jobs
    assert (made.name, made.review, made.env) == ("Drain", 90 * 86400, {"A": "b"})
    assert (job.environment, job.runs_on, job.timeout_minutes) == (
        "staging",
        ["linux"],
        5,
    )
    assert job.outputs == {"seen": "${{ steps.x.outputs.seen }}"}
    assert [one.cron for one in made.schedules] == ["0 3 * * 1"]
    assert made.dispatch is None
    assert runbook("```sh\na\n```\n").dispatch == ()


def test_prose_is_kept_before_its_step_and_after_the_last() -> None:
    made = runbook(
        "# A\nfirst\n```sh id=x\na\n```\nmiddle\n```c\n```\n```sh id=y\nb\n```\nend\n"
    )
    assert dict(made.prose) == {
        "x": "# A\nfirst",
        "y": "middle\n```c\n```",
        "": "end",
    }


# --- faults -----------------------------------------------------------------------------

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


# --- the project ------------------------------------------------------------------------


def project(root: Path, files: dict[str, str]) -> Any:
    whole = {
        "holdfast.yaml": "project: p\nowner: sre\nenvironments: {e: {}}\n"
        "teams: {sre: [ann]}\n",
        "hosts/h.yaml": "hosts: {web-1: {}}\n",
        **files,
    }
    for name, text in whole.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return load(root, {kind.name: kind for kind in BUILT_IN})


def test_runbooks_of_both_folders_are_workflows(tmp_path: Path) -> None:
    page = "---\nname: {}\n---\n```sh\na\n```\n"
    loaded = project(
        tmp_path,
        {
            "runbooks/one.md": page.format("one"),
            "workflows/two.md": page.format("two"),
            "runbooks/README.md": "# Only words\n",
            "docs/three.md": page.format("three"),
        },
    )
    assert loaded.problems == ()
    assert [flow.name for flow in loaded.project.workflows] == ["one", "two"]
    assert loaded.project.warnings == ()
    assert "runbooks/one.md" in loaded.files


def test_what_a_runbook_outlived_is_a_warning(tmp_path: Path) -> None:
    page = (
        "---\nowner: gone\n---\n# A\n[there](two.md#x) [root](/docs/x.md)\n"
        "[not](missing%20one.md) ![picture](../no.png)\nand [out](../../etc)\n"
        "[web](https://x.example/y) [here](#a) [mail](mailto:a@b)\n```sh\na\n```\n"
    )
    loaded = project(
        tmp_path,
        {"runbooks/one.md": page, "runbooks/two.md": "# No head\n", "docs/x.md": ""},
    )
    assert loaded.problems == ()
    told = [(one.code, str(one.place)) for one in loaded.project.warnings]
    assert told == [
        ("runbook.dead-link", "runbooks/one.md:6:1"),
        ("runbook.dead-link", "runbooks/one.md:6:1"),
        ("runbook.dead-link", "runbooks/one.md:7:1"),
        ("runbook.owner-gone", "runbooks/one.md:1:1"),
        ("runbook.no-front-matter", "runbooks/two.md:1:1"),
    ]
    details = [one.detail for one in loaded.project.warnings]
    assert "`missing%20one.md` is runbooks/missing one.md" in details[0]


def test_a_runbook_can_be_called_by_a_workflow(tmp_path: Path) -> None:
    head = "---\non: {workflow_call: {inputs: {x: {type: string}}}}\n---\n"
    page = f"{head}```manual\na\n```\n"
    call = "on: push\njobs: {a: {uses: ./runbooks/one.md, with: {x: y}}}\n"
    loaded = project(tmp_path, {"runbooks/one.md": page, "workflows/w.yaml": call})
    assert loaded.problems == ()
    called = loaded.project.workflow("w").jobs[0].calls
    assert replace(called, sources={}).jobs[0].steps[0].manual == "a"


def test_what_would_fail_at_run_time_is_found_where_it_stands(tmp_path: Path) -> None:
    page = (
        "---\nowner: sre\n---\n# A\n- x\n\n  ```sh id=a\n  echo a\n"
        "  echo ${{ steps.b.outputs.n }}\n  ```\n\n```sh id=b\ntrue\n```\n"
    )
    project(tmp_path, {"runbooks/one.md": page})
    problems, _ = check_project(tmp_path)
    told = [(one.code, str(one.place)) for one in problems]
    assert told == [("check.step-not-run-yet", "runbooks/one.md:9:12")]
