"""``holdfast/notify``: a step that tells a channel something, once."""

from collections.abc import Mapping

from holdfast.app.application import Application
from holdfast.app.outbox import writing_of
from holdfast.engine.journal import moment
from holdfast.engine.runs.job_state import Fate, StepEnd
from holdfast.engine.steps.work import Setting
from holdfast.model import Notice, Phase
from holdfast.problems import did_you_mean

_SEVERITIES = ("critical", "error", "warning", "info")
_YES = ("true", "yes", "1")


def told_by(app: Application, setting: Setting, /) -> Fate:
    """
    Put a message into the outbox; it is there once, however often this is begun.

    The letter's name is that of the step, so a worker that was killed on the way leaves
    one letter or none, and the next one writes it if it is missing.
    """
    given, channels = setting.fills(), app.project.notify.channels
    to = given.get("to", "")
    severity = given.get("severity", "info")
    if to not in channels:
        return StepEnd(
            "failure", f"no channel is called {to}. {did_you_mean(to, channels)}"
        )
    if severity not in _SEVERITIES:
        return StepEnd("failure", f"`severity` is one of {', '.join(_SEVERITIES)}")
    if given.get("resolved") and not given.get("dedup"):
        return StepEnd("failure", "`resolved` wants the `dedup` of what is over")
    notice = _notice(app, setting, given, severity)
    wanted = {to: frozenset({"told", "closed"})}
    with app.store.outbox.begin() as transaction:
        writing_of(app).write(
            transaction,
            notice,
            f"step/{_name(setting)}",
            app.engine.clock.now(),
            wanted,
        )
    return StepEnd("success", f"{to} is told: {notice.title}")


def _notice(
    app: Application, setting: Setting, given: Mapping[str, str], severity: str
) -> Notice:
    at, dedup = setting.at, given.get("dedup", "")
    over = given.get("resolved", "").lower() in _YES
    phase = Phase.OPENED if dedup else Phase.ONCE
    cause = f"told/{at.flow.file}/{dedup}" if dedup else f"told/{_name(setting)}"
    return Notice(
        happened="closed" if over else "told",
        opening="told",
        phase=Phase.CLOSED if over else phase,
        causes=(cause,),
        title=given.get("title") or f"{at.run} of {at.flow.name}: {at.job.name}",
        text=given.get("text", ""),
        path=f"/runs/{at.run}",
        severity=severity,
        at=moment(app.engine.clock.now()),
        workflow=at.flow.name,
        file=at.flow.file,
        owner=at.flow.owner or app.project.owner,
        run=at.run,
        job=at.job.key,
    )


def _name(setting: Setting) -> str:
    """The step's own name, the same in every attempt."""
    at = setting.at
    return f"{at.run}/{at.job.key}/{at.index}{at.inner}"
