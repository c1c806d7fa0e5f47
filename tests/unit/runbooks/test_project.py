"""Runbooks in a project: found, called, and outlived."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from holdfast.app.checking import check_project
from holdfast.kinds import BUILT_IN
from holdfast.load import load


def project(root: Path, files: dict[str, str]) -> Any:
    whole = {
        "holdfast.yaml": "project: p\nowner: sre\nenvironments: {e: {}}\n"
        "teams: {sre: [ann]}\n",
        "hosts/h.yaml": "hosts: {web-1: {}}\n",
        **files,
    }
    for name, text in whole.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return load(root, {kind.name: kind for kind in BUILT_IN})


def test_runbooks_of_both_folders_are_workflows(tmp_path: Path) -> None:
    page = "---\nname: {}\n---\n```sh\na\n```\n"
    loaded = project(
        tmp_path,
        {
            "runbooks/one.md": page.format("one"),
            "workflows/two.md": page.format("two"),
            "runbooks/README.md": "# Only words\n",
            "docs/three.md": page.format("three"),
        },
    )
    assert loaded.problems == ()
    assert [flow.name for flow in loaded.project.workflows] == ["one", "two"]
    assert loaded.project.warnings == ()
    assert "runbooks/one.md" in loaded.files


def test_what_a_runbook_outlived_is_a_warning(tmp_path: Path) -> None:
    page = (
        "---\nowner: gone\n---\n# A\n[there](two.md#x) [root](/docs/x.md)\n"
        "[not](missing%20one.md) ![picture](../no.png)\nand [out](../../etc)\n"
        "[web](https://x.example/y) [here](#a) [mail](mailto:a@b)\n```sh\na\n```\n"
    )
    loaded = project(
        tmp_path,
        {"runbooks/one.md": page, "runbooks/two.md": "# No head\n", "docs/x.md": ""},
    )
    assert loaded.problems == ()
    told = [(one.code, str(one.place)) for one in loaded.project.warnings]
    assert told == [
        ("runbook.dead-link", "runbooks/one.md:6:1"),
        ("runbook.dead-link", "runbooks/one.md:6:1"),
        ("runbook.dead-link", "runbooks/one.md:7:1"),
        ("runbook.owner-gone", "runbooks/one.md:1:1"),
        ("runbook.no-front-matter", "runbooks/two.md:1:1"),
    ]
    details = [one.detail for one in loaded.project.warnings]
    assert "`missing%20one.md` is runbooks/missing one.md" in details[0]


def test_a_runbook_can_be_called_by_a_workflow(tmp_path: Path) -> None:
    head = "---\non: {workflow_call: {inputs: {x: {type: string}}}}\n---\n"
    page = f"{head}```manual\na\n```\n"
    call = "on: push\njobs: {a: {uses: ./runbooks/one.md, with: {x: y}}}\n"
    loaded = project(tmp_path, {"runbooks/one.md": page, "workflows/w.yaml": call})
    assert loaded.problems == ()
    called = loaded.project.workflow("w").jobs[0].calls
    assert replace(called, sources={}).jobs[0].steps[0].manual == "a"


def test_what_would_fail_at_run_time_is_found_where_it_stands(tmp_path: Path) -> None:
    page = (
        "---\nowner: sre\n---\n# A\n- x\n\n  ```sh id=a\n  echo a\n"
        "  echo ${{ steps.b.outputs.n }}\n  ```\n\n```sh id=b\ntrue\n```\n"
    )
    project(tmp_path, {"runbooks/one.md": page})
    problems, _ = check_project(tmp_path)
    told = [(one.code, str(one.place)) for one in problems]
    assert told == [("check.step-not-run-yet", "runbooks/one.md:9:12")]
