"""Which versions of secrets a way back takes, and what it says of the others."""

from dataclasses import replace
from typing import Any

import pytest

from holdfast.engine.undoing import given
from holdfast.model import JobView, RunView, State, StepView


def ran(*secrets: list[str], **started: Any) -> RunView:
    steps = {
        index: StepView(index, 1, State.SUCCEEDED, "success", "success", {"secrets": s})
        for index, s in enumerate(secrets)
    }
    return replace(
        RunView("r1"), started=started, jobs={"a": JobView("a", steps=steps)}
    )


def kept(*references: str) -> Any:
    """Whoever keeps these versions: ``TOKEN@store-1``."""
    return lambda name, v: f"store:{name}@{v}" if f"{name}@{v}" in references else ""


def newest(version: str) -> Any:
    return lambda _: version


def test_the_version_the_run_had_is_taken_and_nothing_has_to_be_said() -> None:
    view = ran(["TOKEN@store-1"], ["TOKEN@store-1"])
    made = given(view, "r1", ["TOKEN"], kept("TOKEN@store-1"), newest("store-2"))
    assert made.names == {"TOKEN": "store:TOKEN@store-1"}
    assert made.told == ()


@pytest.mark.parametrize(
    ("had", "keeps", "now", "named", "said"),
    [
        (["T@env-1"], (), "env-1", "T", ""),
        (["T@env-1"], (), "env-2", "T", "r1 had env-1, which cannot be used any more"),
        ([], (), "store-2", "T", "nobody wrote down which version r1 had"),
        (["U@store-1"], ("U@store-1",), "store-2", "T", "nobody wrote down"),
    ],
)
def test_one_that_cannot_be_had_is_taken_as_it_is_and_that_is_said(
    had: list[str], keeps: tuple[str, ...], now: str, named: str, said: str
) -> None:
    made = given(ran(had), "r1", ["T"], kept(*keeps), newest(now))
    assert made.names == {"T": named}
    assert bool(made.told) == bool(said)
    assert said in "".join(made.told)


def test_of_several_versions_the_last_is_taken_and_all_are_named() -> None:
    view = ran(["T@store-1"], ["T@store-2"])
    made = given(view, "r1", ["T"], kept("T@store-1", "T@store-2"), newest("store-3"))
    assert made.names == {"T": "store:T@store-2"}
    assert made.told == ("T: r1 had store-1 and store-2; the last of them is taken",)


def test_a_called_workflow_has_other_names_for_ours() -> None:
    view = ran(["OURS@store-1"], secrets={"T": "OURS"})
    made = given(view, "r1", ["T", "U"], kept("OURS@store-1"), newest("store-1"))
    assert made.names == {"T": "store:OURS@store-1"}


def test_what_a_way_back_was_given_in_one_version_is_known_by_its_plain_name() -> None:
    view = ran(["OURS@store-1"], secrets={"T": "store:OURS@store-1"})
    made = given(view, "r2", ["T"], lambda *_: "", newest("store-1"))
    assert made.names == {"T": "store:OURS@store-1"}
    assert made.told == ()
