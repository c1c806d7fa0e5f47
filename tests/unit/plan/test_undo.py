"""Taking back goes the other way round, from what is there now."""

from dataclasses import replace

from fakes import KINDS, at
from holdfast.model import Action, Address, Attributes, Change, Plan, Snapshot
from holdfast.plan import Binding, NoWayBack, undo

MADE = Change(at("a"), Action.CREATE, before=None, after={"text": "1"})
GONE = Change(at("b"), Action.DELETE, before={"text": "2"}, after=None)


def _undo(
    made: list[Change], seen: dict[Address, Attributes | None]
) -> tuple[Plan, tuple[NoWayBack, ...]]:
    return undo(made, Snapshot(seen=seen), KINDS, {}, Binding())


def test_the_last_change_is_taken_back_first() -> None:
    plan, lost = _undo([MADE, GONE], {at("a"): {"text": "1"}, at("b"): None})
    assert [change.address.name for change in plan.changes] == ["b", "a"]
    assert [change.action for change in plan.changes] == [Action.CREATE, Action.DELETE]
    assert not lost


def test_what_is_already_back_is_left_out() -> None:
    plan, _ = _undo([MADE, GONE], {at("a"): None, at("b"): {"text": "2"}})
    assert not plan


def test_what_was_changed_since_is_said() -> None:
    plan, _ = _undo([MADE], {at("a"): {"text": "somebody"}})
    assert [problem.code for problem in plan.warnings] == ["plan.changed-since"]
    assert plan.changes[0].before == {"text": "somebody"}


def test_what_has_no_way_back_is_listed_and_the_rest_is_undone() -> None:
    final = replace(MADE, address=at("c"), how={"final": True})
    plan, lost = _undo([final, MADE], {at("a"): {"text": "1"}, at("c"): {"text": "1"}})
    assert [item.change.address for item in lost] == [at("c")]
    assert [change.address for change in plan.changes] == [at("a")]


def test_handlers_follow_what_called_them() -> None:
    bell = Change(
        at("ring", kind="handler"),
        Action.RUN,
        None,
        None,
        how={"kind": "bell", "name": "x"},
        triggered_by=(at("a"),),
    )
    plan, _ = _undo([MADE, bell], {at("a"): {"text": "1"}})
    assert [change.address.kind for change in plan.changes] == ["note", "handler"]
    nothing, _ = _undo([MADE, bell], {at("a"): None})
    assert not nothing
