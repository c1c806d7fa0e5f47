"""What is wanted and what is seen in, one plan out."""

from collections.abc import Mapping
from dataclasses import replace

from fakes import KINDS, at
from holdfast.model import (
    Action,
    Address,
    Attributes,
    Plan,
    Resource,
    Snapshot,
    digest,
)
from holdfast.plan import Binding, converge


def _plan(
    wanted: list[Resource],
    seen: Mapping[Address, Attributes | None],
    handlers: tuple[Resource, ...] = (),
    **more: object,
) -> Plan:
    snapshot = Snapshot(seen=seen, **more)  # type: ignore[arg-type]
    return converge(wanted, handlers, snapshot, KINDS, Binding())


def _note(name: str, text: str | None, **more: object) -> Resource:
    wanted = None if text is None else {"text": text}
    return Resource(at(name), wanted, **more)  # type: ignore[arg-type]


def test_nothing_to_do_when_wanted_is_seen() -> None:
    plan = _plan([_note("a", "hi")], {at("a"): {"text": "hi", "mode": "0644"}})
    assert not plan
    assert plan.unchanged == (at("a"),)


def test_an_absent_thing_is_created() -> None:
    (change,) = _plan([_note("a", "hi")], {at("a"): None}).changes
    assert change.action is Action.CREATE
    assert (change.before, change.after) == (None, {"text": "hi"})


def test_an_update_keeps_what_nobody_declared() -> None:
    seen: Attributes = {"text": "ho", "mode": "0600"}
    (change,) = _plan([_note("a", "hi")], {at("a"): seen}).changes
    assert change.action is Action.UPDATE
    assert change.after == {"text": "hi", "mode": "0600"}


def test_an_unwanted_thing_is_deleted() -> None:
    (change,) = _plan([_note("a", None)], {at("a"): {"text": "hi"}}).changes
    assert change.action is Action.DELETE


def test_an_absent_unwanted_thing_is_left_alone() -> None:
    assert not _plan([_note("a", None)], {at("a"): None})


def test_what_was_not_looked_at_is_not_changed() -> None:
    assert not _plan([_note("a", "hi")], {})


def test_after_comes_first() -> None:
    wanted = [_note("a", "1", after=(at("c"),)), _note("b", "1"), _note("c", "1")]
    plan = _plan(wanted, {at(name): None for name in "abc"})
    assert [change.address.name for change in plan.changes] == ["c", "a", "b"]


def test_a_handler_comes_once_at_the_end_and_only_when_called() -> None:
    bell = Resource(at("ring", kind="handler"), {}, how={"kind": "bell", "name": "x"})
    wanted = [_note("a", "1", then=("ring",)), _note("b", "1", then=("ring",))]
    called = _plan(wanted, {at("a"): None, at("b"): None}, (bell,))
    assert [c.address.kind for c in called.changes] == ["note", "note", "handler"]
    assert called.changes[-1].triggered_by == (at("a"), at("b"))
    assert not _plan(wanted, {at(n): {"text": "1"} for n in "ab"}, (bell,))


def test_a_handler_left_over_from_a_crash_is_called_again() -> None:
    bell = Resource(at("ring", kind="handler"), {}, how={"kind": "bell", "name": "x"})
    plan = converge(
        [_note("a", "1")],
        (bell,),
        Snapshot(seen={at("a"): {"text": "1"}}),
        KINDS,
        Binding(),
        pending=frozenset({bell.address}),
    )
    assert [c.address for c in plan.changes] == [bell.address]


def _part(name: str, line: str) -> Resource:
    how: Attributes = {"path": "/etc/x", "edits": True, "line": line}
    return Resource(at(name, kind="part"), {}, how=how)


def test_two_edits_of_one_file_build_on_each_other() -> None:
    text = b"old\n"
    seen: Attributes = {"content": digest(text), "mode": "0644"}
    plan = _plan(
        [_part("one", "1"), _part("two", "2")],
        {at("one", kind="part"): seen, at("two", kind="part"): seen},
        contents={digest(text): text},
    )
    first, second = plan.changes
    assert first.after == second.before
    assert second.after is not None
    assert plan.contents[str(second.after["content"])] == b"old\n1\n2\n"
    assert not first.late


def test_an_edit_of_a_file_that_an_earlier_change_may_make_is_late() -> None:
    absent = {at("a"): None, at("one", kind="part"): None}
    plan = _plan([_note("a", "1"), _part("one", "1")], absent)
    assert [change.late for change in plan.changes] == [False, True]


def test_the_digest_moves_with_everything_an_approval_is_for() -> None:
    plan = _plan([_note("a", "hi")], {at("a"): None})
    others = [
        replace(plan, commit="other"),
        replace(plan, inputs={"x": 1}),
        replace(plan, secrets=("db@2",)),
        replace(plan, changes=(replace(plan.changes[0], before={"text": "x"}),)),
    ]
    assert len({plan.digest, *(other.digest for other in others)}) == len(others) + 1


def test_the_digest_stays_when_only_what_is_shown_moves() -> None:
    plan = _plan([_note("a", "hi")], {at("a"): None})
    assert replace(plan, unchanged=(at("z"),)).digest == plan.digest


def test_what_has_no_way_back_says_so() -> None:
    wanted = [_note("a", "1", how={"final": True}), _note("b", "1")]
    plan = _plan(wanted, {at("a"): None, at("b"): None})
    assert [change.reversible for change in plan.changes] == [False, True]
