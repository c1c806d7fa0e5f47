"""One script as a process: begun once, followed, and read to its end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from holdfast.engine.commands import (
    FileError,
    LineReader,
    Values,
    command_line,
    read_paths,
    read_values,
    status_said,
    suffix_of,
)
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.steps.output import Printed, follow
from holdfast.expressions import Status
from holdfast.ports import (
    MOST_OUTPUT,
    Containers,
    Ended,
    Matched,
    Matchers,
    ProblemMatching,
    StepProcess,
    StepRunner,
    Task,
    Workplace,
)

_MINUTE = 60.0
_LONGEST_SUMMARY = 1 << 20
_CUT_SUMMARY = "its summary is longer than 1 MiB, and is cut there"
_DROPPED = (
    "{} bytes more were printed and not kept: it is more than a step may print "
    "(`retention: {{log_size: ...}}` in holdfast.yaml)"
)


@dataclass(frozen=True, slots=True)
class Inside:
    """The container a job's steps are carried out in, and the process it began as."""

    container: str
    pid: int


@dataclass(frozen=True, slots=True)
class Around:
    """The problem matchers that earlier steps added, and where files are named from."""

    workspace: Path
    matchers: Matchers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """
    What is to run, with everything filled in.

    ``timeout`` is in minutes. ``argv`` stands for a program that is no script. Without
    ``inside`` it runs on the machine itself.
    """

    text: str = ""
    shell: str = ""
    folder: Path = Path()
    argv: tuple[str, ...] = ()
    timeout: float | None = None
    signal: str = "TERM"
    inside: Inside | None = None
    lasting: bool = False
    """What it leaves running goes on, whatever becomes of the lease."""


@dataclass(slots=True)
class Processes:
    """Runs scripts on this site; each key once, whoever asks again finds it."""

    runner: StepRunner
    place: Workplace
    containers: Containers | None = None
    most: Callable[[], int] = field(default=lambda: MOST_OUTPUT)
    """How many bytes of the output of one command are kept."""
    matching: ProblemMatching | None = None

    def begun(self, key: str) -> StepProcess | None:
        """What was begun under a key before, at work or ended."""
        return self.runner.attach(key)

    def begin(
        self,
        at: StepAt,
        script: Script,
        env: Mapping[str, str],
        secrets: tuple[str, ...],
        key: str = "",
    ) -> StepProcess:
        """
        Begin one, under the key of its attempt or another.

        Raises ``ValueError`` for an unknown shell, and ``HoldfastError``.
        """
        key = key or at.key
        argv = script.argv
        if not argv:
            file = self.place.files(key, suffix_of(script.shell)).script
            has_bash = self.place.machine.has_bash and not script.inside
            argv = command_line(script.shell, str(file), has_bash=has_bash)
            self.place.write(file, script.text)
        task = Task(
            key=key,
            argv=argv,
            folder=script.folder,
            env=env,
            secrets=secrets,
            timeout=None if script.timeout is None else script.timeout * _MINUTE,
            signal=script.signal,
            term=at.term,
            lasting=script.lasting,
            most=self.most(),
        )
        return self.runner.start(self._placed(task, script.inside))

    def _placed(self, task: Task, inside: Inside | None) -> Task:
        """A task where it belongs."""
        if inside is None:
            return task
        if self.containers is None:
            message = "this worker has neither podman nor docker"
            raise ValueError(message)
        return self.containers.inside(inside.container, inside.pid, task)

    def finish(
        self,
        process: StepProcess,
        printed: Printed,
        stopping: Callable[[], str],
        *,
        around: Around | None = None,
        spares: bool = False,
        for_show: bool = False,
    ) -> StepEnd | None:
        """
        Follow a process to its end, and read what it left for its run.

        ``None`` when it was cut off and left no word of how far it came. ``spares``: when
        nothing of it is left, its files may become those of the next step. ``for_show``:
        its status says everything, and nobody counts on what it prints. Problem matchers
        read its output when it is known what is ``around``.
        """
        try:
            ended, why = follow(process, printed, stopping)
        finally:
            process.release()
        printed.hidden.update(process.masks())
        for lost in _lost(ended):
            printed.say(f"::warning::{lost}")
        if ended.how in _CUT_OFF:
            return None
        try:
            left = self._left(process, printed, self._matched(process, printed, around))
        except FileError as error:
            return StepEnd(
                "failure", f"what it wrote for its run cannot be read: {error}"
            )
        if spares and ended.alone:
            self.place.spare(process.key)
        outcome, said = _judged(ended, why, "" if for_show else ended.lost)
        lines = tuple(printed.last) if outcome == "failure" else ()
        return StepEnd(outcome, said, lines=lines, **left)

    def _matched(
        self, process: StepProcess, printed: Printed, around: Around | None
    ) -> Matched:
        """What problem matchers find in its output; most jobs have none."""
        added = printed.reader.matchers
        if self.matching is None or around is None or not (around.matchers or added):
            return Matched()
        found = self.matching.find(_output(process), around.matchers, around.workspace)
        for line in found.said:
            printed.say(f"::warning::{line}")
        return found

    def _left(
        self, process: StepProcess, printed: Printed, matched: Matched
    ) -> dict[str, Any]:
        files = self.place.files(process.key)
        read, given = self.place.read, _given(process, printed)
        env = _values_of("GITHUB_ENV", read(files.env), environment=True)
        outputs = _values_of("GITHUB_OUTPUT", read(files.output)).values
        for name in env.refused:
            printed.say(f"::warning::{name} belongs to the run and was not set")
        return {
            "outputs": {**given.outputs, **outputs},
            "state": {
                **given.state,
                **_values_of("GITHUB_STATE", read(files.state)).values,
            },
            "env": env.values,
            "path": read_paths(read(files.path)),
            "summary": _summary(read(files.summary), printed),
            "annotations": (
                *(_told(one) for one in printed.reader.annotations),
                *matched.problems,
            ),
            "matchers": matched.matchers,
        }


def _output(process: StepProcess) -> Iterator[bytes]:
    """All it printed, a piece at a time."""
    offset = 0
    while piece := process.output(offset):
        offset += len(piece)
        yield piece


def _summary(written: str, printed: Printed) -> str:
    """What a step wrote for people, as much as a page shows of it."""
    if len(written) > _LONGEST_SUMMARY:
        printed.say(f"::warning::{_CUT_SUMMARY}")
    return written[:_LONGEST_SUMMARY]


def _given(process: StepProcess, printed: Printed) -> LineReader:
    """What lines of its output gave to its run, with the secrets in them."""
    seen, heard = printed.reader, LineReader()
    for line in process.said():
        list(heard.feed(f"{line}\n"))
    outputs, state = {**seen.outputs, **heard.outputs}, {**seen.state, **heard.state}
    return LineReader(outputs, state)


def _lost(ended: Ended) -> Iterator[str]:
    """What of its output is not kept, and why."""
    if ended.dropped:
        yield _DROPPED.format(ended.dropped)
    if ended.lost:
        yield ended.lost


def _judged(ended: Ended, why: str, lost: str) -> tuple[Status, str]:
    """
    What an end means: the outcome, and one sentence for people.

    A step some of whose output is ``lost`` may have given values that nobody has.
    """
    if ended.how == "exited" and lost:
        return "failure", f"it ended with {status_said(ended.status)}, but {lost}"
    if ended.how == "exited":
        right = ended.status == 0
        said = "" if right else f"it ended with {status_said(ended.status)}"
        return "success" if right else "failure", said
    if ended.how == "cancelled" and why:
        return "cancelled", f"{why}; every process of it has ended"
    if ended.how == "not-started":
        return "failure", f"it could not be started: {ended.why}"
    return "failure", _ENDS[ended.how]


_ENDS = {
    "cancelled": "its process was told to end, by nobody of this run",
    "timed-out": "its time was over; every process of it has ended",
}
_CUT_OFF = ("lease-lost", "lost")


def _told(annotation: Any) -> dict[str, Any]:
    every = {
        "level": annotation.level,
        "text": annotation.text,
        "file": annotation.file,
        "line": annotation.line,
        "title": annotation.title,
    }
    return {name: value for name, value in every.items() if value}


def _values_of(name: str, text: str, *, environment: bool = False) -> Values:
    """What one file sets; a ``FileError`` says which file it is."""
    try:
        return read_values(text, environment=environment)
    except FileError as error:
        message = f"{name}, {error}"
        raise FileError(message) from error
