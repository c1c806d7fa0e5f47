"""A run's workflow is read from its sources once, however often it is asked for."""

from pathlib import Path

import pytest

from holdfast.app.opening.project import open_application
from holdfast.app.runs import flows as module
from holdfast.app.runs.flows import Flows
from holdfast.model import RunView

FLOW = "name: ship\non: {workflow_dispatch: {}}\njobs: {one: {steps: [{run: ':'}]}}\n"


def test_it_is_parsed_once_and_another_version_of_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "holdfast.yaml").write_text(
        "project: shop\nowner: shop\n", encoding="utf-8"
    )
    (tmp_path / "workflows").mkdir()
    file, read = tmp_path / "workflows/ship.yaml", list[str]()
    reread = module.reread  # type: ignore[attr-defined]

    def note(content: bytes, name: str, find: object) -> object:
        read.append(name)
        return reread(content, name, find)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "reread", note)
    for text in (FLOW, FLOW.replace("':'", "'true'")):
        file.write_text(text, encoding="utf-8")
        app = open_application(tmp_path)
        made, flow = Flows(app), app.project.workflows[0]
        made.keep(flow)
        started = made.request(flow, {}).body()
        before = len(read)
        found = [made.of(RunView(f"r{n}", started=started)) for n in range(3)]
        assert len(read) == before + 1
        assert {one.jobs[0].steps[0].run for one in found} == {text.split("'")[1]}
        app.store.close()
