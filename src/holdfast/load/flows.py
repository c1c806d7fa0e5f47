"""The workflows and runbooks of a project: which files they are, and what comes of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.declare import ProjectDeclared, Workflow
from holdfast.load.reading import Reading
from holdfast.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Flows:
    """Workflows that can be run, files that cannot, and what is odd."""

    workflows: tuple[Workflow, ...] = ()
    refused: tuple[tuple[str, tuple[Problem, ...]], ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_flows(reading: Reading, project: ProjectDeclared | None) -> Flows:
    """Read every workflow; faults of ours are problems, GitHub's are only refused."""
    files = [*_yaml(reading.root), *_markdown(reading.root)]
    if not files:
        return Flows()
    from holdfast.load.workflows import read_workflow
    from holdfast.load.workflows.runbooks import (
        is_runbook,
        no_front_matter,
        odd_runbook,
    )

    found: list[Workflow] = []
    refused: list[tuple[str, tuple[Problem, ...]]] = []
    warnings: list[Problem] = []
    owner = (project.owner if project else None) or ""
    names = people_of(project)
    for path in files:
        name = str(path.relative_to(reading.root))
        content = reading.content(path)
        if path.suffix == ".md" and not is_runbook(content):
            warnings.append(no_front_matter(name))
            continue
        one = read_workflow(content, name, reading.find, owner)
        wrong = [p for p in one.problems if p.severity is Severity.ERROR]
        reading.problems += wrong
        if one.workflow is not None:
            found.append(one.workflow)
            warnings += one.problems
            if one.workflow.is_runbook:
                warnings += odd_runbook(one.workflow, content, reading.root, names)
        elif not wrong:
            refused.append((name, one.problems))
    return Flows(tuple(found), tuple(refused), tuple(warnings))


def _yaml(root: Path) -> Iterator[Path]:
    for folder in ("workflows", ".github/workflows"):
        found = sorted((root / folder).glob("*.y*ml"))
        yield from (path for path in found if path.suffix in (".yaml", ".yml"))


def _markdown(root: Path) -> Iterator[Path]:
    for folder in ("runbooks", "workflows"):
        found = sorted((root / folder).glob("*.md"))
        yield from (path for path in found if path.name != "README.md")


def people_of(project: ProjectDeclared | None) -> set[str]:
    """Every team of the project, and everybody in one."""
    teams = project.teams if project else {}
    return {*teams, *(person for people in teams.values() for person in people)}
