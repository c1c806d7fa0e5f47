"""How a run goes, while it goes: live on a terminal, plain lines elsewhere."""

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


class Looking:
    """One line on a terminal while many hosts are looked at; gone when all have spoken."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
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
            click.echo("\r\033[K", err=True, nl=False)
        else:
            to_go = spent / done * (hosts - done)
            words = f"{done} of {hosts} hosts have answered, {to_go:.0f} s to go"
            click.echo(f"\r\033[K{words}", err=True, nl=False)


class Progress:
    """Hears every intent and outcome; one line that moves, or one line a change."""

    def __init__(self, plan: Plan) -> None:
        self._total = len(plan.changes)
        self._hosts = Counter(change.address.host for change in plan.changes)
        self._done: Counter[Event] = Counter()
        self._left = Counter(self._hosts)
        self._live = sys.stderr.isatty()
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
            click.echo("\r\033[K", err=True, nl=False)

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
                click.echo("\r\033[K" + self._bar(), err=True, nl=False)

    def _line(self, event: Event, change: Change) -> None:
        word, colour = _WORDS[event]
        start = "\r\033[K" if self._live else ""
        styled = click.style(f"{word:>11}", fg=colour)
        click.echo(f"{start}{styled}  {change.address}", err=True)

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
