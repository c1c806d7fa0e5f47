"""One script asks everything; what was cut short is noticed."""

import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from fakes import KINDS, at
from holdfast import observe
from holdfast.model import Resource
from holdfast.ports import Query
from holdfast.problems import HoldfastError


class NoteProbe:
    """Says what was asked; a name that begins with x is not there."""

    name = "note"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        return "\n".join(f"echo {args[0]}" for args in asked)

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        told = output.decode().split()
        return {
            args: None if args[0].startswith("x") else word
            for args, word in zip(asked, told, strict=True)
        }


PROBES = {"note": NoteProbe()}


def _sh(script: bytes) -> bytes:
    return subprocess.run(["sh"], input=script, capture_output=True, check=True).stdout


def test_each_question_is_asked_once_in_order() -> None:
    queries = [Query("note", ("b",)), Query("note", ("a",)), Query("note", ("b",))]
    look = observe.look_for(queries, PROBES)
    assert look.asked == {"note": (("a",), ("b",))}
    assert look.script == observe.look_for(reversed(queries), PROBES).script


def test_a_real_shell_answers_and_kinds_read() -> None:
    resources = [Resource(at("a"), {}), Resource(at("xb"), {})]
    queries = [q for r in resources for q in KINDS["note"].look(r)]
    look = observe.look_for(queries, PROBES, facts=True)
    heard = observe.read_look(look, _sh(look.script), PROBES)
    seen = observe.snapshot(resources, KINDS, heard.answers)
    assert seen.seen == {at("a"): {"text": "a"}, at("xb"): None}
    assert heard.facts is not None
    assert heard.facts["os"] == "linux"
    assert int(str(heard.facts["cpus"])) >= 1


def test_an_answer_that_was_cut_short_is_no_answer() -> None:
    look = observe.look_for([Query("note", ("a",))], PROBES)
    whole = _sh(look.script)
    for length in range(len(whole) - 1):
        with pytest.raises(HoldfastError) as caught:
            observe.read_look(look, whole[:length], PROBES)
        assert caught.value.problems[0].code == "observe.cut-short"
