"""The JSON Schema for editors takes what loads and refuses what does not."""

import re
from inspect import cleandoc
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from holdfast.kinds import BUILT_IN
from holdfast.load import schema
from holdfast.load.yaml12 import read_yaml

ROOT = Path(__file__).parents[3]
VALIDATORS = {
    name: jsonschema.Draft202012Validator(found)
    for name, found in schema({kind.name: kind for kind in BUILT_IN}).items()
}
FENCE = re.compile(r"^```yaml (\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(mark, text, id=f"{page.stem}-{mark}")
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for mark, text in FENCE.findall(page.read_text(encoding="utf-8"))
    if mark != "workflow"
]
"""Workflows are read by rules of their own, which no schema says."""


def test_the_schemas_are_schemas() -> None:
    for validator in VALIDATORS.values():
        validator.check_schema(validator.schema)


def _plain(text: str) -> Any:
    return read_yaml(text.encode(), "x").value


@pytest.mark.parametrize(("mark", "text"), EXAMPLES)
def test_every_example_of_the_docs_is_accepted(mark: str, text: str) -> None:
    VALIDATORS[mark].validate(_plain(text))


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
def test_the_example_of_every_kind_is_accepted_and_loads(kind: Any) -> None:
    manual = cleandoc(kind.model.__doc__)
    found = re.search(r"\n\n(    - .*?)\s*\Z", manual, re.DOTALL)
    assert found, "the manual of a kind ends with an example"
    for resource in _plain(re.sub(r"^    ", "", found[1], flags=re.MULTILINE)):
        config = {"name": "c", "hosts": "all", "resources": [resource]}
        VALIDATORS["config"].validate(config)
        own = {k: v for k, v in resource.items() if k not in ("then", "after")}
        if "${{" not in str(own):
            kind.model.model_validate(own)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/cases").glob("*.yaml")), ids=lambda p: p.stem
)
def test_every_case_is_accepted(path: Path) -> None:
    for case in yaml.safe_load(path.read_text(encoding="utf-8")):
        config = {"name": "c", "hosts": "all", "resources": case["resources"]}
        VALIDATORS["config"].validate(config)


def test_the_front_matter_of_a_runbook_is_accepted() -> None:
    pages = (ROOT / "docs").rglob("*.md")
    texts = [page.read_text(encoding="utf-8") for page in pages]
    found = [
        head
        for text in texts
        for head in re.findall(r"PAGE'\n---\n(.*?)\n---\n", text, re.DOTALL)
    ]
    assert found
    for head in found:
        VALIDATORS["runbook"].validate(_plain(head))


REFUSED = {
    "a job in the head of a runbook": ("runbook", "name: a\njobs: {}\n"),
    "a step in the head of a runbook": ("runbook", "steps: [{run: a}]\n"),
    "an unknown key": ("config", "name: a\nhosts: b\nhostz: c\n"),
    "no name": ("config", "hosts: b\n"),
    "an unknown kind": ("config", "name: a\nhosts: b\nresources: [{fiel: /x}]\n"),
    "an unknown key of a kind": (
        "config",
        "name: a\nhosts: b\nresources: [{file: /x, modus: '1'}]\n",
    ),
    "a list for a text": ("config", "name: [a]\nhosts: b\n"),
    "an unknown driver": ("hosts", "hosts: {}\nconnect: {driver: telnet}\n"),
    "an environment that is a text": ("project", "project: a\nenvironments: x\n"),
    "a policy without a condition": ("policies", "- {name: a, deny: b}\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_load_is_refused(name: str) -> None:
    which, text = REFUSED[name]
    with pytest.raises(jsonschema.ValidationError):
        VALIDATORS[which].validate(_plain(text))
