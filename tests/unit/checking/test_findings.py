"""What ``holdfast check`` finds, case by case, and that it is quiet where all is well."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.app.checking import check_project
from holdfast.problems import Problem, Severity
from reliability import ground as siege

CASES = yaml.safe_load(
    (Path(__file__).parent / "findings.yaml").read_text(encoding="utf-8")
)
FILES = {
    "holdfast.yaml": """\
project: p
owner: sre
teams: {sre: [ann, bob]}
vars: {region: eu}
environments: {staging: {}, production: {gates: {approve: {by: [sre]}}}}
notify:
  channels: {ops: {driver: webhook, url: ops_hook}}
  send: [{on: [page], to: ops}]
""",
    "hosts/h.yaml": "hosts: {web-1: {environment: staging, groups: [web]}}\n",
    "secrets/db_password.age": "",
    "secrets/ops_hook.age": "",
}
CODES = 3


@pytest.fixture(autouse=True)
def _only_these_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFAST_DATABASE", raising=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_what_is_found(case: dict[str, Any], tmp_path: Path) -> None:
    problems = checked(tmp_path, case)
    heads = [head(problem) for problem in problems]
    assert heads == [" ".join(line.split()[:CODES]) for line in case["finds"]]
    for problem, line in zip(problems, case["finds"], strict=True):
        words = " ".join(line.split(" ")[CODES:])
        said = f"{problem.summary} {problem.detail} {problem.next_step}"
        assert words in said, said


def test_findings_are_in_the_order_of_their_places(tmp_path: Path) -> None:
    for number, case in enumerate(CASES):
        found = [p.place for p in checked(tmp_path / str(number), case) if p.place]
        assert found == sorted(found)


def checked(root: Path, case: dict[str, Any]) -> tuple[Problem, ...]:
    files = {**FILES, **case.get("files", {})}
    if "workflow" in case:
        files["workflows/w.yaml"] = case["workflow"]
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    problems, _ = check_project(root)
    assert not (root / ".holdfast").exists(), "a check keeps nothing"
    return problems


def head(problem: Problem) -> str:
    where = str(problem.place).removeprefix("workflows/")
    return f"{where} {problem.severity.value} {problem.code}"


def test_what_runs_without_a_fault_has_no_error(tmp_path: Path) -> None:
    case = {
        "files": {"holdfast.yaml": siege.PROJECT, "hosts/h.yaml": "hosts: {}\n"},
        "workflow": siege.workflow(tmp_path / "effects"),
    }
    found = checked(tmp_path, case)
    assert [str(p) for p in found if p.severity is Severity.ERROR] == []
