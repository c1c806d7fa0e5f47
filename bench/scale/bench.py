"""
What one more resource costs: looks at one host, and the loading of a large project.

The first table plans 100, 1,000 and 10,000 resources on a host that is a folder of this
machine, where all is already as declared. The second loads projects of up to 1,000
files and 20,000 resources. Both should grow linearly. The third asks a large ledger:
``--entries 1000000`` takes a minute or two to fill.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import yaml

from holdfast.app import open_application
from holdfast.drivers.stores import open_store
from holdfast.kinds import BUILT_IN
from holdfast.load import load
from holdfast.model import Address, Entry, Event

BATCH = 20_000


def _dump(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False))


def _project(root: Path, configs: dict[str, list[dict[str, str]]]) -> Path:
    head = {"project": "scale", "owner": "bench", "environments": {"bench": {}}}
    _dump(root / "holdfast.yaml", head)
    connect = {"driver": "local", "root": "machine"}
    host = {"environment": "bench", "connect": connect}
    _dump(root / "hosts/hosts.yaml", {"hosts": {"h1": host}})
    for name, resources in configs.items():
        config = {"name": name, "hosts": "h1", "resources": resources}
        _dump(root / f"config/{name}.yaml", config)
    return root


def _resources(first: int, count: int) -> Iterator[dict[str, str]]:
    for i in range(first, first + count):
        path = f"/srv/d{i // 100}/f{i}.conf"
        yield {"file": path, "content": f"listen = {i}\n", "mode": "0644"}


def _made(root: Path, count: int) -> None:
    for resource in _resources(0, count):
        path = root / "machine" / resource["file"].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(resource["content"])
        path.chmod(0o644)


def _timed(work: Callable[[], int], rounds: int) -> tuple[float, int]:
    """Median seconds of a piece of work, and what it said."""
    walls, said = [], 0
    for _ in range(rounds):
        begun = time.perf_counter()
        said = work()
        walls.append(time.perf_counter() - begun)
    return median(walls), said


def _look(folder: Path, rounds: int) -> None:
    print("| resources on one host | plan s | µs each | µs for one more | changes |")
    print("|---|---|---|---|---|")
    last = (0, 0.0)
    for count in (100, 1_000, 10_000):
        root = _project(folder / f"look{count}", {"all": list(_resources(0, count))})
        _made(root, count)
        app = open_application(root)
        app.propose(())

        def work() -> int:
            app = open_application(root)  # noqa: B023 - used before the next turn
            try:
                return len(app.propose(()).plan.changes)
            finally:
                app.close()

        wall, changes = _timed(work, rounds)
        app.close()
        more = 1e6 * (wall - last[1]) / (count - last[0])
        each = 1e6 * wall / count
        print(f"| {count:,} | {wall:.3f} | {each:.0f} | {more:.0f} | {changes} |")
        last = (count, wall)


def _load(folder: Path, rounds: int) -> None:
    kinds = {kind.name: kind for kind in BUILT_IN}
    print("\n| files | resources | load s | µs a resource |")
    print("|---|---|---|---|")
    for files in (10, 100, 1_000):
        configs = {f"c{n}": list(_resources(20 * n, 20)) for n in range(files)}
        root = _project(folder / f"load{files}", configs)

        def work() -> int:
            return len(load(root, kinds).problems)  # noqa: B023

        wall, problems = _timed(work, rounds)
        if problems:
            raise SystemExit(f"the project does not load: {problems} problems")
        count = 20 * files
        print(f"| {files:,} | {count:,} | {wall:.3f} | {1e6 * wall / count:.0f} |")


def _ledger(folder: Path, entries: int) -> None:
    store = open_store(folder / "ledger.db")
    for first in range(0, entries, BATCH):
        store.ledger.append(
            [_entry(n) for n in range(first, min(first + BATCH, entries))]
        )
    asked = {
        "history of one thing": lambda: store.ledger.of_address("e/h7/file:/etc/f7"),
        "history of one host": lambda: store.ledger.of_address("e/h7/*", limit=200),
        "history of one thing on all hosts": lambda: store.ledger.of_address(
            "*/file:/etc/f7", limit=200
        ),
        "all of one run": lambda: store.ledger.of_run("r7"),
        "the last state of 100 things": lambda: store.ledger.last(
            [Address("e", f"h{n}", "file", "/etc/f7") for n in range(100)]
        ),
    }
    print(f"\n| asked of {entries:,} entries | ms |")
    print("|---|---|")
    for name, work in asked.items():
        wall, _ = _timed(lambda work=work: len(work()), 5)  # type: ignore[misc]
        print(f"| {name} | {1e3 * wall:.1f} |")
    store.close()


def _entry(n: int) -> Entry:
    address = Address("e", f"h{n % 500}", "file", f"/etc/f{n % 40}")
    at = f"2026-01-01T00:00:{n:09d}Z"
    run = f"r{n // 1000}"
    return Entry(event=Event.SUCCEEDED, run=run, address=address, actor="a", at=at)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench scale", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--entries", type=int, default=100_000, help="of the ledger")
    told = parser.parse_args()
    rounds = told.rounds
    with tempfile.TemporaryDirectory(prefix="holdfast-scale-") as name:
        _look(Path(name), rounds)
        _load(Path(name), rounds)
        _ledger(Path(name), told.entries)


if __name__ == "__main__":
    main()
