"""
Prints lines at a pace, and says how long it stood in writing them.

``writer.py SECONDS RATE FILE``: so many lines a second, in a burst each hundredth of one;
a rate of 0 is as many as it can. Into the file goes: lines, seconds in all, seconds
within ``write``.
"""

import os
import sys
import time
from pathlib import Path

LINE = b"a line of a step that says a lot\n"
TICK = 0.01
BURST = 1000


def main(seconds: float, rate: float, told: str) -> None:
    """Print for so long."""
    burst = LINE * (int(rate * TICK) or BURST)
    written, within, began = 0, 0.0, time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        if rate:
            due = began + written / rate
            time.sleep(max(0.0, due - now))
        left, start = memoryview(burst), time.perf_counter()
        while left:
            left = left[os.write(1, left) :]
        within += time.perf_counter() - start
        written += len(burst) // len(LINE)
    took = time.perf_counter() - began
    Path(told).write_text(f"{written} {took} {within}\n", encoding="utf-8")


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
