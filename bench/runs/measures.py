"""What is measured: each takes a server and answers named figures."""

import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from statistics import median, quantiles

import httpx
from ground import Server

from holdfast.model import State

Figures = dict[str, float]


def start_latency(at: Server, rounds: int) -> Figures:
    """Milliseconds from the request that starts a run to the first line of its step."""
    took = []
    for _ in range(rounds):
        began = time.time()
        run = at.desk.start("first", {}, "ann")
        at.until_ended(run)
        stamp = next(float(line[0]) for line in at.stamps("first") if line[1] == run)
        took.append((stamp - began) * 1000)
    return {"p50": median(took), "p95": quantiles(took, n=20)[-1]}


def step_overhead(at: Server, rounds: int) -> Figures:
    """Milliseconds one `run:` step costs, and the bare command in a shell alone."""
    ours, bare = [], []
    for _ in range(rounds):
        run = at.desk.start("steps", {}, "ann")
        row = at.until_ended(run)
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

        began = time.monotonic()
        for number in range(every):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            pool.submit(send, number)
    give_up = time.monotonic() + 60 + seconds
    while len(at.stamps("hook")) < every and time.monotonic() < give_up:
        time.sleep(0.2)
    took = [(float(at_) - sent[name]) * 1000 for at_, name in at.stamps("hook")]
    return {
        "p50": median(took),
        "p99": quantiles(took, n=100)[-1],
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


def log_lines(at: Server, lines: int) -> Figures:
    """Lines a second of one step, and how much slower that is than into a file."""
    command = f"seq -f 'line %.0f of a step that says a lot' {lines}"
    began = time.perf_counter()
    subprocess.run(["bash", "-c", f"{command} | cat > /dev/null"], check=True)
    bare = time.perf_counter() - began
    run = at.desk.start("log", {"lines": lines}, "ann")
    at.until_ended(run)
    _expect(at, run, State.SUCCEEDED)
    step = at.desk.run(run).view.jobs["one"].steps[0]
    took = _seconds(step.started, step.ended)
    return {"lines a second": lines / took, "slower": took / bare}


def crash(at: Server, name: str, wait: Callable[[], None]) -> Figures:
    """Seconds from the end of a killed worker's last step to its run's next one."""
    run = at.desk.start("long", {}, "ann")
    while len(at.stamps("long")) < 1:
        time.sleep(0.01)
    at.others[name].kill()
    killed = time.time()
    wait()
    at.until_ended(run)
    after = [float(line[0]) - killed for line in at.stamps("long")]
    return {"seconds": min(one for one in after if one > 0)}


def _expect(at: Server, run: str, state: State) -> None:
    """Figures of runs that failed would say nothing."""
    seen = at.desk.run(run).row
    if seen.state is not state:
        raise RuntimeError(f"{run} is {seen.state.value}: {seen.why}")


def _seconds(began: str, ended: str) -> float:
    return (
        datetime.fromisoformat(ended) - datetime.fromisoformat(began)
    ).total_seconds()
