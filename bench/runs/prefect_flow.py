"""
Prefect 3 with the same five steps: run by an interpreter that has it.

``prefect_flow.py RUNS``: milliseconds of one flow alone, and flows a minute with eight at
once; a local server of its own, on SQLite, as Prefect starts one.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from prefect import flow, task


@task
def step(number: int) -> int:
    """Do nothing, as `:` does."""
    return number


@flow
def five() -> None:
    """Five steps, one after the other."""
    for number in range(5):
        step(number)


def timed() -> float:
    """Seconds of one flow."""
    began = time.monotonic()
    five()
    return time.monotonic() - began


def main(runs: int) -> None:
    """Say both figures."""
    five()
    alone = median(timed() for _ in range(5))
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: five(), range(runs)))
    print("FIGURES", alone * 1000, runs / (time.monotonic() - began) * 60)


if __name__ == "__main__":
    main(int(sys.argv[1]))
