"""Everything a step can be, carried out on this site."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from holdfast.engine.runs.job_state import Fate, StepAt, StepEnd
from holdfast.engine.runs.request import wants_container
from holdfast.engine.steps.contexts import Sight, passed, secrets_wanted, sight_of
from holdfast.engine.steps.environment import step_paths, variables
from holdfast.engine.steps.hiding import Hiding
from holdfast.engine.steps.job_cache import JobMemory
from holdfast.engine.steps.output import Pages, Printed
from holdfast.engine.steps.process import Around, Inside, Processes, Script
from holdfast.expressions import ExpressionError
from holdfast.expressions.coerce import to_text
from holdfast.load.workflows import CONTAINERS
from holdfast.model import Sensitive
from holdfast.ports import (
    JobFolders,
    LeaseOver,
    NotBegun,
    StepRunner,
    Unanswered,
    Workplace,
)
from holdfast.problems import HoldfastError


class SecretSource(Protocol):
    """Secrets by name."""

    def get(self, name: str, /) -> Sensitive | None:
        """One secret, ``None`` when there is none; raises ``HoldfastError``."""
        ...

    def names(self) -> Iterable[str]:
        """Every name."""
        ...


Masked = Callable[[str, str, int, Collection[str]], None]
"""Is told a run, a job, a step's number, and the values the step masked."""


def _unheard(_run: str, _job: str, _step: int, _values: Collection[str]) -> None:
    """Nobody else has to know."""


@dataclass(slots=True)
class Setting:
    """One attempt with everything that is known before it begins."""

    at: StepAt
    sight: Sight
    folders: JobFolders
    printed: Printed
    stopping: Callable[[], str]
    again: bool = False
    """Somebody began it before: what has begun is found, not begun twice."""
    inside: Inside | None = None
    """The container the job's steps are carried out in."""
    versions: tuple[str, ...] = ()
    """The secrets that were opened for it: ``TOKEN@store-3``."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that may not be shown, also those its own processes masked by now."""
        return tuple(self.printed.hidden)

    @property
    def around(self) -> Around:
        """What its problem matchers have to know."""
        return Around(self.folders.workspace, self.at.stand.matchers)

    def fills(self) -> dict[str, str]:
        """The step's ``with:``, filled in; a list or a mapping is JSON."""
        filled = dict(self.sight.fill(self.at.step.with_) or {})
        return {name: _said(value) for name, value in filled.items()}


def _said(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list | dict) else to_text(value)


class Environment(Protocol):
    """Makes the whole environment of a process of a step."""

    def __call__(
        self, setting: Setting, more: Mapping[str, str] | None = None, key: str = ""
    ) -> dict[str, str]:
        """The variables; ``more`` are an action's own."""
        ...


class Action(Protocol):
    """What a ``uses:`` stands for."""

    def __call__(self, setting: Setting, /) -> Fate:
        """Carry it out, or find out what became of it."""
        ...


@dataclass(slots=True)
class StepWork:
    """
    Carries out steps for the jobs of one worker.

    ``actions`` are what is built in, by name; ``local`` carries out what a step names
    with a path.
    """

    processes: Processes
    place: Workplace
    runner: StepRunner
    pages: Pages
    secrets: SecretSource
    hiding: Hiding
    actions: Mapping[str, Action] = field(default_factory=dict)
    local: Action | None = None
    memory: JobMemory = field(default_factory=JobMemory)
    masked: Masked = field(default=_unheard)
    """Is told what a step asked to hide, before anything it left goes anywhere."""

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """Carry one attempt out."""
        return self._guarded(at, stopping, again=False)

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """What became of an attempt that somebody else began."""
        if at.moved:
            return self._checked(at, stopping)
        if at.step.run is not None and self.runner.forestall(at.key):
            return "anew"
        return self._guarded(at, stopping, again=True)

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        """The last lines an attempt printed."""
        process = self.runner.attach(at.key)
        if process is None:
            return ()
        printed, offset = Printed(at.key, self.pages), 0
        while piece := process.output(offset):
            offset += len(piece)
            printed.feed(piece)
        printed.finish()
        return tuple(printed.last)

    def leave(self, run: str, job: str, /) -> None:
        """Remove what the job's processes and files left."""
        self.memory.forget(run, job)
        if self.processes.containers is not None:
            self.processes.containers.clear(f"{run}/{job}")
        self.runner.clear(f"{run}/{job}")
        self.place.leave(run, job)

    def remains(self) -> Iterable[tuple[str, str]]:
        """Runs and jobs that may have left containers here."""
        containers = self.processes.containers
        for name in containers.jobs() if containers is not None else ():
            run, _, job = name.partition("/")
            yield run, job

    def _guarded(self, at: StepAt, stopping: Callable[[], str], *, again: bool) -> Fate:
        """
        What goes wrong before anything happens is a failure that says so.

        This is the one door to the ledger: what holds a secret is hidden here.
        """
        printed = Printed(at.key, self.pages, self.hiding.redactor)
        secrets: Mapping[str, str] = {}
        versions: tuple[str, ...] = ()
        try:
            at = self.hiding.put_back(at)
            setting = self._setting(at, printed, stopping, again=again)
            secrets = setting.sight.contexts["secrets"]
            versions = setting.versions
            fate = self.carry_out(setting)
        except (ExpressionError, ValueError) as error:
            fate = StepEnd("failure", f"nothing was done: {error}")
        except (Unanswered, LeaseOver, NotBegun):
            raise
        except HoldfastError as error:
            problem = error.problems[0]
            fate = StepEnd("failure", f"{problem.summary}. {problem.detail}".strip())
        finally:
            self._note_masks(at)
        shown = self.hiding.hide(at, fate, printed, secrets)
        return replace(shown, secrets=versions) if isinstance(shown, StepEnd) else shown

    def carry_out(self, setting: Setting) -> Fate:
        """One step, or one of an action's; what has begun before is found again."""
        step = setting.at.step
        if step.run is not None:
            return self._script(setting)
        if step.uses.startswith("./") and self.local is not None:
            return self.local(setting)
        name = step.uses.partition("@")[0]
        action = self.actions.get(name)
        if action is None:
            return StepEnd("failure", f"this worker does not know `{step.uses}`")
        return action(setting)

    # --- scripts -----------------------------------------------------------------

    def _script(self, setting: Setting) -> StepEnd | None:
        at = setting.at
        again = setting.again or bool(at.inner)
        process = self.processes.begun(at.key) if again else None
        if process is None:
            if at.step.check is not None and self._holds_already(setting, "before"):
                return StepEnd("success", "its check holds already; nothing was done")
            env = environment(self.place, setting, inside=True)
            process = self.processes.begin(
                at, self.script_of(setting), env, setting.secrets
            )
        end = self.processes.finish(
            process,
            setting.printed,
            setting.stopping,
            around=setting.around,
            spares=not setting.inside,
        )
        return self._checked(at, setting.stopping) if end is None else end

    def script_of(self, setting: Setting) -> Script:
        """The script of a ``run:`` step, filled in."""
        at, sight = setting.at, setting.sight
        return Script(
            text=sight.text(at.step.run),
            shell=self._shell(setting),
            folder=self._folder(setting),
            timeout=sight.number(at.step.timeout_minutes),
            signal=at.step.cancel_signal,
            inside=setting.inside,
        )

    def _shell(self, setting: Setting) -> str:
        at = setting.at
        every = (at.step.shell, at.job.job.defaults.shell, at.flow.defaults.shell)
        return setting.sight.text(next((one for one in every if one), ""))

    def _folder(self, setting: Setting) -> Path:
        at = setting.at
        job, flow = at.job.job.defaults, at.flow.defaults
        every = (
            at.step.working_directory,
            job.working_directory,
            flow.working_directory,
        )
        written = setting.sight.text(next((one for one in every if one), ""))
        return setting.folders.workspace / written

    # --- checks ------------------------------------------------------------------

    def _holds_already(self, setting: Setting, when: str) -> bool:
        """Run the step's check; what it prints is shown under the step."""
        at = setting.at
        key = f"{at.key}.{when}"
        process = self.processes.begun(key)
        if process is None:
            script = Script(
                text=setting.sight.text(at.step.check),
                shell=self._shell(setting),
                folder=self._folder(setting),
                timeout=setting.sight.number(at.step.timeout_minutes),
                inside=setting.inside,
            )
            env = environment(self.place, setting, key=key, inside=True)
            process = self.processes.begin(at, script, env, setting.secrets, key)
        end = self.processes.finish(
            process, setting.printed, setting.stopping, for_show=True
        )
        return end is not None and end.outcome == "success"

    def _checked(self, at: StepAt, stopping: Callable[[], str]) -> StepEnd | None:
        """What the check says of a step that was cut off, if it has one."""
        if at.step.check is None:
            return None
        printed = Printed(at.key, self.pages, self.hiding.redactor)
        setting = self._setting(at, printed, stopping, again=True)
        if self._holds_already(setting, f"after-{at.fence}"):
            return StepEnd("success", "it was cut off, and its check says it was made")
        return None

    # --- what is known before ------------------------------------------------------

    def _setting(
        self,
        at: StepAt,
        printed: Printed,
        stopping: Callable[[], str],
        *,
        again: bool,
    ) -> Setting:
        folders = self.place.folders(at.run, at.job.key)
        opened = self._secrets(at)
        values = {name: one.reveal() for name, one in opened.items()}
        versions = _read_by(at, opened)
        printed.hidden.update(values.values(), self._hidden(at))

        def hash_files(*patterns: str) -> str:
            return self.place.hash_of(folders.workspace, patterns)

        paths = step_paths(self.place.files(at.key))
        sight = sight_of(at, folders, self.place.machine, values, hash_files, paths)
        inside = _inside(at, sight)
        return Setting(at, sight, folders, printed, stopping, again, inside, versions)

    def _secrets(self, at: StepAt) -> dict[str, Sensitive]:
        """The secrets the job reads, opened."""
        names = passed(self._wanted(at), at.names, self.secrets.names)
        found = ((name, self.secrets.get(ours)) for name, ours in sorted(names.items()))
        return {name: one for name, one in found if one is not None}

    def _wanted(self, at: StepAt) -> set[str] | None:
        """Names of the secrets the job reads; looked for once a segment."""
        known = self.memory.of(at)
        if not known.read:
            known.secrets = secrets_wanted(at.flow, at.job.job, at.job.job.steps)
            known.read = True
        return known.secrets

    def _hidden(self, at: StepAt) -> set[str]:
        """What earlier steps of the job asked to hide; looked for once a segment."""
        known = self.memory.of(at)
        if not known.looked:
            known.hidden.update(self._masks(f"{at.run}/{at.job.key}"))
            known.looked = True
        return known.hidden

    def _note_masks(self, at: StepAt) -> None:
        """Let later steps, and whoever takes reports about the job, hide it too."""
        values = tuple(self._masks(f"{at.run}/{at.job.key}/{at.index}"))
        if values:
            self.memory.of(at).hidden.update(values)
            self.masked(at.run, at.job.key, at.index, values)

    def _masks(self, prefix: str) -> Iterable[str]:
        """What the processes below asked to hide."""
        for key in self.runner.known(prefix):
            process = self.runner.attach(key)
            if process is not None:
                yield from process.masks()


def _read_by(at: StepAt, opened: Mapping[str, Sensitive]) -> tuple[str, ...]:
    """Of the secrets of a job, what one of its steps reads: ``TOKEN@store-3``."""
    if not opened:
        return ()
    names = secrets_wanted(at.flow, at.job.job, [at.step])
    read = opened.keys() if names is None else names & opened.keys()
    return tuple(sorted(opened[name].reference for name in read))


def _inside(at: StepAt, sight: Sight) -> Inside | None:
    """
    The container the steps of a job are carried out in.

    Raises ``ValueError`` when there is to be one and it was not started: what is meant
    for a container does not run on the machine instead.
    """
    around = at.stand.around
    if "container" in around:
        return Inside(around["container"]["id"], around["pid"])
    if at.step.uses != CONTAINERS and wants_container(sight.fill(at.job.job.container)):
        message = "the container of the job was not started"
        raise ValueError(message)
    return None


def environment(
    place: Workplace,
    setting: Setting,
    more: Mapping[str, str] | None = None,
    key: str = "",
    *,
    inside: bool = False,
) -> dict[str, str]:
    """
    The whole environment of a process of a step, the event file of its job written.

    ``inside``: of one that goes into the container of its job, if it has one.
    """
    files = place.files(key or setting.at.key)
    event = json.dumps(setting.sight.contexts["github"].get("event", {}))
    if place.read(files.event) != event:
        place.write(files.event, event)
    machine = place.machine
    if inside and setting.inside:
        machine = replace(machine, environment=(), has_bash=False)
    return variables(setting.at, setting.sight, setting.folders, files, machine, more)
