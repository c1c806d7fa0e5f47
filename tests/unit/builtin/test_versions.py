"""Versions as people write them, and the tools that fit."""

from pathlib import Path

import pytest

from holdfast.drivers.builtin import Tool, find_tool, version_of_file
from holdfast.drivers.builtin.versions import fits, found_in, short


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("3.11.7", "3.11"),
        ("3.11.7", "3.x"),
        ("3.11.7", ""),
        ("20.20.2", "v20"),
        ("20.20.2", "lts/*"),
        ("1.20.4", "1.20.x"),
        ("3.11.7", ">=3.9,<3.12"),
        ("3.11.7", ">= 3.9 < 3.12"),
        ("20.20.2", "^18.12 || >=20"),
        ("3.14.0", "3.14-dev"),
        ("3.11.7", "~=3.9"),
        ("3.11.7", "~3.11.2"),
        ("17.0.15", "17"),
    ],
)
def test_what_fits(version: str, wanted: str) -> None:
    assert fits(version, wanted)


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("3.11.7", "3.1"),
        ("3.11.7", "pypy3.11"),
        ("3.14.0", "3.14t"),
        ("3.12.1", ">=3.9,<3.12"),
        ("18.11.0", "^18.12"),
        ("3.11.1", "~3.11.2"),
        ("21.0.1", "17"),
        ("3.11.7", "!=3.11"),
    ],
)
def test_what_does_not(version: str, wanted: str) -> None:
    assert not fits(version, wanted)


def test_the_words_of_programs() -> None:
    assert found_in('openjdk version "1.8.0_392"') == (8, 0)
    assert found_in("go version go1.19.8 linux/amd64") == (1, 19, 8)
    assert found_in("nothing") == ()
    assert short(">=3.9.2") == "3.9"
    assert short("1.20.x") == "1.20"


@pytest.mark.parametrize(
    ("name", "text", "language", "version"),
    [
        (".python-version", "3.12.1\n", "python", "3.12.1"),
        ("go.mod", "module x\n\ngo 1.21\n\ntoolchain go1.22.3\n", "go", "1.22.3"),
        ("app/package.json", '{"engines": {"node": ">=18"}}', "node", ">=18"),
        ("package.json", '{"volta": {"node": "20.1.0"}}', "node", "20.1.0"),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9"', "python", ">=3.9"),
        (".tool-versions", "nodejs 20.1.0\npython 3.11.7\n", "python", "3.11.7"),
        (".tool-versions", "nodejs 20.1.0\n", "node", "20.1.0"),
        (".nvmrc", "lts/*\n", "node", "lts/*"),
    ],
)
def test_what_files_ask_for(name: str, text: str, language: str, version: str) -> None:
    assert version_of_file(name, text, language) == version


def _program(folder: Path, name: str, said: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{said}'\n")
    (folder / name).chmod(0o755)


def test_the_newest_that_fits_is_taken_and_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("18.4.0", "91.1.0", "91.7.2"):
        folder = tmp_path / f".nvm/versions/node/v{version}/bin"
        _program(folder, "node", f"v{version}")
    monkeypatch.setenv("HOME", str(tmp_path))
    found = find_tool("node", "91")
    assert isinstance(found, Tool)
    assert found.version == "91.7.2"
    missing = find_tool("node", "92")
    assert isinstance(missing, str)
    assert "node 92 is not on this machine" in missing
    assert "91.7.2" in missing
