"""How a run goes, while it goes: live on a terminal, plain lines elsewhere."""

import os
import sys
import time
from collections import Counter
from threading import Lock
from types import TracebackType
from typing import Self

import click

from holdfast.model import Change, Event, Plan

_WORDS = {
    Event.SUCCEEDED: ("ok", "green"),
    Event.FAILED: ("failed", "red"),
    Event.SKIPPED: ("not begun", "yellow"),
    Event.UNREACHABLE: ("unreachable", "red"),
    Event.IN_DOUBT: ("in doubt", "magenta"),
}


_SOON = 0.5
"""Seconds of looking that need no explanation."""


def _is_live() -> bool:
    """Whether a line can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _rewrite(text: str) -> None:
    """
    Put ``text`` where the line is.

    Click would take the sequence that clears a line for a colour, and leave it out where
    no colours are wanted.
    """
    sys.stderr.write(f"\r\033[K{text}")
    sys.stderr.flush()


class Looking:
    """One line on a terminal while many hosts are looked at; gone when all have spoken."""

    def __init__(self) -> None:
        self._live = _is_live()
        self._start = 0.0

    def hear(self, done: int, hosts: int) -> None:
        """Take how many hosts have answered."""
        if not self._live or hosts == 1:
            return
        if done == 0:
            self._start = time.monotonic()
        spent = time.monotonic() - self._start
        if spent < _SOON:
            return
        if done == hosts:
            _rewrite("")
        else:
            to_go = spent / done * (hosts - done)
            _rewrite(f"{done} of {hosts} hosts have answered, {to_go:.0f} s to go")


class Progress:
    """Hears every intent and outcome; one line that moves, or one line a change."""

    def __init__(self, plan: Plan) -> None:
        self._total = len(plan.changes)
        self._hosts = Counter(change.address.host for change in plan.changes)
        self._done: Counter[Event] = Counter()
        self._left = Counter(self._hosts)
        self._live = _is_live()
        self._start = time.monotonic()
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            _rewrite("")

    def hear(self, event: Event, change: Change) -> None:
        """Take one event of the run."""
        if event is Event.INTENDED:
            return
        with self._lock:
            self._done[event] += 1
            self._left[change.address.host] -= 1
            if event is not Event.SUCCEEDED or not self._live:
                self._line(event, change)
            if self._live:
                _rewrite(self._bar())

    def _line(self, event: Event, change: Change) -> None:
        word, colour = _WORDS[event]
        if self._live:
            _rewrite("")
        styled = click.style(f"{word:>11}", fg=colour)
        click.echo(f"{styled}  {change.address}", err=True)

    def _bar(self) -> str:
        done = sum(self._done.values())
        hosts = sum(left <= 0 for left in self._left.values())
        filled = 24 * done // self._total
        spent = time.monotonic() - self._start
        eta = f", {spent / done * (self._total - done):.0f} s to go" if done else ""
        bar = "█" * filled + "░" * (24 - filled)
        return (
            f"{bar} {done}/{self._total} changes, {hosts}/{len(self._hosts)} hosts{eta}"
        )
