"""Local actions: steps within a step, or a program for Node.js."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from holdfast.declare import Action, Step
from holdfast.engine.runs.job_state import Fate, Stand, StepAt, StepEnd
from holdfast.engine.steps.environment import step_paths
from holdfast.engine.steps.process import Script
from holdfast.engine.steps.programs import input_names, state_names
from holdfast.engine.steps.work import Setting, StepWork, environment
from holdfast.expressions.coerce import to_text
from holdfast.load.workflows import post_of

Lookup = Callable[[StepAt, str], tuple[Action, str] | None]
"""The action a step names with a path, and the folder its files are in."""

_DEEPEST = 10


@dataclass(slots=True)
class LocalActions:
    """
    Carries out actions of the project itself.

    Inner steps have keys of their own (``r1/build/3/1.0``): after a crash those that
    ended are read again, the one at work is found, and the rest begin.
    """

    work: StepWork
    lookup: Lookup

    def __call__(self, setting: Setting, /) -> Fate:
        """Carry one out."""
        found = self.lookup(setting.at, setting.at.step.uses)
        if found is None:
            return StepEnd("failure", f"there is no action at {setting.at.step.uses}")
        action, folder = found
        given = self._inputs(action, setting)
        missing = [
            one.name
            for one in action.inputs
            if one.required and not given.get(one.name)
        ]
        if missing:
            return StepEnd("failure", f"it needs the input {', '.join(missing)}")
        if action.using == "node":
            return self._program(action, folder, given, setting)
        if setting.at.step.post_of:
            return self._posts(action, folder, given, setting)
        return self._steps(action, folder, given, setting)

    def _inputs(self, action: Action, setting: Setting) -> dict[str, str]:
        defaults = {
            one.name: to_text(setting.sight.fill(one.default))
            for one in action.inputs
            if one.default is not None
        }
        return {**defaults, **setting.fills()}

    # --- a program -----------------------------------------------------------------

    def _program(
        self, action: Action, folder: str, given: Mapping[str, str], setting: Setting
    ) -> StepEnd | None:
        processes, at = self.work.processes, setting.at
        process = processes.begun(at.key)
        if process is None:
            workspace = setting.folders.workspace
            main = action.post if at.step.post_of else action.main
            script = Script(
                argv=("node", str(workspace / folder / main)),
                folder=workspace,
                timeout=setting.sight.number(at.step.timeout_minutes),
                signal=at.step.cancel_signal,
                inside=setting.inside,
            )
            more = {**input_names(given), **state_names(at.state)}
            env = environment(self.work.place, setting, more, inside=True)
            env["GITHUB_ACTION_PATH"] = str(workspace / folder)
            process = processes.begin(at, script, env, setting.secrets)
        return processes.finish(
            process, setting.printed, setting.stopping, around=setting.around
        )

    # --- steps -----------------------------------------------------------------------

    def _steps(
        self, action: Action, folder: str, given: Mapping[str, str], setting: Setting
    ) -> StepEnd | None:
        at, stand = setting.at, Stand(matchers=setting.at.stand.matchers)
        if at.inner.count(".") >= _DEEPEST:
            return StepEnd("failure", "its actions use each other without an end")
        ends: dict[int, StepEnd] = {}
        path = str(PurePosixPath(str(setting.folders.workspace)) / folder)
        for number, step in enumerate(action.steps):
            inner = self._inner(setting, step, number, stand, given, path)
            if not inner.sight.holds(step.condition):
                stand = stand.after(step, "skipped", "skipped", {})
                continue
            end = self.work.carry_out(inner)
            if not isinstance(end, StepEnd):
                return None
            ends[number] = end
            forgiven = end.outcome == "failure" and bool(
                inner.sight.fill(step.continue_on_error)
            )
            conclusion = "success" if forgiven else end.outcome
            stand = stand.after(step, end.outcome, conclusion, end.body())
            if end.outcome == "cancelled":
                return replace(end, outputs={}, state=_together(ends))
        outputs = self._outputs(action, setting, stand, given)
        return _joined(ends, outputs, failed=stand.status == "failure")

    def _posts(
        self, action: Action, folder: str, given: Mapping[str, str], setting: Setting
    ) -> StepEnd | None:
        """The ``post`` of each inner step that began, the last one's first."""
        at, path = setting.at, str(setting.folders.workspace / folder)
        ends: dict[int, StepEnd] = {}
        for number, step in reversed(list(enumerate(action.steps))):
            if str(number) not in at.state:
                continue
            condition = post_of(at.flow, step.uses)
            if not condition or not setting.sight.holds(condition):
                continue
            post = replace(step, post_of=step.id)
            states = {step.id: _below(at.state, number)}
            stand = Stand(states=states, matchers=at.stand.matchers)
            inner = self._inner(setting, post, number, stand, given, path)
            end = self.work.carry_out(inner)
            if not isinstance(end, StepEnd):
                return None
            ends[number] = end
        failed = any(end.outcome == "failure" for end in ends.values())
        return _joined(ends, {}, failed=failed)

    def _inner(
        self,
        setting: Setting,
        step: Step,
        number: int,
        stand: Stand,
        given: Mapping[str, str],
        path: str,
    ) -> Setting:
        """One inner step: it sees the action's inputs and its own earlier steps."""
        setting.printed.begin_part()
        outer = setting.at
        together = replace(
            outer.stand,
            env={**outer.stand.env, **stand.env},
            path=(*stand.path, *outer.stand.path),
            status=stand.status,
            states=stand.states,
            matchers=stand.matchers,
        )
        at = replace(outer, step=step, stand=together, inner=f"{outer.inner}.{number}")
        github = {
            **setting.sight.contexts["github"],
            **step_paths(self.work.place.files(at.key)),
            "action_path": path,
            "action_status": stand.status,
        }
        env = {**setting.sight.contexts["env"], **stand.env}
        sight = setting.sight.with_(
            github=github, inputs=dict(given), steps=stand.steps, env=env
        )
        sight = replace(sight, status=stand.status)
        own = sight.with_(env={**env, **sight.texts(step.env)})
        return replace(setting, at=at, sight=own)

    def _outputs(
        self, action: Action, setting: Setting, stand: Stand, given: Mapping[str, str]
    ) -> dict[str, str]:
        sight = setting.sight.with_(inputs=dict(given), steps=stand.steps)
        return {
            name: to_text(sight.fill(value)) for name, value in action.outputs.items()
        }


def _below(state: Mapping[str, str], number: int) -> dict[str, str]:
    """What one inner step kept."""
    mine = f"{number}/"
    return {k.removeprefix(mine): v for k, v in state.items() if k.startswith(mine)}


def _together(ends: Mapping[int, StepEnd]) -> dict[str, str]:
    """What inner steps kept, as one: ``2`` says that it began, ``2/name`` what it kept."""
    made: dict[str, str] = {}
    for number, end in ends.items():
        made[str(number)] = ""
        made |= {f"{number}/{name}": value for name, value in end.state.items()}
    return made


def _joined(
    ends: Mapping[int, StepEnd], outputs: Mapping[str, str], *, failed: bool
) -> StepEnd:
    """What the inner steps come to, as one step."""
    every = tuple(ends.values())
    bad = next((end for end in every if end.outcome == "failure"), None)
    env: dict[str, str] = {}
    annotations: list[Mapping[str, Any]] = []
    matchers: dict[str, Mapping[str, Any] | None] = {}
    for end in every:
        env |= end.env
        annotations += end.annotations
        matchers |= end.matchers
    return StepEnd(
        outcome="failure" if failed else "success",
        why=bad.why if bad and failed else "",
        outputs=outputs,
        env=env,
        path=tuple(folder for end in every for folder in end.path),
        state=_together(ends),
        summary="".join(end.summary for end in every),
        lines=bad.lines if bad and failed else (),
        annotations=tuple(annotations),
        matchers=matchers,
    )
