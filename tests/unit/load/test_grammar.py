"""What GitHub's schema of workflows says: what may stand where, and what is said if not."""

import pytest

from holdfast.declare import Workflow
from holdfast.load.workflows import grammar
from holdfast.load.workflows.read import Reading

FILE = ".github/workflows/w.yml"
JOB = "{runs-on: x, steps: [{run: a}]}"


def reading(text: str, called: str = "", *, background: bool = False) -> Reading:
    made = Reading(
        grammar.github(background=background),
        find={"./c.yml": called.encode()}.get if called else None,
    )
    made.read(text.encode(), FILE)
    return made


def said(text: str, called: str = "", *, background: bool = False) -> list[str]:
    """Each fault with its line and column, in the order it is told."""
    return [
        f"{one.place.line}:{one.place.column} {one.message}"
        if one.place
        else one.message
        for one in reading(text, called, background=background).faults
    ]


def read(text: str) -> Workflow:
    flow = Reading(grammar.github()).read(text.encode(), FILE)
    assert flow is not None, said(text)
    return flow


def on(events: str) -> str:
    return f"on: {events}\njobs: {{j: {JOB}}}\n"


def job(keys: str) -> str:
    return f"on: push\njobs:\n  j: {{runs-on: x, {keys}, steps: [{{run: a}}]}}\n"


def step(keys: str) -> str:
    return f"on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n      - {{{keys}}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (on("{check_suite: {types: requested}}"), "1:27 Unexpected value 'requested'"),
        (on("{image_version: {types: [gone]}}"), "1:30 Unexpected value 'gone'"),
        (on("{fork: {}}"), "1:12 A mapping was not expected"),
        (on("{workflow_call: {inputs: {a: }}}"), "1:34 Unexpected value ''"),
        (
            f"on: push\npermissions: {{vulnerability-alerts: write}}\njobs: {{j: {JOB}}}",
            "2:37 Unexpected value 'write'",
        ),
        (f"on: push\npermissions:\njobs: {{j: {JOB}}}", "2:13 Unexpected value ''"),
        (
            "on: push\njobs:\n  j: {runs-on: {labels: [a, '']}, steps: [{run: a}]}\n",
            "3:29 Unexpected value ''",
        ),
    ],
)
def test_an_event_or_a_permission_has_only_what_it_knows(
    text: str, expected: str
) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        on("{image_version: {types: [created, ready, deleted], names: a}}"),
        on("{workflow_dispatch: {inputs: {a: {type: choice, options: ['', b]}}}}"),
        f"on: push\nconcurrency: ''\njobs: {{j: {JOB}}}",
        f"on: push\npermissions: {{code-quality: read, drives: write}}\njobs: {{j: {JOB}}}",
        f"on: push\npermissions: {{copilot-requests: write}}\njobs: {{j: {JOB}}}",
        job("environment: {name: '', deployment: \"${{ inputs.deploy }}\"}"),
        job(
            "container: {image: a, options: '', credentials: {username: \"${{ env.U }}\"}}"
        ),
        job("services: {db: {image: a, entrypoint: '', command: ''}}"),
        job("snapshot: {image-name: a, version: 1.*, if: matrix.a}"),
        step("run: a, name: '', working-directory: ''"),
        step("parallel: [{run: a}, {uses: './b'}]"),
        step("uses: \"${{ 'actions/checkout@v4' }}\""),
    ],
)
def test_what_the_schema_allows_is_read(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            job('container: {image: a, credentials: {username: "${{ runner.os }}"}}'),
            "Unrecognized named-value: 'runner'",
        ),
        (
            job("outputs: \"${{ fromJSON('{}') }}\""),
            "A template expression is not allowed",
        ),
        (step("uses: \"${{ format('a') }}\""), "A template expression is not allowed"),
        (step('uses: "${{ github.ref }}"'), "Unrecognized named-value: 'github'"),
        (
            step("run: a, if: success('j')"),
            "Too many parameters supplied: 'success'",
        ),
        (job("if: always('j')"), "Too many parameters supplied: 'always'"),
    ],
)
def test_an_expression_stands_only_where_it_may(text: str, expected: str) -> None:
    (told,) = said(text)
    assert told.partition(" ")[2].startswith(expected)


def test_a_job_may_ask_for_the_end_of_some_of_those_it_needs() -> None:
    assert said(job("if: \"success('a', 'b') || failure('c')\"")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", "1:1 A sequence was not expected"),
        ("a\n", "1:1 Unexpected value 'a'"),
        (job('if: "${{ }}"'), "3:23 An expression was expected"),
    ],
)
def test_a_file_and_a_condition_hold_something(text: str, expected: str) -> None:
    assert said(text) == [expected]


def test_every_expression_of_a_text_is_looked_at() -> None:
    assert said(step('run: "${{ a.b }} ${{ github.x }} ${{ c() }}"')) == [
        "6:15 Unrecognized named-value: 'a'. Located at position 1 within expression: a.b",
        "6:15 Unrecognized function: 'c'. Located at position 1 within expression: c()",
    ]


# --- keys that are expressions ------------------------------------------------------------


def test_a_key_may_be_an_expression_where_others_may() -> None:
    assert said(job('env: {"${{ insert }}": "${{ matrix }}"}')) == []
    assert said(job('strategy: {"${{ insert }}": "${{ needs }}"}')) == []


def test_a_key_that_is_an_expression_is_told_where_none_may_stand() -> None:
    assert said(job('"${{ insert }}": {}')) == [
        "3:19 A template expression is not allowed in this context"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'env: {"${{ insert a b }}": c}',
            "Exactly 0 parameter(s) were expected following the directive 'insert'",
        ),
        ('env: {a: "x ${{ insert }}"}', "The directive 'insert' is not allowed"),
        ('env: {a: "${{ insert }}"}', "Unexpected value '${{ insert }}'"),
        ('env: {"${{ insert.a }}": b}', "Unrecognized named-value: 'insert'"),
        ('env: {"": b}', "Unexpected value ''"),
    ],
)
def test_a_directive_stands_alone_and_as_a_key(text: str, expected: str) -> None:
    told = said(job(text))
    assert len(told) == 1
    assert told[0].partition(" ")[2].startswith(expected)


# --- scalars where a text is wanted -------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1e3", "1000"),
        ("0x10", "16"),
        ("0o17", "15"),
        ("3.10", "3.1"),
        ("-0.0", "0"),
        (".inf", "Infinity"),
        ("TRUE", "true"),
        ("~", ""),
        ("2024-01-02", "2024-01-02"),
        ("'3.10'", "3.10"),
        ("yes", "yes"),
    ],
)
def test_a_scalar_becomes_the_text_it_stands_for(written: str, text: str) -> None:
    assert read(job(f"env: {{A: {written}}}")).jobs[0].env == {"A": text}


def test_a_scalar_that_does_not_fit_is_told_as_what_it_stands_for() -> None:
    assert said(job("timeout-minutes: True")) == ["3:36 Unexpected value 'true'"]
    assert said(job("needs: ~")) == ["3:26 Unexpected value ''"]


# --- inputs -------------------------------------------------------------------------------


def test_a_choice_has_options_and_nothing_else_does() -> None:
    inputs = "{a: {type: choice}, b: {options: [x]}, c: {type: choice, options: [x]}}"
    assert said(on(f"{{workflow_dispatch: {{inputs: {inputs}}}}}")) == [
        "1:38 Missing 'options' for choice input",
        "1:57 Input type is not 'choice', but 'options' is defined",
    ]


CALLED = """\
on:
  workflow_call:
    inputs: {Size: {type: number, required: true}}
    secrets: {Token: {required: true}}
jobs: {j: {runs-on: x, steps: [{run: a}]}}
"""


def test_what_is_given_to_a_called_workflow_is_named_in_any_case() -> None:
    text = (
        "on: push\njobs: {j: {uses: ./c.yml, with: {SIZE: 1}, secrets: {token: a}}}\n"
    )
    flow = Reading(find={"./c.yml": CALLED.encode()}.get).read(text.encode(), FILE)
    assert flow is not None
    assert flow.jobs[0].with_ == {"Size": 1}
    assert flow.jobs[0].secrets == {"Token": "a"}


def test_what_a_called_workflow_does_not_take_is_told_at_the_value() -> None:
    text = "on: push\njobs: {j: {uses: ./c.yml, with: {a: 1}, secrets: {b: c}}}\n"
    assert said(text, CALLED) == [
        "2:18 Input Size is required, but not provided while calling.",
        "2:37 Invalid input, a is not defined in the referenced workflow.",
        "2:18 Secret Token is required, but not provided while calling.",
        "2:54 Invalid secret, b is not defined in the referenced workflow.",
    ]


def test_a_workflow_that_cannot_be_called_is_told() -> None:
    text = "on: push\njobs: {j: {uses: ./c.yml}}\n"
    assert said(text, on("push")) == [
        "2:18 workflow_call key is not defined in the referenced workflow."
    ]


def test_inputs_of_a_call_are_texts_apart() -> None:
    given = "on: push\njobs: {j: {uses: ./c.yml, with: \"${{ fromJSON('{}') }}\"}}\n"
    assert said(given) == ["2:33 A template expression is not allowed in this context"]


# --- needs --------------------------------------------------------------------------------


def test_a_workflow_has_a_job_to_begin_with() -> None:
    assert said("on: push\njobs: {}\n") == [
        "2:7 The workflow must contain at least one job with no dependencies."
    ]


def test_needs_that_are_nowhere_and_needs_in_a_circle_are_told_together() -> None:
    names = {"a": "", "b": "x", "c": "b", "d": "e", "e": "d"}
    jobs = "".join(
        f"  {name}: {{needs: [{need}], runs-on: x, steps: [{{run: a}}]}}\n"
        for name, need in names.items()
    )
    circle = "which creates a cycle in the dependency graph."
    assert said(f"on: push\njobs:\n{jobs}") == [
        "4:15 Job 'b' depends on unknown job 'x'.",
        f"6:15 Job 'd' depends on job 'e' {circle}",
        f"7:15 Job 'e' depends on job 'd' {circle}",
    ]


# --- steps --------------------------------------------------------------------------------


def test_ids_nobody_wrote_are_made_of_what_is_used() -> None:
    uses = ["./a/b", "o/r/deep/er@v1", "docker://ghcr.io/a:3.8", "o/r@v2"]
    steps = ", ".join(f"{{uses: {name!r}}}" for name in uses)
    flow = read(
        f"on: push\njobs: {{j: {{runs-on: x, steps: [{steps}, {{run: a}}]}}}}\n"
    )
    assert [one.id for one in flow.jobs[0].steps] == [
        "__self",
        "__o_r",
        "__ghcr_io_a_3_8",
        "__o_r_2",
        "__run",
    ]


def test_a_step_waits_for_one_before_it() -> None:
    steps = "{id: a, run: b, background: true}, {id: w, wait: [a, w, c, __d]}"
    later = "{cancel: later}, {wait-all: false}, {run: d, id: later}"
    text = f"on: push\njobs: {{j: {{runs-on: x, steps: [{steps}, {later}]}}}}\n"
    assert [told.partition(" ")[2] for told in said(text, background=True)] == [
        "Step 'w' cannot reference itself",
        "Step references unknown step ID 'c'",
        "The identifier '__d' is invalid. IDs starting with '__' are reserved.",
        "Step references unknown step ID 'later'",
        "The value of 'wait-all' must be true or omitted",
    ]


def test_a_step_that_waits_has_no_condition() -> None:
    assert said(step("wait-all: true, if: always()"), background=True) == [
        "6:26 Unexpected value 'if'"
    ]


def test_a_group_of_steps_holds_only_scripts_and_actions() -> None:
    (told,) = said(step("parallel: [{run: a, background: true}]"), background=True)
    assert told.startswith("6:9 'background' is not allowed inside a parallel block.")
    typo, undecided = said(step("parallel: [{rum: a}]"))
    assert typo == "6:22 Unexpected value 'rum'"
    assert undecided.endswith(": run, shell, uses, with, working-directory")
