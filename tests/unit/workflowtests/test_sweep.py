from holdfast.app.testing.sweep import Left
from unit.workflowtests.project import Written

DEPLOY = """\
concurrency: deploy
jobs:
  deploy:
    claims: ["db:orders"]
    steps:
      - {id: fetch, uses: actions/checkout@v4}
      - {id: migrate, run: ./migrate UNDO}
      - {id: switch, run: ./switch, undo: ./switch back, timeout-minutes: 5}
      - {id: tell, if: CONDITION, run: ./tell}
      - {id: tidy, if: always(), run: rm -rf tmp, idempotent: true}
"""


def deploy(undo: str = "", condition: str = "failure() || cancelled()") -> str:
    return DEPLOY.replace(" UNDO", undo).replace("CONDITION", condition)


def left(project: Written, test: str = "") -> dict[str, list[str]]:
    """Subjects by what was left, each with the faults that leave it."""
    swept = project.test(test or "expect: {state: succeeded}\n", sweep=True).swept
    assert swept is not None
    found: dict[str, list[str]] = {}
    for one in swept.left:
        found.setdefault(one.what, []).append(f"{one.subject}: {_faults(one)}")
    return found


def _faults(one: Left) -> str:
    return ", ".join(f"{fault.step} {fault.kind}" for fault in one.faults)


def test_a_missing_undo_is_found(project: Written) -> None:
    project.workflow(deploy(condition="failure()"))
    (found,) = left(project)["no-way-back"]
    assert found == (
        "deploy/migrate: migrate crashes, migrate times out, switch crashes, "
        "tidy fails, tidy times out"
    )


def test_an_undo_or_the_word_that_there_is_none_is_enough(project: Written) -> None:
    for undo in (", undo: ./migrate down", ", undo: none"):
        project.workflow(deploy(undo))
        assert "no-way-back" not in left(project)


def test_a_test_may_say_that_a_step_changes_nothing(project: Written) -> None:
    project.workflow(deploy())
    test = "fakes: {deploy: {migrate: {effects: false}}}\n"
    assert "no-way-back" not in left(project, test)
    assert "no-way-back" not in left(project, "sweep: {accept: [no-way-back]}\n")


def test_who_is_told_of_a_failure_is_not_told_of_a_timeout(project: Written) -> None:
    """A job whose own time is over is cancelled, and `failure()` is false then."""
    project.workflow(deploy(", undo: none", "failure()"))
    assert left(project)["untold"] == [
        "ship: fetch times out, migrate times out, tidy fails, tidy times out"
    ]
    project.workflow(deploy(", undo: none"))
    assert left(project)["untold"] == ["ship: tidy fails, tidy times out"]


def test_what_waits_for_a_person_keeps_what_it_holds(project: Written) -> None:
    project.workflow(deploy(", undo: none"))
    found = left(project)
    assert found["asked"] == [
        "deploy/migrate: migrate crashes",
        "deploy/switch: switch crashes",
    ]
    assert found["held"] == [
        "concurrency group deploy: migrate crashes, switch crashes",
        "db:orders: migrate crashes, switch crashes",
    ]
    assert "not-cleaned" not in found


def test_a_clean_up_that_takes_longer_than_it_may_is_found(project: Written) -> None:
    """A job that is ended leaves five minutes for it."""
    project.workflow("""\
        jobs:
          a:
            timeout-minutes: 10
            steps:
              - {id: s, run: s}
              - {id: long, if: always(), run: long}
    """)
    found = left(project, "fakes: {a: {long: {takes: 6m}}}\n")
    assert found["not-cleaned"] == ["a/long: s times out"]


def test_a_gate_is_refused_and_left_without_an_answer(project: Written) -> None:
    project.workflow("""\
        jobs:
          a:
            claims: [x]
            steps:
              - {id: made, run: s}
              - {id: ask, uses: holdfast/approve, with: {message: go on}}
    """)
    found = left(project, "people: [{says: approve, by: bob}]\n")
    assert found["no-way-back"] == [
        "a/made: made crashes, made times out, ask fails, ask times out"
    ]
    assert found["asked"] == ["a/ask: ask times out", "a/made: made crashes"]


def test_what_is_forgiven_or_tried_again_leaves_nothing(project: Written) -> None:
    project.workflow("""\
        jobs:
          a:
            environment: production
            steps: [{id: s, run: s, continue-on-error: true, idempotent: true,
                     timeout-minutes: 5}]
    """)
    assert left(project, "people: [{says: approve, by: bob}]\n") == {}


def test_what_is_really_run_is_run_once(project: Written) -> None:
    project.workflow(
        """\
        jobs:
          a:
            outputs: {n: "${{ steps.real.outputs.n }}"}
            steps:
              - {id: real, shell: sh, run: 'echo x >> COUNT; echo n=5 >> "$GITHUB_OUTPUT"'}
              - {id: b, run: "b ${{ steps.real.outputs.n }}"}
    """.replace("COUNT", str(project.root / "count"))
    )
    found = left(project, "fakes: {a: {real: {real: true}}}\n")
    assert (project.root / "count").read_text() == "x\n"
    assert found["untold"] == ["ship: real fails, real times out, b fails, b times out"]


def test_an_undo_that_would_not_run_is_found(project: Written) -> None:
    project.workflow("""\
        jobs:
          a:
            timeout-minutes: 10
            steps:
              - {id: look, run: look}
              - {id: a, run: a, undo: "to ${{ fromJSON(steps.look.outputs.was).id }}"}
              - {id: b, run: b}
              - {if: failure() || cancelled(), run: ./tell}
    """)
    good = """\
        fakes:
          a: {look: {OUTPUTS effects: false}, b: {effects: false}}
    """
    bad = good.replace("OUTPUTS ", "")
    good = good.replace("OUTPUTS", """outputs: {was: '{"id": 7}'},""")
    assert "no-way-back" not in left(project, good)
    swept = project.test(bad, sweep=True).swept
    assert swept is not None
    (found,) = swept.findings
    assert found.subject == "a/a"
    assert found.why.startswith("its `undo:` would not run: fromJSON")
