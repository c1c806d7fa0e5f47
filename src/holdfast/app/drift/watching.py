"""``drift:`` of a config: looked at again and again, and what is to be done about it."""

import json
from collections.abc import Callable, Iterator
from functools import partial

from holdfast.app.application import Application
from holdfast.app.drift.entries import look_of, note_drift, places_of
from holdfast.declare import Config, Project, Workflow
from holdfast.declare.project import OURS
from holdfast.engine.drift.watching import Watched, Watcher
from holdfast.load.workflows import reread
from holdfast.model import Occurrence

_AUTONOMY = {"propose": "propose", "fix": "act"}
"""How far the fix of drift goes by itself, by what ``then:`` says."""

_LOOKS = 8
"""A fix is tried at most so many looks in a row, however far apart these are."""

_FIX = """\
name: {name}
owner: {owner}
on:
  drift: {{config: {config}, environment: {environment}}}
  workflow_dispatch: {{inputs: {{things: {{required: true}}}}}}
autonomy: {autonomy}
limits: {{per: target, attempts: 3, within: {within}s}}
jobs:
  fix:
    environment: {environment}
    steps:
      - uses: holdfast/apply
        with: {{selectors: "${{{{ inputs.things }}}}"}}
"""


def watcher_for(app: Application, holder: str, woken: Callable[[], None]) -> Watcher:
    """Who looks for drift; ``woken`` is called when something was stored."""
    return Watcher(
        watched=tuple(_watched(app)),
        events=app.store.events,
        clock=app.engine.clock,
        holder=holder,
        woken=woken,
    )


def drift_renewed(watcher: Watcher) -> Callable[[Application], None]:
    """What the one who looks for drift takes over of a project."""

    def renew(app: Application) -> None:
        watcher.watched = tuple(_watched(app))
        note_drift(app, (), OURS)

    return renew


def fixes_of(project: Project) -> Iterator[Workflow]:
    """
    The workflow that ``then: propose`` and ``then: fix`` stand for.

    It is a rule as every other: gates, limits, breaker and loops hold for it too.
    """
    for config in project.configs:
        drift = config.declared.drift
        if drift is None or drift.then == "report":
            continue
        for environment in places_of(project, config):
            name = config.declared.name
            text = _FIX.format(
                name=json.dumps(f"drift of {name} in {environment}"),
                owner=json.dumps(config.owner or project.owner),
                config=json.dumps(name),
                environment=json.dumps(environment),
                autonomy=_AUTONOMY[drift.then],
                within=max(3600, _LOOKS * drift.every),
            )
            made = reread(text.encode(), f"{config.file}#{environment}", _no_file)
            if made is not None:
                yield made


def _no_file(_name: str) -> bytes | None:
    """It calls nothing."""
    return None


def _watched(app: Application) -> Iterator[Watched]:
    for config in app.project.configs:
        drift = config.declared.drift
        if drift is None:
            continue
        for environment, hosts in places_of(app.project, config).items():
            yield Watched(
                name=f"{config.declared.name}/{environment}",
                every=drift.every,
                look=partial(_look, app, config, environment, hosts),
            )


def _look(
    app: Application, config: Config, environment: str, hosts: tuple[str, ...]
) -> tuple[Occurrence, ...]:
    """Look at one config in one environment, and write down what is news."""
    found, _ = app.drift(hosts)
    return note_drift(app, [look_of(config, environment, hosts, found)], OURS)
