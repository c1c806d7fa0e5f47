"""Everything asked of one host as one script, and its answer read back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.model import (
    Address,
    Attributes,
    Resource,
    Snapshot,
    canonical,
    digest,
    each_in,
)
from holdfast.observe.facts import FACTS_SCRIPT, read_facts
from holdfast.ports import Answers, Kind, Probe, Query
from holdfast.problems import HoldfastError, Problem

_FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Look:
    """Questions to one host: a script that asks them, and the mark its sections bear."""

    script: bytes
    mark: bytes
    asked: Mapping[str, tuple[tuple[str, ...], ...]]
    facts: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What one host answered."""

    answers: Answers = field(default_factory=dict)
    facts: Attributes | None = None


def look_for(
    queries: Iterable[Query], probes: Mapping[str, Probe], *, facts: bool = False
) -> Look:
    """
    Write the one script that answers all queries, each once.

    Every probe is a section between two marked lines. The mark is made from the
    questions, so the same questions always give the same bytes.
    """
    asked = _by_probe(queries)
    mark = digest(canonical(asked))[7:23]
    sections = [
        _section(mark, name, probes[name].script(args)) for name, args in asked.items()
    ]
    if facts:
        sections.append(_section(mark, _FACTS, FACTS_SCRIPT))
    script = "".join([*sections, f"printf '@{mark} done\\n'\n"])
    return Look(script.encode(), mark.encode(), asked, facts)


def read_look(look: Look, output: bytes, probes: Mapping[str, Probe]) -> Heard:
    """Take a host's output apart; raises ``HoldfastError`` if it was cut short."""
    sections = _sections(look.mark, output)
    answers = {
        Query(name, args): answer
        for name, asked in look.asked.items()
        for args, answer in _parsed(probes[name], asked, sections).items()
    }
    facts = read_facts(sections[_FACTS]) if look.facts else None
    return Heard(answers, facts)


def snapshot(
    resources: Iterable[Resource], kinds: Mapping[str, Kind], answers: Answers
) -> Snapshot:
    """What each resource's kind makes of the answers of its host."""
    seen: dict[Address, Attributes | None] = {}
    unknown: dict[str, Problem] = {}
    for resource in resources:
        try:
            seen[resource.address] = kinds[resource.address.kind].read(
                resource, answers
            )
        except HoldfastError as error:
            unknown[str(resource.address)] = error.problems[0]
    contents = {
        digest(content): content
        for answer in answers.values()
        for content in each_in(answer, bytes)
    }
    return Snapshot(seen=seen, unknown=unknown, contents=contents)


def _by_probe(queries: Iterable[Query]) -> dict[str, tuple[tuple[str, ...], ...]]:
    grouped: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for query in queries:
        grouped[query.probe].add(query.args)
    return {name: tuple(sorted(grouped[name])) for name in sorted(grouped)}


def _section(mark: str, name: str, script: str) -> str:
    return (
        f"printf '@{mark} {name}\\n'\n{{\n{script}\n}} </dev/null\n"
        f"printf '\\n@{mark} end\\n'\n"
    )


def _sections(mark: bytes, output: bytes) -> dict[str, bytes]:
    """Each section's output by its name."""
    start, end = b"@" + mark + b" ", b"\n@" + mark + b" end\n"
    found: dict[str, bytes] = {}
    rest = output
    while True:
        rest = rest[rest.find(start) + len(start) :] if start in rest else b""
        name, newline, rest = rest.partition(b"\n")
        if name == b"done":
            return found
        body, closed, rest = rest.partition(end)
        if not newline or not closed:
            raise HoldfastError(_cut_short(output))
        found[name.decode()] = body


def _parsed(
    probe: Probe, asked: Sequence[tuple[str, ...]], sections: Mapping[str, bytes]
) -> Mapping[tuple[str, ...], Any]:
    return probe.parse(asked, sections.get(probe.name, b""))


def _cut_short(output: bytes) -> Problem:
    tail = output[-200:].decode(errors="replace").strip()
    return Problem(
        code="observe.cut-short",
        summary="The host's answer ended too early",
        detail=f"Nothing was changed. The last of it was: {tail or '(nothing)'}",
        next_step="Try again; if it stays so, run `holdfast doctor`.",
    )
