"""The page about the layout of the code, held against the code."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "holdfast"
PAGE = (ROOT / "docs" / "explanation" / "code-layout.md").read_text(encoding="utf-8")


def rows() -> list[tuple[int, str]]:
    found = re.findall(r"^\| (\d) \| `(\w+)` \|", PAGE, re.MULTILINE)
    return [(int(floor), package) for floor, package in found]


def test_the_floors_are_those_of_the_import_contract() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = told["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    floors = enumerate(reversed([layer.split(" | ") for layer in layers]))
    wanted = {(floor, package) for floor, packages in floors for package in packages}
    assert set(rows()) == wanted
    assert len(rows()) == len(wanted)


def test_every_folder_of_the_larger_packages_is_told_of() -> None:
    inside = PAGE.partition("## Inside")[2].partition("## Where")[0]
    for package in ("load", "engine", "app", "drivers"):
        row = next(line for line in inside.splitlines() if f"| `{package}` |" in line)
        told = set(re.findall(r"`(\w+)`", row)) - {package}
        folders = {
            file.parent.name
            for file in (SOURCE / package).rglob("__init__.py")
            if file.parent.name not in (package, "versions")
        }
        assert told == folders, package


def test_every_file_it_names_is_there() -> None:
    begin = PAGE.partition("## Where")[2]
    for name in re.findall(r"^- `([\w/.]+)`", begin, re.MULTILINE):
        assert (SOURCE / name).exists(), name
    for name in re.findall(r"`(tests/\w+)/`", begin):
        assert (ROOT / name).is_dir(), name


def test_every_package_says_what_is_in_it() -> None:
    for file in SOURCE.rglob("__init__.py"):
        assert file.read_text(encoding="utf-8").startswith('"""'), file
