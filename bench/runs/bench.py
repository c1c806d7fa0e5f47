"""
What a run costs: how soon it starts, what a step adds, how many there can be.

On SQLite with one process, and on PostgreSQL when it is installed; each database is new
and thrown away. The same five steps are also run in Prefect 3: by ``--prefect PYTHON``,
an interpreter that has it, else in an environment of its own below ``$HOLDFAST_BENCH``.
``--quick`` takes smaller numbers.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import measures
from ground import Server, server

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
import postgres

PREFECT = {
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}
WANTED = {
    ("SQLite", "start ms"): "p50 <= 20, p95 <= 40",
    ("PostgreSQL", "start ms"): "p50 <= 60, p95 <= 100",
    ("SQLite", "two-step runs"): ">= 600 a minute",
    ("PostgreSQL", "two-step runs"): ">= 2000 a minute",
    ("PostgreSQL, a worker beside", "start ms"): "p50 <= 60, p95 <= 100",
    ("PostgreSQL, a worker beside", "two-step runs"): ">= 2000 a minute",
    ("", "step ms"): "overhead <= 10",
    ("", "webhook ms"): "p99 <= 150, none lost",
    ("", "log"): "at 100,000 lines a second <= 1.1 times slower",
    ("", "at a gate"): "no threads, < 200 MB",
    ("", "crash"): "< 15 s",
}


def measure(where: str, at: Server, only: Sequence[str], *, quick: bool) -> None:
    """Everything that is measured on one server, shown as it is known."""
    few, many = (20, 100) if quick else (60, 600)
    measures.warm_up(at)
    wanted: dict[str, Callable[[], measures.Figures]] = {
        "start ms": lambda: measures.start_latency(at, few),
        "step ms": lambda: measures.step_overhead(at, 2 if quick else 5),
        "two-step runs": lambda: measures.runs_per_minute(at, many),
        "five-step runs": lambda: measures.runs_per_minute(at, many // 2, "five"),
        "five steps alone ms": lambda: measures.one_alone(at, few // 2),
        "webhook ms": lambda: measures.webhooks(at, 50, 5 if quick else 60),
        "log": lambda: measures.log_lines(at, 100_000, 4 if quick else 20),
        "at a gate": lambda: measures.waiting_at_a_gate(at, 300 if quick else 10_000),
    }
    for name in only or wanted:
        if name in wanted:
            show(where, {name: wanted[name]()})


def divided(folder: Path, url: str, only: Sequence[str], *, quick: bool) -> None:
    """The rows for which it counts that the server and a worker are two processes."""
    rows = ["start ms", "two-step runs", "webhook ms"]
    wanted = [name for name in rows if not only or name in only]
    if wanted:
        with server(folder, url, slots=0) as at:
            at.beside("w1", slots=8)
            measure("PostgreSQL, a worker beside", at, wanted, quick=quick)


def crashed(folder: Path, url: str) -> None:
    """A worker is killed; another has the rest."""
    with server(folder, url, slots=0) as at:
        show("PostgreSQL", {"crash": measures.crash(at)})


def prefect(python: str, runs: int) -> None:
    """The same five steps in Prefect 3, by an interpreter that has it."""
    program = str(Path(__file__).with_name("prefect_flow.py"))
    with tempfile.TemporaryDirectory() as home:
        told = subprocess.run(
            [python, program, str(runs)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PREFECT_HOME": home, **PREFECT},
        )
    _, _, figures = told.stdout.partition("FIGURES")
    alone, many = (float(word) for word in figures.split()[:2])
    show("Prefect 3", {"five-step runs": {"a minute": many}})
    show("Prefect 3", {"five steps alone ms": {"p50": alone}})


def installed() -> str:
    """An interpreter with Prefect 3 in an environment of its own; made when needed."""
    below = os.environ.get("HOLDFAST_BENCH", f"{tempfile.gettempdir()}/holdfast-bench")
    python = Path(below) / "prefect/bin/python"
    if not python.exists():
        home = str(python.parents[1])
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    command = [str(python), "-m", "pip", "install", "-q", "prefect>=3,<4"]
    subprocess.run(command, check=True)
    return str(python)


def show(where: str, found: dict[str, measures.Figures]) -> None:
    """One line for each thing that was measured."""
    for name, figures in found.items():
        told = ", ".join(f"{key} {value:,.1f}" for key, value in figures.items())
        want = WANTED.get((where, name), WANTED.get(("", name), ""))
        print(f"| {where} | {name} | {told} | {want} |", flush=True)


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", choices=["sqlite", "postgresql", "prefect"])
    asked.add_argument("--row", action="append", default=[], help="only this row")
    asked.add_argument("--prefect", metavar="PYTHON")
    given = asked.parse_args()
    load = os.getloadavg()[0]
    print(f"Load of this machine before: {load:.1f} on {os.cpu_count()} processors\n")
    print("| where | what | seen | wanted |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        if given.only in (None, "sqlite"):
            with server(Path(folder) / "sqlite") as at:
                measure("SQLite", at, given.row, quick=given.quick)
        if given.only in (None, "postgresql") and postgres.is_there():
            if given.row != ["crash"]:
                with (
                    postgres.durable() as url,
                    server(Path(folder) / "pg", url) as at,
                ):
                    measure("PostgreSQL", at, given.row, quick=given.quick)
            with postgres.durable() as url:
                divided(Path(folder) / "two", url, given.row, quick=given.quick)
            if not given.row or "crash" in given.row:
                with postgres.durable() as url:
                    crashed(Path(folder) / "crash", url)
    if given.prefect or given.only in (None, "prefect"):
        prefect(given.prefect or installed(), 16 if given.quick else 48)
    print(f"\nLoad after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
