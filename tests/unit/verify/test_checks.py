"""Checks run on the host; one that gave no answer did not pass."""

import subprocess
from dataclasses import dataclass

from fakes import at
from holdfast.model import Action, Change, Plan
from holdfast.verify import check_script, confirm, read_checks


@dataclass
class Check:
    command: str | None = None
    http: str | None = None
    tcp: str | None = None
    status: int = 200
    contains: str | None = None


def _run(*checks: Check) -> list[str]:
    done = subprocess.run(
        ["sh"], input=check_script(checks), capture_output=True, check=False
    )
    return [problem.detail for problem in read_checks("web-1", checks, done.stdout)]


def test_a_check_that_passes_says_nothing() -> None:
    assert _run(Check(command="true")) == []


def test_a_check_that_fails_says_what_it_said() -> None:
    (detail,) = _run(Check(command="echo no disk; exit 7"), Check(command="true"))
    assert "ended with 7: no disk" in detail


def test_no_answer_is_a_failure() -> None:
    assert len(read_checks("web-1", [Check(command="true")], b"")) == 1


def test_a_closed_port_is_a_failure() -> None:
    assert len(_run(Check(tcp="127.0.0.1:1"))) == 1


def test_an_apply_holds_only_if_nothing_it_touched_is_left_to_do() -> None:
    change = Change(at("a"), Action.UPDATE, {"text": "1"}, {"text": "2"})
    assert confirm(Plan(), [at("a")], ()).holds
    assert not confirm(Plan((change,)), [at("a")], ()).holds
    assert confirm(Plan((change,)), [at("b")], ()).holds
