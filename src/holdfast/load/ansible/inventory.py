"""Find the files of an inventory and make hosts of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from holdfast.declare import Connect, HostEntry
from holdfast.load.ansible.groups import Groups, joined
from holdfast.load.ansible.parse import (
    parse_ini,
    parse_yaml,
    read_text,
    read_variables,
)
from holdfast.problems import Problem

_YAML = (".yml", ".yaml", ".json")
_LEFT_OUT = (".pyc", ".orig", ".cfg", ".retry", ".bak", "~", ".rpmnew")
_TRUE = {"true", "yes", "on", "1"}


def read_inventory(
    path: Path, environment: str | None, root: Path
) -> tuple[dict[str, HostEntry], tuple[Problem, ...], tuple[Path, ...]]:
    """
    The hosts of an inventory (a file or a folder of files), problems, the files read.

    ``group_vars`` and ``host_vars`` beside it count. ``ansible_host``, ``_port``,
    ``_user``, ``_connection`` and ``_become`` say how a host is reached.
    """
    groups, problems = Groups(), list[Problem]()
    sources = _sources(path)
    for source in sources:
        shown = _shown(source, root)
        text, faults = read_text(source, shown)
        problems += faults
        if not faults:
            parse = parse_yaml if _is_yaml(source, text) else parse_ini
            problems += parse(text, shown, groups)
    beside = path if path.is_dir() else path.parent
    group_files, more = _variables(beside / "group_vars", root)
    host_files, most = _variables(beside / "host_vars", root)
    problems += [*more.values(), *most.values()]
    hosts = {
        name: _entry(name, groups, joined(name, groups, group_files, host_files))
        for name in groups.hosts
    }
    placed = {name: _placed(host, environment) for name, host in hosts.items()}
    files = (*sources, *_files(beside / "group_vars"), *_files(beside / "host_vars"))
    return placed, tuple(problems), files


def _sources(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    files = (p for p in sorted(path.iterdir()) if p.is_file())
    return tuple(p for p in files if not p.name.endswith(_LEFT_OUT))


def _is_yaml(path: Path, text: str) -> bool:
    if path.suffix in _YAML:
        return True
    first = next(
        (ln for ln in text.splitlines() if ln.strip()[:1] not in ("", "#")), ""
    )
    return first == "---" or first.rstrip().endswith(":")


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in sorted(folder.rglob("*")) if p.is_file())


def _variables(
    folder: Path, root: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, Problem]]:
    """Variables by the name of the group or host, and problems by file."""
    found: dict[str, dict[str, Any]] = {}
    problems: dict[str, Problem] = {}
    for path in _files(folder):
        first = path.relative_to(folder).parts[0]
        inside = first != path.name
        if path.suffix not in (*_YAML, "") or path.name.startswith("."):
            continue
        told, faults = read_variables(path, _shown(path, root))
        problems |= {problem.summary: problem for problem in faults}
        name = first if inside else path.stem if path.suffix in _YAML else path.name
        found.setdefault(name, {}).update(told)
    return found, problems


def _entry(name: str, groups: Groups, told: Mapping[str, Any]) -> HostEntry:
    address = told.get("ansible_host", told.get("ansible_ssh_host"))
    return HostEntry(
        name=name,
        environment="",
        address=None if address is None else str(address),
        groups=groups.of_host(name),
        vars=dict(told),
        connect=_connect(told),
    )


def _connect(told: Mapping[str, Any]) -> Connect | None:
    """What the inventory says about reaching a host; ``None`` when it says nothing."""
    found: dict[str, Any] = {}
    match told.get("ansible_connection"):
        case "local":
            found["driver"] = "local"
        case (
            "docker" | "podman" | "community.docker.docker" | "containers.podman.podman"
        ):
            found["driver"] = "container"
        case _:
            pass
    user = told.get("ansible_user", told.get("ansible_ssh_user"))
    port = told.get("ansible_port", told.get("ansible_ssh_port"))
    if user is not None:
        found["user"] = str(user)
    if str(port).isdigit():
        found["port"] = int(str(port))
    if str(told.get("ansible_become", "")).lower() in _TRUE:
        found["become"] = str(told.get("ansible_become_user", "root"))
    return Connect(**found) if found else None


def _placed(host: HostEntry, environment: str | None) -> HostEntry:
    from dataclasses import replace

    return replace(host, environment=environment or "")


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
