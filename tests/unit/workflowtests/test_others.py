"""What a workflow tells and waits for: notifications, claims of others, real steps."""

from textwrap import dedent

from holdfast.app.testing.play import play
from holdfast.app.testing.world import ground_of
from holdfast.load.workflow_tests import read_test
from unit.workflowtests.project import Written, said
from unit.workflowtests.test_play import ALERT


def test_notifications_are_those_that_were_sent(project: Written) -> None:
    text = """\
        jobs:
          a:
            steps:
              - {id: s, run: x}
              - uses: ./tell
                if: always()
    """
    project.workflow(text)
    tell = project.root / "tell"
    tell.mkdir()
    (tell / "action.yml").write_text("name: t\nruns: {using: composite, steps: []}\n")
    assert said(project.test("expect: {notified: [{channel: x}]}\n")) == [
        (
            "2:21 Not as expected: a notification / "
            "Wanted: channel: x\nSeen:   nothing else was sent"
        )
    ]
    project.passes("expect: {notified: [], ran: [a/s, 'a/Run ./tell']}\n")


def test_a_step_is_really_run_in_a_copy_of_the_project(project: Written) -> None:
    project.workflow("""\
        jobs:
          a:
            outputs: {name: "${{ steps.read.outputs.name }}"}
            steps:
              - id: read
                shell: sh
                run: |
                  echo "name=$(head -1 holdfast.yaml)" >> "$GITHUB_OUTPUT"
                  rm holdfast.yaml
    """)
    project.passes("""\
        fakes: {a: {read: {real: true}}}
        expect: {state: succeeded, jobs: {a: {outputs: {name: "project: shop"}}}}
    """)
    assert (project.root / "holdfast.yaml").exists()


CLAIMING = """\
claims: ["host:${{ event.labels.host }}"]
jobs: {fix: {steps: [{id: s, run: fix}]}}
"""


def test_runs_wait_for_each_others_claims_as_long_as_it_takes(
    project: Written,
) -> None:
    project.workflow(CLAIMING, on=ALERT)
    events = """\
        at: 2026-03-01T12:00:00Z
        events:
          - {type: alert, action: firing, subject: a, data: {labels: {alertname: Down}}}
          - {type: alert, action: firing, subject: b, data: {labels: {alertname: Down}}}
    """
    with ground_of(project.root) as ground:
        text = f"{dedent(events)}fakes: {{fix: {{s: {{takes: 5h}}}}}}\n"
        test, _ = read_test(f"workflow: ship\n{text}".encode(), "t", ground.project)
        assert test is not None
        ends = [run.ended[11:19] for run in play(ground, test).runs]
    assert ends == ["17:00:00", "22:00:00"]
    tested = project.test(f"""{events}
        fakes: {{fix: {{s: crash}}}}
        expect: {{state: in_doubt}}
    """)
    assert said(tested) == []
    assert tested.seconds < 30
