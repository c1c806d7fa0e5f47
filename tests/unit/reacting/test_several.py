"""Several processes on one database, on SQLite and on PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from holdfast.drivers.stores import Store
from holdfast.record import verify_chain
from unit.reacting.scene import Scene, alert, flow, limits
from unit.runs.world import NOON


class JumpingClock:
    """Every look at it is so much later that all leases have run out."""

    def __init__(self) -> None:
        self._lock, self._time = Lock(), NOON

    def now(self) -> datetime:
        with self._lock:
            self._time += timedelta(seconds=31)
            return self._time

    def steady(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float, /) -> None: ...


def test_whoever_leads_each_event_is_answered_once(store: Store) -> None:
    scene = Scene.of(
        store, flow(), flow("held", limits=limits(once_after=5, attempts=99))
    )
    clock = JumpingClock()
    scene.world.keeper.clock = clock
    scene.reactor.take([alert(number, f"h-{number % 7}") for number in range(40)])
    several = [
        replace(scene.reactor, holder=str(number), clock=clock) for number in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(one.tick) for one in several]:
            done.result(60)
    for one in several:
        one.tick()
    made = [one for one in scene.decisions if one.verb == "start"]
    every = Counter(
        name for one in made for name in ((one.workflow, of) for of in one.of)
    )
    assert set(every.values()) == {1}
    assert len(every) == 80
    assert {one.outcome for one in made} == {"started"}
    assert len(store.runs.runs(limit=500)) == len(made)
    events = [one.of for one in made if one.workflow == "workflows/fix.yaml"]
    assert events == [(one.id,) for one in store.events.all()]
    assert verify_chain(store.ledger.all())[0] == ()
