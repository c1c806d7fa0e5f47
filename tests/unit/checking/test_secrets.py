"""Secrets are looked for by name, wherever the project keeps them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import open_application
from holdfast.app.checking import check_project
from holdfast.problems import Severity
from unit.secrets.vault_server import DENIED, Vault, served

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
    for variable in ("TOKEN", "VAULT_ADDR", "VAULT_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    names = "secrets: {names: {token: 'env:TOKEN', other: 'vault:kv/x#y'}}\n"
    (root / "holdfast.yaml").write_text(PROJECT + names)
    told = [(p.code, p.severity.value, str(p.place)) for p in check_project(root)[0]]
    assert told == [
        ("check.unknown-secret", "warning", "holdfast.yaml:4:19"),
        ("check.backend-not-asked", "note", "holdfast.yaml:4:39"),
    ]
    monkeypatch.setenv("TOKEN", "a long value")
    assert codes(root) == ["check.backend-not-asked"]


def test_a_file_that_is_not_there(root: Path) -> None:
    names = "secrets: {names: {token: 'file:keys/token'}}\n"
    (root / "holdfast.yaml").write_text(PROJECT + names)
    (problem,) = check_project(root)[0]
    assert "the file keys/token, which is not there" in problem.detail
    (root / "keys").mkdir()
    (root / "keys/token").write_text("a long value")
    assert codes(root) == []


@pytest.fixture
def vault(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    written: dict[str, Any] = {"password": "a long value"}
    old: list[dict[str, Any] | None] = [written, None]
    values = {"kv/db": old[:1], "kv/old": old}
    with served(Vault(values=values)) as made:
        names = {"token": "kv/db#password", "key": "kv/db#passwort"}
        names |= {"gone": "kv/old#password", "none": "kv/none#password"}
        lines = "".join(f"    {n}: 'vault:{at}'\n" for n, at in names.items())
        (root / "holdfast.yaml").write_text(f"{PROJECT}secrets:\n  names:\n{lines}")
        monkeypatch.setenv("VAULT_ADDR", made.address)
        monkeypatch.setenv("VAULT_TOKEN", "root-token")
        yield made


def test_vault_is_asked_for_names_and_never_for_a_value(
    root: Path, vault: Vault
) -> None:
    told = {p.place.line: p for p in check_project(root)[0] if p.place}
    assert {p.code for p in told.values()} == {"check.unknown-secret"}
    assert "There is no `passwort`" in told[7].detail
    assert "password" in told[7].next_step
    assert "was deleted" in told[8].detail
    assert "Nothing is at vault:kv/none#password." in told[9].detail
    assert sorted(told) == [7, 8, 9]
    assert all("/subkeys/" in path for _, path, _ in vault.asked)


def test_a_vault_that_does_not_answer_is_asked_once(root: Path, vault: Vault) -> None:
    vault.odd = lambda _path: (503, {"errors": ["Vault is sealed"]}, {})
    problems = check_project(root)[0]
    assert [p.code for p in problems] == ["check.backend-not-asked"] * 4
    assert "is sealed" in problems[0].detail
    assert len(vault.asked) == 1


def test_a_token_that_may_not_ask_is_told_for_each(root: Path, vault: Vault) -> None:
    vault.odd = lambda path: DENIED if "/db" in path else None
    problems = check_project(root)[0]
    assert [(p.code, p.severity.value) for p in problems] == [
        ("check.backend-not-asked", "note"),
        ("check.backend-not-asked", "note"),
        ("check.unknown-secret", "warning"),
        ("check.unknown-secret", "warning"),
    ]
    assert "subkeys" in problems[0].next_step
