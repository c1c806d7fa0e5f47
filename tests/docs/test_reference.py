"""The reference says what the code says."""

import re
from pathlib import Path

import pytest
import reference

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'code="([a-z]+\.[a-z-]+)"')
HEADING = re.compile(r"^## (\S+)$", re.MULTILINE)


def test_every_page_of_the_reference_is_current(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = reference.main(["--check"])
    assert status == 0, capsys.readouterr().err


def test_every_problem_has_a_heading() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    headings = set(HEADING.findall((ROOT / "docs/reference/problems.md").read_text()))
    assert set(CODE.findall(source)) - headings == set()
    assert {code for code in headings if f'"{code}"' not in source} == set()


def test_every_problem_says_what_to_do_next() -> None:
    page = (ROOT / "docs/reference/problems.md").read_text()
    sections = page.split("\n## ")[1:]
    assert [s.split("\n")[0] for s in sections if "Next: " not in s] == []


def test_every_finding_is_listed() -> None:
    headings = HEADING.findall((ROOT / "docs/reference/problems.md").read_text())
    listed = (ROOT / "docs/reference/findings.md").read_text()
    found = {code for code in headings if code.startswith("check.")}
    assert {code for code in found if f"| `{code}` |" not in listed} == set()
    assert set(re.findall(r"^\| `(check\.[a-z-]+)`", listed, re.MULTILINE)) == found


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    lost = [
        f"{page.name}: {target}"
        for page in pages
        for target in link.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert lost == []
