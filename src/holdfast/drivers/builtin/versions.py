"""Versions of languages as workflows, programs and files say them. Pure."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePath

Parts = tuple[int, ...]

_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_WANTED = re.compile(
    r"(>=|<=|==|!=|~=|>|<|\^|~|=)?\s*v?(\d+(?:\.(?:\d+|[x*]))*)(?:-dev)?"
)
_ANY = (
    "",
    "*",
    "x",
    "latest",
    "lts",
    "lts/*",
    "stable",
    "oldstable",
    "node",
    "current",
)
_GO = re.compile(r"^(?:toolchain go|go )(\d+(?:\.\d+)*)", re.MULTILINE)


def found_in(text: str) -> Parts:
    """The first version in a text; Java's ``1.8`` is 8."""
    found = _VERSION.search(text)
    parts = tuple(int(part) for part in found.groups() if part) if found else ()
    return parts[1:] if "1.8." in text and parts[:2] == (1, 8) else parts


def fits(version: str, wanted: str) -> bool:
    """
    Whether a version is one that is wanted.

    What is no plain version (``pypy3.11``, ``3.14t``) fits none.
    """
    text = wanted.strip()
    if text in _ANY:
        return True
    either = text.split("||")
    return any(_all_fit(found_in(version), one) for one in either)


def short(wanted: str) -> str:
    """A wanted version with its first two parts at most: ``3.11``."""
    found = _WANTED.search(wanted)
    parts = found[2].split(".") if found else []
    return ".".join(part for part in parts[:2] if part.isdigit())


def version_of_file(name: str, text: str, language: str) -> str:
    """The version a file of a project asks for; empty when it says nothing of it."""
    match PurePath(name).name:
        case "go.mod" | "go.work":
            every = _GO.findall(text)
            return str(every[-1]) if every else ""
        case "package.json":
            told = json.loads(text)
            volta = (told.get("volta") or {}).get(language)
            return str(volta or (told.get("engines") or {}).get(language, ""))
        case "pyproject.toml":
            project = tomllib.loads(text).get("project", {})
            return str(project.get("requires-python", ""))
        case ".tool-versions":
            names = (language, {"node": "nodejs", "go": "golang"}.get(language, ""))
            lines = (line.split() for line in text.splitlines())
            return next((one[1] for one in lines if one and one[0] in names), "")
        case _:
            return next(iter(text.split()), "")


def _all_fit(have: Parts, written: str) -> bool:
    every = [one for one in re.split(r"[,\s]+(?![\d.])|,", written.strip()) if one]
    return bool(every) and all(_fits(have, one.strip()) for one in every)


def _fits(have: Parts, one: str) -> bool:
    found = _WANTED.fullmatch(one)
    if found is None:
        return False
    need = tuple(int(part) for part in found[2].split(".") if part.isdigit())
    return _OPERATORS[found[1] or "="](have, need)


def _same(have: Parts, need: Parts) -> bool:
    return have[: len(need)] == need


def _compatible(kept: int) -> Callable[[Parts, Parts], bool]:
    """At least that, with so many of its parts the same."""
    return lambda have, need: have >= need and _same(have, need[:kept])


_OPERATORS: Mapping[str, Callable[[Parts, Parts], bool]] = {
    "=": _same,
    "==": _same,
    "!=": lambda have, need: not _same(have, need),
    ">=": lambda have, need: have >= need,
    ">": lambda have, need: have > need and not _same(have, need),
    "<": lambda have, need: have < need,
    "<=": lambda have, need: have <= need or _same(have, need),
    "^": _compatible(1),
    "~": _compatible(2),
    "~=": lambda have, need: (
        have >= need and _same(have, need[: max(1, len(need) - 1)])
    ),
}
