"""One executor as a process of its own, to be killed: says what it begins and ends."""

import sys
import time
from pathlib import Path

from holdfast.drivers.stores.connect import postgres_queue_engine, queue_engine
from holdfast.engine.durable.on_dbos import DbosExecutor


def main(database: str, name: str, worker: str, said: str, seconds: str) -> None:
    """Execute segments until killed, each as long as is wanted."""
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

    DbosExecutor(engine, name, worker, slots=2, poll=0.02).launch(execute)
    say(f"ready {name}")
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
