"""
Promise 6 for runs: what steps leave that holds a secret turns up nowhere, and still works.

A workflow hands planted secrets on in every way there is; then the database, the files
that stay, all that was said, and every answer and page of the server is searched.
"""

import json
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from textwrap import dedent

import httpx
import pytest

from holdfast.drivers.redaction.forms import forms
from promises import test_canary
from promises.test_canary import CANARIES, Place

pytestmark = pytest.mark.slow
place = test_canary.place
MASKED = "made-by-the-job-Xy7"
FILES = {
    "holdfast.yaml": """\
        project: p
        owner: t
        teams: {crew: [bob]}
        environments: {held: {gates: {approve: {by: [crew]}}}}
        """,
    "workflows/leaky.yaml": """\
        name: leaky
        on: {workflow_dispatch: {}}
        jobs:
          one:
            outputs:
              tok: ${{ steps.a.outputs.tok }}
              made: of ${{ steps.a.outputs.made }}
              plain: ${{ steps.a.outputs.plain }}
            steps:
              - id: a
                env: {PLAIN: "${{ secrets.plain }}", KEY: "${{ secrets.key }}"}
                undo: echo "${{ steps.a.outputs.tok }}"
                run: |
                  echo "tok=$PLAIN" >> "$GITHUB_OUTPUT"
                  printf 'key<<EOF\\n%s\\nEOF\\n' "$KEY" >> "$GITHUB_OUTPUT"
                  echo "coded=$(printf 'user:%s' "$PLAIN" | base64 -w0)" >> "$GITHUB_OUTPUT"
                  echo "FROM_ENV=$PLAIN" >> "$GITHUB_ENV"
                  echo "s=$PLAIN" >> "$GITHUB_STATE"
                  echo "/opt/$PLAIN" >> "$GITHUB_PATH"
                  echo "# it is $PLAIN" >> "$GITHUB_STEP_SUMMARY"
                  echo "::set-output name=old::$PLAIN"
                  echo "::save-state name=old::$PLAIN"
                  echo "::warning title=$PLAIN::it is $PLAIN"
                  made=$(echo made-by-the-job; echo Xy7)
                  made=$(echo $made | tr ' ' -)
                  echo "::add-mask::$made"
                  echo "made=$made" >> "$GITHUB_OUTPUT"
                  echo "MINE=$made" >> "$GITHUB_ENV"
                  echo "plain=yes" >> "$GITHUB_OUTPUT"
              - id: inner
                uses: ./login
                with: {key: "${{ secrets.plain }}"}
              - env:
                  TOK: ${{ steps.a.outputs.tok }}
                  MADE: ${{ steps.a.outputs.made }}
                  INNER: ${{ steps.inner.outputs.t }}
                run: printf '%s\\n' "$TOK" "$FROM_ENV" "$MADE" "$INNER" > "HERE/proof"
              - run: echo "no name, no value" "$FROM_ENV" | tr = . >> "$GITHUB_OUTPUT"
                continue-on-error: true
              - run: echo "unquoted=$KEY" >> "$GITHUB_OUTPUT"
                env: {KEY: "${{ secrets.key }}"}
                continue-on-error: true
              - {run: "x=${{ fromJSON(secrets.plain) }}", continue-on-error: true}
              - {run: "echo $FROM_ENV; exit 1", continue-on-error: true, undo: echo}
          two:
            needs: one
            uses: ./workflows/called.yaml
            with:
              tok: got ${{ needs.one.outputs.tok }} ${{ needs.one.outputs.plain }}
          three:
            needs: [one, two]
            environment: held
            steps: [{run: "true"}]
        """,
    "workflows/called.yaml": """\
        name: called
        on: {workflow_call: {inputs: {tok: {type: string}}}}
        jobs: {one: {steps: [{run: "echo '${{ inputs.tok }}.' > HERE/called"}]}}
        """,
    "login/action.yml": """\
        name: login
        description: gives a token
        inputs: {key: {required: true}}
        outputs: {t: {value: "${{ steps.in.outputs.t }}"}}
        runs:
          using: composite
          steps:
            - id: in
              shell: sh
              env: {T: "${{ inputs.key }}"}
              run: echo "t=$T" >> "$GITHUB_OUTPUT"
        """,
}
PAGES = (
    "/",
    "/runs/{}",
    "/runs/{}/part",
    "/runs/{}/undo",
    "/api/1/runs",
    "/api/1/runs/{}",
    "/api/1/runs/{}/log?job=one&step=0",
    "/api/1/runs/{}/undo",
    "/api/1/why/{}",
)


@contextmanager
def served(place: Place) -> Iterator[httpx.Client]:
    """The project's server, asked by somebody who may."""
    with (place.root / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "holdfast", "serve", "--port", "0"],
            cwd=place.root,
            stdout=log,
            stderr=log,
        )
    try:
        told = place.root / ".holdfast/server.json"
        while not told.exists():
            assert process.poll() is None, (place.root / "server.log").read_text()
            time.sleep(0.05)
        token = place.type("token", "add", "ann").decode().split()[0]
        url = json.loads(told.read_text("utf-8"))["url"]
        with httpx.Client(base_url=url, trust_env=False) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            yield client
    finally:
        process.terminate()
        process.wait()


def rows(database: Path) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, opened where it is compressed."""
    connection = sqlite3.connect(database)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables.fetchall():
        for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
            for value in row:
                raw = value if isinstance(value, bytes) else str(value).encode()
                with suppress(zlib.error):
                    raw = zlib.decompress(raw)
                yield table, raw
    connection.close()


def test_6_what_steps_leave_is_nowhere_and_reaches_the_steps_after(
    place: Place,
) -> None:
    here = place.root / "machines"
    for path in place.root.rglob("*.yaml"):
        path.unlink()
    here.mkdir()
    for name, text in FILES.items():
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).replace("HERE", str(here)))
    for name in ("plain", "key"):
        place.type("secret", "set", name, stdin=CANARIES[name].encode())
    place.type("run", "leaky", status=8)
    proof = (here / "proof").read_text().splitlines()
    plain = CANARIES["plain"]
    assert proof == [plain, plain, MASKED, plain], "the steps after had them"
    assert (here / "called").read_text() == "got  yes.\n", "others have nothing"
    run = json.loads(place.type("runs", "--json").split(b"\n\n")[0])["runs"][-1]["id"]
    answers: list[tuple[str, bytes]] = []
    with served(place) as client:
        for page in PAGES:
            answer = client.get(page.format(run), follow_redirects=True)
            assert answer.status_code < 500, page
            answers.append((page, answer.content))
    place.type("cancel", run, "--why", "enough")
    place.type("workflows", status=None)
    for line in ("status", "status --json", "logs", "why", "why --json", "evidence"):
        word, *more = line.split()
        place.type(word, run, *more, status=None)
    said = place.type("undo", run, status=None)
    assert b"not kept and has no name to get it by: the variable MINE" in said
    for line in ("history", "history --json", "runs", "ledger verify"):
        place.type(*line.split(), status=None)
    known = {form for value in (*CANARIES.values(), MASKED) for form in forms(value)}
    everything = [
        *place.places(),
        *answers,
        *rows(place.root / ".holdfast/holdfast.db"),
    ]
    assert [
        (where, form)
        for where, content in everything
        for form in known
        if form in content
    ] == []
    shown = b"".join(content for _, content in answers)
    assert b"***" in shown
    assert b"the output `tok` holds a secret" in place.type("logs", run)
