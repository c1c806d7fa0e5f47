"""The two ways an inventory is written: INI and YAML."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from holdfast.load.ansible.groups import Groups
from holdfast.load.patterns import ranged
from holdfast.problems import Place, Problem

_SECTION = re.compile(r"\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?")
_PORT = re.compile(r"(?P<name>[^:\[\]]+(?:\[[^\]]*\][^:\[\]]*)*):(?P<port>\d{1,5})")
_MAX_BYTES = 10 * 1024 * 1024


VAULTED: object = object()
"""Stands for a value that only ansible-vault can read."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.1 as Ansible reads it; what is vaulted is left out."""


def _unsafe(loader: Any, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Loader.add_constructor("!unsafe", _unsafe)
_Loader.add_constructor("!vault", lambda _loader, _node: VAULTED)
_Loader.add_constructor("!vault-encrypted", lambda _loader, _node: VAULTED)


def read_text(path: Path, shown: str) -> tuple[str, tuple[Problem, ...]]:
    """One file as text, empty when it cannot be used, and why."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return "", (_unreadable(shown, str(error.strerror)),)
    if len(content) > _MAX_BYTES:
        return "", (_unreadable(shown, f"it is larger than {_MAX_BYTES >> 20} MiB"),)
    try:
        return content.decode(), ()
    except UnicodeDecodeError as error:
        return "", (_unreadable(shown, f"it is not UTF-8 ({error.reason})"),)


def read_variables(
    path: Path, shown: str
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """A file of ``group_vars`` or ``host_vars``; a vaulted file gives nothing."""
    text, problems = read_text(path, shown)
    if problems or text.startswith("$ANSIBLE_VAULT"):
        return {}, problems
    found, problems = _yaml(text, shown)
    if found is not None and not isinstance(found, dict):
        return {}, (_wrong(shown, 1, "variables are keys with values"),)
    return without_vault(found or {}), problems


def without_vault(found: dict[Any, Any]) -> dict[str, Any]:
    """The variables that can be read."""
    return {str(key): value for key, value in found.items() if value is not VAULTED}


def parse_yaml(text: str, shown: str, groups: Groups) -> tuple[Problem, ...]:
    """Read a YAML inventory into ``groups``."""
    found, problems = _yaml(text, shown)
    if problems:
        return problems
    if not isinstance(found, dict):
        return (_wrong(shown, 1, "an inventory is groups with hosts"),)
    return tuple(
        problem
        for name, body in found.items()
        for problem in _group(str(name), body, shown, groups, ())
    )


def _group(
    name: str, body: Any, shown: str, groups: Groups, above: tuple[str, ...]
) -> Iterator[Problem]:
    groups.add_group(name)
    if body is None:
        return
    if not isinstance(body, dict) or name in above:
        yield _wrong(shown, 1, f"the group {name} is not hosts, children and vars")
        return
    for host, told in _entries(body.get("hosts")):
        for one, port in _hosts(host):
            groups.add_host(name, one, {**without_vault(told), **port})
    for child, inside in _entries(body.get("children")):
        groups.add_group(child)
        groups.children[name][child] = None
        yield from _group(child, inside, shown, groups, (*above, name))
    for key, value in _entries(body.get("vars"), plain=True):
        if value is not VAULTED:
            groups.vars[name][key] = value
    for key in body.keys() - {"hosts", "children", "vars"}:
        yield _wrong(shown, 1, f"the group {name} has an unknown key `{key}`")


def _entries(found: Any, *, plain: bool = False) -> Iterator[tuple[str, Any]]:
    if isinstance(found, str):
        yield found, {}
    for key, value in found.items() if isinstance(found, dict) else ():
        yield str(key), value if plain or isinstance(value, dict) else value or {}


def parse_ini(text: str, shown: str, groups: Groups) -> tuple[Problem, ...]:
    """Read an INI inventory into ``groups``."""
    section, sort = "ungrouped", "hosts"
    problems: list[Problem] = []
    groups.add_group(section)
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        found = _SECTION.fullmatch(bare)
        if found:
            section, sort = found[1], found[2] or "hosts"
            groups.add_group(section)
            if sort not in ("hosts", "children", "vars"):
                problems.append(_wrong(shown, number, f"there is no section :{sort}"))
            continue
        why = _ini_line(bare, section, sort, groups)
        if why:
            problems.append(_wrong(shown, number, why))
    return tuple(problems)


def _ini_line(line: str, section: str, sort: str, groups: Groups) -> str:
    """Take one line; what is wrong with it, if anything."""
    if sort == "vars":
        key, equals, value = line.partition("=")
        if not equals:
            return "a variable is written key=value"
        groups.vars[section][key.strip()] = _value(value.strip())
        return ""
    if sort == "children":
        child = line.split("#", maxsplit=1)[0].strip()
        groups.add_group(child)
        groups.children[section][child] = None
        return ""
    try:
        written, *pairs = shlex.split(line, comments=True)
    except ValueError as error:
        return str(error).lower()
    told: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            return f"`{pair}` is not key=value"
        told[key] = _value(value)
    for name, port in _hosts(written):
        groups.add_host(section, name, {**told, **port})
    return ""


def _hosts(written: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """``web-[1:3]:2222`` as names with what the port says."""
    found = _PORT.fullmatch(written)
    port = {"ansible_port": int(found["port"])} if found else {}
    for name in ranged(found["name"] if found else written):
        yield name, port


def _value(text: str) -> Any:
    """A Python literal if it is one, else the text, as Ansible's INI reader has it."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _yaml(text: str, shown: str) -> tuple[Any, tuple[Problem, ...]]:
    try:
        return yaml.load(text, Loader=_Loader), ()  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = str(getattr(error, "problem", None) or "it is not YAML")
        return None, (_wrong(shown, mark.line + 1 if mark else 1, why),)
    except (ValueError, RecursionError) as error:
        return None, (_wrong(shown, 1, str(error)[:200]),)


def _unreadable(shown: str, why: str) -> Problem:
    return Problem(
        code="load.unreadable",
        summary=f"{shown} cannot be read",
        detail=f"{why}.",
        next_step="Correct the path under `inventory:`, or the file.",
        place=Place(shown, 1, 1),
    )


def _wrong(shown: str, line: int, why: str) -> Problem:
    return Problem(
        code="load.inventory",
        summary="The inventory cannot be read as Ansible reads it",
        detail=f"{why}.",
        next_step="See what Ansible makes of it: ansible-inventory --list",
        place=Place(shown, line, 1),
    )
