"""What is typed, what comes out, and the exit code; in a project of one's own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HOLDFAST = Path(sys.executable).parent / "holdfast"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Type a command in an empty project."""

    def typed(
        *words: str, stdin: str = "", **env: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(HOLDFAST), *words],
            cwd=tmp_path,
            input=stdin,
            env={**os.environ, "HOLDFAST_ACTOR": "ann", "NO_COLOR": "1", **env},
            capture_output=True,
            text=True,
            check=False,
        )

    assert typed("init").returncode == 0
    return typed


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


PIECES = """\
on: workflow_dispatch
jobs: {pieces: {steps: [{run: printf one}, {run: printf two}, {run: "true"}]}}
"""


def test_the_output_of_each_step_begins_on_a_line_of_its_own(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows/pieces.yaml").write_text(PIECES, encoding="utf-8")
    assert run("run", "pieces").returncode == 0
    assert run("logs", "r1").stdout == "one\ntwo\n"
    assert run("logs", "r1", "pieces", "--step", "1").stdout == "two\n"


def test_a_job_that_is_not_there_has_no_empty_logs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows/pieces.yaml").write_text(PIECES, encoding="utf-8")
    assert run("run", "pieces").returncode == 0
    done = run("logs", "r1", "peices")
    assert done.returncode == 1
    assert "Did you mean `pieces`?" in done.stderr


def test_the_exit_codes_of_plan(run: Run, tmp_path: Path) -> None:
    assert run("plan").returncode == 0
    assert run("plan", "--detailed-exitcode").returncode == 2
    assert run("plan", "--detailed-exitcod").returncode == 64
    assert run("plna").returncode == 64
    assert run("apply", "--yes").returncode == 0
    assert run("plan", "--detailed-exitcode").returncode == 0
    _rewrite(tmp_path / "config/web.yaml", "content:", "contnet:")
    done = run("plan", "--detailed-exitcode")
    assert done.returncode == 1
    assert "Did you mean `content`?" in done.stderr


def test_a_selector_that_names_nothing_is_no_empty_plan(run: Run) -> None:
    done = run("plan", "wbe-1")
    assert done.returncode != 0
    assert "Did you mean `web-1`?" in done.stderr


def test_json_is_one_object_with_a_schema(run: Run) -> None:
    told = json.loads(run("plan", "--json").stdout)
    assert told["schema"] == "holdfast.plan/1"
    assert told["summary"]["create"] == 4
    assert told["digest"].startswith("sha256:")
    change = next(c for c in told["changes"] if "web-1/file" in c["address"])
    assert change["action"] == "create"
    assert change["after"]["mode"] == "0644"
    assert change["declared"] == "config/web.yaml:7:5"
    done = json.loads(run("apply", "--yes", "--json").stdout)
    assert (done["schema"], done["exit"], done["verified"]) == (
        "holdfast.run/1",
        0,
        True,
    )
    for words in (("history",), ("drift",), ("why", "r1"), ("hosts",), ("claim",)):
        assert json.loads(run(*words, "--json").stdout)["schema"].startswith(
            "holdfast."
        )


def test_only_what_was_selected_is_changed(run: Run, tmp_path: Path) -> None:
    assert run("apply", "--yes", "web-1", "directory:*").returncode == 0
    machines = tmp_path / ".holdfast/machines"
    assert (machines / "web-1/etc/app").is_dir()
    assert not (machines / "web-1/etc/app/motd").exists()
    assert not (machines / "web-2/etc").exists()


def test_nobody_to_ask_is_a_no(run: Run, tmp_path: Path) -> None:
    done = run("apply")
    assert done.returncode == 3
    assert "Nothing was changed" in done.stderr
    assert not (tmp_path / ".holdfast/machines/web-1/etc").exists()


def test_a_saved_plan_is_refused_when_the_world_moved(run: Run, tmp_path: Path) -> None:
    run("apply", "--yes")
    motd = tmp_path / ".holdfast/machines/web-1/etc/app/motd"
    motd.write_text("one\n")
    assert run("plan", "-o", "saved.json").returncode == 0
    motd.write_text("two\n")
    done = run("apply", "saved.json", "--yes")
    assert done.returncode == 3
    assert "app.stale-plan" in done.stderr
    assert "different: playground/web-1/file:/etc/app/motd" in done.stderr
    assert motd.read_text() == "two\n"
    motd.write_text("one\n")
    assert run("apply", "saved.json", "--yes").returncode == 0


def test_a_claim_of_somebody_else_keeps_one_out(run: Run) -> None:
    taken = run(
        "claim", "host:web-1", "--for", "1h", "--why", "disk", HOLDFAST_ACTOR="bob"
    )
    assert taken.returncode == 0
    done = run("apply", "--yes")
    assert done.returncode == 3
    assert "host:web-1 is claimed by bob" in done.stderr
    assert "disk" in done.stderr
    assert run("claim", "host:web-1", "--why", "mine").returncode == 75
    assert run("claim", "host:web-9", "--why", "x").returncode == 1
    assert run("claim", "host:web-1", "--release", HOLDFAST_ACTOR="bob").returncode == 0
    assert run("apply", "--yes").returncode == 0


GATES = """\
environments:
  playground:
    gates:
      limits: {max_targets: 1}
"""


def test_a_limit_holds_and_yes_does_not_pass_it(run: Run, tmp_path: Path) -> None:
    _rewrite(tmp_path / "holdfast.yaml", "environments:\n  playground: {}\n", GATES)
    done = run("apply", "--yes")
    assert done.returncode == 3
    assert "gate.too-many-targets" in done.stderr
    assert run("apply", "--yes", "web-1").returncode == 0


POLICY = """\
- name: no deletes
  when: ${{ change.action == 'delete' }}
  deny: Ask ann first.
"""


def test_a_policy_is_asked_for_undo_too(run: Run, tmp_path: Path) -> None:
    run("apply", "--yes")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/p.yaml").write_text(POLICY)
    done = run("undo", "r1", "--yes")
    assert done.returncode == 3
    assert "Ask ann first." in done.stderr


APPROVE = """\
environments:
  playground:
    gates:
      approve: {by: [sre], count: 1, not: author}
teams: {sre: [bob]}
"""


def test_without_an_approval_nothing_happens(run: Run, tmp_path: Path) -> None:
    _rewrite(tmp_path / "holdfast.yaml", "environments:\n  playground: {}\n", APPROVE)
    done = run("apply", "--yes", HOLDFAST_ACTOR="bob")
    assert done.returncode == 3
    assert "gate." in done.stderr


def test_check_speaks_junit(run: Run, tmp_path: Path) -> None:
    assert run("check").returncode == 0
    _rewrite(tmp_path / "config/web.yaml", "mode:", "modus:")
    done = run("check", "--junit", "out.xml")
    assert done.returncode == 10
    xml = (tmp_path / "out.xml").read_text()
    assert 'failures="1"' in xml
    assert "load.unknown-key" in xml


WARNED = """\
on: push
jobs: {a: {if: false, steps: [{run: echo}]}}
"""


def test_check_fails_on_what_it_is_told_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows/off.yaml").write_text(WARNED)
    assert run("check").returncode == 0
    assert run("check", "--fail-on", "error").returncode == 0
    assert run("check", "--fail-on", "note").returncode == 10
    assert run("check", "--fail-on", "nothing").returncode == 64
    done = run("check", "--fail-on", "warning", "--sarif", "out.sarif")
    assert done.returncode == 10
    assert "1 problem (1 warning)" in done.stderr
    (shown,) = json.loads((tmp_path / "out.sarif").read_text())["runs"]
    (result,) = shown["results"]
    assert (result["ruleId"], result["level"]) == ("check.never-runs", "warning")
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": "workflows/off.yaml"}
    assert where["region"] == {"startLine": 2, "startColumn": 16}
    assert "check.never-runs" in run("explain", "check.never-runs").stdout


def test_a_ledger_that_was_altered_is_found(run: Run, tmp_path: Path) -> None:
    import sqlite3

    run("apply", "--yes")
    assert run("ledger", "verify").returncode == 0
    with sqlite3.connect(tmp_path / ".holdfast/holdfast.db") as connection:
        connection.execute("DROP TRIGGER ledger_no_UPDATE")
        connection.execute("UPDATE ledger SET actor='eve' WHERE sequence=3")
    connection.close()
    done = run("ledger", "verify")
    assert done.returncode == 1
    assert "row 3" in done.stderr


def test_every_command_explains_itself(run: Run) -> None:
    for name in ("plan", "apply", "drift", "undo", "why", "secret", "rehearse"):
        assert "Exit codes" in run(name, "--help").stdout or name == "secret"
    assert "load.unknown-key" in run("explain", "load.unknown-key").stdout
    assert run("explain", "load.unknown-kye").returncode != 0


def test_what_the_commands_of_a_group_do_is_told_whole(run: Run) -> None:
    told = run("secret", "--help").stdout
    assert "when and by whom: runs, hosts, addresses, readers." in " ".join(
        told.split()
    )


def test_a_mistyped_command_of_a_group_has_a_hint(run: Run) -> None:
    done = run("secret", "lst")
    assert done.returncode == 64
    assert "There is no command `lst`. Did you mean `list`?" in done.stderr


def test_the_status_of_nothing_says_how_to_begin(run: Run) -> None:
    done = run("status")
    assert done.returncode == 64
    assert "There are no runs yet; start one: holdfast run NAME" in done.stderr


def test_outside_of_a_project_one_is_told_where_to_begin() -> None:
    done = subprocess.run(
        [str(HOLDFAST), "plan"], cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "holdfast init" in done.stderr


def test_help_starts_without_the_large_libraries() -> None:
    code = (
        "import sys\nfrom holdfast.cli.main import holdfast\n"
        "try: holdfast.main(['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        "print([m for m in ('sqlalchemy', 'dbos', 'rich', 'pydantic', 'yaml') "
        "if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_a_shell(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_HOLDFAST_COMPLETE" in done.stdout
