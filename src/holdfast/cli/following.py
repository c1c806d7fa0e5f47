"""Follow a run on the terminal until it has ended or waits for a person."""

from collections.abc import Callable
from dataclasses import dataclass, field

import click

from holdfast.cli.talk import say
from holdfast.cli.views import runs as view
from holdfast.model import JobView, State
from holdfast.ports import Clock, Desk, RunSheet

_PAUSE = 0.1
_WAITING = frozenset({State.GATED, State.IN_DOUBT})


@dataclass(slots=True)
class Follower:
    """Prints what steps print as it comes, line by line, jobs side by side."""

    desk: Desk
    run: str
    clock: Clock
    asked: Callable[[], bool] = field(default=lambda: False)
    """Whether the person wants to stop following."""
    _offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    _ended: set[tuple[str, int]] = field(default_factory=set)
    _begun: set[tuple[str, int]] = field(default_factory=set)
    _rests: dict[tuple[str, int], bytes] = field(default_factory=dict)
    _said: str = ""

    def follow(self) -> RunSheet:
        """Until the end, or until only a person can move it."""
        version = -1
        while True:
            now = self.desk.version(self.run)
            if now != version:
                version, sheet = now, self.desk.run(self.run)
            self._print(sheet)
            self._waits(sheet)
            if sheet.row.state.is_end or self._stuck(sheet) or self.asked():
                return sheet
            self.clock.sleep(_PAUSE)

    def _stuck(self, sheet: RunSheet) -> bool:
        if sheet.row.state not in _WAITING:
            return False
        return not any(job.state is State.RUNNING for job in sheet.view.jobs.values())

    def _print(self, sheet: RunSheet) -> None:
        several = len(sheet.view.jobs) > 1
        names = {job.id: [step.name for step in job.steps] for job in sheet.jobs}
        for key, job in sheet.view.jobs.items():
            prefix = click.style(f"{job.name or key} | ", dim=True) if several else ""
            for index in sorted(job.steps):
                self._step(job, index, prefix, names.get(job.id, []))

    def _step(self, job: JobView, index: int, prefix: str, names: list[str]) -> None:
        key, step = (job.key, index), job.steps[index]
        if key in self._ended or step.state is State.SKIPPED:
            return
        if key not in self._begun:
            self._begun.add(key)
            name = names[index] if index < len(names) else f"step {index}"
            say(prefix + click.style(f"▸ {name}", bold=True))
        over = step.state.is_end
        self._lines(key, prefix, over=over)
        if over:
            self._ended.add(key)
            told = f"  {step.body.get('why', '')}" if step.outcome != "success" else ""
            took = view.lasted(step.started, step.ended)
            say(f"{prefix}{view.mark(step.state)} {step.outcome} {took}{told}")

    def _lines(self, key: tuple[str, int], prefix: str, *, over: bool) -> None:
        offset = self._offsets.get(key, 0)
        piece = self.desk.printed(self.run, *key, offset)
        self._offsets[key] = offset + len(piece)
        *whole, rest = (self._rests.pop(key, b"") + piece).split(b"\n")
        if over and rest:
            whole, rest = [*whole, rest], b""
        self._rests[key] = rest
        for line in whole:
            click.echo(prefix + line.decode("utf-8", "replace"))

    def _waits(self, sheet: RunSheet) -> None:
        """Say once why nothing happens."""
        if any(job.state is State.RUNNING for job in sheet.view.jobs.values()):
            return
        told = "; ".join(
            f"{k or self.run}: {why}" for k, why in sheet.waits.items() if why
        )
        if told and told != self._said:
            self._said = told
            say(click.style(f"waits: {told}", fg="yellow"))
