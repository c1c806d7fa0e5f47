"""
Every block of a page runs.

A page's ``sh`` blocks run one after the other in an empty folder; an ``output`` block
holds lines of which each is found in what the block before it printed. A block
that cannot run here says why after ``no-run:``. ``yaml`` blocks are loaded as what
their mark says: ``project``, ``hosts``, ``config``, ``policies`` or ``workflow``.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from holdfast.app.checking import check_project
from holdfast.kinds import BUILT_IN
from holdfast.load import find_root, load
from holdfast.problems import Severity

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(`{3,})(\w+)([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
PAGES = sorted(
    page
    for folder in ("tutorial", "howto")
    for page in (ROOT / "docs" / folder).glob("*.md")
)
PROJECT = (
    "project: shop\nowner: team-shop\nenvironments: {production: {}, staging: {}}\n"
)
HOSTS = "hosts: {web-1: {environment: production}}\nconnect: {driver: local, root: m}\n"
PLACES = {
    "project": "holdfast.yaml",
    "hosts": "hosts/page.yaml",
    "config": "config/page.yaml",
    "policies": "policies/page.yaml",
    "workflow": "workflows/page.yaml",
}


class Block(NamedTuple):
    """One fenced block of a page."""

    language: str
    mark: str
    text: str


def _blocks(page: Path) -> list[Block]:
    return [
        Block(language, mark.strip(), text)
        for _, language, mark, text in FENCE.findall(page.read_text(encoding="utf-8"))
    ]


def _run(script: str, folder: Path) -> str:
    """Run one block as a reader types it; what it prints on both streams."""
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder.parent),
        "HOLDFAST_ACTOR": "reader",
        "HOLDFAST_NO_INPUT": "1",
        "NO_COLOR": "1",
    }
    keep = folder.parent / "cwd"
    where = keep.read_text() if keep.exists() else str(folder)
    done = subprocess.run(
        ["sh", "-ec", f'cd "{where}"\n{script}\npwd > "{keep}"'],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    keep.write_text(keep.read_text().strip() if keep.exists() else where)
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"$ {script}\n{said}"
    return said


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    folder, said = tmp_path / "empty", ""
    folder.mkdir()
    for block in _blocks(page):
        if block.language == "sh" and not block.mark:
            said = _run(block.text, folder)
        if block.language == "output":
            for line in block.text.splitlines():
                assert line.strip() in said, said
    assert _errors(folder.parent / "cwd") == [], "what runs has no error"


def _errors(cwd: Path) -> list[str]:
    """The errors ``holdfast check`` finds in the project a page has ended in."""
    folder = Path(cwd.read_text().strip()) if cwd.exists() else None
    problems = check_project(folder)[0] if folder and find_root(folder) else ()
    return [str(p) for p in problems if p.severity is Severity.ERROR]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_yaml_of_a_page_loads(page: Path, tmp_path: Path) -> None:
    for number, block in enumerate(b for b in _blocks(page) if b.language == "yaml"):
        root = tmp_path / str(number)
        files = {"holdfast.yaml": PROJECT, "hosts/hosts.yaml": HOSTS}
        if block.mark == "hosts":
            del files["hosts/hosts.yaml"]
        files[PLACES[block.mark]] = block.text
        files["inventory/production.ini"] = "[production:children]\nweb\n[web]\nweb-1\n"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        loaded = load(root, {kind.name: kind for kind in BUILT_IN})
        assert [str(problem) for problem in loaded.problems] == []


def test_a_block_that_does_not_run_says_why() -> None:
    blocks = [block for page in PAGES for block in _blocks(page)]
    kept_out = [b for b in blocks if b.language == "sh" and b.mark]
    assert [b for b in kept_out if not re.fullmatch(r"no-run: .{10,}", b.mark)] == []
    reasons = {b.mark for b in kept_out}
    assert len(reasons) <= 6, "a page that runs is worth more than one that excuses"
