"""A small random world: hosts with something on their disks, and what is wanted of them."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml
from hypothesis import strategies as st

from holdfast.app import Application, open_application
from holdfast.drivers.hosts import ScriptedHost

PATHS = ("a", "b", "it's", "two words")
TEXTS = st.text(alphabet="ab\n\t'\"$`\\é%", max_size=12)
MODES = st.sampled_from(["0600", "0644", "0755", "4711"])


def _kind(resource: dict[str, Any]) -> str:
    kinds = ("file", "link", "directory", "line", "command")
    return next(kind for kind in kinds if kind in resource)


files = st.fixed_dictionaries(
    {"file": st.sampled_from(PATHS)},
    optional={"content": TEXTS, "mode": MODES},
)
gone = st.fixed_dictionaries(
    {"file": st.sampled_from(PATHS), "absent": st.just(value=True)}
)
links = st.fixed_dictionaries(
    {"link": st.sampled_from(PATHS), "target": st.sampled_from(["x", "../y z"])}
)
folders = st.fixed_dictionaries(
    {"directory": st.sampled_from(PATHS)}, optional={"mode": MODES}
)
lines = st.fixed_dictionaries(
    {
        "line": st.sampled_from(["l1", "l2"]),
        "text": st.sampled_from(["x = 1", "y = 2"]),
    },
    optional={"match": st.sampled_from(["^x", "^y"])},
)
wanted = st.lists(
    st.one_of(files, gone, links, folders, lines),
    max_size=5,
    unique_by=lambda r: str(r[_kind(r)]),
)
"""Resources whose names are different from each other."""

there = st.dictionaries(
    st.sampled_from((*PATHS, "l1", "l2")),
    st.one_of(
        st.tuples(st.just("file"), TEXTS, st.sampled_from([0o600, 0o644])),
        st.tuples(st.just("link"), st.sampled_from(["x", "q"]), st.just(0)),
        st.tuples(st.just("directory"), st.just(""), st.sampled_from([0o700, 0o755])),
    ),
)
"""What is on a disk before."""


def put(disk: Path, things: Mapping[str, tuple[str, str, int]]) -> None:
    """Make a disk as it is to be before."""
    disk.mkdir(parents=True, exist_ok=True)
    for name, (sort, content, mode) in things.items():
        spot = disk / name
        if sort == "link":
            spot.symlink_to(content)
        elif sort == "directory":
            spot.mkdir()
            spot.chmod(mode)
        else:
            spot.write_text(content, encoding="utf-8")
            spot.chmod(mode)


@contextmanager
def world(
    resources: list[dict[str, Any]],
    hosts: int = 1,
    fail: Callable[[int], str | None] = lambda _number: None,
    rollout: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Application, list[Path]]]:
    """An application with scripted hosts, and the folders that are their disks."""
    root = Path(mkdtemp())
    names = [f"h{number}" for number in range(hosts)]
    own = [_below_root(resource) for resource in resources]
    config: dict[str, Any] = {"name": "c", "hosts": "all", "resources": own}
    if rollout:
        config["rollout"] = dict(rollout)
    told = {
        "holdfast.yaml": {"project": "p", "owner": "t", "environments": {"e": {}}},
        "hosts/h.yaml": {
            "hosts": {name: {} for name in names},
            "connect": {"driver": "scripted"},
        },
        "config/c.yaml": config,
    }
    for path, content in told.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(yaml.safe_dump(content, sort_keys=False))
    app = open_application(root)
    disks = []
    for name in names:
        host = app.engine.eyes.hosts[name]
        assert isinstance(host, ScriptedHost)
        host.fail = fail
        host.root.mkdir(parents=True, exist_ok=True)
        disks.append(host.root)
    try:
        yield app, disks
    finally:
        app.close()
        shutil.rmtree(root)


def _below_root(resource: dict[str, Any]) -> dict[str, Any]:
    kind = _kind(resource)
    return resource if kind == "command" else {**resource, kind: f"/{resource[kind]}"}
