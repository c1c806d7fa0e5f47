"""Live and looking back: the same answers, bit for bit."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from examples import examples
from holdfast.declare import Storm, Trigger
from holdfast.drivers.stores import open_store
from holdfast.engine.reacting import look_back
from holdfast.engine.triggers import Decision, Reaction, Verb
from holdfast.model import State
from unit.reacting.scene import Scene, alert, flow
from unit.runs.world import NOON

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["comes", "comes", "passes", "restarts", "lags", "late", "ends"]
        ),
        st.integers(0, 40),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["firing", "firing", "resolved"]),
    ),
    max_size=14,
)
LIMITS = st.none() | st.builds(
    Storm,
    once_within=st.none() | st.integers(1, 90),
    once_after=st.none() | st.integers(1, 90),
    accumulate_within=st.none() | st.integers(1, 90),
    threshold=st.integers(1, 4),
    attempts=st.integers(1, 3),
    max_targets=st.none() | st.integers(0, 1),
    per=st.sampled_from(["", "target"]),
)
TRIGGERS = st.sampled_from(
    [
        (Trigger("alert"),),
        (Trigger("alert", {"types": ["firing", "resolved"]}),),
        (Trigger("alert", {"match": {"host": "a"}}), Trigger("event")),
        (Trigger("alert"), Trigger("run")),
        *(
            (
                Trigger(
                    "event",
                    {
                        mode: [{"match": {"labels.host": name}} for name in "ab"],
                        "timeout": 45,
                    },
                ),
            )
            for mode in ("all", "not_all")
        ),
    ]
)


def live(scene: Scene, steps: list[tuple[str, int, str, str]]) -> None:
    seconds = 0
    for number, (what, later, host, action) in enumerate(steps):
        seconds += later
        scene.clock.time = NOON + timedelta(seconds=seconds)
        occurrence = alert(seconds + number / 1000, host, action)
        if what == "late":
            occurrence = alert(seconds - 2 * later + number / 1000, host, action)
        if what in ("comes", "late"):
            scene.reactor.take([occurrence])
            scene.reactor.tick()
        elif what == "lags":
            scene.reactor.take([occurrence])
        elif what == "restarts":
            scene.reactor = scene.another(f"after-{number}")
            scene.reactor.tick()
        elif what == "ends" and scene.runs and not scene.runs[-1].state.is_end:
            scene.end(scene.runs[-1].id, State.FAILED)
        else:
            scene.reactor.tick()
    scene.reactor = scene.another("last")
    scene.at(10_000)


def answers(scene: Scene, file: str) -> list[Reaction]:
    """What was decided live over what was counted."""
    return [
        Reaction(
            one.key, Decision(Verb(one.verb), one.reason, one.at, one.of, one.until)
        )
        for one in scene.decisions
        if one.workflow == file and one.outcome != "loop"
    ]


def order(reaction: Reaction) -> tuple[Any, ...]:
    return (reaction.decision.at, reaction.key)


@example(
    steps=[("comes", 0, "a", "firing"), ("comes", 24, "a", "firing")],
    limits=Storm(once_after=1, threshold=1, attempts=1),
    triggers=(Trigger("alert", {"match": {"host": "a"}}), Trigger("event")),
)
@given(steps=STEPS, limits=LIMITS, triggers=TRIGGERS)
@examples(60)
def test_looking_back_gives_the_answers_that_were_given_live(
    steps: list[tuple[str, int, str, str]],
    limits: Storm | None,
    triggers: tuple[Trigger, ...],
) -> None:
    mine = flow("mine", *triggers, limits=limits)
    other = flow("other", Trigger("alert", {"match": {"host": "b"}}))
    with (
        TemporaryDirectory() as folder,
        closing(open_store(Path(folder) / "s.db")) as store,
    ):
        scene = Scene.of(store, mine, other)
        live(scene, steps)
        for workflow in (mine, other):
            said = sorted(answers(scene, workflow.file), key=order)
            looked = look_back(workflow, store.events, scene.clock.now())
            assert sorted(looked, key=order) == said


def test_a_new_workflow_can_be_asked_what_it_would_have_done(scene: Scene) -> None:
    scene.comes(alert(0), alert(10), alert(500))
    fresh = flow("new", limits=Storm(once_within=60))
    found = look_back(fresh, scene.world.store.events, scene.clock.now())
    assert [one.decision.verb for one in found] == [
        Verb.START,
        Verb.SWALLOW,
        Verb.START,
    ]
    assert scene.decisions == []
