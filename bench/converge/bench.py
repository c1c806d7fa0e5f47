"""
Hold hosts to 100 resources each: floors, Holdfast and, with --all, others.

In every round the floors and the tools run back to back: the first apply on hosts that
were reset, then a no-op. Ratios are taken inside a round against a floor, and the table
shows their medians. Hosts are OpenSSH daemons on the loopback, so it needs root.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fleet
import guard
import table
import written
from paths import BENCH, FLEET, GEN, PROJECT, TOOLS, address
from workload import reset, verify

HERE = Path(__file__).resolve().parent
HOSTS_CPU = fleet.GROUP / "cpuacct.usage"
REQUIREMENTS = (
    "ansible-core==2.19.14",
    "mitogen==0.3.54",
    "pyinfra==3.10.0",
    "asyncssh==2.24.1",
    "pyyaml",
)
FLOORS = ("local", "py", "py-curve", "mux-py")
ASYNC_FLOORS = ("as-py-curve", "as-warm-py", "as-agent")
OTHERS = ("pyinfra", "mitogen", "ansible-tuned", "ansible-default")
Row = dict[str, Any]


class Round:
    """One setting and its rows."""

    def __init__(self, hosts: int, resources: int, out: Path) -> None:
        self.hosts, self.resources, self.out = hosts, resources, out
        self.rows: list[Row] = []
        self.number = 0

    def emit(self, tool: str, phase: str, **told: Any) -> None:
        """Keep and show one row."""
        row = {
            "tool": tool,
            "phase": phase,
            "hosts": self.hosts,
            "resources": self.resources,
            "round": self.number,
            **told,
        }
        self.rows.append(row)
        with self.out.open("a") as file:
            file.write(json.dumps(row) + "\n")
        shown = {k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}
        words = " ".join(f"{k}={v}" for k, v in shown.items())
        print(f"{self.hosts:3} hosts  {tool:20} {phase:6} {words}", file=sys.stderr)


def _python_with(module: str) -> str | None:
    for python in (str(TOOLS / "bin/python"), sys.executable):
        if not Path(python).exists():
            continue
        tried = subprocess.run(
            [python, "-c", f"import {module}"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            return python
    return None


def _measured(argv: list[str], **options: Any) -> tuple[float, float, float, str, int]:
    """Wall and CPU seconds, peak megabytes, output and status of one command."""
    log = BENCH / "last.out"
    with log.open("wb") as file:
        begun = time.perf_counter()
        child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **options
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
    cpu = used.ru_utime + used.ru_stime
    text = log.read_text(errors="replace")
    return wall, cpu, used.ru_maxrss / 1024, text, child.returncode


def _floor(at: Round, mode: str, phase: str) -> None:
    module = "asyncssh" if mode.startswith("as-") else "yaml"
    python = _python_with(module)
    if python is None:
        return
    done = subprocess.run(
        [
            python,
            str(HERE / "floor.py"),
            mode,
            str(at.hosts),
            str(at.resources),
            "apply" if phase == "first" else "check",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    said = json.loads(done.stdout)
    wrong = len(verify(at.hosts, at.resources))
    at.emit(f"floor {mode}", phase, **said, wrong=wrong)


def _road(how: str) -> Row:
    done = subprocess.run(
        [sys.executable, str(HERE / "road.py"), str(PROJECT), how],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout)) if done.stdout else {}


def _holdfast(at: Round, phase: str) -> None:
    """The command line; and the road without the interpreter's start, as floors are."""
    holdfast = [sys.executable, "-m", "holdfast", "-C", str(PROJECT)]
    _road("close")
    if phase == "first":
        wall, cpu, rss, text, code = _measured([*holdfast, "apply", "--yes"])
        if code:
            sys.exit(text)
        wrong = len(verify(at.hosts, at.resources))
        at.emit("holdfast", "first", wall=wall, cpu=cpu, rss_mb=rss, wrong=wrong)
        reset(at.hosts)
        told = _road("first")
        wrong = len(verify(at.hosts, at.resources))
        at.emit("holdfast in process", "first", **told, wrong=wrong)
        return
    wall, cpu, rss, text, code = _measured([*holdfast, "plan", "--json"])
    if code:
        sys.exit(text)
    changed = len(json.loads(text[text.index("{") :])["changes"])
    at.emit("holdfast", "no-op", wall=wall, cpu=cpu, rss_mb=rss, changed=changed)
    at.emit("holdfast in process", "no-op", **_road("cold"))
    at.emit("holdfast warm", "no-op", **_road("warm"))
    wall, cpu, rss, _, _ = _measured([*holdfast, "plan", "--json"])
    at.emit("holdfast kept", "no-op", wall=wall, cpu=cpu, rss_mb=rss)
    _road("close")


def _argv(tool: str, at: Round) -> tuple[list[str], dict[str, str]]:
    if tool == "pyinfra":
        inventory, deploy = written.pyinfra(at.hosts, at.resources)
        return [str(TOOLS / "bin/pyinfra"), "-y", str(inventory), str(deploy)], {}
    inventory, play = written.ansible(at.hosts, at.resources)
    mitogen = ""
    if tool == "mitogen":
        found = next(TOOLS.glob("lib/python*/site-packages/ansible_mitogen"))
        mitogen = str(found / "plugins/strategy")
    config = written.ansible_config(tuned=tool != "ansible-default", mitogen=mitogen)
    argv = [str(TOOLS / "bin/ansible-playbook"), "-i", str(inventory), str(play)]
    return argv, {"ANSIBLE_CONFIG": str(config)}


def _other(at: Round, tool: str, phase: str) -> None:
    argv, told = _argv(tool, at)
    for socket in (FLEET / "ansible").glob("*"):
        leave = ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "x"]
        subprocess.run(leave, capture_output=True, check=False)
    home = BENCH / "home"
    home.mkdir(exist_ok=True)
    env = {**os.environ, "NO_COLOR": "1", "HOME": str(home), **told}
    wall, cpu, rss, text, code = _measured(argv, env=env)
    if code:
        sys.exit(f"{tool} failed:\n{text[-2000:]}")
    wrong = len(verify(at.hosts, at.resources))
    at.emit(tool, phase, wall=wall, cpu=cpu, rss_mb=rss, wrong=wrong)


def _install() -> None:
    if not (TOOLS / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
    pip = [str(TOOLS / "bin/python"), "-m", "pip", "install", "-q"]
    subprocess.run([*pip, *REQUIREMENTS], check=True)


def _setting(at: Round, tools: list[str], rounds: int) -> None:
    run: dict[str, Callable[[Round, str], None]] = {"holdfast": _holdfast}
    for mode in (*FLOORS, *ASYNC_FLOORS):
        run[f"floor {mode}"] = lambda at, phase, m=mode: _floor(at, m, phase)
    for tool in OTHERS:
        run[tool] = lambda at, phase, t=tool: _other(at, t, phase)
    written.holdfast(at.hosts, at.resources)
    for at.number in range(rounds):
        for tool in tools:
            before = guard.seen()
            reset(at.hosts)
            for phase in ("first", "no-op"):
                run[tool](at, phase)
            guard.check(before)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench converge", description=__doc__)
    parser.add_argument("--hosts", default="1,10", help="how many; with commas several")
    parser.add_argument("--resources", type=int, default=100, help="a multiple of 100")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--all", action="store_true", help="install and run the other tools too"
    )
    parser.add_argument("--tools", default="", help="only these, with commas")
    return parser.parse_args()


def main() -> None:
    asked = _arguments()
    if os.geteuid():
        sys.exit(
            "The bench starts daemons in a namespace of their own: run it as root."
        )
    for folder in (BENCH, GEN):
        folder.mkdir(parents=True, exist_ok=True)
    if asked.all:
        _install()
    floors = [*FLOORS, *(ASYNC_FLOORS if _python_with("asyncssh") else ())]
    tools = [f"floor {mode}" for mode in floors] + ["holdfast"]
    tools += OTHERS if asked.all else []
    if asked.tools:
        tools = asked.tools.split(",")
    out = BENCH / f"results-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    rows: list[Row] = []
    settings = [int(n) for n in asked.hosts.split(",")]
    try:
        for hosts in settings:
            fleet.up(hosts)
            at = Round(hosts, asked.resources, out)
            _setting(at, tools, asked.rounds)
            rows += at.rows
    finally:
        fleet.down()
    print(table.rendered(rows))
    print(f"Rows: {out}; hosts were {address(1)} to {address(max(settings))}")


if __name__ == "__main__":
    main()
