"""`holdfast undo` of a workflow's run, as people do it: files, hosts, called workflows."""

import json
from pathlib import Path

import pytest

from typed import typed

PROJECT = """
project: shop
owner: you
teams: {crew: [bob]}
environments: {live: {}, held: {gates: {approve: {by: [crew]}}}}
"""
HOSTS = "hosts: {web-1: {environment: live, connect: {driver: local, root: m}}}\n"
CONFIG = 'name: web\nhosts: all\nresources: [{file: /etc/a.conf, content: "1\\n"}]\n'
SHIP = """
name: ship
on: {workflow_dispatch: {inputs: {name: {type: string, default: a}}}}
env: {HERE: FOLDER}
jobs:
  one:
    steps:
      - run: echo "$NAME" > "$HERE/$NAME"
        undo: rm "$HERE/$NAME"
        env: {NAME: "${{ inputs.name }}"}
      - {uses: holdfast/apply}
  two:
    needs: one
    environment: ENVIRONMENT
    steps:
      - {run: 'echo two > "$HERE/two"', undo: 'test -e "$HERE/a" && rm "$HERE/two"'}
      - {run: 'echo mail', undo: none}
"""
CALLER = """
name: caller
on: {workflow_dispatch: {}}
jobs:
  call: {uses: ./workflows/called.yaml}
"""
CALLED = """
name: called
on: {workflow_call: {}}
env: {HERE: FOLDER}
jobs:
  one: {steps: [{run: 'echo x > "$HERE/x"', undo: 'rm "$HERE/x"'}]}
"""


class Shop:
    def __init__(self, root: Path, environment: str = "live") -> None:
        self.root, self.made = root, root / "made"
        self.made.mkdir()
        (root / "m/etc").mkdir(parents=True)
        for name, text in (
            ("holdfast.yaml", PROJECT),
            ("hosts/h.yaml", HOSTS),
            ("config/c.yaml", CONFIG),
            ("workflows/ship.yaml", SHIP.replace("ENVIRONMENT", environment)),
            ("workflows/caller.yaml", CALLER),
            ("workflows/called.yaml", CALLED),
        ):
            path = root / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("FOLDER", str(self.made)), encoding="utf-8")

    def type(
        self, *words: str, ends: int = 0, who: str = "ann", given: str = ""
    ) -> str:
        done = typed(self.root, *words, who=who, given=given)
        assert done.returncode == ends, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self) -> list[str]:
        made = [path.name for path in self.made.iterdir()]
        return sorted([*made, *[path.name for path in (self.root / "m/etc").iterdir()]])


@pytest.mark.slow
def test_files_and_hosts_are_as_before_and_what_stays_is_said(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.type("run", "ship")
    assert shop.files() == ["a", "a.conf", "two"]
    said = shop.type("undo", "r1", ends=3)
    assert "nobody said yes" in said
    assert "two / Run echo mail: it has no way back" in said
    assert shop.files() == ["a", "a.conf", "two"]
    shop.type("undo", "r1", "--yes", "--why", "too early")
    assert shop.files() == []
    newest = json.loads(shop.type("runs", "--json"))["runs"][0]
    assert newest["title"] == "undo of r1 (ship)"
    assert "too early" in shop.type("why", newest["id"])
    shop.type("ledger", "verify")


STAIRS = """
name: stairs
on: {workflow_dispatch: {}}
env: {HERE: FOLDER}
jobs:
  up:
    steps:
      - {run: 'touch "$HERE/a"', undo: 'test -e "$HERE/ok" && rm "$HERE/a"'}
      - {run: 'touch "$HERE/b"', undo: 'rm "$HERE/b"'}
"""


def test_what_was_taken_back_is_not_taken_back_again(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    text = STAIRS.replace("FOLDER", str(shop.made))
    (tmp_path / "workflows/stairs.yaml").write_text(text, encoding="utf-8")
    shop.type("run", "stairs")
    shop.type("undo", "r1", "--yes", ends=1)
    assert shop.files() == ["a"]
    (shop.made / "ok").touch()
    said = shop.type("undo", "r1", "--yes")
    assert 'up / Run touch "$HERE/b": r2 took it back' in said
    assert shop.files() == ["ok"]
    said = shop.type("undo", "r1", "--yes", ends=1)
    assert "r1 was taken back by r3 already" in said
    assert "it succeeded" in said
    assert "holdfast status r3" in said
    said = shop.type("undo", "r3", "--yes", ends=1)
    assert "r3 took r1 back, and is not taken back itself" in said
    assert "holdfast run --again r1" in said
    assert shop.files() == ["ok"]


LOGIN = """
name: login
on: {workflow_dispatch: {}}
env: {HERE: FOLDER}
jobs:
  in:
    steps:
      - {run: 'echo "KEY=<$T>" >> "$GITHUB_ENV"', undo: none, env: {T: "${{ secrets.TOKEN }}"}}
      - {run: 'true', undo: 'printf %s "$KEY" > "$HERE/out"'}
      - {id: mask, run: 'echo "::add-mask::made-here"; echo "MINE=made-here" >> "$GITHUB_ENV"', undo: none}
      - {run: 'true', undo: 'touch "$HERE/never"'}
"""  # noqa: E501 - a workflow


def test_a_secret_that_was_exported_is_there_again_and_one_that_was_made_is_missed(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path)
    text = LOGIN.replace("FOLDER", str(shop.made))
    (tmp_path / "workflows/login.yaml").write_text(text, encoding="utf-8")
    shop.type("secret", "set", "TOKEN", given="a-secret-of-the-shop")
    shop.type("run", "login")
    said = shop.type("undo", "r1", ends=3)
    assert "not kept and has no name to get it by: the variable MINE of" in said
    assert "a-secret-of-the-shop" not in shop.type("undo", "r1", "--yes")
    assert (shop.made / "out").read_text(encoding="utf-8") == "<a-secret-of-the-shop>"
    assert shop.files() == ["out"]


BACK = """
name: back
on: {workflow_dispatch: {}}
env: {HERE: FOLDER}
jobs:
  in:
    env: {T: "${{ secrets.TOKEN }}"}
    steps: [{run: 'true', undo: 'printf %s "$T" > "$HERE/out"'}]
"""


def test_the_way_back_has_the_secrets_the_run_had(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    text = BACK.replace("FOLDER", str(shop.made))
    (tmp_path / "workflows/back.yaml").write_text(text, encoding="utf-8")
    shop.type("secret", "set", "TOKEN", given="the-first-value")
    shop.type("run", "back")
    shop.type("secret", "set", "TOKEN", given="the-second-value")
    said = shop.type("undo", "r1", "--yes")
    assert "Secret" not in said
    assert (shop.made / "out").read_text(encoding="utf-8") == "the-first-value"


@pytest.mark.slow
def test_a_version_that_is_retired_is_not_taken_and_the_gate_says_so(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path, "held")
    held = BACK.replace("FOLDER", str(shop.made)).replace(
        "  in:\n", "  in:\n    environment: held\n"
    )
    (tmp_path / "workflows/back.yaml").write_text(held, encoding="utf-8")
    shop.type("secret", "set", "TOKEN", given="the-first-value")
    shop.type("run", "back", ends=8)
    shop.type("approve", "r1", "--why", "go", who="bob")
    shop.type("run", "caller")  # a worker for as long as this takes
    shop.type("secret", "rotate", "TOKEN", "--grace", "0s", given="the-second-value")
    said = shop.type("undo", "r1", "--yes", ends=8)
    wanted = "TOKEN: r1 had 1, which cannot be used any more; the newest one is taken"
    assert f"Secret {wanted}" in said
    run = json.loads(shop.type("runs", "--json"))["runs"][0]["id"]
    shown = shop.type("status", run, ends=8)
    assert wanted in shown
    assert "TOKEN@2" in shown
    shop.type("approve", run, "--why", "go", who="bob")
    shop.type("run", "caller")
    assert (shop.made / "out").read_text(encoding="utf-8") == "the-second-value"


@pytest.mark.slow
def test_a_gate_holds_for_the_way_back_too(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "held")
    shop.type("run", "ship", ends=8)
    run = json.loads(shop.type("runs", "--json"))["runs"][0]["id"]
    shop.type("approve", run, "--why", "go", who="bob")
    shop.type("run", "caller")  # a worker for as long as this takes
    assert "two" in shop.files()
    said = shop.type("undo", run, "--yes", ends=8)
    assert "stays as it is: two / Run echo mail: it has no way back" in said
    assert "two" in shop.files()
    said = shop.type("undo", run, "--yes", ends=1)
    assert f"takes {run} back already" in said
    assert "holdfast approve r" in said


def test_a_called_workflow_is_taken_back_by_a_run_of_its_own(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.type("run", "caller")
    assert "x" in shop.files()
    shop.type("undo", "r1", "--yes")
    assert shop.files() == []


@pytest.mark.parametrize(
    ("run", "ends", "told"),
    [("r9", 1, "r9"), ("r1", 1, "no-way-back")],
)
def test_what_cannot_be_taken_back_is_said(
    tmp_path: Path, run: str, ends: int, told: str
) -> None:
    shop = Shop(tmp_path)
    text = "name: n\non: {workflow_dispatch: {}}\njobs: {a: {steps: [{run: ':'}]}}\n"
    (tmp_path / "workflows/n.yaml").write_text(text, encoding="utf-8")
    shop.type("run", "n")
    assert told in shop.type("undo", run, "--yes", ends=ends)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Its run is r1 and changed a host as r2; nobody changes anything any more."""
    shop = Shop(tmp_path_factory.mktemp("shipped"))
    shop.type("run", "ship")
    return shop


@pytest.mark.parametrize("word", ["undo", "status", "cancel", "evidence", "why"])
def test_a_run_that_is_not_there_is_said_with_those_that_are(
    shipped: Shop, word: str
) -> None:
    said = shipped.type(word, "r99", ends=1)
    assert "There is no run r99" in said
    assert "Newest runs of workflows: r1." in said
    assert "Newest changes of hosts: r2." in said
    assert "holdfast runs" in said
    assert "holdfast history" in said
    assert "Traceback" not in said


def test_one_of_the_other_sort_is_said_to_be_that(shipped: Shop) -> None:
    assert "holdfast why r2" in shipped.type("status", "r2", ends=1)
    assert "holdfast status r1" in shipped.type("evidence", "r1", ends=1)
