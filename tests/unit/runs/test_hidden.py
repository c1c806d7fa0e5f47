"""What a step leaves that holds a secret: for its own job whole, for the ledger not."""

import json
import stat
from dataclasses import replace
from typing import Any

import pytest

from holdfast.declare import Step
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepEnd
from holdfast.engine.runs.request import Request
from holdfast.engine.steps.local import LocalActions
from holdfast.load.workflows import read_action
from holdfast.model import Event, State
from holdfast.record import uses_of
from unit.runs import test_steps
from unit.runs.test_steps import Shop, sh
from unit.runs.world import HERE, Killed, job

shop = test_steps.shop

TOKEN = "t0ken/With+odd=letters"  # noqa: S105 - planted
STEPS = [(0, "a"), (1, "b"), (2, "c")]
GIVEN = {"T": "${{ secrets.TOKEN }}"}


def ledger(shop: Shop, run: str) -> str:
    return json.dumps(
        [e.body for e in shop.world.store.ledger.of_run(run)], default=str
    )


def body(shop: Shop, run: str, step: int = 0) -> Any:
    return shop.world.view(run).jobs["j"].steps[step].body


def made(shop: Shop, text: str, *more: Step, **job: Any) -> str:
    """A run whose first step has the secret and does something with it."""
    shop.vault.known = {"TOKEN": TOKEN}
    return shop.run(sh(text, "a", env=GIVEN), *more, **job)


def test_a_name_that_is_refused_is_not_quoted_with_a_secret(shop: Shop) -> None:
    shop.vault.known = {"TOKEN": "TOKEN_AS_A_NAME"}
    run = shop.run(sh('echo "GITHUB_$T=1" >> "$GITHUB_ENV"', "a", env=GIVEN))
    assert "belongs to the run and was not set" in shop.printed(run)
    assert "TOKEN_AS_A_NAME" not in shop.printed(run) + ledger(shop, run)


LEFT = {
    "outputs.tok": 'echo "tok=$T" >> "$GITHUB_OUTPUT"',
    "outputs.lines": 'printf "lines<<E\\n1\\n%s\\nE\\n" "$T" >> "$GITHUB_OUTPUT"',
    "outputs.coded": 'echo "coded=$(printf "%s" "$T" | base64)" >> "$GITHUB_OUTPUT"',
    "outputs.old": 'echo "::set-output name=old::$T"',
    "outputs.***": 'echo "$T=1" >> "$GITHUB_OUTPUT"',
    "env.KEY": 'echo "KEY=so $T" >> "$GITHUB_ENV"',
    "state.s": 'echo "s=$T" >> "$GITHUB_STATE"',
    "path": 'echo "/opt/$T" >> "$GITHUB_PATH"',
    "summary": 'echo "# $T" >> "$GITHUB_STEP_SUMMARY"',
}


def test_the_retired_lines_hand_a_secret_on_like_the_files_do(shop: Shop) -> None:
    run = made(
        shop,
        'printf ":"; sleep 0.1; echo ":set-output name=tok::$T%0Aend"\n'
        'echo "::stop-commands::quiet"; echo "::set-output name=tok::never"\n'
        'echo "::quiet::"; echo "x ::set-output name=tok::neither"\n'
        'printf "::set-output name=last::<$T>"',
        sh("echo '${{ steps.a.outputs.tok }} ${{ steps.a.outputs.last }}' | rev", "b"),
        outputs={"tok": "${{ steps.a.outputs.tok }}"},
    )
    assert shop.printed(run, 1) == f"{TOKEN[::-1]}\n>{TOKEN[::-1]}< dne\n"
    assert body(shop, run)["outputs"] == {"tok": "***\nend", "last": "<***>"}
    assert shop.world.view(run).jobs["j"].outputs == {}
    assert TOKEN not in ledger(shop, run)
    assert TOKEN not in shop.printed(run)
    assert not (shop.folder / "steps" / run).exists()


@pytest.mark.parametrize("name", LEFT)
def test_what_holds_a_secret_is_named_and_not_kept(shop: Shop, name: str) -> None:
    run = made(shop, LEFT[name] + '; echo "plain=yes" >> "$GITHUB_OUTPUT"')
    assert TOKEN not in ledger(shop, run)
    assert "dDBrZW4vV" not in ledger(shop, run), "in base64 neither"
    left = body(shop, run)
    assert left["hidden"] == [name]
    assert left["outputs"]["plain"] == "yes"
    assert "***" in str(left)


def test_a_key_that_was_written_as_one_line_leaves_no_line_of_it(shop: Shop) -> None:
    key = (
        "-- BEGIN --\nQ2FuYXJ5S2V5MTIzNDU2Nzg5MA=\nR4nd0mL1ne0fTheKey/+==\n-- END --=x"
    )
    shop.vault.known = {"TOKEN": key}
    run = shop.run(sh('echo "key=$T" >> "$GITHUB_OUTPUT"', "a", env=GIVEN))
    assert body(shop, run)["outcome"] == "success"
    assert not [
        line for line in key.split("\n") if line.rstrip("=x") in ledger(shop, run)
    ]


@pytest.mark.parametrize(
    "text",
    [
        'echo "::error::no $T"; exit 1',
        'echo "no name and no value $T" | tr "=" "." >> "$GITHUB_OUTPUT"',
        'echo "x<<$T" >> "$GITHUB_OUTPUT"',
        "x=${{ fromJSON(secrets.TOKEN) }}",
        'echo "::add-mask::$T"; echo "$T"; exit 1',
    ],
)
def test_what_goes_wrong_does_not_quote_a_secret(shop: Shop, text: str) -> None:
    shop.vault.known = {"TOKEN": TOKEN.replace("=", ".")}
    run = shop.run(sh(text, "a", env=GIVEN))
    assert body(shop, run)["outcome"] == "failure"
    assert TOKEN.replace("=", ".") not in ledger(shop, run)


def test_a_filled_in_variable_that_fails_does_not_quote_a_secret(shop: Shop) -> None:
    shop.vault.known = {"TOKEN": TOKEN}
    run = shop.run(sh("true", env={"A": "${{ fromJSON(secrets.TOKEN) }}"}))
    assert body(shop, run)["outcome"] == "failure"
    assert TOKEN not in ledger(shop, run)


def test_later_steps_of_the_job_have_it_whole(shop: Shop) -> None:
    run = made(
        shop,
        'mkdir bin; printf "#!/bin/sh\\necho tool" > bin/tool; chmod +x bin/tool\n'
        'mkdir "of $T" 2>/dev/null || mkdir -p "of $T"; mv bin "of $T/bin"\n'
        'echo "tok=$T" >> "$GITHUB_OUTPUT"; echo "KEY=<$T>" >> "$GITHUB_ENV"\n'
        'echo "$PWD/of $T/bin" >> "$GITHUB_PATH"',
        sh("echo 'KEY=mine' >> $GITHUB_ENV; echo $KEY | rev; tool", "b"),
        sh("echo ${{ steps.a.outputs.tok }}$KEY | rev", "c"),
        sh("echo ${{ steps.a.outputs.tok }}", "d"),
    )
    assert shop.world.view(run).state is State.SUCCEEDED
    assert shop.printed(run, 1).splitlines() == [f">{TOKEN[::-1]}<", "tool"]
    assert shop.printed(run, 2) == f"enim{TOKEN[::-1]}\n", "what was set last counts"
    assert shop.printed(run, 3) == "***\n"
    assert TOKEN not in ledger(shop, run)


def test_what_a_job_masked_is_hidden_too_and_whole_for_its_steps(shop: Shop) -> None:
    run = made(
        shop,
        'm=made-here-42; echo "::add-mask::$m"; echo "tok=$m" >> "$GITHUB_OUTPUT"',
        sh('echo "again=x${{ steps.a.outputs.tok }}" >> "$GITHUB_OUTPUT"', "b"),
        sh("echo ${{ steps.b.outputs.again }} | rev", "c"),
    )
    assert "made-here-42" not in ledger(shop, run)
    assert body(shop, run, 1)["outputs"] == {"again": "x***"}
    assert shop.printed(run, 2) == "24-ereh-edamx\n"


def test_what_is_made_of_named_secrets_is_written_down_with_their_names(
    shop: Shop,
) -> None:
    run = made(
        shop,
        'echo "KEY=so $T, $T" >> "$GITHUB_ENV"; echo "b=$(echo $T | base64)" >> '
        '"$GITHUB_OUTPUT"; printf "odd=$%s x }} $T\\n" "{{" >> "$GITHUB_OUTPUT"\n'
        'echo "::add-mask::made-here-42"; echo "M=$T made-here-42" >> "$GITHUB_ENV"',
    )
    assert body(shop, run)["from_secrets"] == {
        "env.KEY": "so ${{ secrets.TOKEN }}, ${{ secrets.TOKEN }}",
        "outputs.odd": "${{ '${{' }} x }} ${{ secrets.TOKEN }}",
    }
    assert set(body(shop, run)["hidden"]) > {"env.M", "outputs.b"}


def test_one_line_says_what_later_jobs_do_not_see(shop: Shop) -> None:
    run = made(shop, 'echo "tok=$T" >> "$GITHUB_OUTPUT"; echo "K=$T" >> "$GITHUB_ENV"')
    assert shop.printed(run) == (
        "::warning::the output `tok` holds a secret: it is not kept, "
        "later jobs do not see it\n"
    )


def test_outputs_of_a_job_that_hold_a_secret_are_left_out(shop: Shop) -> None:
    tok = "steps.a.outputs.tok"
    run = made(
        shop,
        'echo "tok=$T" >> "$GITHUB_OUTPUT"; echo "KEY=$T" >> "$GITHUB_ENV"\n'
        """echo "json={\\"a\\": \\"$T\\", \\"b\\": 7}" >> "$GITHUB_OUTPUT" """,
        outputs={
            "tok": f"${{{{ {tok} }}}}",
            "longer": f"it is ${{{{ format('{{0}}!', {tok}) }}}}",
            "all": "${{ toJSON(steps) }}",
            "key": "${{ env.KEY }}",
            "part": "${{ fromJSON(steps.a.outputs.json).b }}",
            "has": f"${{{{ {tok} != '' }}}}",
            "plain": "***",
        },
    )
    ended = shop.world.view(run).jobs["j"]
    assert ended.state is State.SUCCEEDED
    assert ended.outputs == {"part": 7, "has": True, "plain": "***"}
    last = [
        e for e in shop.world.store.ledger.of_run(run) if e.event is Event.JOB_ENDED
    ]
    named: Any = last[0].body["hidden"]
    assert list(named) == [f"outputs.{n}" for n in ("tok", "longer", "all", "key")]


def test_a_condition_sees_that_there_is_something_and_not_what(shop: Shop) -> None:
    run = made(
        shop,
        'echo "tok=$T" >> "$GITHUB_OUTPUT"',
        sh("echo yes", "b", condition="steps.a.outputs.tok != ''"),
        sh("echo no", "c", condition=f"steps.a.outputs.tok == '{TOKEN}'"),
    )
    assert [body(shop, run, n)["outcome"] for n in (1, 2)] == ["success", "skipped"]


def test_it_survives_a_killed_worker(shop: Shop) -> None:
    shop.vault.known = {"TOKEN": TOKEN}
    first = sh('echo "tok=$T" >> "$GITHUB_OUTPUT"', "a", env=GIVEN)
    second = sh("sleep 0.3; echo ${{ steps.a.outputs.tok }} | rev", "b")
    third = sh("echo ${{ steps.a.outputs.tok }} | rev", "c")
    shop.world.flow = replace(
        shop.world.flow, jobs=(job("j", steps=(first, second, third)),)
    )
    run = shop.world.start()
    segment, worker = shop.world.segments.given[-1]
    begun = shop.folder / "steps" / run / "j/1/1/keeper"

    def dies(_: str) -> str:
        if begun.exists():
            raise KeyboardInterrupt
        return ""

    with pytest.raises(KeyboardInterrupt):
        JobRun(shop.world.keeper, shop.work(), worker, "here", dies).execute(segment)
    kept = [*(shop.folder / "work" / run).rglob("kept.json")]
    assert [stat.S_IMODE(one.stat().st_mode) & 0o077 for one in kept] == [0]
    shop.world.hand_over(run, "j")
    shop.go_on()
    assert shop.world.view(run).state is State.SUCCEEDED
    assert shop.printed(run, 1) == shop.printed(run, 2) == f"{TOKEN[::-1]}\n"
    assert not (shop.folder / "work" / run).exists()


def test_values_that_are_gone_are_missed_before_anything_is_done(shop: Shop) -> None:
    run = made(
        shop,
        'echo "tok=$T" >> "$GITHUB_OUTPUT"',
        sh('rm -r "$RUNNER_TEMP"/step-0', "b"),
        sh("echo never ${{ steps.a.outputs.tok }}", "c"),
    )
    assert body(shop, run, 2)["outcome"] == "failure"
    assert "were removed from the disk" in body(shop, run, 2)["why"]
    assert shop.printed(run, 2) == ""


COMPOSITE = b"""
name: login
description: gives a token
inputs: {key: {required: true}}
outputs: {tok: {value: "${{ steps.in.outputs.t }}"}}
runs:
  using: composite
  steps:
    - id: in
      shell: bash
      env: {T: "${{ inputs.key }}"}
      run: |
        echo "t=$T" >> "$GITHUB_OUTPUT"; echo "KEY=$T" >> "$GITHUB_ENV"
        echo "::add-mask::fresh-value"
    - {shell: bash, run: "echo ${{ steps.in.outputs.t }} $KEY | rev; echo fresh-value"}
"""


def test_inner_steps_of_an_action_have_it_and_so_have_the_steps_after(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, begin = read_action(COMPOSITE, "login/action.yml").action, shop.work
    assert action is not None

    def work() -> Any:
        made = begin()
        made.local = LocalActions(made, lambda _at, _uses: (action, "login"))
        return made

    monkeypatch.setattr(shop, "work", work)
    shop.vault.known = {"TOKEN": TOKEN}
    login = Step(
        id="a", place=HERE, uses="./login", with_={"key": "${{ secrets.TOKEN }}"}
    )
    run = shop.run(login, sh("echo ${{ steps.a.outputs.tok }}$KEY | rev", "b"))
    back = TOKEN[::-1]
    assert shop.printed(run).splitlines()[:2] == [f"{back} {back}", "***"]
    assert shop.printed(run, 1) == f"{back}{back}\n"
    assert TOKEN not in ledger(shop, run)
    assert body(shop, run)["hidden"] == ["outputs.tok", "env.KEY"]


def test_people_at_a_gate_see_that_there_is_something_and_not_what(shop: Shop) -> None:
    message = "ship ${{ steps.a.outputs.tok }}?"
    ask = Step(
        id="ask", place=HERE, uses="holdfast/approve", with_={"message": message}
    )
    run = made(shop, 'echo "tok=$T" >> "$GITHUB_OUTPUT"', ask)
    assert shop.world.view(run).jobs["j"].state is State.GATED
    assert TOKEN not in ledger(shop, run)
    assert "ship ***?" in ledger(shop, run)


def test_a_called_workflow_is_not_given_what_is_hidden(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        shop.world.keeper, "find", lambda _: Request(shop.world.flow, {})
    )
    inputs = {"token": "${{ steps.a.outputs.tok }}"}
    call = Step(
        id="call",
        place=HERE,
        uses="holdfast/workflow",
        with_={"workflow": "w", "inputs": inputs},
    )
    run = made(shop, 'echo "tok=$T" >> "$GITHUB_OUTPUT"', call)
    assert body(shop, run, 1)["outcome"] == "failure"
    assert "has to read it itself" in body(shop, run, 1)["why"]
    assert TOKEN not in ledger(shop, run)


def test_a_job_does_not_move_away_from_what_is_hidden(shop: Shop) -> None:
    http = Step(id="a", place=HERE, uses="holdfast/http")
    shop.world.flow = replace(shop.world.flow, jobs=(job("j", steps=(http, sh("id"))),))
    shop.world.work.ends["a"] = [
        StepEnd("success", outputs={"tok": "***"}, hidden=("outputs.tok",))
    ]
    shop.world.work.kill_in = "s"
    run = shop.world.start()
    with pytest.raises(Killed):
        shop.world.execute()
    shop.world.hand_over(run, "j")
    segment, worker = shop.world.segments.given[-1]
    JobRun(shop.world.keeper, shop.world.work, worker, "elsewhere").execute(segment)
    ended = shop.world.view(run).jobs["j"]
    assert ended.state is State.FAILED
    assert ended.why.startswith("what a left is on here")


def test_the_ledger_says_which_step_was_given_which_version(shop: Shop) -> None:
    run = made(shop, "true", sh("true", "b"), sh("exit 3", "c", env=GIVEN))
    given = {name: body(shop, run, index).get("secrets") for index, name in STEPS}
    assert given == {"a": ["TOKEN@1"], "b": None, "c": ["TOKEN@1"]}
    used = uses_of("TOKEN", shop.world.store.ledger.of_run(run))
    assert [(use.what, use.run, use.step, use.version) for use in used] == [
        ("used", run, "j/a", "1"),
        ("used", run, "j/c", "1"),
    ]
