from unit.workflowtests.project import Written, said

TWO_JOBS = """\
claims: ["db:orders"]
jobs:
  build:
    runs-on: [linux, gpu]
    strategy: {matrix: {n: [1, 2]}}
    env: {LEVEL: info}
    outputs: {version: "${{ steps.make.outputs.version }}"}
    steps:
      - id: make
        run: make ${{ matrix.n }} ${{ secrets.TOKEN }}
      - name: say hello
        uses: holdfast/http
        with: {url: "https://shop.example/${{ steps.make.outputs.version }}"}
  deploy:
    needs: build
    environment: production
    runs-on: linux
    steps:
      - id: migrate
        run: ./migrate ${{ needs.build.outputs.version }}
      - {id: on-failure, if: failure(), run: ./tell}
"""


def test_steps_are_filled_in_and_come_to_what_is_said(project: Written) -> None:
    project.workflow(TWO_JOBS)
    project.passes("""\
        fakes:
          build: {make: {outputs: {version: 7}}}
          build.1: {make: {outputs: {version: 7}, env: {LEVEL: debug}}}
        people:
          - {says: approve, by: author, refused: author started it}
          - {says: approve, by: mallory, refused: not among}
          - {says: approve, by: bob, after: 3h}
        expect:
          state: succeeded
          claimed: ["db:orders"]
          ran: [build/make, build/say hello, deploy/migrate]
          notified: []
          jobs:
            build: {outputs: {version: "7"}}
            build.0:
              steps:
                make: {run: "make 1 ***", env: {LEVEL: info}}
                say hello: {with: {url: "https://shop.example/7"}}
            build.1: {steps: {say hello: {env: {LEVEL: debug}}}}
            deploy:
              steps: {migrate: {run: ./migrate 7}, on-failure: skipped}
    """)


def test_silence_at_a_gate_is_a_no(project: Written) -> None:
    project.workflow(TWO_JOBS)
    project.passes("""\
        expect:
          state: expired
          why: nobody said yes
          jobs: {deploy: {state: expired, steps: {migrate: none}}}
    """)


def test_what_is_not_as_expected_is_said_with_its_place(project: Written) -> None:
    project.workflow(TWO_JOBS)
    tested = project.test("""\
        fakes: {build: {make: {outcome: failure, why: no space}}}
        people: [{says: approve, by: bob}]
        expect:
          state: succeeded
          claimed: []
          ran: [deploy/migrate]
          jobs:
            build: {steps: {make: success, say hello: {with: {url: x}}}}
            deploy: succeeded
    """)
    assert said(tested) == [
        (
            "3:10 Not as expected: the word of bob / "
            "Wanted: approve is asked for\nSeen:   nobody asked for it"
        ),
        (
            "5:3 Not as expected: the run / "
            "Wanted: succeeded\nSeen:   failed: build (1) failed"
        ),
        "6:3 Not as expected: the claims taken / Wanted: none\nSeen:   db:orders",
        (
            "7:3 Not as expected: the steps that ran / "
            "Wanted: deploy/migrate\nSeen:   build.0/make"
        ),
        "9:21 Not as expected: build.0/make / Wanted: success\nSeen:   failure: no space",
        (
            "9:21 Not as expected: build.1/make / "
            "Wanted: success\nSeen:   skipped: a step before it did not succeed"
        ),
        "9:55 Not as expected: with url / Wanted: 'x'\nSeen:   nothing",
        "9:55 Not as expected: with url / Wanted: 'x'\nSeen:   nothing",
        (
            "10:5 Not as expected: deploy / Wanted: succeeded\n"
            "Seen:   skipped: it needs build (failed)"
        ),
    ]


def test_names_that_are_not_there_are_mistakes_with_the_nearest(
    project: Written,
) -> None:
    project.workflow(TWO_JOBS)
    tested = project.test("""\
        fakes: {biuld: {make: failure}, build: {mkae: failure}}
        people: [{says: approve, by: bob, job: deplyo}]
        expect: {jobs: {deploy: {steps: {migrat: success}}}, ran: [build/mak]}
    """)
    assert [(str(p.place), p.code, p.next_step) for p in tested.problems] == [
        ("workflow-tests/t.yaml:2:9", "test.no-job", "Did you mean `build`?"),
        ("workflow-tests/t.yaml:2:41", "test.no-step", "Did you mean `make`?"),
        ("workflow-tests/t.yaml:4:34", "test.no-step", "Did you mean `migrate`?"),
        ("workflow-tests/t.yaml:3:35", "test.no-job", "Did you mean `deploy`?"),
        ("workflow-tests/t.yaml:4:60", "test.no-step", "Did you mean `make`?"),
    ]
    tested = project.test("fakes: {build: {make: {outcme: failure}}}\n")
    assert said(tested)[0].startswith("2:24 There is no key `outcme` here")
    assert tested.problems[0].next_step == "Did you mean `outcome`?"
    tested = project.test("workflow: shp\n")
    assert tested.problems[0].code == "load.duplicate-key"


def test_two_ways_to_begin_are_one_too_many(project: Written) -> None:
    project.workflow(TWO_JOBS)
    tested = project.test("inputs: {}\nevent: {type: alert}\n")
    assert "one of them" in said(tested)[0]


def test_an_input_that_does_not_fit_is_said_where_it_is_written(
    project: Written,
) -> None:
    project.workflow(TWO_JOBS)
    tested = project.test("\ninputs: {speed: 3}\n")
    assert [(str(p.place), p.code) for p in tested.problems] == [
        ("workflow-tests/t.yaml:3:1", "app.input-unknown")
    ]


SLOW = """\
jobs:
  a:
    timeout-minutes: 30
    steps:
      - {id: one, run: one, timeout-minutes: 5}
      - {id: two, run: two, if: always()}
      - {id: three, run: three}
  b:
    needs: a
    if: always()
    steps:
      - {id: wait, uses: holdfast/wait, with: {for: 3d}}
      - {id: last, run: last, retry: {attempts: 3, delay: 1m}}
"""


def test_time_ends_steps_and_jobs_and_costs_nothing(project: Written) -> None:
    project.workflow(SLOW)
    project.passes("""\
        fakes:
          a: {one: {takes: 6m}, two: {takes: 26m}}
          b: {last: {attempts: [failure, failure, success]}}
        expect:
          state: cancelled
          jobs:
            a:
              state: cancelled
              why: it took longer than its 30 timeout-minutes
              steps:
                one: {outcome: failure, why: its time was over}
                two: cancelled
            b: {state: succeeded, steps: {wait: success, last: {attempts: 3}}}
    """)


def test_a_run_is_looked_at_in_the_middle(project: Written) -> None:
    project.workflow(SLOW)
    project.passes("""\
        lasts: 1d
        expect: {state: waiting, jobs: {b: waiting}}
    """)


def test_a_person_cancels_and_what_tidies_up_is_still_done(project: Written) -> None:
    project.workflow(SLOW)
    project.passes("""\
        fakes: {a: {one: {takes: 4m}, two: {takes: 1m}}}
        people: [{says: cancel, by: bob, why: wrong branch, after: 2m}]
        expect:
          state: cancelled
          why: wrong branch
          jobs:
            a: {steps: {one: cancelled, two: success, three: skipped}}
    """)


MATRIX = """\
jobs:
  t:
    strategy: {matrix: {n: [1, 2, 3]}}
    steps: [{id: s, run: "s ${{ matrix.n }}"}]
"""


def test_what_fails_first_ends_the_others_of_its_matrix(project: Written) -> None:
    project.workflow(MATRIX)
    project.passes("""\
        fakes:
          t.0: {s: {takes: 1m}}
          t.1: {s: {outcome: failure, takes: 2m}}
          t.2: {s: {takes: 3m}}
        expect:
          state: failed
          jobs: {t.0: succeeded, t.1: failed, t.2: {state: cancelled, why: t (2) failed}}
    """)


CRASH = """\
jobs:
  a:
    steps:
      - {id: bare, run: bare}
      - {id: checked, run: checked, check: look}
      - {id: again, run: again, idempotent: true}
      - {id: ours, uses: holdfast/exec, with: {hosts: x, run: y}}
"""


def test_a_crash_is_a_question_unless_something_answers_it(project: Written) -> None:
    project.workflow(CRASH)
    project.passes("""\
        fakes: {a: {bare: crash, checked: crash, again: crash, ours: crash}}
        people: [{says: not-made, by: bob, after: 2h}]
        expect:
          state: succeeded
          jobs:
            a:
              steps:
                bare: {outcome: success, attempts: 2}
                checked: {outcome: success, attempts: 1, why: its check says it was made}
                again: {outcome: success, attempts: 2}
                ours: {outcome: success, attempts: 2}
    """)
    project.passes("""\
        fakes: {a: {checked: {outcome: crash, check: not-made, prints: [half]}}}
        expect: {state: in_doubt, jobs: {a: {steps: {checked: in_doubt, again: none}}}}
    """)


ALERT = """\
on:
  alert: {match: {alertname: Down}}
  schedule: [{cron: "30 2 * * *", timezone: Europe/Berlin, catch_up: skip}]
"""
REACTION = """\
autonomy: propose
limits: {once_within: 10m}
jobs: {fix: {steps: [{id: s, run: "fix", env: {H: "${{ event.labels.host }}"}}]}}
"""


def test_an_event_proposes_a_run_once(project: Written) -> None:
    project.workflow(REACTION, on=ALERT)
    project.passes("""\
        at: 2026-03-01T12:00:00Z
        events:
          - &down
            type: alert
            action: firing
            source: alertmanager
            subject: f1
            data: {labels: {alertname: Down, host: web-1}}
          - {type: alert, action: firing, source: alertmanager, subject: f1, after: 2m,
             data: {labels: {alertname: Down, host: web-1}}}
        people: [{says: approve, by: eve}]
        expect:
          state: succeeded
          starts: [2026-03-01T12:00:00Z]
          jobs: {fix: {steps: {s: {env: {H: web-1}}}}}
    """)


def test_an_event_that_does_not_fit_says_why(project: Written) -> None:
    project.workflow(REACTION, on=ALERT)
    project.passes("""\
        event: {type: alert, action: firing, data: {labels: {alertname: Up}}}
        expect: {state: none, not_started: "alertname is Down (seen: Up)", starts: []}
    """)


def test_a_schedule_is_watched_over_the_day_the_clocks_go_back(
    project: Written,
) -> None:
    project.workflow("jobs: {a: {steps: [{run: x}]}}\n", on=ALERT)
    project.passes("""\
        at: 2026-10-23T12:00:00Z
        schedule: 3d
        expect:
          state: succeeded
          starts: [2026-10-24T00:30:00Z, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z]
    """)


CALLER = """\
jobs:
  call: {uses: ./workflows/inner.yaml, with: {n: "5"}}
  step:
    needs: call
    steps: [{id: start, uses: holdfast/workflow, with: {workflow: other}}]
"""
INNER_ON = "on: {workflow_call: {inputs: {n: {type: string}}}}\n"


def test_jobs_of_called_workflows_stand_below_who_called(project: Written) -> None:
    inner = "jobs: {work: {steps: [{id: s, run: 'do ${{ inputs.n }}'}]}}\n"
    project.workflow(inner, "inner", INNER_ON)
    project.workflow("jobs: {far: {steps: [{id: s, run: far}]}}\n", "other")
    project.workflow(CALLER)
    project.passes("""\
        fakes: {step/far: {s: failure}}
        expect:
          state: failed
          ran: [call/work/s, step/far/s]
          jobs:
            call/work: {steps: {s: {run: do 5}}}
            step: {state: failed, steps: {start: failure}}
    """)
