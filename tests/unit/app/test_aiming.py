"""Which hosts a job's steps name, before it begins."""

from pathlib import Path
from typing import Any

import pytest

from holdfast.app.runs.targets import aims_of
from holdfast.declare import Project, Step
from holdfast.kinds import BUILT_IN
from holdfast.load import load
from holdfast.plan import Aim, Instance
from unit.runs.world import HERE, job

PROJECT = "project: shop\nowner: ops\nenvironments: {production: {}, staging: {}}\n"
HOSTS = """\
hosts:
  web-1: {environment: production, groups: [web]}
  web-2: {environment: production, groups: [web]}
  db-1: {environment: staging, groups: [db]}
connect: {driver: local, root: m}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "hosts").mkdir()
    (tmp_path / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "hosts/all.yaml").write_text(HOSTS, encoding="utf-8")
    loaded = load(tmp_path, {kind.name: kind for kind in BUILT_IN})
    assert loaded.project is not None, loaded.problems
    return loaded.project


def aim(project: Project, uses: str, **with_: Any) -> Aim:
    step = Step(id="s", place=HERE, uses=uses, with_=with_)
    instance = Instance("ship", job("ship", steps=(step,)), "ship")
    contexts = {"inputs": {"host": "web-2"}, "matrix": {"group": "db"}}
    return aims_of(project, instance, contexts)[0]


def names(found: Aim) -> list[str]:
    return [target.name for target in found.targets]


@pytest.mark.parametrize(
    ("uses", "with_", "hosts"),
    [
        ("holdfast/exec", {"hosts": "web"}, ["web-1", "web-2"]),
        ("holdfast/exec", {"hosts": "${{ inputs.host }}"}, ["web-2"]),
        ("holdfast/exec@v1", {"host": "db-1"}, ["db-1"]),
        (
            "holdfast/apply",
            {"selectors": "web-1 ${{ matrix.group }}"},
            ["web-1", "db-1"],
        ),
        ("holdfast/apply", {}, ["web-1", "web-2", "db-1"]),
        ("holdfast/http", {"url": "http://web-1"}, []),
    ],
)
def test_what_a_step_names(
    project: Project, uses: str, with_: dict[str, str], hosts: list[str]
) -> None:
    found = aim(project, uses, **with_)
    assert found.known
    assert sorted(names(found)) == sorted(hosts)


@pytest.mark.parametrize("hosts", ["${{ steps.find.outputs.hosts }}", "nowhere"])
def test_what_only_an_earlier_step_can_say_is_not_known_and_is_not_every_host(
    project: Project, hosts: str
) -> None:
    assert aim(project, "holdfast/exec", hosts=hosts) == Aim(known=False)


def test_a_target_is_what_rules_ask_about(project: Project) -> None:
    (found,) = aim(project, "holdfast/exec", hosts="db-1").targets
    assert (found.environment, found.groups, found.owner) == ("staging", ("db",), "ops")
