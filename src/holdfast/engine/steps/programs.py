"""Actions that are programs: begun once under a shim, and found again, like scripts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from holdfast.engine.runs.job_state import Fate
from holdfast.engine.steps.process import Processes, Script
from holdfast.engine.steps.work import Environment, Setting


def input_names(given: Mapping[str, str]) -> dict[str, str]:
    """``with:`` as the variables an action reads: ``INPUT_NAME``, as GitHub has it."""
    return {f"INPUT_{name.replace(' ', '_').upper()}": v for name, v in given.items()}


def state_names(state: Mapping[str, str]) -> dict[str, str]:
    """What an action kept, as the variables its ``post`` reads: ``STATE_name``."""
    return {f"STATE_{name}": value for name, value in state.items()}


@dataclass(slots=True)
class Program:
    """
    One action as one program.

    ``argv_of`` gives its arguments; what it is to do reaches it in variables. One that
    was cut off may be begun anew when ``repeatable``, else nobody knows.
    """

    processes: Processes
    argv_of: Callable[[Setting], tuple[str, ...]]
    env_of: Environment
    repeatable: bool = True
    lasting: bool = False

    def __call__(self, setting: Setting, /) -> Fate:
        """Carry it out, or find out what became of it."""
        at = setting.at
        again = setting.again or bool(at.inner)
        process = self.processes.begun(at.key) if again else None
        if process is None:
            if setting.again and not self.repeatable:
                return None
            script = Script(
                argv=self.argv_of(setting),
                folder=setting.folders.workspace,
                timeout=setting.sight.number(at.step.timeout_minutes),
                signal=at.step.cancel_signal,
                lasting=self.lasting,
            )
            given = {**input_names(setting.fills()), **state_names(at.state)}
            env = self.env_of(setting, given)
            process = self.processes.begin(at, script, env, setting.secrets)
        end = self.processes.finish(
            process, setting.printed, setting.stopping, around=setting.around
        )
        return "anew" if end is None and self.repeatable else end
