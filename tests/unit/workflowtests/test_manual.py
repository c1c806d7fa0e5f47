"""Manual steps in a test: people do them when the test says so, and sweeps refuse them."""

from holdfast.app.testing.sweep import Left
from unit.workflowtests.project import Written
from unit.workflowtests.test_record import recorded

MANUAL = """\
jobs:
  j:
    steps:
      - id: look
        manual: Look at it
        by: [sre]
        fields: {length: {type: number}}
      - {id: drain, run: "./drain ${{ steps.look.outputs.length }}", undo: none}
"""
SAYS = "{says: done, by: bob, why: it is long, fields: {length: 3}, after: 10m}"


def test_people_of_a_test_do_what_is_asked_of_them(project: Written) -> None:
    project.workflow(MANUAL)
    project.passes(f"""\
        people:
          - {{says: done, by: mallory, refused: not among}}
          - {SAYS}
        expect:
          state: succeeded
          jobs: {{j: {{steps: {{look: success, drain: {{run: ./drain 3}}}}}}}}
    """)
    project.passes("""\
        people: [{says: failed, by: bob, why: it smokes}]
        expect: {state: failed, jobs: {j: {steps: {look: failure, drain: skipped}}}}
    """)


def test_a_recorded_run_says_what_people_did(project: Written) -> None:
    project.workflow(MANUAL)
    values = recorded(project, f"people: [{SAYS}]\n")
    assert values["people"] == [
        {
            "says": "done",
            "by": "bob",
            "job": "j",
            "why": "it is long",
            "fields": {"length": 3},
            "after": "600s",
        }
    ]


def test_a_sweep_tries_a_failure_and_a_silence(project: Written) -> None:
    project.workflow(MANUAL)
    test = f"people: [{SAYS}]\nexpect: {{state: succeeded}}\n"
    swept = project.test(test, sweep=True).swept
    assert swept is not None
    found = [one for one in swept.left if one.what == "asked"]
    assert sorted(map(_heads, found)) == [
        ("j/drain", ["drain crashes"]),
        ("j/look", ["look times out"]),
    ]


def _heads(one: Left) -> tuple[str, list[str]]:
    return one.subject, [f"{fault.step} {fault.kind}" for fault in one.faults]
