"""Many occurrences, few starts; and live is the same as looking back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from holdfast.declare import Storm, Trigger, Workflow
from holdfast.engine.triggers import (
    Decision,
    History,
    Reaction,
    Rule,
    Verb,
    backtest,
    compact,
    concern,
    deadline,
    decide,
    group_of,
    react,
    rule_of,
    target_of,
)
from holdfast.model import Occurrence

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START, HOLD, SWALLOW, CLOSE = Verb.START, Verb.HOLD, Verb.SWALLOW, Verb.CLOSE


def moment(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def alert(
    seconds: float, subject: str = "f", action: str = "firing", **labels: str
) -> Occurrence:
    name = f"{subject}-{action}-{seconds}"
    data = {"labels": {"host": subject, **labels}}
    at = moment(seconds)
    return Occurrence(name, "alertmanager", "alert", at, name, action, subject, data)


def rule(**limits: Any) -> Rule:
    return rule_of(Storm(**limits), Trigger("alert"))


def told(decisions: Sequence[Decision]) -> list[tuple[Verb, float, int]]:
    """Verb, seconds, and how many it is about."""
    return [
        (one.verb, (one.at - NOW).total_seconds(), len(one.of)) for one in decisions
    ]


def answers(
    limits: Rule, *occurrences: Occurrence, until: float = 10_000
) -> list[tuple[Verb, float, int]]:
    return told(decide(limits, occurrences, moment(until)))


def test_without_limits_each_one_starts() -> None:
    found = answers(rule(), alert(0), alert(1), alert(1, "g"))
    assert found == [(START, 0, 1), (START, 1, 1), (START, 1, 1)]


def test_once_within_starts_the_first_and_swallows_the_rest() -> None:
    found = answers(rule(once_within=600), alert(0), alert(5), alert(599), alert(600))
    assert found == [(START, 0, 1), (SWALLOW, 5, 1), (SWALLOW, 599, 1), (START, 600, 1)]


def test_what_is_swallowed_says_since_when_and_until_when() -> None:
    _, second = decide(rule(once_within=600), [alert(0), alert(90)], moment(90))
    assert second.reason == "started 1m30s ago, once in 10m"
    assert second.until == moment(600)


def test_once_after_starts_once_for_all_that_came() -> None:
    found = answers(rule(once_after=60), alert(0), alert(30), alert(59), alert(61))
    assert found == [
        (HOLD, 0, 1),
        (HOLD, 30, 1),
        (HOLD, 59, 1),
        (START, 60, 3),
        (HOLD, 61, 1),
        (START, 121, 1),
    ]


def test_the_end_of_the_time_comes_before_what_comes_with_it() -> None:
    found = answers(rule(once_after=60), alert(0), alert(60), until=60)
    assert found == [(HOLD, 0, 1), (START, 60, 1), (HOLD, 60, 1)]


def test_a_threshold_starts_when_enough_came() -> None:
    limits = rule(accumulate_within=300, threshold=3)
    found = answers(limits, alert(0), alert(100), alert(200), alert(210), until=300)
    assert found == [(HOLD, 0, 1), (HOLD, 100, 1), (START, 200, 3), (HOLD, 210, 1)]


def test_the_window_of_a_threshold_slides() -> None:
    limits = rule(accumulate_within=300, threshold=3)
    found = answers(limits, alert(0), alert(250), alert(310), alert(320))
    assert found == [
        (HOLD, 0, 1),
        (HOLD, 250, 1),
        (SWALLOW, 300, 1),
        (HOLD, 310, 1),
        (START, 320, 3),
    ]


def test_too_few_are_forgotten_and_say_so() -> None:
    limits = rule(accumulate_within=300, threshold=3)
    *_, first, second = decide(limits, [alert(0), alert(10)], moment(1000))
    assert told([first, second]) == [(SWALLOW, 300, 1), (SWALLOW, 310, 1)]
    assert first.reason == "only 2 of 3 came within 5m"


def test_a_threshold_is_held_to_once_within_too() -> None:
    limits = rule(accumulate_within=60, threshold=2, once_within=600)
    found = answers(limits, *(alert(second) for second in (0, 1, 2, 3, 700, 701)))
    assert [one for one in found if one[0] is not HOLD] == [
        (START, 1, 2),
        (SWALLOW, 3, 2),
        (START, 701, 2),
    ]


def test_an_alert_that_is_over_in_time_starts_nothing() -> None:
    limits = rule(once_after=60)
    over = alert(40, "a", "resolved")
    found = answers(limits, alert(0, "a"), alert(10, "b"), over)
    assert found == [(HOLD, 0, 1), (HOLD, 10, 1), (CLOSE, 40, 2), (START, 70, 1)]
    assert answers(limits, alert(0, "a"), over) == [(HOLD, 0, 1), (CLOSE, 40, 2)]


def test_an_alert_that_is_over_closes_what_was_started() -> None:
    found = decide(rule(), [alert(0), alert(9, action="resolved")], moment(9))
    assert told(found) == [(START, 0, 1), (CLOSE, 9, 1)]
    assert found[-1].reason == "the alert is over"


def test_an_alert_that_comes_and_goes_has_come_as_often() -> None:
    limits = rule(accumulate_within=300, threshold=2)
    over = alert(10, action="resolved")
    assert answers(limits, alert(0), over, alert(20))[-1] == (START, 20, 2)


def test_who_waits_for_the_end_of_an_alert_gets_it() -> None:
    trigger = Trigger("alert", {"types": ["resolved"]})
    over = alert(0, action="resolved")
    assert answers(rule_of(None, trigger), over) == [(START, 0, 1)]


def both(mode: str, timeout: Any = 60) -> Rule:
    options = {
        mode: [{"match": {"labels.host": "a"}}, {"match": {"labels.host": "b"}}],
        "timeout": timeout,
    }
    return rule_of(None, Trigger("event", options))


def test_all_start_when_the_last_has_come() -> None:
    found = answers(both("all"), alert(0, "a"), alert(10, "a"), alert(20, "b"))
    assert found == [(HOLD, 0, 1), (HOLD, 10, 1), (START, 20, 3)]


def test_all_do_not_start_when_it_came_too_late() -> None:
    found = answers(both("all", "1m"), alert(0, "a"), alert(61, "b"), alert(62, "a"))
    assert found == [(HOLD, 0, 1), (SWALLOW, 60, 1), (HOLD, 61, 1), (START, 62, 2)]


def test_not_all_start_when_something_did_not_come() -> None:
    first, second = decide(both("not_all"), [alert(0, "a")], moment(60))
    assert told([first, second]) == [(HOLD, 0, 1), (START, 60, 1)]
    assert second.reason == "condition 2 was not met within 1m"


def test_not_all_start_nothing_when_all_came() -> None:
    found = answers(both("not_all"), alert(0, "a"), alert(59, "b"))
    assert found == [(HOLD, 0, 1), (CLOSE, 59, 2)]


def test_any_of_several_starts_at_once() -> None:
    assert answers(both("any"), alert(0, "a")) == [(START, 0, 1)]


def test_a_clock_that_goes_back_changes_no_order() -> None:
    found = answers(rule(once_within=60), alert(100), alert(50))
    assert found == [(START, 100, 1), (SWALLOW, 100, 1)]


@pytest.mark.parametrize(
    ("labels", "subject", "wanted"),
    [
        ({"instance": "web-1:9100"}, "f", "web-1"),
        ({"instance": "[::1]:9100"}, "f", "::1"),
        ({"instance": "https://shop.example/up"}, "f", "https://shop.example/up"),
        ({"instance": "x:1", "host": "web-2"}, "f", "web-2"),
        ({"service": "api"}, "f", "api"),
        ({}, "f", "f"),
    ],
)
def test_the_target_is_the_host_an_alert_names(
    labels: dict[str, str], subject: str, wanted: str
) -> None:
    occurrence = Occurrence(
        "e", "s", "alert", NOW, "d", "firing", subject, {"labels": labels}
    )
    assert target_of(occurrence) == wanted
    assert group_of("target", occurrence) == wanted


@pytest.mark.parametrize(
    ("per", "wanted"),
    [
        ("", ""),
        ("event.labels.host", "a"),
        ("${{ event.labels.host }}", "a"),
        ("github.event.labels.none", ""),
        ("${{ nonsense( }}", "?"),
    ],
)
def test_groups_come_from_an_expression(per: str, wanted: str) -> None:
    assert group_of(per, alert(0, "a")) == wanted


OCCURRENCES = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["firing", "firing", "resolved"]),
    ),
    max_size=25,
)
LIMITS = st.builds(
    Storm,
    once_within=st.none() | st.integers(1, 90),
    once_after=st.none() | st.integers(1, 90),
    accumulate_within=st.none() | st.integers(1, 90),
    threshold=st.integers(1, 4),
    per=st.sampled_from(["", "target"]),
)
TRIGGERS = st.sampled_from(
    [
        Trigger("alert"),
        Trigger("alert", {"types": ["firing", "resolved"]}),
        Trigger("event", {"type": "alert"}),
        Trigger("alert", {"match": {"host": "~[ab]"}}),
        *(
            Trigger(
                "event",
                {
                    mode: [{"match": {"labels.host": name}} for name in ("a", "b")],
                    "timeout": 45,
                },
            )
            for mode in ("all", "not_all")
        ),
    ]
)


def stream(steps: list[tuple[int, str, str]]) -> list[Occurrence]:
    made, seconds = [], 0
    for number, (later, subject, action) in enumerate(steps):
        seconds += later
        occurrence = alert(seconds, subject, action)
        made.append(
            Occurrence(
                f"e-{number}",
                "s",
                "alert",
                occurrence.at,
                f"{number}",
                action,
                subject,
                occurrence.data,
            )
        )
    return made


class Live:
    """An engine in little: it stores, asks when something comes, and when it wakes."""

    def __init__(self, workflow: Workflow, *, short: bool) -> None:
        self.workflow, self.short = workflow, short
        self.histories: dict[str, History] = {}
        self.concerns: dict[str, Any] = {}
        self.said: list[Reaction] = []

    def comes(self, occurrence: Occurrence) -> None:
        found = concern(self.workflow, occurrence)
        if found is not None:
            self.concerns[found.key] = found
            self.histories[found.key] = (
                *self.histories.get(found.key, ()),
                occurrence,
            )
            self._ask(found.key, occurrence.at)

    def wakes(self, now: datetime) -> None:
        for key, found in self.concerns.items():
            due = deadline(found.rule, self.histories[key])
            if due is not None and due <= now:
                self._ask(key, now)

    def _ask(self, key: str, now: datetime) -> None:
        said = react(self.concerns[key], self.histories[key], now)
        self.said += said
        history = (*self.histories[key], *(one.decision for one in said))
        self.histories[key] = compact(history) if self.short else history


@given(
    steps=OCCURRENCES,
    limits=LIMITS,
    trigger=TRIGGERS,
    wakings=st.sets(st.integers(0, 2000), max_size=30),
    short=st.booleans(),
)
@examples(400)
def test_live_and_looking_back_give_the_same_answers(
    steps: list[tuple[int, str, str]],
    limits: Storm,
    trigger: Trigger,
    wakings: set[int],
    *,
    short: bool,
) -> None:
    workflow = Workflow("w.yaml", "w", triggers=(trigger,), limits=limits)
    occurrences, end = stream(steps), moment(5000)
    live = Live(workflow, short=short)
    clock = sorted(wakings)
    for occurrence in occurrences:
        while clock and moment(clock[0]) < occurrence.at:
            live.wakes(moment(clock.pop(0)))
        live.comes(occurrence)
    live.wakes(end)
    said = sorted(live.said, key=lambda one: (one.decision.at, one.key))
    looked_back = backtest(workflow, occurrences, end)
    assert said == sorted(looked_back, key=lambda one: (one.decision.at, one.key))


@given(steps=OCCURRENCES, limits=LIMITS, trigger=TRIGGERS)
@examples(300)
def test_in_the_end_each_occurrence_has_one_last_word(
    steps: list[tuple[int, str, str]], limits: Storm, trigger: Trigger
) -> None:
    found = decide(rule_of(limits, trigger), stream(steps), moment(5000))
    final = [name for one in found if one.verb is not HOLD for name in one.of]
    assert sorted(final) == sorted(one.id for one in stream(steps))
    assert all(one.reason for one in found)
    assert [one.at for one in found] == sorted(one.at for one in found)
    starts = [one.at for one in found if one.verb is START]
    span = timedelta(seconds=limits.once_within or 0)
    gaps = pairwise(starts)
    assert all(later - earlier >= span for earlier, later in gaps)


def test_nothing_new_and_nothing_due_is_no_decision() -> None:
    limits = rule(once_after=60)
    first = decide(limits, [alert(0)], moment(0))
    history: History = [alert(0), *first]
    assert decide(limits, history, moment(59)) == ()
    assert deadline(limits, history) == moment(60)
    assert told(decide(limits, history, moment(3600))) == [(START, 60, 1)]
    assert deadline(limits, [*history, *decide(limits, history, moment(60))]) is None


def test_a_storm_of_thousands_is_decided_quickly() -> None:
    found = decide(
        rule(once_after=600), [alert(i / 100, str(i)) for i in range(5000)], moment(700)
    )
    assert told(found[-1:]) == [(START, 600, 5000)]
