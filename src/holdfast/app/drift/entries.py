"""Everybody who looks for drift writes down the same: by config and environment."""

from collections.abc import Iterable, Iterator

from holdfast import load
from holdfast.app.application import Application
from holdfast.declare import Config, Project
from holdfast.engine.drift.events import DriftLog, Seen
from holdfast.engine.drift.findings import Drift, State
from holdfast.model import Occurrence


def note_drift(
    app: Application, looks: Iterable[Seen], actor: str
) -> tuple[Occurrence, ...]:
    """
    Write down what is news in some looks, and that what is not declared any more is over.

    What is told is on disk when this returns.
    """
    declared = [
        f"{config.declared.name}/{environment}"
        for config in app.project.configs
        for environment in places_of(app.project, config)
    ]
    log = DriftLog(app.store.runs, app.store.events, app.engine.clock)
    return log.note(tuple(looks), actor, declared)


def looks_of(project: Project, found: Drift) -> Iterator[Seen]:
    """What a look at everything found, of each config in each environment."""
    for config in project.configs:
        for environment, hosts in places_of(project, config).items():
            yield look_of(config, environment, hosts, found)


def look_of(
    config: Config, environment: str, hosts: tuple[str, ...], found: Drift
) -> Seen:
    """What a look at its hosts, or at more, found of one config in one environment."""
    return Seen(
        config=config.declared.name,
        environment=environment,
        owner=config.owner,
        drifted=tuple(
            finding
            for finding in found.of(State.DRIFTED)
            if finding.address.host in hosts
            and finding.change.declared is not None
            and finding.change.declared.file == config.file
        ),
        unknown=tuple(sorted(found.unknown)),
    )


def places_of(project: Project, config: Config) -> dict[str, tuple[str, ...]]:
    """The hosts of a config by their environments."""
    found: dict[str, tuple[str, ...]] = {}
    for host in load.select(project, [config.declared.hosts]).hosts:
        place = project.hosts[host].environment
        found[place] = (*found.get(place, ()), host)
    return found
