"""Secrets are looked for by name, wherever the project keeps them."""

from pathlib import Path

import pytest

from holdfast.app import open_application
from holdfast.app.checking import check_project
from holdfast.problems import Severity

PROJECT = "project: p\nowner: sre\nenvironments: {production: {}}\n"
WORKFLOW = """\
on: push
jobs: {a: {steps: [{run: "echo ${{ secrets.token }}"}]}}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("HOLDFAST_DATABASE", "HOLDFAST_SECRET_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "workflows").mkdir()
    (tmp_path / "holdfast.yaml").write_text(PROJECT)
    (tmp_path / "workflows/w.yaml").write_text(WORKFLOW)
    return tmp_path


def codes(root: Path) -> list[str]:
    return [problem.code for problem in check_project(root)[0]]


def test_no_backend_has_it(root: Path) -> None:
    assert codes(root) == ["check.unknown-secret"]


def test_the_environment_has_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_SECRET_TOKEN", "a long value")
    assert codes(root) == []


def test_the_database_has_it(root: Path) -> None:
    (root / "holdfast.yaml").write_text(f"{PROJECT}secrets: {{backends: [store]}}\n")
    app = open_application(root)
    assert codes(root) == ["check.unknown-secret"]
    app.secrets.set("token", "a long value")
    app.close()
    assert codes(root) == []


def test_a_database_that_does_not_answer_is_a_warning(root: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    (root / "holdfast.yaml").write_text(f"{PROJECT}database: {url}\n")
    (problem,) = check_project(root)[0]
    assert problem.code == "check.backend-not-asked"
    assert problem.severity is Severity.WARNING


def test_names_that_stand_for_something_elsewhere(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOKEN", raising=False)
    names = "secrets: {names: {token: 'env:TOKEN', other: 'vault:kv/x#y'}}\n"
    (root / "holdfast.yaml").write_text(PROJECT + names)
    told = [(p.code, p.severity.value, str(p.place)) for p in check_project(root)[0]]
    assert told == [
        ("check.unknown-secret", "warning", "holdfast.yaml:4:19"),
        ("check.backend-not-asked", "note", "holdfast.yaml:4:39"),
    ]
    monkeypatch.setenv("TOKEN", "a long value")
    assert codes(root) == ["check.backend-not-asked"]
