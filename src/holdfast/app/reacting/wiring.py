"""Wire what starts runs: reactor, scheduler, and looks at repositories."""

from collections.abc import Callable, Mapping
from datetime import datetime

from holdfast.app.application import Application
from holdfast.app.drift.watching import fixes_of
from holdfast.declare import Project, Workflow
from holdfast.drivers.forges import GitRemote
from holdfast.drivers.tools import git
from holdfast.engine.polling import Polled, Poller
from holdfast.engine.reacting import Reactor, Stopped
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.engine.scheduling import Scheduler, planned
from holdfast.engine.triggers import Head
from holdfast.gate import Window, is_open, parse_window
from holdfast.model import digest
from holdfast.problems import HoldfastError


def requests_of(app: Application) -> tuple[Request, ...]:
    """
    What a run of each workflow is started with; its sources are kept by this.

    What the project says to do about drift is a workflow too.
    """
    made = []
    for flow in (*app.project.workflows, *fixes_of(app.project)):
        sources = {file: digest(text) for file, text in flow.sources.items()}
        app.store.contents.put({digest(text): text for text in flow.sources.values()})
        vars_ = dict(app.project.vars)
        made.append(Request(flow, sources, vars=vars_, commit=app.commit))
    return tuple(made)


def reactor_for(
    app: Application,
    keeper: Keeper,
    holder: str,
    tell: Callable[[Stopped], None] | None = None,
) -> Reactor:
    """
    Who reacts to events; ``tell`` hears of reactions that were stopped.

    Such a reaction leaves a claim on its host, so that a person finds it alone.
    """

    def stopped(one: Stopped) -> None:
        if one.target in app.project.hosts:
            why = f"{one.reason}; see: holdfast rule show {one.workflow}"
            app.store.claims.acquire(
                f"host:{one.target}",
                rule_holder(one.workflow),
                why,
                app.engine.clock.now(),
                one.until,
            )
        if tell is not None:
            tell(one)

    made = Reactor(
        keeper=keeper,
        events=app.store.events,
        clock=app.engine.clock,
        holder=holder,
        tell=stopped,
    )
    reactor_renewed(made)(app)
    return made


def reactor_renewed(reactor: Reactor) -> Callable[[Application], None]:
    """What a reactor takes over of a project."""

    def renew(app: Application) -> None:
        hosts = app.project.hosts.items()
        reactor.fleet = {name: host.environment for name, host in hosts}
        reactor.head = head_of(app)
        reactor.workflows = requests_of(app)

    return renew


def scheduler_for(app: Application, keeper: Keeper, holder: str) -> Scheduler:
    """Who keeps the schedules; raises ``HoldfastError`` for one nobody can read."""
    entries, problems = planned(requests_of(app), app.project.name)
    if problems:
        raise HoldfastError(*problems)
    made = Scheduler(
        keeper=keeper,
        events=app.store.events,
        clock=app.engine.clock,
        holder=holder,
        head=head_of(app),
        is_open=opening(app.project),
    )
    made.adopt(entries)
    return made


def schedules_renewed(scheduler: Scheduler) -> Callable[[Application], None]:
    """
    What the scheduler takes over of a project.

    Schedules that nobody can read are left out; raises ``HoldfastError`` naming them.
    """

    def renew(app: Application) -> None:
        entries, problems = planned(requests_of(app), app.project.name)
        scheduler.head, scheduler.is_open = head_of(app), opening(app.project)
        scheduler.adopt(entries)
        if problems:
            raise HoldfastError(*problems)

    return renew


def poller_for(app: Application, holder: str) -> Poller:
    """Who looks at the repositories of ``polls:``."""
    polled = tuple(
        Polled(name, one.full_name, one.every, GitRemote(one.git))
        for name, one in app.project.polls.items()
    )
    return Poller(polled, app.store.events, app.engine.clock, holder)


def rule_holder(workflow: str) -> str:
    """Who holds the claim that a stopped rule leaves on its host."""
    return f"rule {workflow}"


def head_of(app: Application) -> Head:
    """Where the project stands."""
    return Head(
        git.repository(app.root), git.branch(app.root) or "main", git.head(app.root)
    )


def opening(project: Project) -> Callable[[Workflow, datetime], bool]:
    """Whether every environment that a workflow names has an open window at a moment."""
    windows = {
        name: [
            window
            for text in gates.get("windows") or ()
            if isinstance(window := parse_window(text), Window)
        ]
        for name, gates in project.gates.items()
    }

    def is_open_for(flow: Workflow, at: datetime) -> bool:
        named = (windows.get(name, []) for name in _environments(flow))
        return all(is_open(some, at) for some in named if some)

    return is_open_for


def _environments(flow: Workflow) -> set[str]:
    """The environments of a workflow's jobs, also of those it calls, as far as written."""
    found: set[str] = set()
    for job in flow.jobs:
        said = job.environment
        name = said.get("name") if isinstance(said, Mapping) else said
        if isinstance(name, str):
            found.add(name)
        if job.calls is not None:
            found |= _environments(job.calls)
    return found
