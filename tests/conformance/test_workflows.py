"""The published cases of GitHub's workflow language: what is read, and what is said."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.declare import Job, Step, Workflow
from holdfast.expressions.template import parts
from holdfast.load.workflows import grammar
from holdfast.load.workflows.calls import Limits
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.permissions import levels
from holdfast.load.workflows.read import Reading
from holdfast.load.workflows.tree import Items, Pairs, Text, Tree, read_tree

FOLDER = Path(__file__).parent / "github-actions" / "workflows"
STRING, SEQUENCE, MAPPING, EXPRESSION, INSERT, BOOLEAN, NUMBER, NULL = range(8)


@dataclass
class Case:
    """One file: options, the workflow, those it calls, and what is to come of it."""

    name: str
    options: Mapping[str, Any]
    content: str
    called: dict[str, bytes]
    expected: Mapping[str, Any]
    file: str = field(init=False)

    def __post_init__(self) -> None:
        self.file = f".github/workflows/{self.name}"


def case_of(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    options, content, *rest = text.split("\n---\n")
    *pairs, expected = rest
    called = {
        name.strip(): f"{body}\n".encode()
        for name, body in zip(pairs[::2], pairs[1::2], strict=True)
    }
    return Case(
        path.name, yaml.safe_load(options), content, called, json.loads(expected)
    )


CASES = [case_of(path) for path in sorted(FOLDER.glob("*.yml"))]
DIFFERENT = {
    "errors-anchor-tag.yml": "anchors are read, as GitHub does by now",
    "errors-max-result-size.yml": "files are limited in bytes and values, not in objects",
    "errors-reusable-workflow-max-result-size.yml": "the same",
    "is-partial-rerun.yml": "the order of a table of files that only that reader has",
    "on-workflow_dispatch-unknown-keys-ignored.yml": "an unknown key is a mistake",
}
"""Cases that come out differently on purpose; the same list is in the reference."""

OF_JOBS = (
    "strategy continue-on-error timeout-minutes cancel-timeout-minutes concurrency "
    "environment defaults"
)
OF_STEPS = (
    "continue-on-error timeout-minutes env working-directory shell run uses with "
    "background wait wait-all cancel"
)
POLICIES = {"LimitedRead": {"contents": "read", "packages": "read"}}
"""What a workflow has when nothing is written and the policy is the careful one."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_published_case(case: Case) -> None:
    if case.name in DIFFERENT:
        pytest.skip(DIFFERENT[case.name])
    experiments = case.options.get("experimental-features") or {}
    reading = Reading(
        grammar.github(background=bool(experiments.get("allowBackgroundSteps"))),
        find=case.called.get
        if not case.options.get("skip-reusable-workflows")
        else None,
        permissions=POLICIES.get(str(case.options.get("permissions-policy"))),
        limits=Limits(
            depth=case.options.get("max-nested-reusable-workflows-depth", 10)
        ),
    )
    workflow = reading.read(f"{case.content}\n".encode(), case.file)
    if "errors" in case.expected:
        assert said(reading.faults) == [
            one["Message"] for one in case.expected["errors"]
        ]
        return
    assert reading.faults == []
    assert workflow is not None
    shown = Shown(case, source=bool(case.options.get("include-source")))
    wanted = {k: v for k, v in case.expected.items() if k != "events"}
    assert shown.workflow(workflow) == wanted


def said(faults: list[Fault]) -> list[str]:
    """Faults in the words they are published in."""
    return [
        f"{one.place.file} (Line: {one.place.line}, Col: {one.place.column}): {one.message}"
        if one.place and one.place.line
        else f"{one.place.file}: {one.message}"
        if one.place and one.place.file
        else one.message
        for one in faults
    ]


@dataclass
class Shown:
    """A workflow in the published form."""

    case: Case
    source: bool
    outer: Mapping[str, str] | None = None
    file: int = 1

    def workflow(self, flow: Workflow) -> dict[str, Any]:
        tree = read_tree(f"{self.case.content}\n".encode(), self.case.file)
        whole: dict[str, Any] = {}
        for name, value in (
            ("env", flow.env),
            ("defaults", None),
            ("concurrency", None),
        ):
            at = tree.get(name) if isinstance(tree, Pairs) else None
            if at is not None:
                whole[name] = self.token(at, value)
        if flow.permissions:
            whole["permissions"] = _held(flow.permissions)
        self.outer = flow.permissions
        jobs = tree.get("jobs") if isinstance(tree, Pairs) else None
        whole["jobs"] = [self.job(job, jobs) for job in flow.jobs]
        if self.source:
            whole["file-table"] = [self.case.file]
        return whole

    def job(  # noqa: C901 - a key each
        self, job: Job, jobs: Tree | None
    ) -> dict[str, Any]:
        tree = jobs.get(job.id) if isinstance(jobs, Pairs) else None
        assert isinstance(tree, Pairs)
        key = next(key for key, _ in jobs.pairs if key.text == job.id)  # type: ignore[union-attr]
        made: dict[str, Any] = {"type": "reusableWorkflowJob" if job.uses else "job"}
        made["id"] = self.token(Text(key.place, job.id))
        name = tree.get("name")
        made["name"] = self.token(name) if name else self.token(Text(key.place, job.id))
        if job.needs or job.uses:
            made["needs"] = [self.token(one) for one in _flat(tree.get("needs"))]
        made["if"] = {"type": EXPRESSION, "expr": job.condition}
        for word in OF_JOBS.split():
            at = tree.get(word)
            if at is not None:
                made[word] = self.token(at)
        held = self.outer if job.permissions is None else job.permissions
        shown = held
        if job.calls is not None and job.calls.permissions is not None:
            shown = job.calls.permissions
        if shown:
            made["permissions"] = _held(shown)
        if job.env:
            at = tree.get("env")
            assert at is not None
            made["env"] = self.token(at, job.env)
        if job.uses:
            return made | self.called(job, tree, held)
        values = {"container": job.container, "services": job.services}
        for word in ["runs-on", "container", "services", "outputs"]:
            at = tree.get(word)
            if at is not None:
                made[word] = self.token(at, values.get(word))
        steps = tree.get("steps")
        if isinstance(steps, Items):
            made["steps"] = [
                self.step(one, at)
                for one, at in zip(job.steps, steps.items, strict=True)
            ]
        return made

    def called(
        self, job: Job, tree: Pairs, held: Mapping[str, str] | None
    ) -> dict[str, Any]:
        ref = tree.get("uses")
        assert ref is not None
        made: dict[str, Any] = {"ref": self.token(ref)}
        content = self.case.called.get(job.uses)
        if content is None or job.calls is None:
            return {**made, "jobs": []}
        inner = read_tree(content, job.uses)
        assert isinstance(inner, Pairs)
        started = inner.get("on")
        call = started.get("workflow_call") if isinstance(started, Pairs) else None
        for word, name in (("input", "inputs"), ("secret", "secrets")):
            defined = call.get(name) if isinstance(call, Pairs) else None
            if defined is not None:
                made[f"{word}-definitions"] = self.token(defined)
            given = tree.get("with" if word == "input" else "secrets")
            if isinstance(given, Pairs):
                values = job.with_ if word == "input" else job.secrets
                made[f"{word}-values"] = self.token(given, values)
        if job.secrets == "inherit":
            made["inherit-secrets"] = True
        shown = Shown(
            Case(job.uses, self.case.options, content.decode(), self.case.called, {}),
            self.source,
            held if job.calls.permissions is None else job.calls.permissions,
            self.file + 1,
        )
        made["jobs"] = [shown.job(one, inner.get("jobs")) for one in job.calls.jobs]
        return made

    def step(self, step: Step, tree: Tree) -> dict[str, Any]:
        assert isinstance(tree, Pairs)
        made: dict[str, Any] = {"id": step.id}
        if step.name is not None:
            at = tree.get("name")
            made["name"] = self.token(at) if at else step.name
        if not (step.waits or step.waits_for_all or step.cancels):
            made["if"] = {"type": EXPRESSION, "expr": step.condition}
        for word in OF_STEPS.split():
            at = tree.get(word)
            if at is not None:
                made[word] = self.token(
                    at, {"env": step.env, "with": step.with_}.get(word)
                )
        if step.waits:
            made["wait"] = list(step.waits)
        if step.waits_for_all:
            made["wait-all"] = True
        return made

    def token(self, tree: Tree, value: Any = None) -> Any:
        """A tree; ``value`` is what was read of it, where that is another sort."""
        match tree:
            case Items():
                inner = value if isinstance(value, list) else [None] * len(tree.items)
                items = zip(tree.items, inner, strict=True)
                return self.at(tree, SEQUENCE, seq=[self.token(*one) for one in items])
            case Pairs():
                told = value if isinstance(value, Mapping) else {}
                pairs = [
                    {"Key": self.key(key), "Value": self.token(one, told.get(key.text))}
                    for key, one in tree.pairs
                ]
                return self.at(tree, MAPPING, map=pairs)
            case Text() if isinstance(value, str):
                return self.scalar(Text(tree.place, value))
            case Text():
                return self.scalar(tree)

    def key(self, key: Text) -> Any:
        if key.text.replace(" ", "") == "${{insert}}":
            return {"type": INSERT, "directive": "insert"}
        return self.token(key)

    def scalar(self, text: Text) -> Any:
        found = parts(text.text) if text.kind == "string" else ()
        if any(part.is_expression for part in found):
            literal = _literal(found)
            if literal is None:
                return self.at(text, EXPRESSION, expr=_expression(found))
            text = Text(text.place, literal)
        if not self.source:
            return _plain(text)
        match text.kind:
            case "boolean":
                return self.at(text, BOOLEAN, bool=text.value)
            case "number":
                return self.at(text, NUMBER, num=text.value)
            case "null":
                return self.at(text, NULL)
            case _:
                return self.at(text, STRING, lit=text.text)

    def at(self, tree: Tree, kind: int, **more: Any) -> dict[str, Any]:
        if not self.source:
            return {"type": kind, **more}
        place = {"file": self.file, "line": tree.place.line, "col": tree.place.column}
        return {"type": kind, **place, **more}


def _held(written: Mapping[str, str]) -> dict[str, str]:
    return {scope: level for scope, level in levels(written).items() if level != "none"}


def _plain(text: Text) -> Any:
    if isinstance(text.value, float):
        return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(
            str(text.value), text.value
        )
    return text.value if text.kind != "string" else text.text


def _literal(found: Any) -> str | None:
    """A text whose only expression is a quoted text."""
    if len(found) != 1:
        return None
    text = found[0].text
    if text.startswith("'") and text.endswith("'"):
        inner: str = text[1:-1]
        return inner.replace("''", "'") if "'" not in inner.replace("''", "") else None
    return None


def _expression(found: Any) -> str:
    if len(found) == 1:
        return str(found[0].text)
    words, arguments = "", list[str]()
    for part in found:
        if part.is_expression:
            words += f"{{{len(arguments)}}}"
            arguments.append(part.text)
        else:
            words += part.text.replace("'", "''").replace("{", "{{").replace("}", "}}")
    return f"format('{words}', {', '.join(arguments)})"


def _flat(tree: Tree | None) -> list[Tree]:
    if tree is None:
        return []
    return list(tree.items) if isinstance(tree, Items) else [tree]
