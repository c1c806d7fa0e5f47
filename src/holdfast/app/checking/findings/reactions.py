"""Reactions that go further by themselves than anybody said they may."""

from collections.abc import Iterator

from holdfast.app.checking.scene import Scene
from holdfast.declare import Workflow
from holdfast.engine.outbox.routing import channels_for
from holdfast.engine.reacting import is_remedy
from holdfast.model import Notice, Phase
from holdfast.problems import Problem, Severity

_REACTIONS = frozenset({"alert", "drift", "event"})


def without_limits(scene: Scene) -> Iterator[Problem]:
    """A workflow that acts on every alert, however many there are."""
    flow = scene.flow
    if scene.theirs or flow.autonomy != "act" or flow.limits is not None:
        return
    for trigger in flow.triggers:
        if trigger.event in _REACTIONS:
            yield Problem(
                code="check.no-limits",
                summary=f"{flow.name} acts on every {trigger.event}, without limits",
                detail="A storm of them starts as many runs, and nothing stops it when it "
                "does not help.",
                next_step="Write: limits: {once_within: 10m, per: target, attempts: 3}",
                place=trigger.place or scene.top,
                severity=Severity.WARNING,
            )


def nobody_paged(scene: Scene) -> Iterator[Problem]:
    """A rule that would page somebody, in a project where nobody hears of that."""
    flow, project = scene.flow, scene.ground.project
    first = next((one for one in flow.triggers if one.event in _REACTIONS), None)
    if scene.theirs or first is None:
        return
    owner = flow.owner or project.owner
    unheard = [kind for kind in _pages(flow) if not _is_heard(scene, kind, owner)]
    if unheard:
        yield Problem(
            code="check.nobody-paged",
            summary=f"{flow.name} would page {owner}, and nobody hears of it",
            detail=f"When {_WHEN[unheard[0]]}, a person is needed. That is in the ledger "
            f"and on its page; no channel of `notify` is told of a page of {owner}.",
            next_step="Write below notify: in holdfast.yaml: "
            "send: [{to: CHANNEL, on: [page]}]",
            place=first.place or scene.top,
            severity=Severity.WARNING,
        )


_WHEN = {
    "breaker-opened": "it does not help on a target and stops trying",
    "budget-spent": "it has touched as much as it may",
    "trust-lost": "what it did by itself did not hold, and it loses trust",
}


def _pages(flow: Workflow) -> Iterator[str]:
    """What a rule may page somebody for."""
    if flow.limits is not None and flow.autonomy != "observe":
        yield from ("breaker-opened", "budget-spent")
    if is_remedy(flow):
        yield "trust-lost"


def _is_heard(scene: Scene, kind: str, owner: str) -> bool:
    """Whether any channel is told, wherever it happens."""
    project, flow = scene.ground.project, scene.flow
    notice = Notice(
        happened=kind,
        opening=kind,
        phase=Phase.ONCE,
        causes=(),
        title="",
        workflow=flow.name,
        file=flow.file,
        owner=owner,
        environments=tuple(project.environments),
    )
    return any(kind in words for words in channels_for(notice, project.notify).values())
