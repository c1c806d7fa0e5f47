"""What is measured: each takes a server and answers named figures."""

import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import httpx
from ground import WRITER, Server

from holdfast.model import State

Figures = dict[str, float]


def warm_up(at: Server) -> None:
    """What happens once in the life of a server is no latency of a run."""
    for name in ("first", "two", "five"):
        at.until_ended(at.desk.start(name, {}, "ann"))


def start_latency(at: Server, rounds: int) -> Figures:
    """Milliseconds from the request that starts a run to the first line of its step."""
    took = []
    for _ in range(rounds):
        began = time.time()
        run = at.desk.start("first", {}, "ann")
        at.until_ended(run)
        stamp = next(float(line[0]) for line in at.stamps("first") if line[1] == run)
        took.append((stamp - began) * 1000)
    return {"p50": median(took), "p95": _part(took, 0.95)}


def step_overhead(at: Server, rounds: int) -> Figures:
    """Milliseconds one `run:` step costs, and the bare command in a shell alone."""
    ours, bare = [], []
    for _ in range(rounds):
        run = at.desk.start("steps", {}, "ann")
        row = at.until_ended(run, pause=1.0)
        job = at.desk.run(run).view.jobs["one"]
        ours.append(_seconds(job.started, row.ended.isoformat() if row.ended else ""))
        began = time.perf_counter()
        for _ in range(100):
            subprocess.run(["bash", "-e", "-c", ":"], check=True)
        bare.append(time.perf_counter() - began)
    each, alone = median(ours) * 10, median(bare) * 10
    return {"a step": each, "bare": alone, "overhead": each - alone}


def runs_per_minute(at: Server, runs: int, workflow: str = "two") -> Figures:
    """Runs a minute when many are started at once."""
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: at.desk.start(workflow, {}, "ann"), range(runs)))
    started = time.monotonic() - began
    while at.desk.runs([State.QUEUED, State.RUNNING, State.WAITING], workflow, 1):
        time.sleep(0.05)
    took = time.monotonic() - began
    _expect(at, ids[-1], State.SUCCEEDED)
    return {"a minute": runs / took * 60, "started in s": started}


def one_alone(at: Server, rounds: int, workflow: str = "five") -> Figures:
    """Milliseconds one run takes from the request to its end, with nothing beside it."""
    took = []
    for _ in range(rounds):
        began = time.monotonic()
        at.until_ended(at.desk.start(workflow, {}, "ann"))
        took.append((time.monotonic() - began) * 1000)
    return {"p50": median(took)}


def webhooks(at: Server, rate: int, seconds: int) -> Figures:
    """Milliseconds from sending an event to the first line; how many were lost."""
    sent: dict[str, float] = {}
    every = rate * seconds
    with httpx.Client(base_url=at.url) as client, ThreadPoolExecutor(8) as pool:

        def send(number: int) -> None:
            body = json.dumps({"order": f"o{number}"}).encode()
            sign = hmac.new(b"a-secret-of-orders", body, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature-256": f"sha256={sign}", "X-Event": "order"}
            sent[f"o{number}"] = time.time()
            client.post("/hooks/orders", content=body, headers=headers)

        send(every)
        at.until(lambda: len(at.stamps("hook")) == 1)
        del sent[f"o{every}"]
        began = time.monotonic()
        for number in range(every):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            pool.submit(send, number)
    give_up = time.monotonic() + 60 + seconds
    while len(at.stamps("hook")) <= every and time.monotonic() < give_up:
        time.sleep(0.2)
    stamps = [line for line in at.stamps("hook") if line[1] in sent]
    took = [(float(moment) - sent[name]) * 1000 for moment, name in stamps]
    return {
        "p50": median(took),
        "p99": _part(took, 0.99),
        "lost": every - len(took),
    }


def waiting_at_a_gate(at: Server, runs: int) -> Figures:
    """What so many runs at a gate cost: megabytes and threads more than before."""
    memory, threads = at.memory(), at.threads()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: at.desk.start("held", {}, "ann"), range(runs)))
    _expect(at, ids[-1], State.GATED)
    return {
        "runs": runs,
        "MB more": at.memory() - memory,
        "threads more": at.threads() - threads,
    }


def log_lines(at: Server, rate: int, seconds: int) -> Figures:
    """
    How much a step is slowed that says so many lines a second, and how many it can say.

    A step that works all the time is later by what it stands in ``write``. That is
    compared with the same writer at a pipe that is read into a file.
    """
    ours, bare = _writing(at, seconds, rate), _piped(at, seconds, rate)
    most = _writing(at, seconds // 2, 0)
    return {
        "paced at": ours.lines / ours.seconds,
        "slower": (seconds + ours.within) / (seconds + bare.within),
        "most lines a second": most.lines / most.seconds,
    }


@dataclass
class _Written:
    lines: int
    seconds: float
    within: float

    @classmethod
    def read(cls, file: Path) -> "_Written":
        lines, seconds, within = file.read_text("utf-8").split()
        return cls(int(lines), float(seconds), float(within))


def _writing(at: Server, seconds: int, rate: int) -> _Written:
    """The writer as a step."""
    told = at.folder / "written"
    inputs = {"seconds": seconds, "rate": rate, "told": str(told)}
    run = at.desk.start("log", inputs, "ann")
    at.until_ended(run)
    _expect(at, run, State.SUCCEEDED)
    return _Written.read(told)


def _piped(at: Server, seconds: int, rate: int) -> _Written:
    """The writer alone, its output read into a file."""
    told, kept = at.folder / "written", at.folder / "piped"
    writer = f"'{sys.executable}' '{WRITER}' {seconds} {rate} '{told}'"
    subprocess.run(["bash", "-c", f"{writer} | cat > '{kept}'"], check=True)
    kept.unlink()
    return _Written.read(told)


def crash(at: Server) -> Figures:
    """Seconds from the kill of a worker to the next step of the run it had."""
    for name in ("w1", "w2"):
        at.worker(name)
    run = at.desk.start("long", {}, "ann")
    at.until(lambda: len(at.stamps("long")) == 1)
    at.others[at.desk.run(run).view.jobs["one"].worker].kill()
    killed = time.time()
    at.until_ended(run)
    _expect(at, run, State.SUCCEEDED)
    after = [float(line[0]) - killed for line in at.stamps("long")]
    return {"seconds": min(one for one in after if one > 0)}


def _part(figures: Sequence[float], part: float) -> float:
    """The figure that so great a part of all is not above."""
    return sorted(figures)[min(len(figures) - 1, int(len(figures) * part))]


def _expect(at: Server, run: str, state: State) -> None:
    """Figures of runs that failed would say nothing."""
    seen = at.desk.run(run).row
    if seen.state is not state:
        raise RuntimeError(f"{run} is {seen.state.value}: {seen.why}")


def _seconds(began: str, ended: str) -> float:
    return (
        datetime.fromisoformat(ended) - datetime.fromisoformat(began)
    ).total_seconds()
