"""Every fault is said with its place, what was seen, and what to write instead."""

from pathlib import Path

import pytest

from holdfast.kinds import BUILT_IN
from holdfast.load import load, resolve
from holdfast.model import Sensitive
from holdfast.problems import Problem

KINDS = {kind.name: kind for kind in BUILT_IN}
FILES = {
    "holdfast.yaml": "project: p\nowner: t\nenvironments: {e: {}}\n",
    "hosts/h.yaml": "hosts: {web-1: {groups: [web]}, db-1: {groups: [db]}}\n",
}


def problems_of(root: Path, files: dict[str, str]) -> list[Problem]:
    """What loading and resolving find wrong."""
    for name, text in {**FILES, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    loaded = load(root, KINDS)
    if loaded.project is None:
        return list(loaded.problems)
    hosts = list(loaded.project.hosts)
    secrets = {"known": Sensitive("known", "1", "value")}
    return list(resolve(loaded.project, KINDS, hosts, {}, secrets.get).problems)


def _config(resources: str, more: str = "") -> dict[str, str]:
    return {"config/c.yaml": f"name: c\nhosts: all\n{more}resources:\n{resources}"}


FAULTS = {
    "an unknown key": (
        _config("  - file: /x\n    contnet: a\n"),
        "load.unknown-key",
        "config/c.yaml:5:5",
        "Did you mean `content`?",
    ),
    "an unknown key of a host whose name is a pattern": (
        {"hosts/h.yaml": "hosts:\n  web-1: {}\n  db-[1:3]:\n    gruops: [db]\n"},
        "load.unknown-key",
        "hosts/h.yaml:4:5",
        "Did you mean `groups`?",
    ),
    "an unknown kind": (
        _config("  - fiel: /x\n"),
        "load.unknown-kind",
        "config/c.yaml:4:5",
        "Did you mean `file`?",
    ),
    "a number where a text is wanted": (
        _config("  - file: /x\n    mode: 644\n"),
        "load.wrong-value",
        "config/c.yaml:5:5",
        'Put it in quotes: "644"',
    ),
    "a mode that is none": (
        _config("  - file: /x\n    mode: '999'\n"),
        "load.wrong-value",
        "config/c.yaml:5:5",
        "",
    ),
    "a command that cannot tell": (
        _config("  - command: reboot\n"),
        "load.wrong-value",
        "config/c.yaml:4:5",
        "",
    ),
    "a handler that is not there": (
        _config("  - file: /x\n    then: reload nginx\n"),
        "load.unknown-handler",
        "config/c.yaml:4:5",
        "Declare it",
    ),
    "an expression that cannot be read": (
        _config("  - file: /x\n    content: ${{ vars. }}\n"),
        "load.expression",
        "config/c.yaml:5:5",
        "",
    ),
    "a context that is not there": (
        _config("  - file: /x\n    content: ${{ varz.a }}\n"),
        "load.unknown-context",
        "config/c.yaml:5:5",
        "Did you mean `vars`?",
    ),
    "a secret that is not there": (
        _config("  - file: /x\n    content: ${{ secrets.nope }}\n"),
        "load.no-secret",
        "config/c.yaml:4:5",
        "holdfast secret set nope",
    ),
    "a secret in a path": (
        _config("  - file: /x/${{ secrets.known }}\n"),
        "load.secret-in-text",
        "config/c.yaml:4:5",
        "env:",
    ),
    "a template that is not there": (
        _config("  - file: /x\n    template: t.j2\n"),
        "load.no-file",
        "config/c.yaml:4:5",
        "",
    ),
    "a source outside of the project": (
        _config("  - file: /x\n    source: ../../../../../../etc/passwd\n"),
        "load.outside",
        "config/c.yaml:4:5",
        "Copy it",
    ),
    "two contents": (
        _config("  - file: /x\n    content: a\n    source: b\n"),
        "load.two-contents",
        "config/c.yaml:4:5",
        "",
    ),
    "the same thing twice": (
        _config("  - file: /x\n  - file: /x\n"),
        "load.same-thing",
        "config/c.yaml:5:5",
        "Take one of them out",
    ),
    "a file and a folder at one path": (
        _config("  - file: /x\n  - directory: /x/\n"),
        "load.same-thing",
        "config/c.yaml:5:5",
        "",
    ),
    "a line of a file whose content is declared": (
        _config("  - {file: /x, content: a}\n  - {line: /x, text: b}\n"),
        "load.two-masters",
        "config/c.yaml:5:5",
        "",
    ),
    "a circle": (
        _config("  - {file: /a, after: 'file:/b'}\n  - {file: /b, after: 'file:/a'}\n"),
        "load.circle",
        "config/c.yaml:4:5",
        "Take one of these",
    ),
    "an after that names nothing": (
        _config("  - {file: /a, after: 'file:/bb'}\n  - {file: /b}\n"),
        "load.unknown-after",
        "config/c.yaml:4:5",
        "file:/b",
    ),
    "hosts that are not there": (
        {"config/c.yaml": "name: c\nhosts: wbe\nresources: []\n"},
        "load.matches-nothing",
        "config/c.yaml:1:1",
        "holdfast hosts",
    ),
    "a host in an unknown environment": (
        {"hosts/h.yaml": "hosts: {a: {environment: ee}}\n"},
        "load.no-environment",
        None,
        "Did you mean `e`?",
    ),
    "nobody who owns it": (
        {
            "holdfast.yaml": "project: p\nenvironments: {e: {}}\n",
            "config/c.yaml": "name: c\nhosts: all\n",
        },
        "load.no-owner",
        "config/c.yaml:1:1",
        "owner:",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_said_where_it_is(name: str, tmp_path: Path) -> None:
    files, code, place, step = FAULTS[name]
    problems = problems_of(tmp_path, files)
    found = [p for p in problems if p.code == code]
    assert found, problems
    if place:
        assert str(found[0].place) == place
    assert step in found[0].next_step
    assert len(problems) == len({*problems}), "nothing is said twice"


def test_all_faults_of_all_files_are_said_together(tmp_path: Path) -> None:
    files = {
        **_config("  - {file: /x, modus: 1}\n  - {lnik: /y}\n"),
        "policies/p.yaml": "- {name: a, when: 'true'}\n",
        "hosts/h.yaml": "hosts: {a: {colour: red}}\n",
    }
    places = {p.place.file for p in problems_of(tmp_path, files) if p.place}
    assert places == {"config/c.yaml", "policies/p.yaml", "hosts/h.yaml"}


def test_a_template_says_its_own_line(tmp_path: Path) -> None:
    files = {
        **_config("  - {file: /x, template: t.j2}\n"),
        "config/t.j2": "fine\n{{ vars.nothing }}\n",
    }
    (problem,) = problems_of(tmp_path, files)
    assert "config/t.j2:2" in problem.detail
    assert "nothing" in problem.detail
