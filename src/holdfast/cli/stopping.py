"""Processes that work until they are told to stop: SIGTERM or Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

import click

from holdfast.cli.output import say
from holdfast.problems import Exit

stop_timeout = click.option(
    "--stop-timeout",
    metavar="DURATION",
    default="25s",
    show_default=True,
    help="How long to wait, when told to stop, for what this process does itself.",
)


class Told:
    """
    Hears SIGTERM and Ctrl-C from the moment it is made.

    They are not held back: everything that is started from here, ssh, git and every
    step, would hold them back as well, and be deaf to who asks it to end.
    """

    def __init__(self) -> None:
        self._heard = SimpleQueue[int]()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda heard, _: self._heard.put(heard))

    def wait(self) -> None:
        """Until somebody tells; with the next signal the process leaves at once."""
        self._heard.get()
        say("Stopping; steps at work go on by themselves.")
        Thread(target=self._leave_when_told_again, daemon=True).start()

    def _leave_when_told_again(self) -> None:
        self._heard.get()
        say("Left at once, as by a kill.")
        _leave()


def ended(stop: Callable[[], tuple[str, ...]]) -> Exit:
    """
    Stop; ends the process itself when something of it does not end in time.

    That is then as after a kill: what became of it is found out by who comes next.
    """
    left = stop()
    if not left:
        return Exit.DONE
    say(
        "Left while at work, as by a kill; whoever has the job next finds out what became"
    )
    say(f"of it: {', '.join(left)}")
    return _leave()


def _leave() -> Exit:
    """End the process without waiting for its threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(Exit.FAILED)
