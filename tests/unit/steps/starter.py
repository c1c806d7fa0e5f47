"""A worker that starts one command and then waits to be killed."""

import sys
import time
from pathlib import Path

from holdfast.drivers.steps.runner import ShimRunner
from holdfast.ports import Task


def main(folder: str, key: str, *argv: str) -> None:
    """Start it and say so."""
    runner = ShimRunner(Path(folder))
    runner.renew(60)
    runner.start(Task(key, argv, Path("/"), {"PATH": "/usr/bin:/bin"}))
    print("started", flush=True)  # noqa: T201 - said to the test
    time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
