"""One executor as a process of its own, to be killed: says what it begins and ends."""

import signal
import sys
import time
from pathlib import Path

from holdfast.drivers.stores.connect import postgres_queue_engine, queue_engine
from holdfast.engine.durable.on_dbos import DbosExecutor, DbosSegments


def main(database: str, name: str, worker: str, said: str, seconds: str) -> None:
    """
    Execute segments until killed or told to stop, each as long as is wanted.

    What is named on standard input is enqueued here, and the worker woken: it would look
    at its queue only much later.
    """
    engine = (
        postgres_queue_engine(database)
        if database.startswith("postgres")
        else queue_engine(Path(database))
    )
    mine = worker.startswith("woken")

    def say(word: str) -> None:
        with Path(said).open("a", encoding="utf-8") as file:
            file.write(f"{word}\n")

    def execute(segment: str) -> None:
        say(f"begin {segment} {name}")
        time.sleep(float(seconds))
        say(f"end {segment} {name}")

    poll = 600 if mine else 0.02
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    executor = DbosExecutor(engine, name, worker, slots=2, poll=poll)
    executor.launch(execute)
    say(f"ready {name}")
    segments = DbosSegments(engine)
    for line in sys.stdin if mine else ():
        with engine.begin() as transaction:
            segments.enqueue(transaction, line.strip(), worker)
        segments.wake(worker)
    signal.sigwait({signal.SIGTERM})
    executor.rest()
    executor.close()
    say(f"closed {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
