"""Runbooks of one page, as tests write them."""

from holdfast.declare import Step, Workflow
from holdfast.load.workflows import read_workflow
from holdfast.problems import Problem

HEAD = "---\nowner: team-shop\n---\n"
HEAD_LINES = 3
FILE = "runbooks/page.md"


def read(body: str, head: str = HEAD) -> tuple[Workflow | None, tuple[Problem, ...]]:
    found = read_workflow((head + body).encode(), FILE, lambda _: None, "")
    return found.workflow, found.problems


def runbook(body: str, head: str = HEAD) -> Workflow:
    made, problems = read(body, head)
    assert made is not None, problems
    return made


def steps(body: str, head: str = HEAD) -> tuple[Step, ...]:
    return runbook(body, head).jobs[0].steps
