"""Follow a run on the terminal until it has ended or waits for a person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import click

from holdfast.cli.output import say
from holdfast.cli.views import runs as view
from holdfast.model import JobView, State
from holdfast.ports import Clock, RunDesk, RunSheet

_PAUSE = 0.1
_WAITING = frozenset({State.GATED, State.IN_DOUBT})


@dataclass(slots=True)
class Follower:
    """
    Prints what steps print as it comes, line by line, jobs side by side.

    Runs that a run has called are followed with it: ``above`` is the job that called.
    """

    desk: RunDesk
    run: str
    clock: Clock
    asked: Callable[[], bool] = field(default=lambda: False)
    """Whether the person wants to stop following."""
    above: str = ""
    sheet: RunSheet | None = None
    _called: dict[str, "Follower"] = field(default_factory=dict)
    _offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    _ended: set[tuple[str, int]] = field(default_factory=set)
    _begun: set[tuple[str, int]] = field(default_factory=set)
    _rests: dict[tuple[str, int], bytes] = field(default_factory=dict)
    _said: str = ""

    def follow(self) -> RunSheet:
        """Until the end, or until only a person can move it."""
        while True:
            sheet = self.look()
            if not self.is_moving():
                self._waits(sheet)
            if sheet.row.state.is_end or self.is_stuck() or self.asked():
                return sheet
            self.clock.sleep(_PAUSE)

    def look(self) -> RunSheet:
        """Print what is new in the run and in those it has called."""
        if self.sheet is None or self.desk.version(self.run) != self.sheet.version:
            self.sheet = self.desk.run(self.run)
        self._print(self.sheet)
        for key, job in self.sheet.view.jobs.items():
            child = job.wait.child if job.wait else ""
            if child and child not in self._called:
                above = f"{self.above}{job.name or key} / "
                self._called[child] = Follower(
                    self.desk, child, self.clock, above=above
                )
        for called in self._called.values():
            if not called.is_over:
                called.look()
        return self.sheet

    def pass_over(self) -> None:
        """Say nothing of steps that have ended already."""
        for key, job in self.desk.run(self.run).view.jobs.items():
            self._ended |= {(key, n) for n, s in job.steps.items() if s.state.is_end}

    @property
    def is_over(self) -> bool:
        """Whether everything was printed that will ever be."""
        return self.sheet is not None and self.sheet.row.state.is_end

    def is_moving(self) -> bool:
        """Whether somebody is at work, here or in a run that was called."""
        jobs = self.sheet.view.jobs.values() if self.sheet else ()
        return any(job.state is State.RUNNING for job in jobs) or any(
            called.is_moving() for called in self._called.values() if not called.is_over
        )

    def is_stuck(self) -> bool:
        """Whether only a person can move it."""
        if self.sheet is None or self.is_moving():
            return False
        if _needs_person(self.sheet):
            return True
        called = [one for one in self._called.values() if not one.is_over]
        waits = [job for job in self.sheet.view.jobs.values() if not job.state.is_end]
        asleep = all(job.wait.child for job in waits if job.wait is not None)
        return bool(called) and asleep and all(one.is_stuck() for one in called)

    def called(self) -> Iterator[RunSheet]:
        """Runs below that wait for a person."""
        for one in self._called.values():
            if one.sheet is not None and _needs_person(one.sheet):
                yield one.sheet
            yield from one.called()

    def _print(self, sheet: RunSheet) -> None:
        several = len(sheet.view.jobs) > 1 or bool(self.above)
        for key, job in sheet.view.jobs.items():
            name = f"{self.above}{sheet.name(key)} | "
            prefix = click.style(name, dim=True) if several else ""
            for index in sorted(job.steps):
                self._step(job, index, prefix, sheet.step(key, index))

    def _step(self, job: JobView, index: int, prefix: str, name: str) -> None:
        key, step = (job.key, index), job.steps[index]
        if key in self._ended or step.state is State.SKIPPED:
            return
        if key not in self._begun:
            self._begun.add(key)
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
        told = "; ".join(
            f"{k or self.run}: {why}" for k, why in sheet.waits.items() if why
        )
        if told and told != self._said:
            self._said = told
            say(click.style(f"waits: {told}", fg="yellow"))


def _needs_person(sheet: RunSheet) -> bool:
    """Whether a person has to say or to do something."""
    jobs = sheet.view.jobs.values()
    handed = any(job.wait is not None and job.wait.task is not None for job in jobs)
    return sheet.row.state in _WAITING or (handed and not sheet.row.state.is_end)
