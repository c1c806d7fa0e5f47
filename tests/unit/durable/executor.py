"""One executor as a process of its own, to be killed: says what it begins and ends."""

import os
import sys
import time
from pathlib import Path

from holdfast.drivers.stores.connect import postgres_queue_engine, queue_engine
from holdfast.engine.durable.on_dbos import DbosExecutor


def main(database: str, name: str, said: str, seconds: str, patience: str = "") -> None:
    """Begin what is named on standard input until it ends, each for as long as wanted."""
    engine = (
        postgres_queue_engine(database)
        if database.startswith("postgres")
        else queue_engine(Path(database))
    )

    def say(word: str) -> None:
        with Path(said).open("a", encoding="utf-8") as file:
            file.write(f"{word}\n")

    def execute(segment: str) -> None:
        say(f"begin {segment} {name}")
        time.sleep(float(seconds))
        say(f"end {segment} {name}")

    executor = DbosExecutor(engine, name, slots=2)
    executor.launch(execute)
    say(f"ready {name}")
    for line in sys.stdin:
        executor.begin(line.strip())
        say(f"told {line.strip()} {name}")
    executor.rest(0)
    left = executor.close(float(patience) if patience else None)
    say(" ".join(["closed", name, *left]))
    if left:
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
