"""A project on the disk with one workflow, and tests of it from texts."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from holdfast.app.testing.suite import Tested, run_tests
from holdfast.app.testing.world import ground_of

PROJECT = """\
project: shop
owner: team-shop
teams: {sre: [bob, eve]}
environments:
  production: {gates: {approve: {by: [sre], count: 1, not: author, within: 4h}}}
"""
HEAD = "name: ship\nowner: team-shop\n"
BY_HAND = "on: workflow_dispatch\n"


@dataclass
class Written:
    root: Path

    def workflow(self, text: str, name: str = "ship", on: str = BY_HAND) -> None:
        """Write a workflow: ``text`` is what stands below its name and owner."""
        head = HEAD.replace("ship", name)
        (self.root / "workflows" / f"{name}.yaml").write_text(head + on + dedent(text))

    def test(self, text: str, *, sweep: bool = False, name: str = "t") -> Tested:
        """Run a test of it."""
        file = self.root / "workflow-tests" / f"{name}.yaml"
        file.write_text("workflow: ship\n" + dedent(text))
        with ground_of(self.root) as ground:
            (tested,) = run_tests(ground, [file], with_sweep=sweep)
        return tested

    def passes(self, text: str) -> None:
        """Run a test that must pass."""
        found = said(self.test(text))
        if found:
            pytest.fail("\n".join(found))


def said(tested: Tested) -> list[str]:
    """Every problem as `PLACE SUMMARY / DETAIL`, the file left out."""
    return [
        f"{str(p.place).partition(':')[2] if p.place else ''} {p.summary} / {p.detail}"
        for p in tested.problems
    ]
