"""Nothing happens without a verdict on this very plan; a failure stops its wave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from fakes import KINDS, FakeHost, StoppedClock, at
from holdfast.apply import Crew, Outcome, walk, waves
from holdfast.model import Action, Change, Event, Plan, Rollout, Verdict
from holdfast.ports import Contents, Result, Unreachable
from holdfast.problems import HoldfastError, Problem


@dataclass
class Diary:
    events: list[tuple[str, str]] = field(default_factory=list)

    def intend(self, changes: Sequence[Change], /) -> None:
        self.events += [("intended", str(change.address)) for change in changes]

    def tell(self, outcomes: Sequence[Outcome], /) -> None:
        self.events += [(o.event.value, str(o.change.address)) for o in outcomes]


def _change(name: str, host: str = "web-1") -> Change:
    return Change(at(name, host), Action.CREATE, None, {"text": name})


def _crew(*hosts: FakeHost, **more: object) -> Crew:
    def same(late: Sequence[Change]) -> tuple[Sequence[Change], Contents]:
        return late, {}

    return Crew(
        hosts={host.name: host for host in hosts},
        kinds=KINDS,
        journal=more.pop("journal", None) or Diary(),  # type: ignore[arg-type]
        clock=StoppedClock(),
        refresh=more.pop("refresh", same),  # type: ignore[arg-type]
        prove=more.pop("prove", lambda _host: ()),  # type: ignore[arg-type]
    )


def _allowed(plan: Plan) -> Verdict:
    return Verdict(plan.digest)


def test_a_verdict_on_another_plan_does_not_count() -> None:
    plan = Plan((_change("a"),))
    host = FakeHost()
    with pytest.raises(HoldfastError) as caught:
        walk(plan, Verdict(Plan().digest), _crew(host))
    assert caught.value.problems[0].code == "apply.not-judged"
    assert not host.scripts


def test_all_changes_of_a_host_travel_in_one_script() -> None:
    host, plan = FakeHost(), Plan((_change("a"), _change("b")))
    walked = walk(plan, _allowed(plan), _crew(host))
    assert len(host.scripts) == 1
    assert [o.event for o in walked.outcomes] == [Event.SUCCEEDED] * 2


def test_intents_are_written_down_before_the_host_is_asked() -> None:
    diary, plan = Diary(), Plan((_change("a"),))
    host = FakeHost(fails=lambda _words: len(diary.events) - 1)
    walk(plan, _allowed(plan), _crew(host, journal=diary))
    assert diary.events[0] == ("intended", "test/web-1/note:a")


def test_a_host_stops_at_its_first_failure() -> None:
    host = FakeHost(fails=lambda words: 3 if "b" in words else 0)
    plan = Plan((_change("a"), _change("b"), _change("c")))
    walked = walk(plan, _allowed(plan), _crew(host))
    events = [outcome.event for outcome in walked.outcomes]
    assert events == [Event.SUCCEEDED, Event.FAILED, Event.SKIPPED]
    assert walked.outcomes[1].status == 3


def test_a_failed_wave_stops_the_ones_after_it() -> None:
    hosts = [FakeHost(f"web-{n}", fails=lambda _w: 1) for n in range(4)]
    changes = tuple(_change("a", host.name) for host in hosts)
    plan = Plan(changes, rollout=Rollout(serial=(1, "100%")))
    walked = walk(plan, _allowed(plan), _crew(*hosts))
    assert [bool(host.scripts) for host in hosts] == [True, False, False, False]
    assert walked.stopped is not None
    assert walked.hosts(Event.SKIPPED) == ("web-1", "web-2", "web-3")


def test_a_failure_within_the_budget_does_not_stop() -> None:
    hosts = [
        FakeHost("web-0", fails=lambda _w: 1),
        FakeHost("web-1"),
        FakeHost("web-2"),
    ]
    changes = tuple(_change("a", host.name) for host in hosts)
    rollout = Rollout(serial=(2,), max_fail_percentage=50)
    plan = Plan(changes, rollout=rollout)
    walked = walk(plan, _allowed(plan), _crew(*hosts))
    assert walked.stopped is None
    assert len(walked.of(Event.SUCCEEDED)) == 2


def test_a_host_that_does_not_prove_well_counts_as_failed() -> None:
    hosts = [FakeHost("web-0"), FakeHost("web-1")]
    changes = tuple(_change("a", host.name) for host in hosts)
    plan = Plan(changes, rollout=Rollout(serial=(1,)))
    crew = _crew(*hosts, prove=lambda _host: (Problem("verify.x", "no"),))
    assert walk(plan, _allowed(plan), crew).stopped is not None
    assert not hosts[1].scripts


@pytest.mark.parametrize(("asked_after", "begun"), [(1, 1), (3, 3)])
def test_a_person_can_stop_it_between_hosts(asked_after: int, begun: int) -> None:
    hosts = [FakeHost(f"web-{n}") for n in range(3)]
    changes = tuple(_change("a", host.name) for host in hosts)
    plan = Plan(changes, rollout=Rollout(serial=(1,), pause=5))
    crew = replace(
        _crew(*hosts), stop=lambda: sum(len(h.scripts) for h in hosts) >= asked_after
    )
    walked = walk(plan, _allowed(plan), crew)
    assert sum(bool(host.scripts) for host in hosts) == begun
    assert len(walked.of(Event.SKIPPED)) == 3 - begun
    if begun < 3:
        assert walked.stopped is not None
        assert walked.stopped.code == "apply.interrupted"
    else:
        assert walked.stopped is None, "all was done when it was asked"


class _Broken(FakeHost):
    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        gone = Problem("hosts.unreachable", "gone")
        raise Unreachable(gone, started=self.confined)


def test_a_broken_connection_leaves_what_may_have_run_in_doubt() -> None:
    plan = Plan((_change("a"),))
    started = walk(plan, _allowed(plan), _crew(_Broken(confined=True)))
    assert [o.event for o in started.outcomes] == [Event.IN_DOUBT]
    never = walk(plan, _allowed(plan), _crew(_Broken()))
    assert [o.event for o in never.outcomes] == [Event.UNREACHABLE]


def test_a_late_change_is_looked_at_again_and_may_turn_out_needless() -> None:
    late = Change(at("b"), Action.CREATE, None, {"text": "b"}, late=True)
    host, plan = FakeHost(), Plan((_change("a"), late))
    crew = _crew(host, refresh=lambda _late: ((), {}))
    walked = walk(plan, _allowed(plan), crew)
    assert [o.change.address.name for o in walked.outcomes] == ["a"]


def test_shares_are_of_all_hosts_and_never_empty() -> None:
    hosts = [str(number) for number in range(20)]
    sizes = [len(wave) for wave in waves(hosts, (1, "10%", "100%"))]
    assert sizes == [1, 2, 17]
    assert [len(wave) for wave in waves(hosts[:3], ("10%",))] == [1, 1, 1]
    assert list(waves([], (1,))) == []
