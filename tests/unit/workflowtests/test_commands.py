import json
from pathlib import Path
from xml.etree import ElementTree as ET

from click import UsageError
from click.testing import CliRunner, Result

from holdfast.cli.main import holdfast
from unit.workflowtests.project import Written
from unit.workflowtests.test_play import MATRIX
from unit.workflowtests.test_sweep import deploy


def call(project: Written, *words: str) -> Result:
    words = ("-C", str(project.root), *words)
    return CliRunner().invoke(holdfast, list(words), standalone_mode=False)


def write(project: Written, name: str, text: str) -> Path:
    file = project.root / "workflow-tests" / name
    file.write_text(f"workflow: ship\n{text}")
    return file


def test_all_tests_of_a_project_and_what_ci_reads(
    project: Written, tmp_path: Path
) -> None:
    project.workflow(MATRIX)
    write(project, "good.yaml", "name: good\n")
    bad = write(project, "bad.yaml", "expect: {state: failed}\n")
    report = tmp_path / "report.xml"
    told = call(project, "test", "--junit", str(report), "--json")
    assert told.return_value == 1, told.output
    found = json.loads(told.stdout)
    assert found["schema"] == "holdfast.test/1"
    assert [(one["file"], one["passed"]) for one in found["tests"]] == [
        ("workflow-tests/bad.yaml", False),
        ("workflow-tests/good.yaml", True),
    ]
    assert found["tests"][0]["problems"][0]["place"] == "workflow-tests/bad.yaml:2:10"
    suite = ET.parse(report).getroot()[0]  # noqa: S314 - we wrote it
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (
        "holdfast test",
        "2",
        "1",
    )
    told = call(project, "test", str(bad))
    assert told.return_value == 1
    assert "Wanted: failed" in told.stdout
    assert "1 tests, 1 failed." in told.stderr


def test_a_finding_of_the_sweep_has_an_exit_code_of_its_own(project: Written) -> None:
    project.workflow(deploy())
    file = str(write(project, "t.yaml", ""))
    told = call(project, "test", "--sweep", file)
    assert told.return_value == 10, told.output
    assert "not taken back  deploy/migrate: what it made stays" in told.stdout
    assert "at workflows/ship.yaml:10:9" in told.stdout
    swept = json.loads(call(project, "test", file, "--sweep", "--json").stdout)
    (left,) = [
        one
        for one in swept["tests"][0]["sweep"]["left"]
        if one["what"] == "no-way-back"
    ]
    assert (left["finding"], left["subject"]) == (True, "deploy/migrate")
    assert {"job": "deploy", "step": "migrate", "kind": "crashes"} in left["faults"]


def test_nothing_to_test_is_said(project: Written) -> None:
    project.workflow(MATRIX)
    told = call(project, "test")
    assert "test.none" in str(told.exception)
    told = call(project, "test", "no-such-file.yaml")
    assert isinstance(told.exception, UsageError)


def test_editors_get_a_schema(project: Written) -> None:
    told = json.loads(call(project, "schema", "workflow-test").stdout)
    assert "fakes" in told["properties"]
    step = told["$defs"]["StepFaked"]["anyOf"]
    assert [one["type"] for one in step] == ["string", "object"]
