"""
`holdfast/exec` and `holdfast/apply` as steps, on hosts that are folders.

Some are steps of a run from its beginning to its end; where only the step itself matters
its program is called in this process, as a run would start it.
"""

import json
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

import pytest

from typed import typed

PROJECT = "project: shop\nowner: you\nenvironments: {live: {}}\n"
HOSTS = """
hosts:
  web-1: {groups: [web], connect: {driver: local, root: m/web-1}}
  web-2: {groups: [web], connect: {driver: local, root: m/web-2}}
  web-3: {groups: [web], connect: {driver: local, root: m/web-3}}
"""
CONFIG = """
name: web
hosts: web
resources: [{file: /etc/shop.conf, content: "version 1\\n"}]
"""


class Shop:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("holdfast.yaml", PROJECT)
        self.write("hosts/hosts.yaml", HOSTS)
        self.write("config/web.yaml", CONFIG)
        for name in ("web-1", "web-2", "web-3"):
            (root / "m" / name / "etc").mkdir(parents=True)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, step: str, *, ends: int = 0) -> str:
        """One step as a run of its own; what the run printed and showed."""
        head = "name: one\non: {workflow_dispatch: {}}\njobs:\n  one:\n    steps:\n"
        self.write("workflows/one.yaml", f"{head}      - {step}\n")
        done = self.type("run", "one")
        said = done.stdout + done.stderr
        assert done.returncode == ends, said
        return said

    def exec(self, *, ends: int = 0, **inputs: str) -> str:
        """The program of one `holdfast/exec` with its inputs; what it said."""
        env = {"HOLDFAST_RUN": "r1", "HOLDFAST_JOB": "one", "HOLDFAST_STEP": "s"}
        env |= {f"INPUT_{name.upper()}": text for name, text in inputs.items()}
        with mock.patch.dict("os.environ", env):
            done = self.type("step", "exec")
        said = done.stdout + done.stderr
        assert done.returncode == ends, said
        return said

    def type(self, *words: str, given: str = "") -> "CompletedProcess[str]":
        return typed(self.root, *words, given=given)

    def files(self, name: str) -> list[str]:
        return sorted(
            path.relative_to(self.root / "m").parts[0]
            for path in (self.root / "m").glob(f"*/{name}")
        )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_command_runs_on_the_hosts_that_are_named_and_on_no_other(shop: Shop) -> None:
    run = 'touch "$HOLDFAST_ROOT/etc/made"'
    words = f"hosts: 'web:!web-2', run: '{run}', serial: [1, 100%]"
    shop.run(f"{{uses: holdfast/exec, with: {{{words}}}}}")
    assert shop.files("etc/made") == ["web-1", "web-3"]


@pytest.mark.parametrize("serial", ["[1, 100%]", '["1", "100%"]', "1", "1, 100%"])
def test_waves_stop_where_a_command_fails(shop: Shop, serial: str) -> None:
    run = 'touch "$HOLDFAST_ROOT/etc/made"; false'
    said = shop.exec(hosts="web", run=run, serial=serial, ends=1)
    assert shop.files("etc/made") == ["web-1"]
    assert "web-1" in said


def test_what_may_fail_does_not_stop_the_waves(shop: Shop) -> None:
    run = (
        '[ "${HOLDFAST_ROOT%1}" = "$HOLDFAST_ROOT" ] && touch "$HOLDFAST_ROOT/etc/made"'
    )
    most = "100"
    shop.exec(hosts="web", run=run, serial="1", max_fail_percentage=most, ends=1)
    assert shop.files("etc/made") == ["web-2", "web-3"]


def test_a_check_that_holds_runs_nothing(shop: Shop) -> None:
    run = 'touch "$HOLDFAST_ROOT/etc/made"'
    shop.run(
        f"{{uses: holdfast/exec, with: {{hosts: web, run: '{run}'}}, check: 'true'}}"
    )
    assert shop.files("etc/made") == []


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"hosts": "web", "run": ""}, "needs `hosts:` and `run:`"),
        ({"hosts": "nobody"}, "nobody"),
        ({"hosts": "web", "serial": "some"}, "cannot use its `serial:`"),
        ({"hosts": "web", "max_fail_percentage": "x"}, "`max_fail_percentage:`"),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_runs(
    shop: Shop, inputs: dict[str, str], told: str
) -> None:
    run = 'touch "$HOLDFAST_ROOT/etc/made"'
    said = shop.exec(**{"run": run, **inputs}, ends=1)
    assert told in said
    assert shop.files("etc/made") == []
    assert "Traceback" not in said


def test_an_action_that_is_used_twice_does_its_work_twice(shop: Shop) -> None:
    shop.write(
        "twice/action.yml",
        """
name: twice
description: writes a line on a host
inputs: {line: {required: true}}
runs:
  using: composite
  steps:
    - uses: holdfast/exec
      with: {hosts: web-1, run: 'echo ${{ inputs.line }} >> "$HOLDFAST_ROOT/etc/made"'}
""",
    )
    one = "{uses: ./twice, with: {line: one}}"
    shop.run(f"{one}\n      - {one.replace('one', 'two')}")
    made = (shop.root / "m/web-1/etc/made").read_text(encoding="utf-8")
    assert made == "one\ntwo\n"


APPLIES = """
name: ship
description: applies what is declared
inputs: {to: {required: true}}
runs:
  using: composite
  steps:
    - {uses: holdfast/apply, with: {selectors: "${{ inputs.to }}"}}
"""


def test_what_an_action_applies_is_what_was_approved(shop: Shop) -> None:
    head = PROJECT.partition("environments")[0]
    gates = "environments: {live: {gates: {approve: {by: [crew]}}}}\n"
    shop.write("holdfast.yaml", f"{head}teams: {{crew: [ann]}}\n{gates}")
    hosts = HOSTS.replace("groups:", "environment: live, groups:")
    shop.write("hosts/hosts.yaml", hosts)
    shop.write("ship/action.yml", APPLIES)
    said = shop.run("{uses: ./ship, with: {to: web-1}}", ends=8)
    assert "live/web-1/file:/etc/shop.conf: + create" in said
    assert shop.files("etc/shop.conf") == []
    done = shop.type("approve", "r1", "--why", "I looked")
    assert done.returncode in (0, 8), done.stdout + done.stderr
    there = shop.root / "m/web-1/etc/shop.conf"
    shop.run(f"{{run: 'until [ -e {there} ]; do sleep 0.1; done', timeout-minutes: 1}}")
    assert shop.files("etc/shop.conf") == ["web-1"]


@pytest.mark.slow
def test_what_is_declared_is_applied_and_can_be_taken_back(shop: Shop) -> None:
    shop.run("{uses: holdfast/apply, with: {selectors: web-1 web-2}}")
    assert shop.files("etc/shop.conf") == ["web-1", "web-2"]
    told = json.loads(shop.type("history", "--json").stdout)
    applied = told["entries"][0]["run"]
    done = shop.type("undo", applied, "--yes")
    assert done.returncode == 0, done.stderr
    assert shop.files("etc/shop.conf") == []


def test_a_secret_reaches_a_command_by_a_variable_and_the_ledger_by_name(
    shop: Shop,
) -> None:
    shop.type("secret", "set", "key", given="a-secret-of-the-shop")
    step = """
uses: holdfast/exec
        with: {hosts: web-1, run: 'printf %s "$KEY $PLAIN" > "$HOLDFAST_ROOT/etc/made"'}
        env: {KEY: "${{ secrets.key }}", PLAIN: two}"""
    shop.run(step.strip())
    made = (shop.root / "m/web-1/etc/made").read_text(encoding="utf-8")
    assert made == "a-secret-of-the-shop two"
    kept = b"".join(p.read_bytes() for p in (shop.root / ".holdfast").glob("*.db*"))
    assert b"a-secret-of-the-shop" not in kept


def test_a_command_that_would_hold_a_secret_is_not_run(shop: Shop) -> None:
    shop.type("secret", "set", "key", given="a-secret-of-the-shop")
    run = 'touch "$HOLDFAST_ROOT/etc/made"; echo ${{ secrets.key }}'
    said = shop.run(
        f"{{uses: holdfast/exec, with: {{hosts: web, run: '{run}'}}}}", ends=1
    )
    assert "puts a secret into a command" in said
    shop.write("tell.sh", 'echo "made=$KEY" >> "$GITHUB_OUTPUT"')
    steps = f"""id: tell
        run: sh {shop.root}/tell.sh
        env: {{KEY: "${{{{ secrets.key }}}}"}}
      - uses: holdfast/exec
        with: {{hosts: web, run: 'echo ${{{{ steps.tell.outputs.made }}}}'}}"""
    said = shop.run(steps, ends=1)
    assert "its `run` would hold a secret" in said
    assert shop.files("etc/made") == []
