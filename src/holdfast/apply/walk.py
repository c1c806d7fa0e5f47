"""Make the changes of one allowed plan, telling what happened to each."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

from holdfast.apply.outcome import Outcome, Walked
from holdfast.apply.script import BUSY, Progress, Script, write
from holdfast.apply.waves import waves
from holdfast.model import Change, Event, Plan, Verdict
from holdfast.ports import Clock, Contents, Host, Kind, Unreachable
from holdfast.problems import HoldfastError, Problem

_FLUSH_EVERY = 0.25
"""Seconds: outcomes are written down in groups this far apart."""


class Journal(Protocol):
    """Where intents go before, and outcomes after; both are durable on return."""

    def intend(self, changes: Sequence[Change], /) -> None:
        """These changes are about to be made on one host."""
        ...

    def tell(self, outcomes: Sequence[Outcome], /) -> None:
        """Write down what happened."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """
    Everything a walk needs, handed to it.

    ``refresh`` looks again at late changes just before they are made and gives what is
    really needed, with its contents; ``prove`` checks one host after its changes and
    gives what is wrong. ``between`` is told before each wave (its number, its hosts).
    ``redact`` takes secrets out of what a host says. ``parallel`` bounds how many hosts
    are worked on at once. When ``stop`` says so, nothing more is begun; what runs on a
    host ends.
    """

    hosts: Mapping[str, Host]
    kinds: Mapping[str, Kind]
    journal: Journal
    clock: Clock
    refresh: Callable[[Sequence[Change]], tuple[Sequence[Change], Contents]]
    prove: Callable[[str], Sequence[Problem]]
    between: Callable[[int, Sequence[str]], None] = lambda _number, _hosts: None
    redact: Callable[[str], str] = str
    parallel: int = 50
    stop: Callable[[], bool] = lambda: False


def walk(plan: Plan, verdict: Verdict, crew: Crew) -> Walked:
    """
    Walk the plan in waves; raises ``HoldfastError`` when the verdict is no yes to it.

    A host stops at its first failure. When more than ``max_fail_percentage`` of a wave's
    hosts failed, the waves after it are not begun and their changes are SKIPPED.
    """
    if not verdict.allows(plan, crew.clock.now()):
        objections = tuple(objection.problem for objection in verdict.objections)
        raise HoldfastError(*(objections or (_not_judged(plan),)))
    by_host = _by_host(plan.changes)
    outcomes: list[Outcome] = []
    stopped: Problem | None = None
    for number, wave in enumerate(waves(tuple(by_host), plan.rollout.serial)):
        if stopped:
            outcomes += [o for host in wave for o in _skipped(by_host[host])]
            continue
        if number:
            _pause(plan.rollout.pause, crew)
        crew.between(number, wave)
        done, bad = _wave(wave, by_host, plan.contents, crew)
        outcomes += done
        if len(bad) * 100 > plan.rollout.max_fail_percentage * len(wave):
            stopped = _over_budget(number, wave, bad, plan)
        if crew.stop():
            stopped = stopped or _interrupted()
    if stopped and stopped.code == INTERRUPTED and not _any_skipped(outcomes):
        stopped = None
    return Walked(tuple(outcomes), stopped)


def _wave(
    wave: Sequence[str],
    by_host: Mapping[str, Sequence[Change]],
    contents: Contents,
    crew: Crew,
) -> tuple[list[Outcome], list[str]]:
    """Outcomes of one wave, and the hosts of it that are not well."""

    def work(host: str) -> tuple[list[Outcome], bool]:
        if crew.stop():
            return _skipped(by_host[host]), False
        done = list(_host(by_host[host], crew.hosts[host], contents, crew))
        well = all(outcome.event is Event.SUCCEEDED for outcome in done)
        return done, well and not crew.prove(host)

    with ThreadPoolExecutor(min(crew.parallel, len(wave))) as pool:
        results = dict(zip(wave, pool.map(work, wave), strict=True))
    outcomes = [outcome for done, _ in results.values() for outcome in done]
    return outcomes, [host for host, (_, well) in results.items() if not well]


def _host(
    changes: Sequence[Change], host: Host, contents: Contents, crew: Crew
) -> Iterator[Outcome]:
    """Every change of one host; a segment ends where something must be looked at again."""
    made: set[str] = set()
    segments = list(_segments(changes))
    for number, segment in enumerate(segments):
        ready, known = _refreshed(segment, contents, crew)
        reached = made | {str(change.address) for change in ready}
        ready = [change for change in ready if _called(change, reached)]
        outcomes = _make(ready, host, known, crew)
        yield from outcomes
        made |= {str(o.change.address) for o in outcomes if o.event is Event.SUCCEEDED}
        ill = any(outcome.event is not Event.SUCCEEDED for outcome in outcomes)
        if ill or crew.stop():
            yield from _skipped([c for rest in segments[number + 1 :] for c in rest])
            return


def _pause(seconds: float, crew: Crew) -> None:
    """Wait between waves, ready to be stopped."""
    while seconds > 0 and not crew.stop():
        crew.clock.sleep(min(seconds, 1.0))
        seconds -= 1.0


def _refreshed(
    segment: Sequence[Change], contents: Contents, crew: Crew
) -> tuple[list[Change], Contents]:
    if not any(change.late for change in segment):
        return list(segment), contents
    late, more = crew.refresh([change for change in segment if change.late])
    fresh = {change.address: change for change in late}
    ready = [
        fresh.get(change.address, change)
        for change in segment
        if not change.late or change.address in fresh
    ]
    return ready, {**contents, **more}


def _called(change: Change, reached: set[str]) -> bool:
    """Whether what calls a handler was made, or will be before it in the same script."""
    callers = {str(address) for address in change.triggered_by}
    return not callers or bool(callers & reached)


def _segments(changes: Sequence[Change]) -> Iterator[list[Change]]:
    segment: list[Change] = []
    for change in changes:
        starts_late = change.late and any(not earlier.late for earlier in segment)
        starts_handlers = change.address.kind == "handler" and any(
            earlier.late for earlier in segment
        )
        if segment and (starts_late or starts_handlers):
            yield segment
            segment = []
        segment.append(change)
    if segment:
        yield segment


def _make(
    changes: Sequence[Change], host: Host, contents: Contents, crew: Crew
) -> list[Outcome]:
    """Write the intent down, run one script, write down what it says as it goes."""
    if not changes:
        return []
    script = write(changes, crew.kinds, contents)
    crew.journal.intend(changes)
    teller = _Teller(changes, script, crew)
    try:
        result = host.run(script.text, listen=teller.hear)
    except Unreachable as error:
        event = Event.IN_DOUBT if error.started else Event.UNREACHABLE
        return teller.finish(event, event, _without(error.problems[0], crew.redact))
    if result.status == BUSY and not teller.begun:
        return teller.finish(Event.SKIPPED, Event.SKIPPED, None, _busy(host.name))
    cut_off = _cut_off(host.name, result.status, result.stderr, crew.redact)
    return teller.finish(Event.IN_DOUBT, Event.SKIPPED, cut_off)


class _Teller:
    """Turns the lines of one script into outcomes, written down in groups."""

    def __init__(self, changes: Sequence[Change], script: Script, crew: Crew) -> None:
        self._changes, self._crew = changes, crew
        self._progress = Progress(script.mark)
        self._outcomes: dict[int, Outcome] = {}
        self._told = 0
        self._last = crew.clock.now()

    def hear(self, line: bytes) -> None:
        """Take one line of the script's output."""
        number = self._progress.hear(line)
        if number is None:
            return
        self._outcomes[number] = self._ended(number)
        now = self._crew.clock.now()
        if (now - self._last).total_seconds() >= _FLUSH_EVERY:
            self._last = now
            self._flush()

    @property
    def begun(self) -> bool:
        """Whether any change was."""
        return self._progress.begun >= 0

    def finish(
        self,
        begun: Event,
        not_begun: Event,
        problem: Problem | None,
        skipped: Problem | None = None,
    ) -> list[Outcome]:
        """Give every change an outcome: what was begun and has no end, and what was not."""
        failed = any(o.event is Event.FAILED for o in self._outcomes.values())
        for number, change in enumerate(self._changes):
            if number in self._outcomes:
                continue
            event = begun if number <= self._progress.begun else not_begun
            if failed and number > self._progress.begun:
                event = Event.SKIPPED
            self._outcomes[number] = Outcome(
                change, event, problem=skipped if event is Event.SKIPPED else problem
            )
        self._flush()
        return [self._outcomes[number] for number in range(len(self._changes))]

    def _ended(self, number: int) -> Outcome:
        status = self._progress.ended[number]
        said = self._crew.redact(self._progress.said(number))
        change = self._changes[number]
        if status == 0:
            return Outcome(change, Event.SUCCEEDED, output=said)
        return Outcome(
            change, Event.FAILED, status, said, _failed(change, status, said)
        )

    def _flush(self) -> None:
        ready = [self._outcomes[number] for number in sorted(self._outcomes)]
        if ready[self._told :]:
            self._crew.journal.tell(ready[self._told :])
            self._told = len(ready)


def _by_host(changes: Iterable[Change]) -> dict[str, list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.address.host, []).append(change)
    return grouped


def _any_skipped(outcomes: Iterable[Outcome]) -> bool:
    return any(outcome.event is Event.SKIPPED for outcome in outcomes)


def _skipped(changes: Iterable[Change]) -> list[Outcome]:
    return [Outcome(change, Event.SKIPPED) for change in changes]


def _failed(change: Change, status: int, said: str) -> Problem:
    return Problem(
        code="apply.failed",
        summary=f"{change.address} ended with status {status}",
        detail=said[-2000:] or "It printed nothing.",
        next_step=f"See what it ran: holdfast plan --commands '{change.address}'",
        place=change.declared,
    )


def _without(problem: Problem, redact: Callable[[str], str]) -> Problem:
    """The problem without secrets: a connection that broke quotes what was said."""
    return replace(
        problem, summary=redact(problem.summary), detail=redact(problem.detail)
    )


def _cut_off(
    host: str, status: int, stderr: bytes, redact: Callable[[str], str]
) -> Problem:
    words = redact(stderr.decode(errors="replace").strip())[-500:]
    return Problem(
        code="apply.cut-off",
        summary=f"The script on {host} ended with {status} before it was done",
        detail=words or "It said nothing.",
        next_step="Run `holdfast apply` again: what is in doubt is looked at first.",
    )


def _busy(host: str) -> Problem:
    return Problem(
        code="apply.still-running",
        summary=f"A script of an earlier run is still at work on {host}",
        detail="Its connection broke, it did not end. Nothing was changed by this run.",
        next_step="Wait until it has ended, then run `holdfast apply` again.",
    )


def _over_budget(
    number: int, wave: Sequence[str], bad: list[str], plan: Plan
) -> Problem:
    return Problem(
        code="apply.stopped",
        summary=f"Stopped after wave {number + 1}: {len(bad)} of {len(wave)} hosts failed",
        detail=(
            f"Failed: {', '.join(bad)}. Allowed: {plan.rollout.max_fail_percentage} %. "
            "Later waves were not begun."
        ),
        next_step="Mend the cause and apply again, or take it back with `holdfast undo`.",
    )


INTERRUPTED = "apply.interrupted"


def _interrupted() -> Problem:
    return Problem(
        code="apply.interrupted",
        summary="Stopped, as a person asked",
        detail="What had begun on a host has ended there; the rest was not begun.",
        next_step="Go on with `holdfast apply`, or take it back with `holdfast undo`.",
    )


def _not_judged(plan: Plan) -> Problem:
    return Problem(
        code="apply.not-judged",
        summary="The verdict is about another plan, or has expired",
        detail=f"Nothing was changed. This plan is {plan.digest}.",
        next_step="Run `holdfast plan` again and have the new plan approved.",
    )
