"""What a person at a terminal is asked, and what their answer is worth."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from terminals import HOLDFAST, typed

pytestmark = pytest.mark.slow

APPROVE = """\
project: shop
owner: team-shop
environments:
  playground:
    gates:
      approve: {by: [sre], count: 1, not: author}
teams: {sre: [bob, ann]}
"""


def _typed(
    root: Path, words: Sequence[str], actor: str, answers: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    return typed(root, words, answers, {"HOLDFAST_ACTOR": actor})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    subprocess.run([str(HOLDFAST), "-C", str(tmp_path), "init"], check=True)
    return tmp_path


def _made(project: Path) -> bool:
    return (project / ".holdfast/machines/web-1/etc/app/motd").exists()


def test_the_word_yes_is_asked_for(project: Path) -> None:
    code, said = _typed(project, ["apply"], "ann", [("Type yes", "y")])
    assert (code, _made(project)) == (3, False), said
    code, said = _typed(project, ["apply"], "ann", [("Type yes", "yes")])
    assert (code, _made(project)) == (0, True), said
    assert "Done and verified." in said
    assert "4/4 changes, 2/2 hosts" in said


@pytest.mark.parametrize("colour", ["", "1"])
def test_a_long_look_says_how_far_it_is(
    project: Path, colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", colour)
    slow = (
        'name: slow\nhosts: all\nresources:\n  - command: "true"\n    check: sleep {}\n'
    )
    delays = {"web-1": "0.7", "web-2": "3"}
    for host, delay in delays.items():
        text = slow.format(delay).replace("slow", host).replace("all", host)
        (project / f"config/{host}.yaml").write_text(text)
    code, said = _typed(project, ["plan"], "ann", [])
    assert code == 0, said
    assert "1 of 2 hosts have answered" in said
    line, _, rest = said.partition("hosts have answered")
    assert "\r\033[K" in line
    assert "\r\033[K" in rest, "it is taken away again"


def test_the_author_cannot_approve_and_another_can(project: Path) -> None:
    (project / "holdfast.yaml").write_text(APPROVE)
    code, said = _typed(
        project, ["apply"], "ann", [("Your reason", "it is mine"), ("Type yes", "yes")]
    )
    assert (code, _made(project)) == (3, False), said
    assert "gate." in said

    planned, _ = _typed(project, ["plan", "-o", "plan.json"], "ann", [])
    assert planned == 0
    code, said = _typed(
        project,
        ["apply", "plan.json"],
        "bob",
        [("Your reason", "looked at it with ann"), ("Type yes", "yes")],
    )
    assert (code, _made(project)) == (0, True), said
    _, why = _typed(project, ["why", "r1"], "ann", [])
    assert "bob: looked at it with ann" in why


def test_a_secret_is_asked_for_twice_and_not_shown(project: Path) -> None:
    code, said = _typed(
        project,
        ["secret", "set", "db"],
        "ann",
        [("db:", "correct horse"), ("Repeat", "correct horse")],
    )
    assert code == 0, said
    assert "correct horse" not in said
