"""Reactions that go further by themselves than anybody said they may."""

from collections.abc import Iterator

from holdfast.app.checking.scene import Scene
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
