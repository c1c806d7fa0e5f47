"""What the relay reads of the ledger: only what somebody may have to hear of."""

from holdfast.declare import NotifyDeclared, SubscriberDeclared
from holdfast.drivers.stores import Store
from unit.outbox.scene import Scene, notify
from unit.runs.test_cost import counted

FAILED = {"to": "ops", "on": ["failed"]}


def entries_read(scene: Scene) -> int:
    """How often entries of the ledger are read in one turn."""
    with counted(scene.store.engine) as sent:
        scene.passes(1)
    return sum("ledger.body" in one for one in sent.sent)


def test_without_anybody_to_tell_no_entry_is_read_and_none_is_told_later(
    store: Store,
) -> None:
    scene = Scene.of(store, NotifyDeclared())
    scene.run("r1", "failed")
    assert entries_read(scene) == 0
    assert not store.outbox.busy(scene.clock.now())
    later = Scene.of(store, notify(FAILED))
    later.passes(1)
    assert later["ops"].titles == []


def test_a_subscriber_alone_is_told(store: Store) -> None:
    told = {"url": "https://shop.example/in", "secret": "signing"}
    shop = SubscriberDeclared.model_validate(told)
    scene = Scene.of(store, NotifyDeclared(), {"shop": shop})
    scene.run("r1", "failed")
    assert entries_read(scene) > 0
    assert scene["shop"].titles[-1] == "run.ended r1"


def test_a_cause_somebody_was_told_of_is_closed_though_its_channel_is_gone(
    store: Store,
) -> None:
    scene = Scene.of(store, notify(FAILED))
    scene.run("r1", "failed")
    scene.passes(1)
    with store.outbox.begin() as transaction:
        assert transaction.any_open()
    without = Scene.of(store, NotifyDeclared())
    without.run("r2", "succeeded")
    without.passes(1)
    with store.outbox.begin() as transaction:
        assert not transaction.any_open()
